import { makePose } from "../../src/motion/Pose";
import { SnapshotBuffer } from "../../src/motion/SnapshotBuffer";
import { ArrivalClock } from "../../src/net/realtime/ArrivalClock";
import type { Arrival } from "../trace";
import type { Adapter, Player, Point } from "./Adapter";

/** The client's own classes, each member alone on its connection: the clock learns from nobody else. */
class Ours implements Player {
  readonly #clock = new ArrivalClock();
  readonly #buffer = new SnapshotBuffer();
  readonly #pose = makePose();
  #isKnown = false;

  receive({ ts, x, z, rotY, anim, arrivalMs }: Arrival): void {
    this.#buffer.push(ts, x, 0, z, rotY, anim, this.#clock.observe(ts, arrivalMs));
    this.#isKnown = true;
  }

  draw(nowMs: number, dtS: number, target: Point): boolean {
    if (!this.#isKnown) return false;
    const pose = this.#buffer.sample(this.#clock.motionNow(nowMs), dtS, this.#pose);
    target.x = pose.x;
    target.z = pose.z;
    return true;
  }
}

export const ours: Adapter = { name: "VirtuBar", start: () => new Ours() };
