import type { Arrival } from "../trace";
import type { Adapter, Player, Point } from "./Adapter";

class Newest implements Player {
  #newest: Arrival | null = null;

  receive(arrival: Arrival): void {
    this.#newest = arrival;
  }

  draw(_nowMs: number, _dtS: number, target: Point): boolean {
    if (this.#newest === null) return false;
    target.x = this.#newest.x;
    target.z = this.#newest.z;
    return true;
  }
}

/** The newest position, as it is. */
export const none: Adapter = { name: "no smoothing", start: () => new Newest() };
