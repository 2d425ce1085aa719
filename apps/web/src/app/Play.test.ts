import { describe, expect, it } from "vitest";
import { Steering } from "../input/Steering";
import type { MemberInfo, ServerEventEnvelope } from "../net/realtime/types";
import { emptyRoom } from "../room/RoomState";
import { reduce } from "../room/reduce";
import { SEATS } from "../scene/layout";
import { FakeWorld } from "../testing/FakeWorld";
import { Play } from "./Play";

const FRAME_MS = 1000 / 60;
const STOOL = SEATS.find(({ id }) => id === "counter-5")!;

function member(userId: string, x: number, z: number): MemberInfo {
  return { userId, displayName: userId, avatarId: "amber", x, y: 0, z, rotY: 0, anim: "idle" };
}

/** Ada in a drawn room, at the door if nothing else is said, and Grace on the dance floor. */
function enter(ada = { x: 0, z: 6 }) {
  const told: string[] = [];
  const asked: (string | null)[] = [];
  const play = new Play({
    provider: {
      userId: "ada",
      rateHz: 15,
      status: { state: "joined" },
      sendTransform: () => null,
      sendSeat: (seatId) => asked.push(seatId),
    },
    steering: new Steering(),
    isSpeaking: () => false,
    notify: (text) => told.push(text),
    onPerson: () => undefined,
  });
  const world = new FakeWorld();
  play.show(world);
  let room = emptyRoom("lobby");
  let nowMs = 0;
  const happen = (event: ServerEventEnvelope): void => {
    play.handle(event, nowMs);
    room = reduce(room, event);
    play.follow(room);
  };
  const arrive = (...members: readonly MemberInfo[]): void => {
    happen({ t: "room_state", ts: 0, payload: { roomId: "lobby", serverTimeMs: 0, members: [...members] } });
  };
  const run = (seconds: number): void => {
    for (const endMs = nowMs + seconds * 1000; nowMs < endMs; nowMs += FRAME_MS) {
      play.step(nowMs);
      world.frame(nowMs, FRAME_MS / 1000);
    }
  };
  const seats = (...taken: [string, string][]): void => happen({ t: "seats", ts: 0, payload: { taken } });
  const change = (userId: string, seatId: string | null): void => {
    happen({ t: "seat_changed", ts: 0, payload: { userId, seatId } });
  };
  const appoint = (...members: [string, string, boolean][]): void => {
    happen({ t: "roles", ts: 0, payload: { members } });
  };
  const refuse = (code: string): void => {
    happen({ t: "error", ts: 0, payload: { code, message: "No.", event: "seat" } });
  };
  arrive(member("ada", ada.x, ada.z), member("grace", 6, 3));
  const click = (): void => world.onPick({ ...STOOL, kind: "seat", seatId: STOOL.id });
  const distance = (): number => Math.hypot(play.own.pose.x - STOOL.x, play.own.pose.z - STOOL.z);
  return { play, told, asked, world, run, click, seats, change, appoint, refuse, distance };
}

describe("Play", () => {
  it("shows how far one is heard, in a picture that comes later too", () => {
    const { play, world } = enter();
    play.showHearing(7.5);
    expect(world.hearingM).toBe(7.5);
    const later = new FakeWorld();
    play.show(later);
    expect(later.hearingM).toBe(7.5);
    play.showHearing(null);
    expect(later.hearingM).toBeNull();
  });

  it("marks on tags who keeps order and who is a bot, as soon as the server says it", () => {
    const { world, appoint } = enter();
    expect(world.badges.get("ada")).toEqual([]);
    appoint(["ada", "moderator", false], ["grace", "guest", true]);
    expect(world.badges.get("ada")).toEqual([{ text: "moderator", kind: "staff" }]);
    expect(world.badges.get("grace")).toEqual([{ text: "bot", kind: "bot" }]);
    appoint(["ada", "guest", false]);
    expect(world.badges.get("ada")).toEqual([]);
  });

  it("marks whom a later picture draws", () => {
    const { play, appoint } = enter();
    appoint(["grace", "owner", true]);
    const later = new FakeWorld();
    play.show(later);
    expect(later.badges.get("grace")).toEqual([
      { text: "owner", kind: "staff" },
      { text: "bot", kind: "bot" },
    ]);
  });

  it("asks for a seat where one sits down, and sits when the server has given it", () => {
    const { play, told, asked, world, run, click, seats, change, distance } = enter();
    seats();
    click();
    run(0.5);
    expect(asked).toEqual([]);
    run(6);
    expect(asked).toEqual([STOOL.id]);
    expect(play.own.seat).toBeNull();
    expect(distance()).toBeLessThan(0.2);
    change("ada", STOOL.id);
    run(0.1);
    expect(play.own.seat?.id).toBe(STOOL.id);
    expect(world.seats).toEqual(new Map([["ada", STOOL.id]]));
    expect(told).toEqual([]);
  });

  it("sits down by key on the nearest free seat, and gets up by the same key", () => {
    const stools = SEATS.filter(({ id }) => /^counter-[45]$/.test(id));
    const [taken, free] = [stools[1]!, stools[0]!];
    const { play, told, run, seats, change } = enter({ x: taken.x - 0.2, z: taken.z + 1 });
    seats([taken.id, "grace"]);
    play.sitOrStand();
    run(1);
    change("ada", free.id);
    run(5);
    expect(play.own.seat?.id).toBe(free.id);
    play.sitOrStand();
    run(0.1);
    expect(play.own.seat).toBeNull();
    expect(told).toEqual([]);
  });

  it("says so where no seat is near", () => {
    const { play, told, run } = enter({ x: 6, z: 7 });
    run(0.1);
    play.sitOrStand();
    expect(play.own.target).toBeNull();
    expect(told).toEqual(["There is no free seat near you."]);
  });

  it("sits down without waiting where the answer was there first", () => {
    const { play, asked, run, click, seats, change } = enter();
    seats();
    click();
    while (asked.length === 0) run(0.02);
    expect(play.own.target).not.toBeNull();
    change("ada", STOOL.id);
    run(1.5);
    expect(play.own.seat?.id).toBe(STOOL.id);
  });

  it("says who sits on a seat already, and does not go there", () => {
    const { play, told, world, run, click, seats } = enter();
    seats([STOOL.id, "grace"]);
    expect(world.seats).toEqual(new Map([["grace", STOOL.id]]));
    click();
    run(0.1);
    expect(play.own.target).toBeNull();
    expect(told).toEqual(["grace sits there already."]);
  });

  it("stops on the way to a seat that somebody else has taken meanwhile", () => {
    const { play, told, asked, run, click, seats, change, distance } = enter();
    seats();
    click();
    run(1);
    expect(play.own.target).not.toBeNull();
    change("grace", STOOL.id);
    run(5);
    expect(asked).toEqual([]);
    expect(distance()).toBeGreaterThan(1);
    expect(told).toEqual(["grace sits there already."]);
  });

  it("stays beside a seat that it does not get", () => {
    const { play, told, asked, run, click, seats, refuse } = enter();
    seats();
    click();
    run(6);
    refuse("seat_taken");
    run(1);
    expect(play.own.seat).toBeNull();
    expect(asked).toEqual([STOOL.id]);
    expect(told).toEqual(["Somebody sits there already."]);
  });

  it("gives the seat up with the first step, and what was asked for and not wanted any more", () => {
    const { play, asked, run, click, seats, change } = enter();
    seats();
    click();
    run(6);
    play.own.walkTo(0, 6);
    change("ada", STOOL.id);
    run(0.1);
    expect(play.own.seat).toBeNull();
    expect(asked).toEqual([STOOL.id, null]);
  });

  it("gets up from a seat that it has no more", () => {
    const { play, run, seats, change } = enter(STOOL);
    seats([STOOL.id, "ada"]);
    run(0.5);
    expect(play.own.seat?.id).toBe(STOOL.id);
    change("ada", null);
    expect(play.own.seat).toBeNull();
  });

  it("keeps the seat of one who comes back to it", () => {
    const { play, asked, run, seats } = enter(STOOL);
    seats([STOOL.id, "ada"]);
    run(0.5);
    expect(play.own.seat?.id).toBe(STOOL.id);
    expect(asked).toEqual([]);
  });

  it("asks for the seat again whose keeping time is over, and gets up where it is refused", () => {
    const { play, asked, run, seats, refuse } = enter(STOOL);
    seats();
    run(0.5);
    expect(asked).toEqual([STOOL.id]);
    refuse("seat_taken");
    run(0.5);
    expect(play.own.seat).toBeNull();
    expect(asked).toEqual([STOOL.id]);
  });

  it("draws who sits where, also whom it has drawn before", () => {
    const { play, seats, change } = enter();
    seats(["bench-1", "grace"], ["bench-2", "ada"]);
    change("grace", "bench-3");
    change("ada", null);
    const world = new FakeWorld();
    play.show(world);
    expect(world.seats).toEqual(new Map([["grace", "bench-3"]]));
  });
});
