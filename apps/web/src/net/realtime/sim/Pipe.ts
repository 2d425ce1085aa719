import type { Environment } from "../environment";
import type { Chance } from "./Chance";
import type { SimOptions } from "./options";

/** One direction of a simulated network: late, jittery, lossy, and in order, as a socket is. */
export class Pipe {
  readonly #environment: Environment;
  readonly #options: SimOptions;
  readonly #chance: Chance;
  readonly #queue: { atMs: number; act: () => void }[] = [];
  #lastMs = -Infinity;
  #cancel: (() => void) | null = null;

  constructor(environment: Environment, options: SimOptions, chance: Chance) {
    this.#environment = environment;
    this.#options = options;
    this.#chance = chance;
  }

  /** Do something on the other side; who is `droppable` may get lost. */
  send(act: () => void, isDroppable = false): void {
    const { latency, jitter, loss } = this.#options;
    const delayMs = latency / 2 + this.#chance.next() * jitter;
    if (isDroppable && this.#chance.next() < loss) return;
    this.#lastMs = Math.max(this.#lastMs, this.#environment.now() + delayMs);
    this.#queue.push({ atMs: this.#lastMs, act });
    this.#wait();
  }

  /** Everything under way is lost. */
  cut(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#queue.length = 0;
    this.#lastMs = -Infinity;
  }

  #wait(): void {
    const [next] = this.#queue;
    if (next === undefined || this.#cancel !== null) return;
    const delayMs = Math.max(0, next.atMs - this.#environment.now());
    this.#cancel = this.#environment.after(delayMs, () => {
      this.#cancel = null;
      this.#deliver();
    });
  }

  /** One by one, since what is delivered may send more, or cut the pipe. */
  #deliver(): void {
    const nowMs = this.#environment.now();
    for (let [next] = this.#queue; next !== undefined && next.atMs <= nowMs; [next] = this.#queue) {
      this.#queue.shift();
      next.act();
    }
    this.#wait();
  }
}
