import { signal, type ReadonlySignal } from "@preact/signals";
import type { Notice } from "../ui/BarModel";

/** How long a notice stays, and what every character adds to it. */
const STAY_MS = 3_500;
const STAY_MS_PER_CHAR = 40;
/** More at once, and the oldest goes. */
const NOTICES_MAX = 3;

/** What is said in passing, and goes by itself. */
export class Notices {
  readonly #list = signal<readonly Notice[]>([]);
  #id = 0;

  get list(): ReadonlySignal<readonly Notice[]> {
    return this.#list;
  }

  /** The same again only begins anew. */
  add(text: string): void {
    this.#id += 1;
    const id = this.#id;
    const others = this.#list.value.filter((notice) => notice.text !== text);
    this.#list.value = [...others.slice(1 - NOTICES_MAX), { id, text }];
    const stayMs = STAY_MS + STAY_MS_PER_CHAR * text.length;
    window.setTimeout(() => {
      this.#list.value = this.#list.value.filter((notice) => notice.id !== id);
    }, stayMs);
  }
}
