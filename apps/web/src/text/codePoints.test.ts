import { describe, expect, it } from "vitest";
import { codePoints } from "./codePoints";

describe("codePoints", () => {
  it("counts an emoji as its code points, not as halves of them", () => {
    expect("😀".length).toBe(2);
    expect(codePoints("😀")).toBe(1);
    expect(codePoints("👩‍🚀")).toBe(3);
  });
});
