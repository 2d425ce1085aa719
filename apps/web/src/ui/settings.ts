import { isObject } from "../net/realtime/checking";

export const QUALITIES = ["auto", "high", "medium", "low"] as const;
export type Quality = (typeof QUALITIES)[number];

/** What a person has chosen for this browser. */
export interface Settings {
  readonly quality: Quality;
  /** Null follows the system. */
  readonly reducedMotion: boolean | null;
  readonly names: boolean;
  readonly sound: boolean;
  /** 0 to 1. */
  readonly volume: number;
}

export const DEFAULT_SETTINGS: Settings = {
  quality: "auto",
  reducedMotion: null,
  names: true,
  sound: false,
  volume: 0.5,
};

/** Good settings of whatever was kept. */
export function readSettings(kept: unknown): Settings {
  if (!isObject(kept)) return DEFAULT_SETTINGS;
  const { quality, reducedMotion, names, sound, volume } = kept;
  return {
    quality: QUALITIES.find((known) => known === quality) ?? DEFAULT_SETTINGS.quality,
    reducedMotion: typeof reducedMotion === "boolean" ? reducedMotion : null,
    names: typeof names === "boolean" ? names : DEFAULT_SETTINGS.names,
    sound: typeof sound === "boolean" ? sound : DEFAULT_SETTINGS.sound,
    volume: typeof volume === "number" && volume >= 0 && volume <= 1 ? volume : DEFAULT_SETTINGS.volume,
  };
}

/** How a person wants to be seen. */
export interface Person {
  readonly displayName: string;
  readonly avatarId: string;
}

/** A good person of whatever was kept; who comes for the first time gets the avatar by chance. */
export function readPerson(kept: unknown, avatarIds: readonly string[], chance: number): Person {
  const fallback = avatarIds[Math.floor(chance * avatarIds.length)] ?? "default";
  if (!isObject(kept)) return { displayName: "", avatarId: fallback };
  const { displayName, avatarId } = kept;
  return {
    displayName: typeof displayName === "string" ? displayName.slice(0, 64) : "",
    avatarId: avatarIds.find((known) => known === avatarId) ?? fallback,
  };
}
