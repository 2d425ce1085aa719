/** What feet meet on a floor, as src/virtubar/venue/obstacles.py has it. Metres. Pure. */
import type { Block, Point, Venue } from "./Venue";

/** How thick walls are: nothing is behind them. */
export const WALL_M = 1;
/** What leaves less room than this to a wall leaves none: no person fits in. */
const NEAR_WALL_M = 0.5;

/** A rectangle along the axes. */
export type Rect = Omit<Block, "heightM">;

/** A post. */
export interface Circle extends Point {
  readonly radiusM: number;
}

/** Everything that stands in the way within the bounds. */
export interface Obstacles {
  readonly bounds: Rect;
  readonly boxes: readonly Rect[];
  readonly circles: readonly Circle[];
}

/** The heading of one who looks from `start` to `end`, radians about +y. */
export function heading(start: Point, end: Point): number {
  return Math.atan2(end.x - start.x, end.z - start.z);
}

/** Walls, what is the staff's, tables, plants and furniture, in the order of the server's. */
export function obstaclesOf(venue: Venue): Obstacles {
  const { size, porch, tables, plants, furniture } = venue;
  return {
    bounds: {
      minX: -size.halfWidthM,
      maxX: size.halfWidthM,
      minZ: -size.halfDepthM,
      maxZ: size.halfDepthM + porch.depthM,
    },
    boxes: [
      ...frontWalls(venue),
      staffArea(venue),
      ...plants.places.map((place) => tub(venue, place)),
      ...furniture.map((piece) => grownToWalls(venue, piece)),
    ],
    circles: tables.places.map(({ x, z }) => ({ x, z, radiusM: tables.radiusM })),
  };
}

/** The front wall to each side of the doorway, as deep as the porch behind it. */
export function frontWalls({ size, porch }: Venue): readonly [Rect, Rect] {
  const farX = size.halfWidthM + WALL_M;
  const minZ = size.halfDepthM;
  const maxZ = minZ + porch.depthM + WALL_M;
  return [
    { minX: -farX, maxX: -porch.halfWidthM, minZ, maxZ },
    { minX: porch.halfWidthM, maxX: farX, minZ, maxZ },
  ];
}

/** The counter, and what is between it and the wall behind. */
export function staffArea({ size, counter }: Venue): Rect {
  return { ...counter, minZ: -size.halfDepthM - WALL_M };
}

export function tub(venue: Venue, { x, z }: Point): Rect {
  const { halfSizeM } = venue.plants;
  const box = { minX: x - halfSizeM, maxX: x + halfSizeM, minZ: z - halfSizeM, maxZ: z + halfSizeM };
  return grownToWalls(venue, box);
}

/** As far as into the wall that it stands at: nobody gets, or is put, behind it. */
export function grownToWalls({ size }: Venue, box: Rect): Rect {
  const { halfWidthM, halfDepthM } = size;
  return {
    minX: box.minX < NEAR_WALL_M - halfWidthM ? -halfWidthM - WALL_M : box.minX,
    maxX: box.maxX > halfWidthM - NEAR_WALL_M ? halfWidthM + WALL_M : box.maxX,
    minZ: box.minZ < NEAR_WALL_M - halfDepthM ? -halfDepthM - WALL_M : box.minZ,
    maxZ: box.maxZ > halfDepthM - NEAR_WALL_M ? halfDepthM + WALL_M : box.maxZ,
  };
}
