/** The bar's floor as simulated guests use it, as src/virtubar/bots/floor.py has it for bots. Pure. */
import { BAR } from "../../../venue/bar";
import { obstaclesOf } from "../../../venue/obstacles";
import type { Point, Stand } from "../../../venue/Venue";
import { Walkable } from "../../../venue/Walkable";

/** A place to be, and where one looks from it; of a seat its id. */
export interface Spot {
  readonly seatId: string | null;
  readonly at: Point;
  readonly headingRad: number;
  readonly kind: "seat" | "dance";
}

/** Half a person: how far walkers keep from everything. */
const CLEARANCE_M = 0.35;
/** Benches are for those who look for them. */
const SOUGHT = new Set(["table", "counter"]);

function spot({ x, z, rotY }: Stand, kind: Spot["kind"], seatId: string | null): Spot {
  return { at: { x, z }, headingRad: rotY, kind, seatId };
}

export const FLOOR = new Walkable(obstaclesOf(BAR), CLEARANCE_M);

export const SPOTS: readonly Spot[] = [
  ...BAR.seats.filter(({ kind }) => SOUGHT.has(kind)).map((seat) => spot(seat, "seat", seat.id)),
  ...BAR.danceFloor.spots.map((stand) => spot(stand, "dance", null)),
];
