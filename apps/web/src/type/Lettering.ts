/** What of `document.fonts` is used. */
export type Fonts = Pick<FontFaceSet, "load" | "addEventListener" | "removeEventListener">;

/** The stack of `tokens.css` for canvases, which read no custom properties. */
export const SANS =
  '"VirtuBar Sans", "VirtuBar Sans Fallback", system-ui, sans-serif, "Apple Color Emoji", "Segoe UI Emoji", "Noto Color Emoji"';

/**
 * Text on a canvas keeps the face that it was drawn in, and a face comes only once somebody wants one
 * of its characters: this asks for what a text needs, and has it drawn again when a face has come.
 */
export class Lettering {
  readonly #fonts: Fonts;
  readonly #redraw: () => void;

  constructor(fonts: Fonts, redraw: () => void) {
    this.#fonts = fonts;
    this.#redraw = redraw;
    fonts.addEventListener("loadingdone", redraw);
  }

  /** @param font as a canvas takes it: `600 30px …`. */
  want(font: string, text: string): void {
    // A face that does not come leaves the text in the next one of the stack.
    this.#fonts.load(font, text).catch(() => undefined);
  }

  dispose(): void {
    this.#fonts.removeEventListener("loadingdone", this.#redraw);
  }
}
