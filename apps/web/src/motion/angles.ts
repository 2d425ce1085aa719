/** One full turn, radians. */
export const TURN_RAD = 2 * Math.PI;

/** What to add to `from` to look where `to` looks, by the shorter way: -π to π. */
export function shortestArc(from: number, to: number): number {
  const arc = (to - from) % TURN_RAD;
  if (arc > Math.PI) return arc - TURN_RAD;
  return arc < -Math.PI ? arc + TURN_RAD : arc;
}

/** The same direction, -π to π. */
export function wrapAngle(rad: number): number {
  return shortestArc(0, rad);
}
