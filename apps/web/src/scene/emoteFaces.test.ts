import { describe, expect, it } from "vitest";
import { EMOTE_IDS } from "../net/realtime/constants";
import { EMOTE_GLYPHS, emoteFace, emoteTile } from "./emoteFaces";

describe("the face of an emote", () => {
  it("is the same over heads as on the wheel", () => {
    for (const id of EMOTE_IDS) expect(EMOTE_GLYPHS[emoteTile(id)]).toBe(emoteFace(id).glyph);
  });

  it("tells every usual emote from the others", () => {
    expect(new Set(EMOTE_IDS.map(emoteTile)).size).toBe(EMOTE_IDS.length);
  });

  it("is there for a room's own emote too, which is called by its id", () => {
    expect(emoteFace("moon_walk")).toMatchObject({ glyph: "✨", name: "moon walk" });
    expect(EMOTE_GLYPHS[emoteTile("moon_walk")]).toBe("✨");
  });
});
