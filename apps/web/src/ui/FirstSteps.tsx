import type { ComponentChildren } from "preact";
import { isPointerCoarse } from "../input/Stick";
import type { BarModel } from "./BarModel";
import type { FirstStep } from "./FirstStepsModel";
import { CloseIcon } from "./icons";

const BY_KEYS: Readonly<Record<FirstStep, ComponentChildren>> = {
  walk: (
    <>
      <span class="step-keys">
        <kbd>W</kbd>
        <kbd>A</kbd>
        <kbd>S</kbd>
        <kbd>D</kbd>
      </span>
      or click the floor to walk
    </>
  ),
  sit: (
    <>
      <kbd>X</kbd> or click a chair to sit
    </>
  ),
  talk: (
    <>
      <kbd>Enter</kbd> to talk
    </>
  ),
};

const BY_TOUCH: Readonly<Record<FirstStep, ComponentChildren>> = {
  walk: "Left thumb walks, right one looks",
  sit: "Tap a chair to sit",
  talk: "Chat is below: say hello",
};

/** How to walk, sit and talk, for whoever has not done it yet. Each goes with its step. */
export function FirstSteps({ model }: { model: BarModel }) {
  const left = model.firstSteps.left.value;
  if (left.length === 0 || model.arrival.value.type !== "inside") return null;
  const words = isPointerCoarse() ? BY_TOUCH : BY_KEYS;
  return (
    <aside class="steps" aria-label="First steps">
      <ul>
        {left.map((step) => (
          <li key={step} class="step">
            {words[step]}
          </li>
        ))}
      </ul>
      <button
        type="button"
        class="icon-button steps-close"
        aria-label="No more hints"
        onClick={() => model.firstSteps.dismiss()}
      >
        <CloseIcon />
      </button>
    </aside>
  );
}
