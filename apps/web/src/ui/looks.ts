import { LOOKS, lookOf, type Extra } from "../scene/avatar/looks";

/** How an avatar is drawn flat, at the door and in lists: in the colours that the room has for it. */
export interface FlatLook {
  readonly id: string;
  readonly name: string;
  readonly skin: string;
  readonly hair: string;
  readonly top: string;
  readonly trim: string;
  readonly legs: string;
  readonly extras: readonly Extra[];
}

export const AVATAR_IDS: readonly string[] = LOOKS.map(({ id }) => id);

/** The look of an id; of ids that nobody knows one of the eight, always the same. */
export function flatLook(avatarId: string): FlatLook {
  const { id, skin, hair, top, trim, legs, extras } = lookOf(avatarId);
  const name = id.charAt(0).toUpperCase() + id.slice(1);
  return {
    id,
    name,
    skin: css(skin),
    hair: css(hair),
    top: css(top),
    trim: css(trim),
    legs: css(legs),
    extras,
  };
}

function css(colour: number): string {
  return `#${colour.toString(16).padStart(6, "0")}`;
}
