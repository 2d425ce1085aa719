import { batch, signal } from "@preact/signals";
import { ApiError } from "../../api/http";
import type { Page } from "../../api/moderation";

/** A list that comes in pages, newest first. */
export class Listing<Item> {
  /** Null until the first page is there. */
  readonly items = signal<readonly Item[] | null>(null);
  readonly hasMore = signal(false);
  readonly isBusy = signal(false);
  readonly error = signal<ApiError | null>(null);
  readonly #load: (cursor: string | null) => Promise<Page<Item>>;
  #cursor: string | null = null;
  #turn = 0;

  constructor(load: (cursor: string | null) => Promise<Page<Item>>) {
    this.#load = load;
  }

  /** From the newest on again; what is shown stays until then. */
  async refresh(): Promise<void> {
    await this.#fetch(null);
  }

  async more(): Promise<void> {
    if (this.hasMore.peek() && !this.isBusy.peek()) await this.#fetch(this.#cursor);
  }

  /** The newest asking wins; the answer to an older one is thrown away. */
  async #fetch(cursor: string | null): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    this.isBusy.value = true;
    try {
      const page = await this.#load(cursor);
      if (turn === this.#turn) this.#take(page, cursor);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (turn === this.#turn) this.error.value = error;
    } finally {
      if (turn === this.#turn) this.isBusy.value = false;
    }
  }

  #take({ items, nextCursor }: Page<Item>, cursor: string | null): void {
    this.#cursor = nextCursor;
    batch(() => {
      const known = cursor === null ? [] : (this.items.peek() ?? []);
      this.items.value = [...known, ...items];
      this.hasMore.value = nextCursor !== null;
      this.error.value = null;
    });
  }
}
