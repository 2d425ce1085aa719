import { SEND_RATE_HZ } from "../../src/net/realtime/constants";
import type { Arrival } from "../trace";
import type { Adapter, Player, Point } from "./Adapter";

/** From wherever it is drawn to the newest position, evenly, within a fixed time. */
class Chase implements Player {
  readonly #overMs: number;
  readonly #from: Point = { x: 0, z: 0 };
  readonly #drawn: Point = { x: 0, z: 0 };
  #to: Arrival | null = null;
  #fromMs = -Infinity;
  #drawnMs = -Infinity;

  constructor(overMs: number) {
    this.#overMs = overMs;
  }

  receive(arrival: Arrival): void {
    if (this.#to === null) Object.assign(this.#drawn, { x: arrival.x, z: arrival.z });
    // From the frame that is seen, not from the arrival after it: or each arrival would be a jerk.
    this.#fromMs = this.#drawnMs;
    this.#from.x = this.#drawn.x;
    this.#from.z = this.#drawn.z;
    this.#to = arrival;
  }

  draw(nowMs: number, _dtS: number, target: Point): boolean {
    if (this.#to === null) return false;
    const part = Math.min(1, (nowMs - this.#fromMs) / this.#overMs);
    this.#drawnMs = nowMs;
    this.#drawn.x = this.#from.x + (this.#to.x - this.#from.x) * part;
    this.#drawn.z = this.#from.z + (this.#to.z - this.#from.z) * part;
    target.x = this.#drawn.x;
    target.z = this.#drawn.z;
    return true;
  }
}

/** WorkAdventure's idea with its own 200 ms, the time between two of its messages. */
export const slowChase: Adapter = { name: "chase over 200 ms", start: () => new Chase(200) };

/** The same over the time between two messages of ours. */
export const quickChase: Adapter = {
  name: "chase over one interval",
  start: () => new Chase(1000 / SEND_RATE_HZ),
};
