import type { Point } from "../venue/Venue";
import type { Walkable } from "../venue/Walkable";

/** Ways for somebody who points at where to go: to beside it, where one cannot stand there. Pure. */
export class PathFinder {
  readonly #floor: Walkable;

  constructor(floor: Walkable) {
    this.#floor = floor;
  }

  /** The place nearest to this one where a person can stand; itself where they can. */
  nearestFree(x: number, z: number): Point {
    return this.#floor.nearestFree({ x, z }) ?? { x, z };
  }

  /** The corners of the shortest way, its end included and its start not; straight where none is found. */
  path(from: Point, to: Point): Point[] {
    const end = this.nearestFree(to.x, to.z);
    const way = this.#floor.path({ x: from.x, z: from.z }, end);
    return way.length > 0 ? way : [end];
  }
}
