import { describe, expect, it } from "vitest";
import { FakeIoSocket } from "../../../testing/FakeIoSocket";
import { FakeOwner } from "../../../testing/FakeOwner";
import { settle } from "../../../testing/ManualEnvironment";
import { envelopeOf } from "../codec";
import { SocketIoLink, type ConnectIo } from "./SocketIoLink";

const URL = "https://bar.test/behind/socket.io/";
const HIDDEN = envelopeOf("presence", { visible: false }, 7);
const KICKED = { t: "closing", payload: { code: 4001, reason: "kicked" } };

class Bench {
  readonly owner = new FakeOwner();
  readonly sockets: FakeIoSocket[] = [];
  readonly link: SocketIoLink;

  constructor(load?: (connect: ConnectIo) => Promise<ConnectIo>, url = URL) {
    const connect: ConnectIo = (origin, options) => {
      const socket = new FakeIoSocket(origin, options);
      this.sockets.push(socket);
      return socket;
    };
    this.link = new SocketIoLink(url, () => (load ?? ((it) => Promise.resolve(it)))(connect), this.owner);
  }

  get socket(): FakeIoSocket {
    return this.sockets.at(-1)!;
  }

  async open(): Promise<FakeIoSocket> {
    await settle();
    this.socket.open();
    return this.socket;
  }
}

describe("opening", () => {
  it("takes the path out of the URL, and leaves coming back to the session", async () => {
    const bench = new Bench();
    await settle();
    expect(bench.socket.url).toBe("https://bar.test");
    expect(bench.socket.options).toEqual({
      path: "/behind/socket.io/",
      reconnection: false,
      forceNew: true,
    });
    expect(bench.owner.told).toEqual([]);
    bench.socket.open();
    expect(bench.owner.told).toEqual(["opened"]);
  });

  it("is over with 1006 where nobody lets it in", async () => {
    const bench = new Bench();
    await settle();
    bench.socket.refuse();
    expect(bench.owner.told).toEqual([{ code: 1006, reason: "" }]);
  });

  it("is over with 1006 where the library does not come, or the URL is none", async () => {
    const missing = new Bench(() => Promise.reject(new TypeError("no such file")));
    await missing.owner.over;
    expect(missing.owner.told).toEqual([{ code: 1006, reason: "no such file" }]);
    const nowhere = new Bench(undefined, "nowhere");
    await nowhere.owner.over;
    expect(nowhere.owner.told).toMatchObject([{ code: 1006 }]);
    expect(nowhere.sockets).toEqual([]);
  });

  it("opens nothing where it is closed while the library comes", async () => {
    const bench = new Bench();
    bench.link.close(false);
    await settle();
    expect(bench.sockets).toEqual([]);
    expect(bench.owner.told).toEqual([]);
  });
});

describe("envelopes", () => {
  it("go whole, under the name in them", async () => {
    const bench = new Bench();
    const socket = await bench.open();
    bench.link.send(HIDDEN);
    expect(socket.names).toEqual(["presence"]);
    expect(socket.sent).toEqual([HIDDEN]);
  });

  it("are not kept for later where there is no connection", async () => {
    const bench = new Bench();
    bench.link.send(HIDDEN);
    await settle();
    bench.link.send(HIDDEN);
    const socket = await bench.open();
    await socket.end(1006);
    bench.link.send(HIDDEN);
    expect(socket.sent).toEqual([]);
  });

  it("count as unsent in Socket.IO's queue and in the WebSocket below it", async () => {
    const bench = new Bench();
    expect(bench.link.unsentBytes).toBe(0);
    const socket = await bench.open();
    socket.engine.transport.ws = null;
    socket.engine.writeBuffer = [{ data: "x".repeat(100) }, {}, { data: "x".repeat(20) }];
    expect(bench.link.unsentBytes).toBe(120);
    socket.engine.transport.ws = { bufferedAmount: 1_000 };
    expect(bench.link.unsentBytes).toBe(1_120);
  });
});

describe("the end", () => {
  it("is told as the server says in `closing`, which is no event of the room", async () => {
    const bench = new Bench();
    const socket = await bench.open();
    await socket.end(1013, "too slow");
    expect(bench.owner.told).toEqual(["opened", { code: 1013, reason: "too slow" }]);
  });

  it("is 1006 where the server says nothing, or nothing that makes sense", async () => {
    for (const word of ["", '{"v":1,"t":"closing","ts":0,"payload":{"code":"late"}}']) {
      const bench = new Bench();
      const socket = await bench.open();
      if (word !== "") socket.say(word);
      await socket.end(1006);
      expect(bench.owner.told).toEqual(["opened", { code: 1006, reason: "" }]);
    }
  });

  it("comes after the events that came in one HTTP body with it", async () => {
    const bench = new Bench();
    const socket = await bench.open();
    const act = { t: "moderation_action", payload: { type: "kicked", reason: "Loud." } };
    await socket.endWithin(act, KICKED);
    expect(bench.owner.told).toEqual(["opened", { v: 1, ts: 0, ...act }, { code: 4001, reason: "kicked" }]);
  });

  it.each([
    [true, "left"],
    [false, "dropped"],
  ] as const)("of the page's own (leaves: %s) is %s, and is not heard of again", async (leaves, ended) => {
    const bench = new Bench();
    const socket = await bench.open();
    bench.link.close(leaves);
    expect(socket.ended).toBe(ended);
    await settle();
    expect(bench.owner.told).toEqual(["opened"]);
  });

  it("of the page's own, before anybody has let it in, is no leave", async () => {
    const bench = new Bench();
    await settle();
    bench.link.close(false);
    expect(bench.socket.ended).toBe("dropped");
  });
});
