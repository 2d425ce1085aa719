import type { Quality } from "./types";

export interface Level {
  /** Pixels of the picture to a CSS pixel, at most. */
  readonly pixelRatio: number;
  /** Edge of the shadow map in texels, 0 for no shadows but those under feet. */
  readonly shadow: number;
  readonly beams: boolean;
}

const HIGH: Level = { pixelRatio: 2, shadow: 2048, beams: true };

/** `auto` begins as `high` does. */
export const LEVELS: Readonly<Record<Quality, Level>> = {
  auto: HIGH,
  high: HIGH,
  medium: { pixelRatio: 1.5, shadow: 1024, beams: true },
  low: { pixelRatio: 1, shadow: 0, beams: false },
};
