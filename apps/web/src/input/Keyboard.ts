import { actOf, isFocusOnRoom, moveOf, moveOfCode, type KeyAct } from "./keys";
import type { Steering } from "./Steering";

/** Listens to the keys of the page; what they mean, `keys` says. */
export class Keyboard {
  readonly #steering: Steering;
  readonly #act: (act: KeyAct) => void;
  readonly #stop = new AbortController();

  constructor(steering: Steering, act: (act: KeyAct) => void) {
    this.#steering = steering;
    this.#act = act;
    const { signal } = this.#stop;
    const clear = (): void => steering.clear();
    window.addEventListener("keydown", (event) => this.#down(event), { signal });
    window.addEventListener("keyup", (event) => this.#up(event), { signal });
    window.addEventListener("blur", clear, { signal });
    document.addEventListener("visibilitychange", clear, { signal });
    // Whatever gets the focus gets the keys, and their release with them.
    document.addEventListener("focusin", (event) => this.#focus(event.target), { signal });
  }

  dispose(): void {
    this.#stop.abort();
    this.#steering.clear();
  }

  #down(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing) return;
    if (!isFocusOnRoom(document.activeElement)) return;
    const move = moveOf(event);
    if (move !== null) {
      this.#steering.press(move);
      if (move !== "run") event.preventDefault();
      return;
    }
    const act = event.repeat ? null : actOf(event);
    if (act === null) return;
    event.preventDefault();
    this.#act(act);
  }

  /** Wherever the focus is by now: a key that was pressed must be let go. */
  #up(event: KeyboardEvent): void {
    const move = moveOfCode(event.code);
    if (move !== null) this.#steering.release(move);
  }

  #focus(target: EventTarget | null): void {
    if (!(target instanceof Element) || !isFocusOnRoom(target)) this.#steering.clear();
  }
}
