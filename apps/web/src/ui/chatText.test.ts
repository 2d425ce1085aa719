import { describe, expect, it } from "vitest";
import { checkDraft, heardText, isSameBreath } from "./chatText";

describe("checkDraft", () => {
  it("takes 240 code points, and not one more", () => {
    expect(checkDraft("a".repeat(240))).toMatchObject({ length: 240, left: 0, isOver: false });
    expect(checkDraft("a".repeat(241))).toMatchObject({ length: 241, left: -1, isOver: true });
  });

  it("counts an emoji as its code points, not as halves of them", () => {
    expect(checkDraft("😀".repeat(240)).isOver).toBe(false);
  });

  it("counts what goes out: composed, and without space around it", () => {
    expect(checkDraft("  hi  ")).toMatchObject({ text: "hi", length: 2 });
    expect(checkDraft("e\u0301")).toMatchObject({ text: "é", length: 1 });
  });

  it("makes one line of several", () => {
    expect(checkDraft("one\r\ntwo\nthree").text).toBe("one two three");
  });

  it("takes nothing but space for empty", () => {
    expect(checkDraft(" \n ").isEmpty).toBe(true);
  });

  it("shows its counter only near the end", () => {
    expect(checkDraft("a".repeat(179)).isCounted).toBe(false);
    expect(checkDraft("a".repeat(180)).isCounted).toBe(true);
  });
});

describe("heardText", () => {
  it("says by how many it was heard, and that it was nobody", () => {
    expect(heardText(3)).toBe("Heard by 3");
    expect(heardText(0)).toBe("Nobody was near enough to hear it");
  });
});

describe("isSameBreath", () => {
  it("holds messages together that came within two minutes", () => {
    expect(isSameBreath(0, 119_999)).toBe(true);
    expect(isSameBreath(0, 120_000)).toBe(false);
  });
});
