import type { Adapter } from "./adapters";
import { film, measure } from "./figures";
import type { Row } from "./report";
import type { Trace } from "./trace";

/** Where another delay brings the lag no nearer: it moves in steps of samples, not smoothly. */
const TRIES = 8;

/**
 * What a way of drawing makes of the traces at somebody else's lag: delay buys every other figure, so
 * only at equal lag are two ways of drawing compared and not two delays.
 *
 * @param make the way of drawing with a delay, ms.
 */
export function atLag(make: (delayMs: number) => Adapter, traces: readonly Trace[], lagMs: number): Row {
  let delayMs = lagMs / 2;
  let best: Row | null = null;
  for (let tries = 0; tries < TRIES; tries++) {
    const adapter = make(delayMs);
    const figures = measure(traces.map((trace) => film(adapter, trace)));
    const offMs = lagMs - figures.lagMs;
    if (best === null || Math.abs(offMs) < Math.abs(lagMs - best.figures.lagMs)) {
      best = { name: `${adapter.name}, ${Math.round(delayMs)} ms`, figures };
    }
    if (offMs === 0) break;
    delayMs = Math.max(0, delayMs + offMs);
  }
  return best!;
}
