import { CLOCK_SHIFT_MS, HEARTBEAT_WINDOW_MS } from "../constants";

interface Measurement {
  readonly atMs: number;
  readonly roundTripMs: number;
  readonly offsetMs: number;
}

/**
 * The server's epoch time, from heartbeats (§4). Pure.
 *
 * The measurement with the smallest round trip of the last minute wins: what a round trip takes
 * above the smallest is waiting, of which nobody knows on which way it happened.
 */
export class HeartbeatClock {
  #measurements: readonly Measurement[] = [];
  #guessMs: number | null = null;
  #roundTripMs: number | null = null;

  /** Server's epoch ms less monotonic ms; null before anything is known. */
  get offsetMs(): number | null {
    let best: Measurement | null = null;
    for (const one of this.#measurements) {
      if (best === null || one.roundTripMs < best.roundTripMs) best = one;
    }
    return best?.offsetMs ?? this.#guessMs;
  }

  /** The newest heartbeat's round trip. */
  get roundTripMs(): number | null {
    return this.#roundTripMs;
  }

  /** A one-way time as a first guess; it is late by the way here. */
  guess(serverMs: number, receivedMs: number): void {
    this.#guessMs = serverMs - receivedMs;
  }

  /** One heartbeat's answer; one that comes before it was sent is ignored. */
  measure(sentMs: number, serverMs: number, receivedMs: number): void {
    const roundTripMs = receivedMs - sentMs;
    if (roundTripMs < 0) return;
    const offsetMs = serverMs - (sentMs + receivedMs) / 2;
    const isShifted = Math.abs(offsetMs - (this.offsetMs ?? offsetMs)) > CLOCK_SHIFT_MS + roundTripMs / 2;
    const kept = this.#measurements.filter((one) => receivedMs - one.atMs <= HEARTBEAT_WINDOW_MS);
    const measurement = { atMs: receivedMs, roundTripMs, offsetMs };
    this.#measurements = isShifted ? [measurement] : [...kept, measurement];
    this.#roundTripMs = roundTripMs;
  }
}
