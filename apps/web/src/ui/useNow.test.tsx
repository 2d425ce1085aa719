// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { describe, expect, it } from "vitest";
import { useNow } from "./useNow";

describe("useNow", () => {
  it("tells the time of the drawing, however long nobody wanted to know it", () => {
    let nowMs = 1_000;
    const clock = (): number => nowMs;
    const root = document.createElement("div");
    const shown: string[] = [];
    const Left = ({ untilMs, isWanted }: { untilMs: number; isWanted: boolean }) => {
      const now = useNow(clock, 200, isWanted);
      if (isWanted) shown.push(`${untilMs - now}`);
      return null;
    };
    const draw = (untilMs: number, isWanted: boolean): void => {
      void act(() => render(<Left untilMs={untilMs} isWanted={isWanted} />, root));
    };
    draw(0, false);
    nowMs = 35_000;
    draw(36_000, true);
    draw(36_000, false);
    // The very first text is what a screen reader says.
    expect(shown[0]).toBe("1000");
  });
});
