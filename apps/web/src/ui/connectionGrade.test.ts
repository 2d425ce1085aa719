import { describe, expect, it } from "vitest";
import { gradeOf } from "./connectionGrade";

describe("gradeOf", () => {
  it("is as bad as the worse of round trip and jitter", () => {
    expect(gradeOf(undefined, undefined)).toBe("unknown");
    expect(gradeOf(40, undefined)).toBe("good");
    expect(gradeOf(40, 60)).toBe("fair");
    expect(gradeOf(200, 5)).toBe("fair");
    expect(gradeOf(40, 120)).toBe("poor");
    expect(gradeOf(900, 5)).toBe("poor");
  });
});
