/** A binary heap of numbers by their rank: the least first, and of equals the smaller number. Pure. */
export class Heap {
  readonly #ranks: number[] = [];
  readonly #items: number[] = [];

  push(rank: number, item: number): void {
    const [ranks, items] = [this.#ranks, this.#items];
    let at = ranks.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(rank, item, ranks[parent]!, items[parent]!)) break;
      ranks[at] = ranks[parent]!;
      items[at] = items[parent]!;
      at = parent;
    }
    ranks[at] = rank;
    items[at] = item;
  }

  /** Takes the first one out; null for an empty heap. */
  pop(): number | null {
    const first = this.#items[0];
    const rank = this.#ranks.pop();
    const item = this.#items.pop();
    if (first === undefined || rank === undefined || item === undefined) return null;
    if (this.#items.length > 0) this.#sink(rank, item);
    return first;
  }

  /** Puts one at the top, and lets it down to its place. */
  #sink(rank: number, item: number): void {
    const [ranks, items] = [this.#ranks, this.#items];
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= ranks.length) break;
      const other = child + 1;
      if (other < ranks.length && isBefore(ranks[other]!, items[other]!, ranks[child]!, items[child]!)) {
        child = other;
      }
      if (!isBefore(ranks[child]!, items[child]!, rank, item)) break;
      ranks[at] = ranks[child]!;
      items[at] = items[child]!;
      at = child;
    }
    ranks[at] = rank;
    items[at] = item;
  }
}

function isBefore(rank: number, item: number, otherRank: number, otherItem: number): boolean {
  return rank < otherRank || (rank === otherRank && item < otherItem);
}
