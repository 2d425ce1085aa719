import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";

/** Tells epoch ms on the server's clock. Null where nobody has put one around what asks. */
export const ServerClockContext = createContext<(() => number) | null>(null);

/** The time of `clock`, again and again while it is wanted. */
export function useNow(clock: () => number, periodMs: number, isWanted = true): number {
  const [now, setNow] = useState(clock);
  useEffect(() => {
    if (!isWanted) return;
    setNow(clock());
    const timer = window.setInterval(() => setNow(clock()), periodMs);
    return () => window.clearInterval(timer);
  }, [clock, periodMs, isWanted]);
  return now;
}

/**
 * Epoch ms on the server's clock: times that the server has given are compared with no other, for the
 * reader's may be wrong by any amount.
 */
export function useServerClock(): () => number {
  const clock = useContext(ServerClockContext);
  if (clock === null) throw new Error("There is no ServerClockContext around this.");
  return clock;
}

export function monotonicNow(): number {
  return performance.now();
}
