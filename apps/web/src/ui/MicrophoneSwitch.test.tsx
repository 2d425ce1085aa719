// @vitest-environment happy-dom
import { signal } from "@preact/signals";
import { render } from "preact";
import { describe, expect, it } from "vitest";
import type { MicrophoneState } from "../input/Microphone";
import type { BarModel } from "./BarModel";
import { MicrophoneSwitch } from "./MicrophoneSwitch";

/** The words beside the switch. */
function wordsOf(state: MicrophoneState, isSpeaking: boolean): string {
  const model = {
    microphone: signal(state),
    isSpeaking: signal(isSpeaking),
    toggleMicrophone: () => undefined,
  };
  const root = document.createElement("div");
  render(<MicrophoneSwitch model={model as unknown as BarModel} />, root);
  return root.textContent;
}

describe("MicrophoneSwitch", () => {
  it.each(["off", "asking", "on", "denied", "missing", "insecure", "busy"] as const)(
    "says in state %s that nobody hears anything, and what is shown",
    (state) => {
      expect(wordsOf(state, false)).toContain("There is no voice chat yet: nobody hears you.");
      expect(wordsOf(state, false)).toContain("show others a ring");
    },
  );

  it("promises to whoever speaks that they are seen, not that they are heard", () => {
    const words = wordsOf("on", true);
    expect(words).toContain("Others see that you speak.");
    expect(words).not.toMatch(/you are heard/i);
  });
});
