import { describe, expect, it } from "vitest";
import { FakeSocket } from "../../../testing/FakeSocket";
import { FakeOwner } from "../../../testing/FakeOwner";
import { envelopeOf } from "../codec";
import { WsLink } from "./WsLink";

function bench(): { socket: FakeSocket; owner: FakeOwner; link: WsLink } {
  const socket = new FakeSocket("ws://bar.test/ws");
  const owner = new FakeOwner();
  return { socket, owner, link: new WsLink(socket, owner) };
}

describe("WsLink", () => {
  it("sends an envelope as one text, and hands on what it gets", () => {
    const { socket, owner, link } = bench();
    socket.open();
    const envelope = envelopeOf("presence", { visible: false }, 7);
    link.send(envelope);
    expect(socket.sent).toEqual([envelope]);
    socket.tell("member_left", { userId: "ada" }, 8);
    socket.say("nonsense");
    expect(owner.told).toEqual([
      "opened",
      { v: 1, t: "member_left", ts: 8, payload: { userId: "ada" } },
      undefined,
    ]);
  });

  it("hands on moves of binary messages as the envelopes that they stand for", () => {
    const { socket, owner } = bench();
    socket.open();
    expect(socket.binaryType).toBe("arraybuffer");
    socket.tell("member_indices", { members: [[0, "ada"]] }, 8);
    const hex = "01004cf1238e010100000100e20454f21103";
    const bytes = Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
    socket.say(bytes.buffer);
    bytes[0] = 2;
    socket.say(bytes.buffer);
    const payload = {
      userId: "ada",
      seq: 1,
      x: 1.25,
      y: 0,
      z: -3.5,
      rotY: 0.785,
      anim: "walk",
      speaking: false,
    };
    const move = { v: 1, t: "avatar_transform_broadcast", ts: 1710000000000, payload };
    expect(owner.told).toEqual(["opened", move, undefined]);
  });

  it("takes no chat for what is meant for itself, whatever it says", () => {
    const { socket, owner } = bench();
    socket.open();
    const payload = { userId: "ada", text: "member_indices", messageId: "m" };
    socket.tell("chat_broadcast", payload, 8);
    expect(owner.told).toEqual(["opened", { v: 1, t: "chat_broadcast", ts: 8, payload }]);
  });

  it("sends nothing, and throws nothing, where the socket is not open", async () => {
    const { socket, link } = bench();
    link.send(envelopeOf("presence", { visible: false }, 7));
    socket.open();
    await socket.end(1006);
    link.send(envelopeOf("presence", { visible: false }, 7));
    expect(socket.sent).toEqual([]);
  });

  it("tells the close code and reason as they are", async () => {
    const { socket, owner } = bench();
    socket.open();
    await socket.end(4029, "Slowly!");
    expect(owner.told).toEqual(["opened", { code: 4029, reason: "Slowly!" }]);
  });

  it.each([
    [true, 1000],
    [false, undefined],
  ])("closes a leave (%s) with %s, and is not heard of again", async (leaves, code) => {
    const { socket, owner, link } = bench();
    socket.open();
    link.close(leaves);
    expect(socket.closedWith).toBe(code);
    await socket.end(code ?? 1006);
    expect(owner.told).toEqual(["opened"]);
  });
});
