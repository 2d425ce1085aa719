import {
  clamped,
  crosses,
  distance,
  grown,
  isBeside,
  millimetres,
  ROUNDING,
  square,
  squareToLine,
} from "./geometry";
import { Heap } from "./Heap";
import type { Circle, Obstacles, Rect } from "./obstacles";
import type { Point } from "./Venue";

/** Corners of the ring that leads around a post. */
const RING_CORNERS = 8;
/** How far around its corners one walks. */
const CORNER_AIR_M = 0.05;
/** How far from the edge of what stands in the way one is put who was in it. */
const OUT_AIR_M = 0.002;
/** Stands for the start of a way among the corners' numbers. */
const START = -1;

/** A corner, or the goal, and how far away it is straight. */
interface Step {
  readonly to: number;
  readonly lengthM: number;
}

/**
 * A floor for walkers of one size: where one can walk among what stands there, and the shortest
 * ways. src/virtubar/venue/walkable.py is the same in Python, and wire/vectors/ways.json holds both
 * to the same answers. Metres. Pure.
 */
export class Walkable {
  readonly #bounds: Rect;
  readonly #boxes: readonly Rect[];
  /** With the walker's own size. */
  readonly #circles: readonly Circle[];
  /** Around the circles. */
  readonly #squares: readonly Rect[];
  readonly #corners: readonly Point[];
  /** Which corners see each other; found when first needed, and kept. */
  readonly #ways = new Map<number, readonly Step[]>();

  /** @param clearanceM how far the middle of a walker keeps from everything. */
  constructor({ bounds, boxes, circles }: Obstacles, clearanceM: number) {
    this.#bounds = grown(bounds, -clearanceM);
    this.#boxes = boxes.map((box) => grown(box, clearanceM));
    this.#circles = circles.map(({ x, z, radiusM }) => ({ x, z, radiusM: radiusM + clearanceM }));
    this.#squares = this.#circles.map(({ x, z, radiusM: r }) => {
      return { minX: x - r, maxX: x + r, minZ: z - r, maxZ: z + r };
    });
    const corners = [...this.#circles.flatMap(ring), ...this.#boxes.flatMap(cornersOf)];
    this.#corners = corners.filter((corner) => this.isFree(corner));
  }

  /** Whether one can stand there. */
  isFree({ x, z }: Point): boolean {
    const { minX, maxX, minZ, maxZ } = this.#bounds;
    if (x < minX || x > maxX || z < minZ || z > maxZ) return false;
    if (this.#boxes.some((box) => box.minX < x && x < box.maxX && box.minZ < z && z < box.maxZ)) return false;
    return this.#circles.every((one) => square(x - one.x, z - one.z) >= one.radiusM * one.radiusM);
  }

  /** Whether one can walk straight from one free point to another. */
  isClear(start: Point, end: Point): boolean {
    for (const [index, circle] of this.#circles.entries()) {
      if (isBeside(this.#squares[index]!, start, end)) continue;
      if (squareToLine(circle, start, end) < circle.radiusM * circle.radiusM) return false;
    }
    return this.#boxes.every((box) => isBeside(box, start, end) || !crosses(box, start, end));
  }

  /** The place nearest to this one where one can stand, itself where one can; null for no such place. */
  nearestFree(point: Point): Point | null {
    const inside = clamped(point, this.#bounds);
    if (this.isFree(inside)) return inside;
    let best: Point | null = null;
    let bestM = Infinity;
    for (const place of this.#waysOut(inside)) {
      const awayM = distance(inside, place);
      if (awayM >= bestM || !this.isFree(place)) continue;
      best = place;
      bestM = awayM;
    }
    return best;
  }

  /**
   * The shortest way, `goal` included, `start` not; empty where there is none, as to where nobody
   * can stand. Who starts where nobody can stand, first goes to the nearest place where one can.
   */
  path(start: Point, goal: Point): Point[] {
    if (!this.isFree(goal)) return [];
    const out = this.nearestFree(start);
    if (out === null) return [];
    const way = this.#search(out, goal);
    const isOut = out.x === start.x && out.z === start.z;
    return isOut || way.length === 0 ? way : [out, ...way];
  }

  /** A* over the corners that see each other. */
  #search(start: Point, goal: Point): Point[] {
    if (this.isClear(start, goal)) return [goal];
    const goalIndex = this.#corners.length;
    const bestM = new Map<number, number>([[START, 0]]);
    const origin = new Map<number, number>();
    const done = new Set<number>();
    const heap = new Heap();
    heap.push(distance(start, goal), START);
    for (let here = heap.pop(); here !== null; here = heap.pop()) {
      if (here === goalIndex) return this.#trace(origin, goal);
      if (done.has(here)) continue;
      done.add(here);
      for (const { to, lengthM } of this.#steps(here, start, goal)) {
        const totalM = bestM.get(here)! + lengthM;
        if (totalM >= (bestM.get(to) ?? Infinity) - ROUNDING) continue;
        bestM.set(to, totalM);
        origin.set(to, here);
        const leftM = to === goalIndex ? 0 : distance(this.#corners[to]!, goal);
        heap.push(totalM + leftM, to);
      }
    }
    return [];
  }

  /** Where one gets to straight from a corner, or from the start. */
  #steps(here: number, start: Point, goal: Point): readonly Step[] {
    if (here === START) return this.#seenFrom(start);
    const corner = this.#corners[here]!;
    let ways = this.#ways.get(here);
    if (ways === undefined) {
      ways = this.#seenFrom(corner);
      this.#ways.set(here, ways);
    }
    if (!this.isClear(corner, goal)) return ways;
    return [...ways, { to: this.#corners.length, lengthM: distance(corner, goal) }];
  }

  #seenFrom(point: Point): Step[] {
    return this.#corners.flatMap((corner, to): Step[] => {
      if ((corner.x === point.x && corner.z === point.z) || !this.isClear(point, corner)) return [];
      return [{ to, lengthM: distance(point, corner) }];
    });
  }

  #trace(origin: ReadonlyMap<number, number>, goal: Point): Point[] {
    const way = [goal];
    for (let here = origin.get(this.#corners.length)!; here !== START; here = origin.get(here)!) {
      way.push(this.#corners[here]!);
    }
    return way.reverse();
  }

  /** Places just off everything that stands there, and the corners around it. */
  *#waysOut(point: Point): Generator<Point> {
    for (const { x, z, radiusM } of this.#circles) {
      const awayM = Math.sqrt(square(point.x - x, point.z - z));
      const aheadX = awayM === 0 ? 0 : (point.x - x) / awayM;
      const aheadZ = awayM === 0 ? 1 : (point.z - z) / awayM;
      yield { x: x + aheadX * (radiusM + OUT_AIR_M), z: z + aheadZ * (radiusM + OUT_AIR_M) };
    }
    for (const box of this.#boxes) {
      const beside = grown(box, OUT_AIR_M);
      const { x, z } = clamped(point, beside);
      yield { x: beside.minX, z };
      yield { x: beside.maxX, z };
      yield { x, z: beside.minZ };
      yield { x, z: beside.maxZ };
    }
    yield* this.#corners;
  }
}

function ring({ x, z, radiusM }: Circle): Point[] {
  const awayM = radiusM / Math.cos(Math.PI / RING_CORNERS) + CORNER_AIR_M;
  return Array.from({ length: RING_CORNERS }, (_, index) => {
    const angle = (2 * Math.PI * (index + 0.5)) / RING_CORNERS;
    return { x: millimetres(x + awayM * Math.sin(angle)), z: millimetres(z + awayM * Math.cos(angle)) };
  });
}

function cornersOf(box: Rect): Point[] {
  const { minX, maxX, minZ, maxZ } = grown(box, CORNER_AIR_M);
  const corners = [
    { x: minX, z: minZ },
    { x: minX, z: maxZ },
    { x: maxX, z: minZ },
    { x: maxX, z: maxZ },
  ];
  return corners.map(({ x, z }) => ({ x: millimetres(x), z: millimetres(z) }));
}
