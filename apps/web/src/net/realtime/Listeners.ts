/** Those who want to hear of something. One that throws is reported, and deafens no other. */
export class Listeners<Arguments extends readonly unknown[]> {
  readonly #listeners = new Set<(...all: Arguments) => void>();

  readonly #report: (error: unknown) => void;

  constructor(report: (error: unknown) => void) {
    this.#report = report;
  }

  /** Returns how to stop listening. */
  add(listener: (...all: Arguments) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(...all: Arguments): void {
    for (const listener of this.#listeners) {
      try {
        listener(...all);
      } catch (error) {
        this.#report(error);
      }
    }
  }
}
