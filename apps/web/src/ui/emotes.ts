/** How a known emote is shown and named. */
export interface EmoteFace {
  readonly id: string;
  readonly glyph: string;
  readonly name: string;
}

const FACES: readonly EmoteFace[] = [
  { id: "cheers", glyph: "🍻", name: "Cheers" },
  { id: "laugh", glyph: "😄", name: "Laugh" },
  { id: "clap", glyph: "👏", name: "Clap" },
  { id: "heart", glyph: "❤️", name: "Heart" },
  { id: "wave", glyph: "👋", name: "Wave" },
  { id: "dance", glyph: "🪩", name: "Dance" },
  { id: "sad", glyph: "😢", name: "Sad" },
  { id: "surprised", glyph: "😮", name: "Surprised" },
];

/** A room may have emotes of its own (§6): those are shown by their name. */
export function emoteFace(id: string): EmoteFace {
  return FACES.find((face) => face.id === id) ?? { id, glyph: "✨", name: id.replaceAll(/[-_]+/g, " ") };
}
