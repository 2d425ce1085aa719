import { describe, expect, it } from "vitest";
import { ME, MY_ID, OTHER, ServerBench, TRANSPORTS } from "../../testing/ServerBench";
import { UNSENT_MAX_BYTES } from "./constants";
import type { Transform } from "./types";

const STANDING: Transform = { x: 1, y: 0, z: 2, rotY: 0.5, anim: "idle", speaking: false };

describe.each(TRANSPORTS)("over %s", (transport) => {
  describe("coming in", () => {
    it("asks for a ticket, opens its socket, and joins at once with the token in the payload", async () => {
      const bench = new ServerBench(transport);
      const entered = bench.provider.connect(ME);
      expect(bench.request).toMatchObject({ url: "/rooms/join", body: { roomId: "lobby" } });
      expect(bench.request.authorization).toBeNull();
      await bench.grant();
      expect(bench.socket.url).toBe(transport === "ws" ? "ws://bar.test/ws" : "http://bar.test");
      bench.socket.open();
      expect(bench.socket.sent).toHaveLength(1);
      expect(bench.socket.of("join_room")[0]).toEqual({
        roomId: "lobby",
        user: { userId: MY_ID, displayName: "Ada", avatarId: "amber" },
        realtimeToken: "token-1",
      });
      bench.admit();
      await entered;
      expect(bench.states).toEqual(["connecting", "joining", "joined"]);
      expect(bench.events.map((event) => event.t)).toEqual(["room_state", "session"]);
      expect(bench.provider.userId).toBe(MY_ID);
      expect(bench.provider.rateHz).toBe(20);
    });

    it("keeps the identity token and presents it next time", async () => {
      const bench = new ServerBench(transport);
      await bench.join();
      expect([...bench.stored.values()]).toEqual(["identity-1"]);
      await bench.socket.end(1006);
      bench.environment.pass(1_000);
      expect(bench.request.authorization).toBe("Bearer identity-1");
    });

    it("becomes a new guest where the server does not know the identity any more", async () => {
      const bench = new ServerBench(transport);
      bench.stored.set("virtubar.identityToken", "of-another-server");
      const entered = bench.provider.connect(ME);
      await bench.request.answer(401, { code: "token_invalid", message: "No." });
      expect(bench.asked).toHaveLength(2);
      expect(bench.request.authorization).toBeNull();
      await bench.grant();
      bench.socket.open();
      bench.admit();
      await entered;
    });

    it("says its rate class where the page knows it", () => {
      const bench = new ServerBench(transport, { device: "mobile" });
      void bench.provider.connect(ME);
      expect(bench.request.body).toEqual({ roomId: "lobby", device: "mobile" });
    });

    it("rejects with the server's sentence where the person is banned", async () => {
      const bench = new ServerBench(transport);
      const entered = bench.provider.connect(ME);
      const refused = expect(entered).rejects.toMatchObject({ code: "banned", message: "Not you." });
      await bench.request.answer(403, { code: "banned", message: "Not you." });
      await refused;
      expect(bench.provider.status).toMatchObject({ state: "closed", reason: "Not you." });
      expect(bench.provider.failure).toMatchObject({ code: "banned" });
      expect(bench.environment.timersWaiting).toBe(0);
    });

    it("tries again without end where the server cannot be reached", async () => {
      const bench = new ServerBench(transport);
      void bench.provider.connect(ME);
      for (let tries = 1; tries <= 12; tries++) {
        expect(bench.asked).toHaveLength(tries);
        await bench.request.fail();
        expect(bench.provider.status.state).toBe("connecting");
        expect(bench.provider.status.retryInMs).toBeLessThanOrEqual(Math.min(8_000, 250 * 2 ** (tries - 1)));
        bench.environment.pass(8_000);
      }
    });

    it("waits as long as the server asks for, and its own jitter", async () => {
      const bench = new ServerBench(transport);
      void bench.provider.connect(ME);
      bench.environment.nextRandom.push(0.5);
      await bench.request.answer(429, { code: "rate_limited", message: "Wait.", retryAfterMs: 3_000 });
      expect(bench.provider.status.retryInMs).toBe(3_125);
    });

    it("takes a proxy's page for trouble on the way, not for a refusal", async () => {
      const bench = new ServerBench(transport);
      void bench.provider.connect(ME);
      await bench.request.answer(404, "<html>");
      expect(bench.provider.status.state).toBe("connecting");
      expect(bench.provider.status.retryInMs).toBeGreaterThanOrEqual(0);
    });

    it("gives up on a request and a socket that take 10 s, and on an answer to join_room that takes 30 s", async () => {
      const bench = new ServerBench(transport);
      void bench.provider.connect(ME);
      bench.environment.pass(10_000);
      expect(bench.request.signal.aborted).toBe(true);
      bench.environment.pass(300);
      expect(bench.asked).toHaveLength(2);
      await bench.grant();
      bench.environment.pass(10_000);
      expect(bench.socket.ended).toBe("dropped");
      bench.environment.pass(500);
      await bench.grant();
      bench.socket.open();
      bench.environment.pass(29_999);
      expect(bench.socket.ended).toBeNull();
      expect(bench.provider.status.state).toBe("joining");
      bench.environment.pass(1);
      expect(bench.socket.ended).toBe("dropped");
      expect(bench.provider.status.state).toBe("connecting");
    });

    it("survives an address that no socket opens at", async () => {
      const bench = new ServerBench(transport, { fault: new SyntaxError("no such scheme") });
      void bench.provider.connect(ME);
      await bench.grant();
      expect(bench.provider.status).toMatchObject({ state: "connecting", reason: "no such scheme" });
    });

    it("is good for one membership only", async () => {
      const bench = new ServerBench(transport);
      await bench.join();
      expect(() => bench.provider.connect(ME)).toThrow("one membership");
    });
  });

  describe("a refusal while the socket is open", () => {
    it("gets a fresh ticket and joins again on the same socket", async () => {
      const bench = new ServerBench(transport);
      const entered = bench.provider.connect(ME);
      await bench.grant();
      bench.socket.open();
      bench.socket.tell("auth_error", { code: "token_expired", message: "Too late." });
      expect(bench.asked).toHaveLength(2);
      await bench.grant();
      expect(bench.sockets).toHaveLength(1);
      expect(bench.socket.of("join_room").map((join) => join.realtimeToken)).toEqual(["token-1", "token-2"]);
      bench.admit();
      await entered;
    });

    it("waits longer after each further one", async () => {
      const bench = new ServerBench(transport);
      void bench.provider.connect(ME);
      await bench.grant();
      bench.socket.open();
      bench.socket.tell("auth_error", { code: "token_invalid", message: "No." });
      await bench.grant();
      bench.environment.nextRandom.push(0.5);
      bench.socket.tell("auth_error", { code: "token_invalid", message: "No." });
      expect(bench.asked).toHaveLength(2);
      expect(bench.provider.status.retryInMs).toBe(125);
      bench.environment.pass(125);
      expect(bench.asked).toHaveLength(3);
    });

    it("is told to the person where the room is full, unless they were in it", async () => {
      const bench = new ServerBench(transport);
      const entered = bench.provider.connect(ME);
      const refused = expect(entered).rejects.toMatchObject({ code: "room_full" });
      await bench.request.answer(409, { code: "room_full", message: "Full." });
      await refused;

      const other = new ServerBench(transport);
      await other.join();
      await other.socket.end(1006);
      other.environment.pass(250);
      await other.request.answer(409, { code: "room_full", message: "Full." });
      expect(other.provider.status.state).toBe("reconnecting");
    });
  });

  describe("being in", () => {
    it("sends a heartbeat every 5 s and measures round trip and clock by its answer", async () => {
      const bench = new ServerBench(transport);
      await bench.join();
      expect(bench.socket.of("heartbeat")).toHaveLength(1);
      bench.environment.pass(80);
      const [beat] = bench.socket.of("heartbeat");
      const serverTimeMs = bench.environment.epochMs + 5_000 + bench.environment.now() - 40;
      bench.socket.tell("heartbeat_ack", { ...beat!, serverTimeMs });
      expect(bench.provider.status.roundTripMs).toBeCloseTo(80);
      expect(bench.provider.status.clockOffsetMs).toBeCloseTo(bench.environment.epochMs + 5_000);
      bench.live(20_000);
      expect(bench.socket.of("heartbeat")).toHaveLength(5);
      expect(bench.socket.of("heartbeat").at(-1)).toMatchObject({ roomId: "lobby", lastSeq: -1 });
    });

    it("numbers transforms on from where the server was, and answers with their seq", async () => {
      const bench = new ServerBench(transport);
      expect(bench.provider.sendTransform(STANDING)).toBeNull();
      await bench.join({ lastSeq: 41 });
      expect(bench.provider.sendTransform(STANDING)).toBe(42);
      expect(bench.provider.sendTransform(STANDING)).toBe(43);
      expect(bench.socket.of("avatar_transform")[0]).toEqual({ roomId: "lobby", seq: 42, ...STANDING });
      expect(bench.socket.sent.at(-1)!.ts).toBe(bench.environment.epochMs + bench.environment.now());
    });

    it("never goes back with its seq, whatever the server remembers", async () => {
      const bench = new ServerBench(transport);
      await bench.join({ lastSeq: 41 });
      bench.provider.sendTransform(STANDING);
      await bench.socket.end(1006);
      expect(bench.provider.sendTransform(STANDING)).toBeNull();
      bench.environment.pass(250);
      await bench.grant();
      bench.socket.open();
      bench.admit({ lastSeq: 7, resumed: true });
      expect(bench.provider.sendTransform(STANDING)).toBe(43);
    });

    it("sheds transforms, and only them, while the uplink is full", async () => {
      const bench = new ServerBench(transport);
      await bench.join();
      bench.socket.unsentBytes = UNSENT_MAX_BYTES;
      expect(bench.provider.sendTransform(STANDING)).toBe(0);
      bench.socket.unsentBytes = UNSENT_MAX_BYTES + 1;
      expect(bench.provider.sendTransform(STANDING)).toBeNull();
      bench.provider.sendChat("Hello");
      expect(bench.socket.of("local_chat")).toEqual([{ roomId: "lobby", text: "Hello", mode: "local" }]);
      bench.socket.unsentBytes = 0;
      expect(bench.provider.sendTransform(STANDING)).toBe(1);
    });

    it("says so where chat cannot be sent", async () => {
      const bench = new ServerBench(transport);
      await bench.join();
      await bench.socket.end(1006);
      bench.provider.sendChat("Anybody there?");
      expect(bench.events.at(-1)).toMatchObject({
        t: "error",
        payload: { code: "not_joined", event: "local_chat" },
      });
    });

    it("asks for acts of moderation, and says so where they cannot be sent", async () => {
      const bench = new ServerBench(transport);
      await bench.join({ role: "moderator" });
      const act = { action: "kick", userId: OTHER.userId, scope: "room", requestId: "act-1" } as const;
      bench.provider.moderate(act);
      expect(bench.socket.of("moderate")).toEqual([act]);
      bench.socket.tell("moderation_done", { ...act, untilMs: 7 });
      expect(bench.events.at(-1)).toMatchObject({ t: "moderation_done", payload: { untilMs: 7 } });
      await bench.socket.end(1006);
      bench.provider.moderate(act);
      expect(bench.events.at(-1)).toMatchObject({
        t: "error",
        payload: { code: "not_joined", event: "moderate", requestId: "act-1" },
      });
    });

    it("passes stale transforms and repeats of chat over", async () => {
      const bench = new ServerBench(transport);
      await bench.join();
      const seen = (): number => bench.events.length;
      const move = (seq: number): void => {
        bench.socket.tell("avatar_transform_broadcast", { userId: OTHER.userId, seq, ...STANDING });
      };
      const before = seen();
      for (const seq of [5, 5, 4, 6]) move(seq);
      expect(seen() - before).toBe(2);
      bench.socket.tell("member_joined", { member: OTHER });
      move(1);
      expect(seen() - before).toBe(4);
      const said = { userId: OTHER.userId, text: "Hi", messageId: "0001" };
      bench.socket.tell("chat_broadcast", said);
      bench.socket.tell("chat_broadcast", said);
      expect(seen() - before).toBe(5);
    });

    it("goes on after a message that it does not understand", async () => {
      const bench = new ServerBench(transport);
      await bench.join();
      const before = bench.events.length;
      bench.socket.say("nonsense");
      bench.socket.say('{"v":1,"t":"jukebox","ts":1,"payload":{"song":1}}');
      bench.socket.tell("member_left", { userId: OTHER.userId });
      expect(bench.events.slice(before).map((event) => event.t)).toEqual(["member_left"]);
    });

    it("lets no listener that throws deafen the others", async () => {
      const bench = new ServerBench(transport);
      const fault = new Error("a listener's own fault");
      const stop = bench.provider.on(() => {
        throw fault;
      });
      const heard: string[] = [];
      bench.provider.on((event) => heard.push(event.t));
      await bench.join();
      stop();
      bench.live(5_000);
      expect(heard).toEqual(["room_state", "session", "heartbeat_ack"]);
      expect(bench.environment.reported).toEqual([fault, fault]);
    });
  });

  describe("renewal", () => {
    it.each([
      [0, 240_000],
      [0.999, 210_030],
    ])(
      "happens in the last 20 to 30 %% of the token's life (by chance %d after %i ms)",
      async (chance, dueMs) => {
        const bench = new ServerBench(transport);
        bench.environment.nextRandom.push(chance);
        await bench.join();
        bench.live(dueMs - 100);
        expect(bench.asked).toHaveLength(1);
        bench.live(200);
        expect(bench.asked).toHaveLength(2);
        await bench.grant();
        expect(bench.sockets).toHaveLength(1);
        expect(bench.socket.of("join_room").at(-1)!.realtimeToken).toBe("token-2");
        bench.socket.tell("token_renewed", { expiresAtMs: Math.round(bench.serverNowMs) + 300_000 });
        bench.live(209_000);
        expect(bench.asked).toHaveLength(2);
        expect(bench.states).toEqual(["connecting", "joining", "joined"]);
      },
    );

    it("is made up for where the token ended first", async () => {
      const bench = new ServerBench(transport);
      await bench.join();
      bench.socket.tell("auth_error", { code: "token_expired", message: "Ended." });
      expect(bench.asked).toHaveLength(2);
      await bench.grant();
      expect(bench.socket.of("join_room").at(-1)!.realtimeToken).toBe("token-2");
      expect(bench.provider.status.state).toBe("joined");
    });

    it("is tried again after trouble on the way", async () => {
      const bench = new ServerBench(transport);
      bench.environment.nextRandom.push(0);
      await bench.join();
      bench.live(240_100);
      await bench.request.fail();
      bench.live(1_000);
      expect(bench.asked).toHaveLength(3);
      expect(bench.provider.status.state).toBe("joined");
    });

    it("ends the evening where it is refused by a ban", async () => {
      const bench = new ServerBench(transport);
      await bench.join();
      bench.live(241_000);
      await bench.request.answer(403, { code: "banned", message: "Enough." });
      expect(bench.provider.status.state).toBe("closed");
      expect(bench.provider.failure).toMatchObject({ code: "banned", message: "Enough." });
    });
  });
});
