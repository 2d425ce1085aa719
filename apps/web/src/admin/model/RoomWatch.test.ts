import { describe, expect, it } from "vitest";
import { ApiError } from "../../api/http";
import type { HeardLine, MemberView, Page, RoomLook } from "../../api/moderation";
import { ManualEnvironment, settle } from "../../testing/ManualEnvironment";
import type { PollEnvironment } from "./Poller";
import { LINES_KEPT, LOOK_MS, RoomWatch } from "./RoomWatch";

function member(userId: string, x: number): MemberView {
  const where = { x, z: 0, rotY: 0, anim: "walk" };
  const who = { userId, displayName: userId, avatarId: "amber", role: "guest", device: "desktop" };
  return {
    ...who,
    ...where,
    connected: true,
    visible: true,
    muted: false,
    mutedUntilMs: null,
    mayModerate: true,
    isBot: false,
  };
}

function line(messageId: string): HeardLine {
  return { messageId, userId: "ada", displayName: "Ada", text: messageId, saidMs: 1 };
}

function look(members: MemberView[], chat: HeardLine[] = []): RoomLook {
  const rates = { movesPerSecond: 0, messagesPerMinute: 0, emotesPerMinute: 0 };
  const room = { roomId: "lobby", name: "Lobby", ownerId: null, capacity: 250, locked: false };
  return {
    serverTimeMs: 1,
    room: { ...room, members: members.length, bots: 0, connected: members.length, ...rates },
    members,
    chat,
  };
}

const stored: Page<HeardLine> = { items: [line("03"), line("02"), line("01")], nextCursor: null };

/** A watch over a room that the test says what happens in. */
async function watching(...answers: (RoomLook | ApiError)[]) {
  const clock = new ManualEnvironment();
  const asked: (string | null)[] = [];
  const environment: PollEnvironment = {
    now: () => clock.now(),
    after: (delayMs, act) => clock.after(delayMs, act),
    isHidden: () => false,
    onVisibility: () => () => undefined,
  };
  const api = {
    storedChat: () => Promise.resolve(stored),
    look: (_: string, after: string | null) => {
      asked.push(after);
      const answer = answers.shift();
      if (answer === undefined) return new Promise<RoomLook>(() => undefined);
      return answer instanceof ApiError ? Promise.reject(answer) : Promise.resolve(answer);
    },
  };
  const watch = new RoomWatch(api, "lobby", environment);
  watch.poller.start();
  await settle();
  const pass = async (ms: number): Promise<void> => {
    clock.pass(ms);
    await settle();
  };
  return { watch, asked, pass };
}

describe("RoomWatch", () => {
  it("asks for what was said since, and shows every message once", async () => {
    const { watch, asked, pass } = await watching(
      look([member("ada", 0)], [line("1"), line("2")]),
      look([member("ada", 0)], [line("2"), line("3")]),
    );
    await pass(LOOK_MS);
    expect(asked.slice(0, 2)).toEqual([null, "2"]);
    expect(watch.chat.value.map(({ text }) => text)).toEqual(["1", "2", "3"]);
  });

  it("forgets what is too long ago to be shown", async () => {
    const lines = Array.from({ length: LINES_KEPT + 1 }, (_, index) => line(`${index}`));
    const { watch } = await watching(look([], lines));
    expect(watch.chat.value).toHaveLength(LINES_KEPT);
    expect(watch.chat.value[0]!.text).toBe("1");
  });

  it("goes back before the live lines, and misses none that they drop", async () => {
    const later = Array.from({ length: LINES_KEPT }, (_, index) =>
      line(`1${String(index).padStart(3, "0")}`),
    );
    const { watch, pass } = await watching(look([], [line("03")]), look([], later));
    await watch.earlier.more();
    expect(watch.earlier.lines.value.map(({ text }) => text)).toEqual(["01", "02"]);
    await pass(LOOK_MS);
    expect(watch.chat.value).toHaveLength(LINES_KEPT);
    expect(watch.earlier.lines.value.map(({ text }) => text)).toEqual(["01", "02", "03"]);
  });

  it("moves people from look to look, and forgets who has left", async () => {
    const { watch, pass } = await watching(
      look([member("ada", 0), member("grace", 5)]),
      look([member("ada", 1)]),
    );
    await pass(LOOK_MS);
    expect(watch.isMoving).toBe(true);
    await pass(LOOK_MS / 2);
    expect(watch.placeOf("ada")!.x).toBeCloseTo(0.5);
    expect(watch.placeOf("grace")).toBeNull();
    await pass(LOOK_MS);
    expect(watch.isMoving).toBe(false);
  });

  it("says that nobody is there, and is back when somebody walks in", async () => {
    const { watch, pass } = await watching(
      look([member("ada", 0)]),
      new ApiError(404, "room_not_found", "None."),
      look([member("ada", 0)]),
    );
    await pass(LOOK_MS);
    expect(watch.isEmpty.value).toBe(true);
    expect(watch.look.value).toBeNull();
    await pass(10 * LOOK_MS);
    expect(watch.isEmpty.value).toBe(false);
    expect(watch.look.value?.members).toHaveLength(1);
  });

  it("keeps the last look while the server does not answer", async () => {
    const { watch, pass } = await watching(look([member("ada", 0)]), new ApiError(0, "unreachable", "No."));
    await pass(LOOK_MS);
    expect(watch.poller.state.value.type).toBe("failing");
    expect(watch.look.value?.members).toHaveLength(1);
  });
});
