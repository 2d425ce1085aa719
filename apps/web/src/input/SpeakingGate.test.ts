import { describe, expect, it } from "vitest";
import { levelDb, SpeakingGate } from "./SpeakingGate";

/** Feeds a level for a while; answers how often it was taken for speech. */
function feed(gate: SpeakingGate, db: number, fromMs: number, toMs: number): number {
  let open = 0;
  for (let nowMs = fromMs; nowMs < toMs; nowMs += 60) open += Number(gate.update(db, nowMs));
  return open;
}

describe("SpeakingGate", () => {
  it("opens for a voice at once, and closes soon after it", () => {
    const gate = new SpeakingGate();
    feed(gate, -62, 0, 2_000);
    expect(gate.update(-28, 2_000)).toBe(true);
    feed(gate, -62, 2_060, 3_000);
    expect(gate.update(-62, 3_000)).toBe(false);
  });

  it("stays open between two words", () => {
    const gate = new SpeakingGate();
    feed(gate, -62, 0, 2_000);
    gate.update(-28, 2_000);
    expect(gate.update(-62, 2_300)).toBe(true);
  });

  it("never opens in silence", () => {
    expect(feed(new SpeakingGate(), -90, 0, 5_000)).toBe(0);
  });

  it("gets used to a loud room, where a voice is still told", () => {
    const gate = new SpeakingGate();
    feed(gate, -38, 0, 60_000);
    expect(feed(gate, -38, 60_000, 62_000)).toBe(0);
    expect(gate.update(-18, 62_000)).toBe(true);
  });

  it("measures full scale as 0 dB and silence as next to nothing", () => {
    expect(levelDb(new Float32Array(64).fill(1))).toBeCloseTo(0);
    expect(levelDb(new Float32Array(64).fill(0.1))).toBeCloseTo(-20);
    expect(levelDb(new Float32Array(64))).toBeLessThan(-100);
  });
});
