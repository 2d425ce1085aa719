import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";

/** Tells epoch ms on the server's clock. Null where nobody has put one around what asks. */
export const ServerTimeContext = createContext<(() => number) | null>(null);

/**
 * The time of `clock`, again and again while it is wanted.
 *
 * It is read in every drawing: a time that was kept from an earlier one is wrong by as long as
 * nobody wanted it.
 */
export function useNow(clock: () => number, periodMs: number, isWanted = true): number {
  const [, drawAgain] = useState(0);
  useEffect(() => {
    if (!isWanted) return;
    const timer = window.setInterval(() => drawAgain((count) => count + 1), periodMs);
    return () => window.clearInterval(timer);
  }, [clock, periodMs, isWanted]);
  return clock();
}

/**
 * Epoch ms on the server's clock: times that the server has given are compared with no other, for the
 * reader's may be wrong by any amount.
 */
export function useServerTime(): () => number {
  const clock = useContext(ServerTimeContext);
  if (clock === null) throw new Error("There is no ServerTimeContext around this.");
  return clock;
}

export function monotonicNow(): number {
  return performance.now();
}
