export type Grade = "good" | "fair" | "poor" | "unknown";

/** How a connection feels: the round trip that people notice, and the unevenness that they see. */
export function gradeOf(roundTripMs: number | undefined, jitterMs: number | undefined): Grade {
  if (roundTripMs === undefined) return "unknown";
  const jitter = jitterMs ?? 0;
  if (roundTripMs <= 120 && jitter <= 30) return "good";
  if (roundTripMs <= 300 && jitter <= 80) return "fair";
  return "poor";
}
