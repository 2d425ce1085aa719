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
