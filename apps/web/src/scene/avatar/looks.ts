/** The eight looks, as ART.md has them, and which parts of a body each of them wears. Pure. */

/** What only some wear. All other parts everybody has. */
export type Extra =
  | "crop"
  | "bob"
  | "long"
  | "quiff"
  | "curls"
  | "bun"
  | "beard"
  | "beanie"
  | "glasses"
  | "headphones"
  | "skirt";

export interface Look {
  readonly id: string;
  readonly skin: number;
  readonly hair: number;
  readonly top: number;
  readonly trim: number;
  readonly legs: number;
  readonly extras: readonly Extra[];
}

function look(
  id: string,
  [skin, hair, top, trim, legs]: readonly [number, number, number, number, number],
  ...extras: Extra[]
): Look {
  return { id, skin, hair, top, trim, legs, extras };
}

export const LOOKS: readonly Look[] = [
  look("amber", [0xe8b48c, 0x7a3b1e, 0xe5ab3f, 0xf3dfbd, 0x34427e], "bob"),
  look("birch", [0xf0c9a6, 0xd8c19a, 0xd6cfc4, 0x3f7b7f, 0x5a3a2a], "quiff", "glasses"),
  look("cedar", [0x8a5638, 0x2b2329, 0x5f9a58, 0xd9a441, 0x3a353f], "crop", "beard"),
  look("dahlia", [0xc98a62, 0x2b2329, 0xb43a58, 0xff8a7c, 0x8f2c48], "long", "skirt"),
  look("ember", [0xf2cdb0, 0xb9553a, 0xd2613f, 0xf3dfbd, 0x2f6065], "curls"),
  look("fern", [0x6b4028, 0x2b1c16, 0x93bd6a, 0xf3dfbd, 0x7d5036], "bun", "glasses"),
  look("ginger", [0xf0c2a0, 0xd9722f, 0x3f8488, 0xffc878, 0x4f3526], "crop", "beanie"),
  look("hazel", [0xd7a276, 0x5a3420, 0x4356a8, 0x6fe0e0, 0xb0784a], "crop", "headphones"),
];

/** The look of an id; of ids that nobody knows one of the eight, always the same. */
export function lookOf(avatarId: string): Look {
  const known = LOOKS.find(({ id }) => id === avatarId);
  if (known !== undefined) return known;
  return LOOKS[hashOf(avatarId) % LOOKS.length]!;
}

/** A whole number that is always the same for the same text. */
export function hashOf(text: string): number {
  let hash = 0;
  for (const letter of text) hash = (hash * 31 + letter.codePointAt(0)!) >>> 0;
  return hash;
}
