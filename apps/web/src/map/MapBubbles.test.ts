// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { MapBubbles } from "./MapBubbles";

function open() {
  const overlay = document.createElement("div");
  const bubbles = new MapBubbles(overlay);
  const shown = (): (string | null)[] => [...overlay.children].map(({ textContent }) => textContent);
  return { overlay, bubbles, shown };
}

describe("MapBubbles", () => {
  it("shows the newest of each, over their head, for as long as it takes to read", () => {
    const { overlay, bubbles, shown } = open();
    bubbles.say("ada", "one", 0);
    bubbles.say("ada", "<b>two</b>", 0);
    bubbles.update(6_500, () => [100, 80]);
    expect(shown()).toEqual(["<b>two</b>"]);
    expect((overlay.firstElementChild as HTMLElement).style.transform).toContain("translate(100px, 46px)");
    bubbles.update(6_600, () => [100, 80]);
    expect(shown()).toEqual([]);
  });

  it("is silent about who has left, and keeps eight at once", () => {
    const { bubbles, shown } = open();
    for (let at = 0; at < 9; at++) bubbles.say(`guest-${at}`, String(at), 0);
    expect(shown()).toEqual(["1", "2", "3", "4", "5", "6", "7", "8"]);
    bubbles.update(1, (userId) => (userId === "guest-3" ? null : [0, 0]));
    bubbles.forget("guest-8");
    expect(shown()).toEqual(["1", "2", "4", "5", "6", "7"]);
    bubbles.dispose();
    expect(shown()).toEqual([]);
  });
});
