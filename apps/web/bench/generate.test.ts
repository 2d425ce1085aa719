import { describe, expect, it } from "vitest";
import { generate, TRACE_MS } from "./generate";
import { NETWORKS } from "./network";

const [a, b] = NETWORKS as [(typeof NETWORKS)[0], (typeof NETWORKS)[0]];

describe("generate", () => {
  it("gives the same trace to the same seed", () => {
    expect(generate(b, 1)).toEqual(generate(b, 1));
    expect(generate(b, 1).truth.x).not.toEqual(generate(b, 2).truth.x);
  });

  it("walks, turns, stands, dances and teleports", () => {
    const traces = [1, 2, 3, 4].map((seed) => generate(b, seed));
    const anims = new Set(traces.flatMap(({ arrivals }) => arrivals.map(({ anim }) => anim)));
    expect(anims).toEqual(new Set(["idle", "walk", "dance"]));
    expect(traces.flatMap(({ truth }) => truth.jumpsMs).length).toBeGreaterThan(4);
    const turnsRad = traces.flatMap(({ arrivals }) => arrivals.map(({ rotY }) => rotY));
    expect(Math.max(...turnsRad) - Math.min(...turnsRad)).toBeGreaterThan(6);
  });

  it("brings the samples in order, at most 15 a second beside starts and stops", () => {
    const { arrivals } = generate(b, 1);
    for (let index = 1; index < arrivals.length; index++) {
      expect(arrivals[index]!.arrivalMs).toBeGreaterThanOrEqual(arrivals[index - 1]!.arrivalMs);
      expect(arrivals[index]!.ts).toBeGreaterThanOrEqual(arrivals[index - 1]!.ts);
    }
    expect(arrivals.length).toBeGreaterThan((TRACE_MS / 1000) * 8);
    expect(arrivals.length).toBeLessThan((TRACE_MS / 1000) * 17);
  });

  it("tells where the mover was when the move was made", () => {
    const { truth, arrivals } = generate(a, 1);
    for (const { arrivalMs, x, z } of arrivals) {
      // Up to 50 ms of waiting for the flush, on 60 ms of way.
      const isTrue = truth.ms.some(
        (ms, index) =>
          arrivalMs - ms >= 59 &&
          arrivalMs - ms <= 111 &&
          Math.hypot(x - truth.x[index]!, z - truth.z[index]!) < 0.001,
      );
      expect(isTrue).toBe(true);
    }
  });
});
