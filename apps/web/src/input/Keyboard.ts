import { actOf, hidesReleases, isFocusOnRoom, moveOf, moveOfCode, type KeyAct } from "./keys";
import type { Steering } from "./Steering";

/** What takes the keyboard away, or the page: a release that comes meanwhile is told to nobody here. */
const LOSSES = ["blur", "pagehide", "beforeprint", "contextmenu", "dragstart", "visibilitychange"] as const;

/**
 * Listens to the keys of the page; what they mean, `keys` says. No key outlives what may hide its
 * release: then all are let go, and one that is still held says so itself as it repeats.
 */
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
    // Before anybody stops them on their way.
    for (const loss of LOSSES) window.addEventListener(loss, clear, { signal, capture: true });
    // Whatever gets the focus gets the keys, and their release with them.
    document.addEventListener("focusin", (event) => this.#focus(event.target), { signal });
  }

  dispose(): void {
    this.#stop.abort();
    this.#steering.clear();
  }

  #down(event: KeyboardEvent): void {
    this.#follow(event);
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
    this.#follow(event);
    const move = moveOfCode(event.code);
    if (move !== null && move !== "run") this.#steering.release(move);
  }

  /** What every event says of the keys besides its own. Of two Shifts Windows lets only one go. */
  #follow(event: KeyboardEvent): void {
    if (hidesReleases(event)) this.#steering.clear();
    if (!event.shiftKey) this.#steering.release("run");
  }

  #focus(target: EventTarget | null): void {
    if (!(target instanceof Element) || !isFocusOnRoom(target)) this.#steering.clear();
  }
}
