import type { MicrophoneState } from "../input/Microphone";
import type { BarModel } from "./BarModel";
import { Dialog } from "./Dialog";

const SAYS: Readonly<Record<MicrophoneState, string>> = {
  off: "Off.",
  asking: "Your browser is asking whether this page may listen.",
  on: "On: your loudness is measured. Nobody hears you.",
  denied: "Your browser does not allow it for this page. Its address bar can change that.",
  missing: "No microphone was found.",
  insecure: "Browsers let only pages that came over HTTPS listen, and this one did not.",
  busy: "The microphone could not be opened. Another program may be using it.",
};

/** What the microphone is for (a ring, no voice), whether it is on, and the switch. */
export function MicrophoneSwitch({ model }: { model: BarModel }) {
  const state = model.microphone.value;
  const isOn = state === "on" || state === "asking";
  return (
    <div class="microphone">
      <p>
        There is no voice chat yet: nobody hears you. What this does is show others a ring around you while
        you speak, to the people beside you for one. For that this page measures how loud your microphone is;
        nothing is recorded, and no sound leaves this page.
      </p>
      <p role="status" class="faint">
        {SAYS[state]}
        {state === "on" && (model.isSpeaking.value ? " Others see that you speak." : " You are quiet.")}
      </p>
      <button
        type="button"
        class={isOn ? "button" : "button button-primary"}
        onClick={() => model.toggleMicrophone()}
      >
        {isOn ? "Turn the ring off" : "Show when I speak"}
      </button>
    </div>
  );
}

export function MicrophoneDialog({ model, onClose }: { model: BarModel; onClose: () => void }) {
  return (
    <Dialog title="Show when you speak?" onClose={onClose}>
      <MicrophoneSwitch model={model} />
    </Dialog>
  );
}
