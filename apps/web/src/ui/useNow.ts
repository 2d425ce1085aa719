import { useEffect, useState } from "preact/hooks";

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

export function epochNow(): number {
  return Date.now();
}

export function monotonicNow(): number {
  return performance.now();
}
