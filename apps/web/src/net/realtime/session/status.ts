import type { ProviderStatus } from "../types";
import type { Session } from "./Session";
import { stateOf } from "./steps";

/** What the mark and the banner show. */
export function statusOf(session: Session, jitterMs: number | null, nowMs: number): ProviderStatus {
  const { step, wasJoined, retryMs, closeCode, trouble, clock } = session;
  const { roundTripMs, offsetMs } = clock;
  return {
    state: stateOf(step, wasJoined),
    ...(retryMs !== null && { retryInMs: Math.max(0, retryMs - nowMs) }),
    ...(closeCode !== null && { closeCode }),
    ...(trouble !== "" && { reason: trouble }),
    ...(roundTripMs !== null && { roundTripMs }),
    ...(jitterMs !== null && { jitterMs }),
    ...(offsetMs !== null && { clockOffsetMs: offsetMs }),
  };
}

/** Whether there is nothing to tell. Jitter changes with every event: it goes with the next round trip. */
export function isSame(a: ProviderStatus, b: ProviderStatus): boolean {
  return (
    a.state === b.state &&
    a.retryInMs === b.retryInMs &&
    a.closeCode === b.closeCode &&
    a.reason === b.reason &&
    a.roundTripMs === b.roundTripMs
  );
}
