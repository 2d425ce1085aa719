/** Those who want to hear of something. A listener that throws does not deafen the others. */
export class Listeners<Arguments extends readonly unknown[]> {
  readonly #listeners = new Set<(...all: Arguments) => void>();

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
        // Its own task, where the browser reports it as uncaught: it must be seen, not spread.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
