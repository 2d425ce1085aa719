import { batch, computed, signal, type ReadonlySignal } from "@preact/signals";
import { ApiError } from "../../api/http";
import type { HeardLine, Page } from "../../api/moderation";

/** An evening of a busy room; who needs more has the command line. */
export const EARLIER_KEPT = 2_000;

/**
 * What was said before the lines that are heard live: asked for page by page, oldest first.
 *
 * Ids of messages rise with time, so a line is earlier where its id is smaller.
 */
export class EarlierChat {
  readonly lines: ReadonlySignal<readonly HeardLine[]>;
  /** Whether there may be more to ask for. */
  readonly hasMore = signal(true);
  readonly isBusy = signal(false);
  readonly error = signal<ApiError | null>(null);
  /** Whether there would be more than is kept here. */
  readonly isFull: ReadonlySignal<boolean>;
  /** Everything that was loaded, also what is heard live. */
  readonly #kept = signal<readonly HeardLine[]>([]);
  readonly #load: (cursor: string | null) => Promise<Page<HeardLine>>;
  #cursor: string | null = null;
  #isAsked = false;

  constructor(
    load: (cursor: string | null) => Promise<Page<HeardLine>>,
    live: ReadonlySignal<readonly HeardLine[]>,
  ) {
    this.#load = load;
    this.isFull = computed(() => this.#kept.value.length >= EARLIER_KEPT);
    this.lines = computed(() => {
      const first = live.value[0]?.messageId;
      return first === undefined
        ? this.#kept.value
        : this.#kept.value.filter((line) => line.messageId < first);
    });
  }

  /** Go back in time until there is something new to read, or nothing more. */
  async more(): Promise<void> {
    if (this.isBusy.peek() || !this.hasMore.peek()) return;
    const first = this.lines.peek()[0]?.messageId;
    this.#isAsked = true;
    this.isBusy.value = true;
    try {
      // The newest pages hold nothing but what is heard live.
      do this.#take(await this.#load(this.#cursor));
      while (this.lines.peek()[0]?.messageId === first && this.hasMore.peek());
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.error.value = error;
    } finally {
      this.isBusy.value = false;
    }
  }

  /** What is no longer among the live lines goes on from here, so that nothing is missing between. */
  follow(dropped: readonly HeardLine[]): void {
    if (!this.#isAsked) return;
    const last = this.#kept.peek().at(-1)?.messageId ?? "";
    this.#keep([...this.#kept.peek(), ...dropped.filter(({ messageId }) => messageId > last)]);
  }

  #take({ items, nextCursor }: Page<HeardLine>): void {
    const kept = this.#kept.peek();
    const first = kept[0]?.messageId;
    const earlier = items.filter(({ messageId }) => first === undefined || messageId < first);
    this.#cursor = nextCursor;
    batch(() => {
      this.error.value = null;
      this.hasMore.value = nextCursor !== null;
      this.#keep([...earlier.reverse(), ...kept]);
    });
  }

  /** Where it is too much the oldest goes, and nobody can go back further. */
  #keep(lines: readonly HeardLine[]): void {
    this.#kept.value = lines.slice(-EARLIER_KEPT);
    if (this.isFull.peek()) this.hasMore.value = false;
  }
}
