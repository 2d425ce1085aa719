import type { Adapter } from "./Adapter";
import { buffered } from "./buffered";
import { quickChase, slowChase } from "./chase";
import { colyseus } from "./colyseus";
import { geckos } from "./geckos";
import { intervals } from "./intervals";
import { none } from "./none";

export { ours } from "./ours";
export type { Adapter, Player, Point } from "./Adapter";

/** Off, and the two strengths that its documentation names. */
const COLYSEUS_SMOOTH_MS = [0, 25, 65];

/** Those whose delay can be set to come to any lag. */
export const DELAYED: readonly ((delayMs: number) => Adapter)[] = COLYSEUS_SMOOTH_MS.map(
  (smoothMs) => (delayMs: number) => colyseus(smoothMs, delayMs),
);

export const OTHERS: readonly Adapter[] = [
  none,
  geckos,
  buffered,
  intervals,
  slowChase,
  quickChase,
  ...COLYSEUS_SMOOTH_MS.map((smoothMs) => colyseus(smoothMs)),
];
