import InterpolationBuffer from "buffered-interpolation";
import { Quaternion, Vector3 } from "three";
import type { Arrival } from "../trace";
import type { Adapter, Player, Point } from "./Adapter";

/** The library was written for a three that had this function. */
class OldQuaternion extends Quaternion {
  static slerp(from: Quaternion, to: Quaternion, target: Quaternion, part: number): Quaternion {
    return target.slerpQuaternions(from, to, part);
  }
}

// It finds three in a global, as pages of its time did.
Object.assign(globalThis, { THREE: { Quaternion: OldQuaternion, Vector3 } });

const LINEAR = 0;
const BUFFER_S = 0.15;

class Buffered implements Player {
  readonly #library = new InterpolationBuffer(LINEAR, BUFFER_S);
  readonly #scratch = new Vector3();
  #isKnown = false;

  receive({ x, z }: Arrival): void {
    this.#library.setPosition(this.#scratch.set(x, 0, z));
    this.#isKnown = true;
  }

  draw(_nowMs: number, dtS: number, target: Point): boolean {
    this.#library.update(dtS * 1000);
    const position = this.#library.getPosition();
    target.x = position.x;
    target.z = position.z;
    return this.#isKnown;
  }
}

export const buffered: Adapter = { name: "buffered-interpolation", start: () => new Buffered() };
