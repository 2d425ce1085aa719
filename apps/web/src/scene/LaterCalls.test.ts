import { describe, expect, it } from "vitest";
import { LaterCalls } from "./LaterCalls";

describe("LaterCalls", () => {
  it("does all in order when it is time, and each once", () => {
    const calls = new LaterCalls();
    const done: number[] = [];
    for (const one of [1, 2, 3]) calls.add(() => done.push(one));
    expect(done).toEqual([]);
    calls.run();
    calls.run();
    expect(done).toEqual([1, 2, 3]);
  });

  it("does not wait with more than a thousand", () => {
    const calls = new LaterCalls();
    let count = 0;
    for (let call = 0; call < 1001; call++) calls.add(() => (count += 1));
    expect(count).toBe(1001);
  });
});
