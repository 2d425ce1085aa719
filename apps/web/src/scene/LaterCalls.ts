/** Calls wait for the next frame, and a hidden page has none. */
const WAITING_MAX = 1_000;

/** What is to be done at the start of the next frame. */
export class LaterCalls {
  #waiting: (() => void)[] = [];

  add(call: () => void): void {
    this.#waiting.push(call);
    if (this.#waiting.length > WAITING_MAX) this.run();
  }

  run(): void {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    for (const call of waiting) call();
  }
}
