import type { Collide, Spot } from "../motion/OwnMotion";

/** Half of the narrowest way between two tables. */
const CELL_M = 0.25;
const DIAGONAL = Math.SQRT2;
/** How closely a straight line is looked at. */
const SIGHT_STEP_M = 0.05;
/** Pushed less than this is not pushed. */
const FREE_M = 0.01;

const STEPS: readonly (readonly [dx: number, dz: number, length: number])[] = [
  [1, 0, 1],
  [-1, 0, 1],
  [0, 1, 1],
  [0, -1, 1],
  [1, 1, DIAGONAL],
  [1, -1, DIAGONAL],
  [-1, 1, DIAGONAL],
  [-1, -1, DIAGONAL],
];

/**
 * Ways around the furniture: A* on a grid that the room's own collision draws, and then the fewest
 * straight lines. Pure.
 */
export class PathFinder {
  readonly #collide: Collide;
  readonly #halfX: number;
  readonly #halfZ: number;
  readonly #columns: number;
  readonly #rows: number;
  /** 1 free, 0 not; null until the first way is asked for. */
  #free: Uint8Array | null = null;
  readonly #out: Spot = { x: 0, z: 0 };

  /** The floor reaches `halfX` and `halfZ` metres to each side of the middle. */
  constructor(collide: Collide, halfX: number, halfZ: number) {
    this.#collide = collide;
    this.#halfX = halfX;
    this.#halfZ = halfZ;
    this.#columns = Math.round((2 * halfX) / CELL_M) + 1;
    this.#rows = Math.round((2 * halfZ) / CELL_M) + 1;
  }

  /** Whether a person can stand there. */
  isFree(x: number, z: number): boolean {
    if (Math.abs(x) > this.#halfX || Math.abs(z) > this.#halfZ) return false;
    this.#collide(x, z, x, z, this.#out);
    return Math.hypot(this.#out.x - x, this.#out.z - z) < FREE_M;
  }

  /** The place nearest to this one where a person can stand; itself where they can. */
  nearestFree(x: number, z: number): Spot {
    if (this.isFree(x, z)) return { x, z };
    const cell = this.#nearestCell(x, z);
    return cell === null ? { x, z } : this.#spot(cell);
  }

  /** Whether one can walk straight. */
  isClear(from: Spot, to: Spot): boolean {
    const steps = Math.ceil(Math.hypot(to.x - from.x, to.z - from.z) / SIGHT_STEP_M);
    for (let step = 1; step < steps; step++) {
      const part = step / steps;
      if (!this.isFree(from.x + (to.x - from.x) * part, from.z + (to.z - from.z) * part)) return false;
    }
    return true;
  }

  /** The corners of a short way, its end included and its start not; straight where none is found. */
  path(from: Spot, to: Spot): Spot[] {
    const end = this.nearestFree(to.x, to.z);
    if (this.isClear(from, end)) return [end];
    const first = this.#nearestCell(from.x, from.z);
    const last = this.#nearestCell(end.x, end.z);
    if (first === null || last === null) return [end];
    const cells = this.#search(first, last);
    return this.#straighten(from, [...cells.map((cell) => this.#spot(cell)), end]);
  }

  /** A* from one cell to another; empty where there is no way. */
  #search(first: number, last: number): number[] {
    const free = this.#grid();
    const length = new Float64Array(free.length).fill(Infinity);
    const origin = new Int32Array(free.length).fill(-1);
    const open = new Set([first]);
    length[first] = 0;
    while (open.size > 0) {
      const here = this.#best(open, length, last);
      if (here === last) return trace(origin, last);
      open.delete(here);
      for (const [dx, dz, step] of STEPS) {
        const there = this.#neighbour(here, dx, dz);
        if (there === null || free[there] === 0 || this.#cutsCorner(here, dx, dz)) continue;
        if (length[here]! + step >= length[there]!) continue;
        length[there] = length[here]! + step;
        origin[there] = here;
        open.add(there);
      }
    }
    return [];
  }

  /** A diagonal between two cells of which one is not free. */
  #cutsCorner(cell: number, dx: number, dz: number): boolean {
    if (dx === 0 || dz === 0) return false;
    const free = this.#grid();
    return free[cell + dx] === 0 || free[cell + dz * this.#columns] === 0;
  }

  #best(open: ReadonlySet<number>, length: Float64Array, last: number): number {
    let best = -1;
    let least = Infinity;
    for (const cell of open) {
      const total = length[cell]! + this.#guess(cell, last);
      if (total >= least) continue;
      least = total;
      best = cell;
    }
    return best;
  }

  /** The way over an empty floor, in cells. */
  #guess(cell: number, last: number): number {
    const dx = Math.abs((cell % this.#columns) - (last % this.#columns));
    const dz = Math.abs(Math.floor(cell / this.#columns) - Math.floor(last / this.#columns));
    return Math.max(dx, dz) + (DIAGONAL - 1) * Math.min(dx, dz);
  }

  /** Leave out every corner that need not be one. */
  #straighten(from: Spot, corners: readonly Spot[]): Spot[] {
    const path: Spot[] = [];
    let here = from;
    for (let index = 0; index < corners.length; index++) {
      const next = corners[index + 1];
      if (next !== undefined && this.isClear(here, next)) continue;
      here = corners[index]!;
      path.push(here);
    }
    return path;
  }

  #nearestCell(x: number, z: number): number | null {
    const free = this.#grid();
    let best: number | null = null;
    let least = Infinity;
    for (let cell = 0; cell < free.length; cell++) {
      if (free[cell] === 0) continue;
      const spot = this.#spot(cell);
      const away = Math.hypot(spot.x - x, spot.z - z);
      if (away >= least) continue;
      least = away;
      best = cell;
    }
    return best;
  }

  #grid(): Uint8Array {
    if (this.#free !== null) return this.#free;
    const free = new Uint8Array(this.#columns * this.#rows);
    for (let cell = 0; cell < free.length; cell++) {
      const { x, z } = this.#spot(cell);
      free[cell] = Number(this.isFree(x, z));
    }
    this.#free = free;
    return free;
  }

  #spot(cell: number): Spot {
    return {
      x: (cell % this.#columns) * CELL_M - this.#halfX,
      z: Math.floor(cell / this.#columns) * CELL_M - this.#halfZ,
    };
  }

  #neighbour(cell: number, dx: number, dz: number): number | null {
    const column = (cell % this.#columns) + dx;
    const row = Math.floor(cell / this.#columns) + dz;
    if (column < 0 || column >= this.#columns || row < 0 || row >= this.#rows) return null;
    return row * this.#columns + column;
  }
}

function trace(origin: Int32Array, last: number): number[] {
  const cells = [last];
  for (let cell = origin[last]!; cell !== -1; cell = origin[cell]!) cells.push(cell);
  return cells.reverse();
}
