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

/** Ada in a drawn room, at the door if nothing else is said, and Grace somewhere in it. */
function enter(graceX: number, graceZ: number, ada = { x: 0, z: 6 }) {
  const told: string[] = [];
  const play = new Play({
    provider: { userId: "ada", rateHz: 15, status: { state: "joined" }, sendTransform: () => null },
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
  arrive(member("ada", ada.x, ada.z), member("grace", graceX, graceZ));
  const click = (): void => world.onPick({ kind: "seat", seatId: STOOL.id, ...STOOL });
  return { play, told, run, click, happen };
}

describe("Play", () => {
  it("lets one sit down on a free seat", () => {
    const { play, told, run, click } = enter(6, 3);
    run(0.1);
    click();
    run(6);
    expect(play.own.seat?.id).toBe(STOOL.id);
    expect(told).toEqual([]);
  });

  it("sits down by key on the nearest free seat, and gets up by the same key", () => {
    const stools = SEATS.filter(({ id }) => /^counter-[45]$/.test(id));
    const [taken, free] = [stools[1]!, stools[0]!];
    const { play, told, run } = enter(taken.x, taken.z, { x: taken.x - 0.2, z: taken.z + 1 });
    run(0.1);
    play.sitOrStand();
    run(6);
    expect(play.own.seat?.id).toBe(free.id);
    play.sitOrStand();
    run(0.1);
    expect(play.own.seat).toBeNull();
    expect(told).toEqual([]);
  });

  it("says so where no seat is near", () => {
    const { play, told, run } = enter(6, 3, { x: 6, z: 7 });
    run(0.1);
    play.sitOrStand();
    expect(play.own.target).toBeNull();
    expect(told).toEqual(["There is no free seat near you."]);
  });

  it("says who sits on a seat already, and does not go there", () => {
    const { play, told, run, click } = enter(STOOL.x, STOOL.z);
    run(0.1);
    click();
    expect(play.own.target).toBeNull();
    expect(told).toEqual(["grace sits there already."]);
  });

  it("stops on the way to a seat that somebody else has taken meanwhile", () => {
    const { play, told, run, click, happen } = enter(6, 3);
    run(0.1);
    click();
    run(1);
    expect(play.own.target).not.toBeNull();
    happen({ t: "member_joined", ts: 0, payload: { member: member("grace", STOOL.x, STOOL.z) } });
    run(5);
    expect(play.own.seat).toBeNull();
    expect(Math.hypot(play.own.pose.x - STOOL.x, play.own.pose.z - STOOL.z)).toBeGreaterThan(1);
    expect(told).toEqual(["grace sits there already."]);
  });

  it("keeps the seat of one who comes back to it", () => {
    const { play, run } = enter(6, 3, STOOL);
    run(0.5);
    expect(play.own.seat?.id).toBe(STOOL.id);
  });
});
