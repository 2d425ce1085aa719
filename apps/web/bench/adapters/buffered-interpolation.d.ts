declare module "buffered-interpolation" {
  import type { Vector3 } from "three";

  /** Only what the benchmark calls. */
  class InterpolationBuffer {
    /** @param mode 0 is linear. @param bufferTime seconds. */
    constructor(mode?: number, bufferTime?: number);
    setPosition(position: Vector3): void;
    /** @param delta ms since the last frame. */
    update(delta: number): void;
    getPosition(): Vector3;
  }
  export = InterpolationBuffer;
}
