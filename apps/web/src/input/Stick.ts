import type { LoadPart } from "../loading/PartLoader";
import type { Steering } from "./Steering";

/** Fits under a thumb. */
const SIZE_PX = 112;

/** The zone's class while a thumb is on it: then no hint is needed. */
const HELD = "stick-held";
const COLOUR = { front: "#ffd592", back: "rgb(15 35 38 / 0.55)" };

/** Whether fingers are what this page is used with. */
export function isPointerCoarse(): boolean {
  return window.matchMedia("(pointer: coarse)").matches;
}

/**
 * A stick wherever the thumb comes down in a zone; it is made anew each time, so that a turned phone
 * cannot move it. The library is loaded here and nowhere else.
 *
 * @param load brings the library.
 * @returns how to take it away.
 * @throws what `load` throws.
 */
export async function openStick(
  zone: HTMLElement,
  steering: Steering,
  begun: () => void,
  load: LoadPart,
): Promise<() => void> {
  const { create } = await load(() => import("nipplejs"));
  const stick = create({ zone, mode: "dynamic", size: SIZE_PX, color: COLOUR, fadeTime: 120 });
  stick.on("start", () => {
    zone.classList.add(HELD);
    begun();
  });
  stick.on("move", ({ data: { angle, force } }) => {
    const tilt = Math.min(1, force);
    steering.stick(Math.cos(angle.radian) * tilt, Math.sin(angle.radian) * tilt);
  });
  stick.on("end", () => {
    zone.classList.remove(HELD);
    steering.stick(0, 0);
  });
  return () => {
    steering.stick(0, 0);
    stick.destroy();
  };
}
