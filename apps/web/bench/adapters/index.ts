import type { Adapter } from "./Adapter";
import { buffered } from "./buffered";
import { quickChase, slowChase } from "./chase";
import { geckos } from "./geckos";
import { intervals } from "./intervals";
import { none } from "./none";

export { ours } from "./ours";
export type { Adapter, Player, Point } from "./Adapter";

export const OTHERS: readonly Adapter[] = [none, geckos, buffered, intervals, slowChase, quickChase];
