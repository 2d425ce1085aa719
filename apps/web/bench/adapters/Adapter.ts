import type { Arrival } from "../trace";

/** A place on the floor, to be filled. */
export interface Point {
  x: number;
  z: number;
}

/** One way of drawing a member between its transforms. */
export interface Adapter {
  readonly name: string;
  /** A player that has seen nothing yet. */
  start(): Player;
}

export interface Player {
  receive(arrival: Arrival): void;
  /** Where to draw in this frame; false while there is nothing to draw. */
  draw(nowMs: number, dtS: number, target: Point): boolean;
}
