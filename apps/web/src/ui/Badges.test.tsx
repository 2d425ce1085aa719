// @vitest-environment happy-dom
import { render } from "preact";
import { describe, expect, it } from "vitest";
import { Badges } from "./Badges";

function shown(role: string, isBot: boolean): string {
  const root = document.createElement("div");
  render(<Badges role={role} isBot={isBot} />, root);
  return [...root.querySelectorAll(".tag")].map((tag) => tag.textContent).join(" ");
}

describe("Badges", () => {
  it("mark those who keep order and bots, and nobody else", () => {
    expect(shown("moderator", false)).toBe("moderator");
    expect(shown("owner", true)).toBe("owner bot");
    expect(shown("guest", true)).toBe("bot");
    expect(shown("guest", false)).toBe("");
    expect(shown("member", false)).toBe("");
  });
});
