/** Which tiles of an atlas are taken. Tiles are numbered by rows; freed ones are used again. Pure. */
export class AtlasSlots {
  readonly columns: number;
  readonly #free: number[] = [];
  #rows: number;

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.#rows = 0;
    this.grow(rows);
  }

  get rows(): number {
    return this.#rows;
  }

  /** The lowest free tile, -1 where all are taken. */
  acquire(): number {
    return this.#free.pop() ?? -1;
  }

  /** The tile may be given to another. */
  release(slot: number): void {
    this.#free.push(slot);
    this.#free.sort((a, b) => b - a);
  }

  /** To so many rows; tiles that are taken keep their numbers. */
  grow(rows: number): void {
    for (let slot = this.#rows * this.columns; slot < rows * this.columns; slot++) {
      this.#free.push(slot);
    }
    this.#free.sort((a, b) => b - a);
    this.#rows = rows;
  }
}
