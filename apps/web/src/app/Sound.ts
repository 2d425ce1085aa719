import { signal } from "@preact/signals";
import { Microphone, type MicrophoneState } from "../input/Microphone";
import type { Settings } from "../ui/settings";
import { Ambience } from "./Ambience";

/** What is heard of the bar, and what is measured of the person. */
export class Sound {
  readonly microphone = signal<MicrophoneState>("off");
  readonly isSpeaking = signal(false);
  readonly #ambience = new Ambience();
  readonly #microphone = new Microphone((state, isSpeaking) => {
    this.microphone.value = state;
    this.isSpeaking.value = isSpeaking;
  });

  apply({ sound, volume }: Settings): void {
    if (sound) this.#ambience.play(volume);
    else this.#ambience.stop();
  }

  toggleMicrophone(): void {
    const isOn = this.microphone.value === "on" || this.microphone.value === "asking";
    if (isOn) this.#microphone.stop();
    else void this.#microphone.start();
  }

  dispose(): void {
    this.#microphone.stop();
    this.#ambience.stop();
  }
}
