import type { Trace } from "./trace";

/** The same member as a crowd's observer gets it: of every so many ms the newest transform alone. */
export function seldom(trace: Trace, everyMs: number): Trace {
  const window = (ts: number): number => Math.floor(ts / everyMs);
  const arrivals = trace.arrivals.filter(({ ts }, index, all) => {
    const next = all[index + 1];
    return next === undefined || window(next.ts) !== window(ts);
  });
  return { truth: trace.truth, arrivals };
}
