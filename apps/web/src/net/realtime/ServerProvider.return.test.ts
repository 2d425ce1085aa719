import { describe, expect, it } from "vitest";
import { settle } from "../../testing/ManualEnvironment";
import { ME, OTHER, ServerBench, TRANSPORTS } from "../../testing/ServerBench";

describe.each(TRANSPORTS)("over %s", (transport) => {
  describe("close codes", () => {
    it.each([1000, 4001, 4003, 4009])("does not come back by itself after %i", async (code) => {
      const bench = new ServerBench(transport);
      await bench.join();
      await bench.socket.end(code, "Why not.");
      bench.environment.pass(600_000);
      expect(bench.asked).toHaveLength(1);
      expect(bench.provider.status).toMatchObject({ state: "closed", closeCode: code });
      expect(bench.environment.timersWaiting).toBe(0);
    });

    it.each([1001, 1002, 1006, 1009, 1011, 1013, 4008, 4029])("comes back after %i", async (code) => {
      const bench = new ServerBench(transport);
      await bench.join();
      await bench.socket.end(code);
      expect(bench.provider.status).toMatchObject({ state: "reconnecting", closeCode: code });
      bench.environment.pass(1_000);
      expect(bench.asked).toHaveLength(2);
    });

    it("comes back at once after 4010, but does not play ping-pong for ever", async () => {
      const bench = new ServerBench(transport);
      await bench.join();
      bench.environment.nextRandom.push(...Array<number>(20).fill(0.9));
      for (let hops = 0; hops < 3; hops++) {
        await bench.socket.end(4010);
        bench.environment.pass(0);
        expect(bench.asked).toHaveLength(hops + 2);
        await bench.grant();
        bench.socket.open();
      }
      await bench.socket.end(4010);
      bench.environment.pass(0);
      expect(bench.asked).toHaveLength(4);
    });

    it("tells until when a ban holds, and how widely", async () => {
      const bench = new ServerBench(transport);
      await bench.join();
      bench.socket.tell("moderation_action", { type: "banned", reason: "Spilled drinks." });
      bench.socket.tell("moderation_details", { type: "banned", untilMs: 123, scope: "server" });
      await bench.socket.end(1006);
      expect(bench.provider.failure).toEqual({
        code: "banned",
        message: "Spilled drinks.",
        untilMs: 123,
        scope: "server",
      });
      expect(bench.provider.status.state).toBe("closed");
    });

    it("stays after a mute", async () => {
      const bench = new ServerBench(transport);
      await bench.join();
      bench.socket.tell("moderation_action", { type: "mutedByMod", reason: "" });
      await bench.socket.end(1006);
      expect(bench.provider.status.state).toBe("reconnecting");
    });

    it("leaves when told to", async () => {
      const bench = new ServerBench(transport);
      await bench.join();
      bench.provider.disconnect();
      expect(bench.socket.ended).toBe("left");
      expect(bench.provider.status).toMatchObject({ state: "closed", closeCode: 1000 });
      expect(bench.provider.failure).toBeNull();
      expect(bench.environment.timersWaiting).toBe(0);
    });

    it("rejects connect where it is told to leave on the way in", async () => {
      const bench = new ServerBench(transport);
      const entered = bench.provider.connect(ME);
      bench.provider.disconnect();
      await expect(entered).rejects.toMatchObject({ code: "left" });
      expect(bench.request.signal.aborted).toBe(true);
    });
  });

  describe("coming back", () => {
    it("asks for the chat that it missed", async () => {
      const bench = new ServerBench(transport);
      await bench.join();
      bench.socket.tell("chat_broadcast", { userId: OTHER.userId, text: "Hi", messageId: "0007" });
      await bench.socket.end(1006);
      bench.environment.pass(250);
      await bench.grant();
      bench.socket.open();
      expect(bench.socket.of("join_room")[0]!.lastMessageId).toBe("0007");
      bench.admit({ resumed: true });
      bench.socket.tell("chat_broadcast", { userId: OTHER.userId, text: "Hi", messageId: "0007" });
      bench.socket.tell("chat_broadcast", { userId: OTHER.userId, text: "Ho", messageId: "0008" });
      const said = bench.events.filter((event) => event.t === "chat_broadcast");
      expect(said.map((event) => event.payload.messageId)).toEqual(["0007", "0008"]);
      expect(bench.states.slice(-3)).toEqual(["joined", "reconnecting", "joined"]);
    });

    it("asks for all that was said meanwhile where it had heard nothing before", async () => {
      const bench = new ServerBench(transport);
      await bench.join();
      expect(bench.socket.of("join_room")[0]).not.toHaveProperty("lastMessageId");
      await bench.socket.end(1006);
      bench.environment.pass(250);
      await bench.grant();
      bench.socket.open();
      expect(bench.socket.of("join_room")[0]!.lastMessageId).toBe("");
    });

    it("waits longer and longer, at random below a limit of 8 s", async () => {
      const bench = new ServerBench(transport);
      await bench.join();
      bench.environment.nextRandom.push(...Array<number>(10).fill(0.5));
      await bench.socket.end(1006);
      const waits: number[] = [];
      for (let tries = 0; tries < 7; tries++) {
        waits.push(bench.provider.status.retryInMs!);
        bench.environment.pass(waits.at(-1)!);
        await bench.request.fail();
      }
      expect(waits).toEqual([125, 250, 500, 1_000, 2_000, 4_000, 4_000]);
    });

    it("begins with short waits again after a membership that held", async () => {
      const bench = new ServerBench(transport);
      await bench.join();
      bench.environment.nextRandom.push(...Array<number>(10).fill(0.5));
      await bench.socket.end(1006);
      bench.environment.pass(125);
      await bench.request.fail();
      bench.environment.pass(250);
      await bench.grant();
      bench.socket.open();
      bench.environment.nextRandom.length = 0;
      bench.admit();
      bench.live(5_000);
      bench.environment.nextRandom.push(0.5);
      await bench.socket.end(1006);
      expect(bench.provider.status.retryInMs).toBe(125);
    });

    it("does not wait when somebody wants it now, or the network is back", async () => {
      for (const nudge of ["retryNow", "goOnline"] as const) {
        const bench = new ServerBench(transport);
        await bench.join();
        await bench.socket.end(1006);
        if (nudge === "retryNow") bench.provider.retryNow();
        else bench.goOnline();
        expect(bench.asked).toHaveLength(2);
        bench.provider.retryNow();
        expect(bench.asked).toHaveLength(2);
      }
    });

    it("passes over what an abandoned request answers late", async () => {
      const bench = new ServerBench(transport);
      await bench.join();
      bench.live(241_000);
      const renewal = bench.request;
      await bench.socket.end(1006);
      bench.provider.retryNow();
      await renewal.answer(200, {});
      await settle();
      expect(bench.sockets).toHaveLength(1);
      await bench.grant();
      expect(bench.sockets).toHaveLength(2);
    });
  });

  describe("liveness", () => {
    it("gives a connection up where nothing comes for 15 s though heartbeats are sent", async () => {
      const bench = new ServerBench(transport);
      await bench.join();
      bench.live(20_000);
      const { socket } = bench;
      bench.environment.pass(14_900);
      expect(bench.provider.status.state).toBe("joined");
      bench.environment.pass(200);
      expect(bench.provider.status).toMatchObject({ state: "reconnecting", closeCode: 1006 });
      expect(socket.ended).toBe("dropped");
    });

    it("counts heartbeats rather than time, so that a suspended page blames nobody", async () => {
      const bench = new ServerBench(transport);
      await bench.join();
      for (let minutes = 0; minutes < 3; minutes++) bench.live(60_000);
      expect(bench.provider.status.state).toBe("joined");
    });

    it("wants a sign of life within 4 s when the network has changed", async () => {
      const bench = new ServerBench(transport);
      await bench.join();
      bench.live(10_000);
      bench.goOnline();
      bench.environment.pass(4_000);
      expect(bench.provider.status.state).toBe("reconnecting");
    });
  });

  describe("a hidden page", () => {
    it("says so, says when it is seen again, and asks for a sign of life then", async () => {
      const bench = new ServerBench(transport);
      await bench.join();
      bench.provider.setVisible(false);
      bench.provider.setVisible(false);
      bench.live(60_000);
      const beats = bench.socket.of("heartbeat").length;
      bench.provider.setVisible(true);
      expect(bench.socket.of("presence")).toEqual([{ visible: false }, { visible: true }]);
      expect(bench.socket.of("heartbeat")).toHaveLength(beats + 1);
    });

    it("says so again after it has come back", async () => {
      const bench = new ServerBench(transport);
      await bench.join();
      bench.provider.setVisible(false);
      await bench.socket.end(1006);
      bench.environment.pass(250);
      await bench.grant();
      bench.socket.open();
      bench.admit({ resumed: true });
      expect(bench.socket.of("presence")).toEqual([{ visible: false }]);
    });

    it("tries for as long as its place is kept, then when it is seen again", async () => {
      const bench = new ServerBench(transport);
      await bench.join();
      bench.provider.setVisible(false);
      await bench.socket.end(1006);
      for (let seconds = 0; seconds < 60; seconds++) {
        bench.environment.pass(1_000);
        await bench.request.fail();
      }
      const tries = bench.asked.length;
      expect(tries).toBeGreaterThan(3);
      expect(bench.provider.status.retryInMs).toBeUndefined();
      await bench.environment.passSlowly(600_000, 10_000);
      expect(bench.asked).toHaveLength(tries);
      bench.provider.setVisible(true);
      expect(bench.asked).toHaveLength(tries + 1);
    });
  });
});
