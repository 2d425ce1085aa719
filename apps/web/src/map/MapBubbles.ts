import "../scene/bubbles.css";

const SHOWN_MS = 6_000;
const SHOWN_PER_CHARACTER_MS = 60;
/** At once; the oldest makes room. */
const BUBBLES_MAX = 8;
/** Over the name over the head. */
const OVER_PX = 34;

interface Bubble {
  readonly userId: string;
  readonly element: HTMLElement;
  readonly untilMs: number;
}

/** What people say, over their dots, the newest of each. */
export class MapBubbles {
  readonly #overlay: HTMLElement;
  /** The oldest first. */
  readonly #bubbles: Bubble[] = [];

  constructor(overlay: HTMLElement) {
    this.#overlay = overlay;
  }

  say(userId: string, text: string, nowMs: number): void {
    this.forget(userId);
    if (this.#bubbles.length >= BUBBLES_MAX) this.#end(0);
    const element = document.createElement("div");
    element.className = "bubble";
    // The log says it all to those who listen rather than look.
    element.setAttribute("aria-hidden", "true");
    element.dir = "auto";
    element.textContent = text;
    this.#overlay.append(element);
    const untilMs = nowMs + SHOWN_MS + SHOWN_PER_CHARACTER_MS * [...text].length;
    this.#bubbles.push({ userId, element, untilMs });
  }

  forget(userId: string): void {
    const at = this.#bubbles.findIndex((bubble) => bubble.userId === userId);
    if (at >= 0) this.#end(at);
  }

  /** @param placeOf where somebody is on the overlay, CSS pixels; null for nobody. */
  update(nowMs: number, placeOf: (userId: string) => readonly [x: number, y: number] | null): void {
    for (let at = this.#bubbles.length - 1; at >= 0; at--) {
      const { userId, element, untilMs } = this.#bubbles[at]!;
      const place = placeOf(userId);
      if (place === null || nowMs >= untilMs) {
        this.#end(at);
        continue;
      }
      element.style.transform = `translate(${place[0]}px, ${place[1] - OVER_PX}px) translate(-50%, -100%)`;
    }
  }

  dispose(): void {
    while (this.#bubbles.length > 0) this.#end(0);
  }

  #end(at: number): void {
    const [bubble] = this.#bubbles.splice(at, 1);
    bubble?.element.remove();
  }
}
