/** What of a `VisualViewport` is looked at. */
export type Viewport = Pick<VisualViewport, "height" | "offsetTop" | "scale"> &
  Pick<EventTarget, "addEventListener" | "removeEventListener">;

/** Who has zoomed in by more than this looks at a part on purpose. */
const UNZOOMED = 1.02;

/**
 * Keeps an element within what an on-screen keyboard leaves of the page, by the properties
 * `--view-top` and `--view-height`. Where the keyboard shrinks the page itself (Android, as our
 * viewport asks) they say what holds anyway; on iPhones nothing else tells.
 *
 * @returns how to stop.
 */
export function followVisibleArea(element: HTMLElement, viewport: Viewport | null): () => void {
  if (viewport === null) return () => undefined;
  const follow = (): void => {
    const isZoomed = viewport.scale > UNZOOMED;
    element.style.setProperty("--view-top", isZoomed ? "0px" : `${Math.round(viewport.offsetTop)}px`);
    element.style.setProperty("--view-height", isZoomed ? "100%" : `${Math.round(viewport.height)}px`);
  };
  follow();
  for (const event of ["resize", "scroll"]) viewport.addEventListener(event, follow);
  return () => {
    for (const event of ["resize", "scroll"]) viewport.removeEventListener(event, follow);
  };
}
