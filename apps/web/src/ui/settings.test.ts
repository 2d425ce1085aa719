import { describe, expect, it } from "vitest";
import { DEFAULT_SETTINGS, readPerson, readSettings } from "./settings";

const IDS = ["amber", "birch", "cedar", "dahlia"];

describe("readSettings", () => {
  it("is silent and follows the system at first", () => {
    expect(readSettings(undefined)).toEqual(DEFAULT_SETTINGS);
    expect(DEFAULT_SETTINGS).toMatchObject({ sound: false, reducedMotion: null });
  });

  it("keeps what is good of what was kept, and nothing else", () => {
    const kept = { quality: "ultra", sound: true, volume: 7, names: "yes", reducedMotion: true };
    expect(readSettings(kept)).toEqual({ ...DEFAULT_SETTINGS, sound: true, reducedMotion: true });
  });

  it.each([null, 3, "low", []])("makes the defaults of %o", (kept) => {
    expect(readSettings(kept)).toEqual(DEFAULT_SETTINGS);
  });
});

describe("readPerson", () => {
  it("gives a newcomer a look by chance", () => {
    expect(readPerson(undefined, IDS, 0)).toEqual({ displayName: "", avatarId: "amber" });
    expect(readPerson(undefined, IDS, 0.99).avatarId).toBe("dahlia");
  });

  it("knows a person again", () => {
    const kept = { displayName: "Robin", avatarId: "cedar" };
    expect(readPerson(kept, IDS, 0)).toEqual(kept);
  });

  it("gives another look for one that is gone, and cuts a name that somebody has tampered with", () => {
    const person = readPerson({ displayName: "x".repeat(5_000), avatarId: "gone" }, IDS, 0.3);
    expect(person.avatarId).toBe("birch");
    expect(person.displayName).toHaveLength(64);
  });
});
