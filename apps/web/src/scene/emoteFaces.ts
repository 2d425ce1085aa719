/** How emotes look, on the wheel and over heads alike. Pure. */

/** How an emote is shown and named. */
export interface EmoteFace {
  readonly id: string;
  readonly glyph: string;
  readonly name: string;
}

const FACES: readonly EmoteFace[] = [
  { id: "cheers", glyph: "🍻", name: "Cheers" },
  { id: "laugh", glyph: "😂", name: "Laugh" },
  { id: "clap", glyph: "👏", name: "Clap" },
  { id: "heart", glyph: "❤️", name: "Heart" },
  { id: "wave", glyph: "👋", name: "Wave" },
  { id: "dance", glyph: "💃", name: "Dance" },
  { id: "sad", glyph: "😢", name: "Sad" },
  { id: "surprised", glyph: "😮", name: "Surprised" },
];

const OWN_GLYPH = "✨";

/** Every glyph that an emote may be shown with, one to a tile. */
export const EMOTE_GLYPHS: readonly string[] = [...FACES.map(({ glyph }) => glyph), OWN_GLYPH];

/** A room may have emotes of its own (§6): those have one glyph, and are told apart by their names. */
export function emoteFace(id: string): EmoteFace {
  return FACES.find((face) => face.id === id) ?? { id, glyph: OWN_GLYPH, name: id.replaceAll(/[-_]+/g, " ") };
}

/** Which of `EMOTE_GLYPHS` an emote is shown with. */
export function emoteTile(id: string): number {
  return EMOTE_GLYPHS.indexOf(emoteFace(id).glyph);
}
