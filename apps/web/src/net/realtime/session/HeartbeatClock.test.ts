import { describe, expect, it } from "vitest";
import { HeartbeatClock } from "./HeartbeatClock";

describe("HeartbeatClock", () => {
  it("guesses from a one-way time until it has measured", () => {
    const clock = new HeartbeatClock();
    expect(clock.offsetMs).toBeNull();
    clock.guess(10_000, 4_000);
    expect(clock.offsetMs).toBe(6_000);
    clock.measure(5_000, 11_050, 5_100);
    expect(clock.offsetMs).toBe(6_000);
    expect(clock.roundTripMs).toBe(100);
  });

  it("trusts the shortest round trip of the last minute", () => {
    const clock = new HeartbeatClock();
    clock.measure(0, 1_020, 40);
    clock.measure(5_000, 6_150, 5_200);
    expect(clock.offsetMs).toBe(1_000);
    expect(clock.roundTripMs).toBe(200);
    clock.measure(65_000, 66_150, 65_200);
    expect(clock.offsetMs).toBe(1_050);
  });

  it("begins anew where a clock was set", () => {
    const clock = new HeartbeatClock();
    clock.measure(0, 1_020, 40);
    clock.measure(5_000, 16_100, 5_200);
    expect(clock.offsetMs).toBe(11_000);
  });

  it("passes over an answer that came before its question", () => {
    const clock = new HeartbeatClock();
    clock.measure(100, 0, 99);
    expect(clock.offsetMs).toBeNull();
    expect(clock.roundTripMs).toBeNull();
  });
});
