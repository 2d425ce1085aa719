import { SEND_RATE_HZ } from "../../src/net/realtime/constants";
import type { Arrival } from "../trace";
import type { Adapter, Player, Point } from "./Adapter";

const DELAY_MS = (1.5 * 1000) / SEND_RATE_HZ;

/** Linear between arrivals, a fixed one and a half send intervals in the past. */
class Intervals implements Player {
  readonly #arrivals: Arrival[] = [];

  receive(arrival: Arrival): void {
    this.#arrivals.push(arrival);
  }

  draw(nowMs: number, _dtS: number, target: Point): boolean {
    const atMs = nowMs - DELAY_MS;
    const arrivals = this.#arrivals;
    while (arrivals.length > 1 && arrivals[1]!.arrivalMs <= atMs) arrivals.shift();
    const [earlier, later] = arrivals;
    if (earlier === undefined) return false;
    target.x = earlier.x;
    target.z = earlier.z;
    if (later === undefined || atMs <= earlier.arrivalMs) return true;
    const part = (atMs - earlier.arrivalMs) / (later.arrivalMs - earlier.arrivalMs);
    target.x += (later.x - earlier.x) * part;
    target.z += (later.z - earlier.z) * part;
    return true;
  }
}

/** What Hyperfy does, by its published idea. */
export const intervals: Adapter = { name: "1.5-interval buffer", start: () => new Intervals() };
