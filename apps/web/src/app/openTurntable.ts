import type { AvatarPreview } from "../ui/DoorModel";

/**
 * The look in three dimensions: loaded after the page is there, with the very files that entering
 * needs. Null where they do not come or cannot draw: then the flat figure stays.
 */
export async function openTurntable(
  canvas: HTMLCanvasElement,
  avatarId: string,
  isCalm: boolean,
): Promise<AvatarPreview | null> {
  try {
    const { Turntable } = await import("../scene/Turntable");
    return await Turntable.open(canvas, avatarId, isCalm);
  } catch {
    return null; // the door opens all the same
  }
}
