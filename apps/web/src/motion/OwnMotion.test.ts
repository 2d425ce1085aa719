import { beforeEach, describe, expect, it } from "vitest";
import { OwnMotion, RUN_SPEED_MPS, WALK_SPEED_MPS, type Collide, type Intent } from "./OwnMotion";

const FRAME_S = 1 / 60;
const STAND: Intent = { x: 0, z: 0, run: false, gesture: null };
const EAST: Intent = { ...STAND, x: 1 };

const open: Collide = (_x, _z, nextX, nextZ, out) => {
  out.x = nextX;
  out.z = nextZ;
};

let motion: OwnMotion;

function play(intent: Intent, seconds: number, collide = open): void {
  for (let frame = 0; frame < Math.round(seconds / FRAME_S); frame++) {
    motion.step(intent, FRAME_S, collide);
  }
}

/** What the server would echo of the pose as it is, so much aside. */
function echoAside(seq: number, asideM: number): void {
  const { x, y, z, rotY } = motion.pose;
  motion.sent(seq, motion.pose);
  motion.echo(seq, x + asideM, y, z, rotY);
}

beforeEach(() => {
  motion = new OwnMotion();
});

describe("prediction", () => {
  it("moves in the very first frame", () => {
    motion.step(EAST, FRAME_S, open);
    expect(motion.pose.x).toBeGreaterThan(0);
    expect(motion.pose.anim).toBe("walk");
  });

  it("walks at 3 m/s soon, and stands soon after", () => {
    play(EAST, 0.2);
    expect(motion.pose.speedMps).toBeCloseTo(WALK_SPEED_MPS, 6);
    play(STAND, 0.15);
    expect(motion.pose).toMatchObject({ speedMps: 0, anim: "idle" });
  });

  it("runs with the same legs, faster", () => {
    play({ ...EAST, run: true }, 0.5);
    expect(motion.pose.speedMps).toBeCloseTo(RUN_SPEED_MPS, 6);
  });

  it("is not faster on the diagonal, and slower with a gentle stick", () => {
    play({ ...STAND, x: 1, z: 1 }, 0.5);
    expect(motion.pose.speedMps).toBeCloseTo(WALK_SPEED_MPS, 6);
    play({ ...STAND, x: 0.5 }, 0.5);
    expect(motion.pose.speedMps).toBeCloseTo(WALK_SPEED_MPS / 2, 6);
  });

  it("looks where it goes, by the shortest arc", () => {
    motion.place(0, 0, 0, Math.PI - 0.1);
    play({ ...STAND, x: Math.sin(-3), z: Math.cos(-3) }, 1);
    expect(motion.pose.rotY).toBeCloseTo(-3, 2);
  });

  it("stands before a wall, and does not walk on the spot", () => {
    play(EAST, 1, (_x, z, nextX, _nextZ, out) => {
      out.x = Math.min(1, nextX);
      out.z = z;
    });
    expect(motion.pose).toMatchObject({ x: 1, anim: "idle", speedMps: 0 });
  });

  it("dances where it stands, and walks where it walks", () => {
    play({ ...STAND, gesture: "dance" }, 0.1);
    expect(motion.pose.anim).toBe("dance");
    play({ ...EAST, gesture: "dance" }, 0.1);
    expect(motion.pose.anim).toBe("walk");
  });

  it("stays on its seat until it walks", () => {
    motion.place(2, 0.5, 3, 1);
    play(STAND, 0.5);
    expect(motion.pose).toMatchObject({ x: 2, y: 0.5, z: 3, rotY: 1 });
    play(EAST, 0.1);
    expect(motion.pose.y).toBe(0);
  });

  it("says in which frame it was put somewhere", () => {
    motion.place(2, 0, 3, 1);
    motion.step(STAND, FRAME_S, open);
    expect(motion.pose.snapped).toBe(true);
    motion.step(STAND, FRAME_S, open);
    expect(motion.pose.snapped).toBe(false);
  });

  it("does nothing in a frame without time", () => {
    motion.step(EAST, 0, open);
    expect(motion.pose).toMatchObject({ x: 0, speedMps: 0 });
  });
});

describe("reconciliation", () => {
  it("changes nothing where the echo is what was sent", () => {
    motion.sent(1, motion.pose);
    play(EAST, 1);
    const { x } = motion.pose;
    motion.echo(1, 0, 0, 0, 0);
    motion.step(STAND, 0, open);
    expect(motion.pose.x).toBe(x);
    play(STAND, 1);
    const { x: stoppedX } = motion.pose;
    play(STAND, 1);
    expect(motion.pose.x).toBe(stoppedX);
  });

  it("does not mind that the wire rounds to millimetres", () => {
    motion.place(0.12345, 0, 0, 0);
    motion.sent(1, motion.pose);
    motion.echo(1, 0.123, 0, 0, 0);
    play(STAND, 1);
    expect(motion.pose.x).toBe(0.12345);
  });

  it("makes up smoothly for a difference under 3 m", () => {
    echoAside(1, 2.9);
    let before = 0;
    for (let frame = 0; frame < 120; frame++) {
      motion.step(STAND, FRAME_S, open);
      expect(motion.pose.x - before).toBeLessThan(0.5);
      expect(motion.pose.x).toBeGreaterThanOrEqual(before);
      expect(motion.pose.snapped).toBe(false);
      before = motion.pose.x;
    }
    expect(before).toBeCloseTo(2.9, 3);
  });

  it("makes up at once for a difference over 3 m", () => {
    play(EAST, 0.5);
    const { x } = motion.pose;
    echoAside(1, 3.1);
    motion.step(STAND, FRAME_S, open);
    expect(motion.pose.x).toBeCloseTo(x + 3.1, 6);
    expect(motion.pose.snapped).toBe(true);
  });

  it("compares with what was sent at that seq, not with where it is now", () => {
    motion.sent(7, motion.pose);
    play(EAST, 1);
    const { x } = motion.pose;
    motion.echo(7, 0.5, 0, 0, 0);
    play(EAST, 1);
    expect(motion.pose.x).toBeCloseTo(x + WALK_SPEED_MPS + 0.5, 2);
  });

  it("does not make up twice for what several echoes tell", () => {
    motion.sent(1, motion.pose);
    motion.sent(2, motion.pose);
    motion.echo(1, 1, 0, 0, 0);
    play(STAND, 0.05);
    motion.sent(3, motion.pose);
    const sentX = motion.pose.x;
    motion.echo(2, 1, 0, 0, 0);
    play(STAND, 2);
    motion.echo(3, sentX + (1 - sentX), 0, 0, 0);
    play(STAND, 2);
    expect(motion.pose.x).toBeCloseTo(1, 3);
  });

  it("turns to the echoed heading by the shortest arc", () => {
    motion.place(0, 0, 0, 3);
    motion.sent(1, motion.pose);
    motion.echo(1, 0, 0, 0, -3);
    for (let frame = 0; frame < 120; frame++) {
      motion.step(STAND, FRAME_S, open);
      expect(Math.abs(motion.pose.rotY)).toBeGreaterThanOrEqual(3 - 1e-9);
    }
    expect(motion.pose.rotY).toBeCloseTo(-3, 2);
  });

  it("ignores echoes of what it never sent, sent long ago, or has compared already", () => {
    motion.echo(5, 9, 9, 9, 0);
    motion.sent(0, motion.pose);
    for (let seq = 1; seq <= 64; seq++) motion.sent(seq, motion.pose);
    motion.echo(0, 9, 9, 9, 0);
    motion.echo(64, 0, 0, 0, 0);
    motion.echo(64, 9, 9, 9, 0);
    play(STAND, 1);
    expect(motion.pose).toMatchObject({ x: 0, y: 0, z: 0 });
  });

  it("forgets what it awaits, and what is left to make up for", () => {
    motion.sent(1, motion.pose);
    motion.sent(2, motion.pose);
    motion.echo(1, 1, 0, 0, 0);
    motion.forget();
    motion.echo(2, 1, 0, 0, 0);
    play(STAND, 1);
    expect(motion.pose.x).toBe(0);
  });
});
