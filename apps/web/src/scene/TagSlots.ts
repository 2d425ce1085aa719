/** A name that may have a tile of the atlas. */
export interface Slotted {
  /** Its tile, -1 for none. */
  slot: number;
  /** Is among those that are to be read. */
  isWanted: boolean;
  /** How much of it is drawn, 0 to 1. */
  part: number;
}

/** Which names have the atlas's tiles: those that are to be read, and others for as long as nobody needs theirs. Pure. */
export class TagSlots {
  readonly #free: number[] = [];

  constructor(count: number) {
    for (let slot = count - 1; slot >= 0; slot--) this.#free.push(slot);
  }

  /**
   * Give tiles to those of the first `count` names who have none, the farthest others losing theirs.
   *
   * @param seen in the order of their right to be read.
   * @param all everybody, the nearest first.
   * @param painted whoever got one, `most` at most; the rest have to wait for the next frame.
   */
  assign<Name extends Slotted>(
    seen: readonly Name[],
    count: number,
    all: readonly Name[],
    most: number,
    painted: Name[],
  ): void {
    painted.length = 0;
    for (const name of all) name.isWanted = false;
    for (let at = 0; at < count; at++) seen[at]!.isWanted = true;
    let last = all.length - 1;
    for (let at = 0; at < count && painted.length < most; at++) {
      const name = seen[at]!;
      if (name.slot >= 0) continue;
      while (this.#free.length === 0 && last >= 0) this.#takeFrom(all[last--]!);
      const slot = this.#free.pop();
      if (slot === undefined) return;
      name.slot = slot;
      painted.push(name);
    }
  }

  /** Somebody is gone: their tile may be another's. */
  release(name: Slotted): void {
    if (name.slot >= 0) this.#free.push(name.slot);
    name.slot = -1;
  }

  #takeFrom(name: Slotted): void {
    if (name.isWanted || name.slot < 0) return;
    this.release(name);
    name.part = 0;
  }
}
