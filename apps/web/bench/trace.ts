import type { Anim } from "../src/net/realtime/types";

/** Where somebody really was, frame by frame, on the clock of the observer. Metres. */
export interface Truth {
  readonly ms: number[];
  readonly x: number[];
  readonly z: number[];
  /** When they were put somewhere else, over the snap threshold away. */
  readonly jumpsMs: number[];
}

/** One transform as it reached the observer. */
export interface Arrival {
  readonly arrivalMs: number;
  /** The envelope's: motion time, on the server's clock (§1). */
  readonly ts: number;
  readonly x: number;
  readonly z: number;
  readonly rotY: number;
  readonly anim: Anim;
}

/** What one observer got of one member, beside what the member really did. */
export interface Trace {
  readonly truth: Truth;
  /** In the order of arrival. */
  readonly arrivals: readonly Arrival[];
}
