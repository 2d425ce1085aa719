/** Where things are kept between visits; `localStorage`, but for tests. */
export type ValueStorage = Pick<Storage, "getItem" | "setItem">;

/** Keeps one value between visits, as JSON. Where the browser has no storage, it is not kept. */
export class StoredValue<Value> {
  readonly #key: string;
  readonly #storage: ValueStorage | null;
  readonly #read: (kept: unknown) => Value;

  /** @param read makes a good value of whatever was kept; of undefined, the default. */
  constructor(key: string, storage: ValueStorage | null, read: (kept: unknown) => Value) {
    this.#key = key;
    this.#storage = storage;
    this.#read = read;
  }

  load(): Value {
    try {
      const text = this.#storage?.getItem(this.#key) ?? null;
      return this.#read(text === null ? undefined : JSON.parse(text));
    } catch {
      return this.#read(undefined); // forbidden, or not JSON: somebody else's
    }
  }

  save(value: Value): void {
    try {
      this.#storage?.setItem(this.#key, JSON.stringify(value));
    } catch {
      // Full or forbidden: it holds until the page is closed.
    }
  }
}
