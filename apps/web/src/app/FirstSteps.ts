import { signal } from "@preact/signals";
import { FIRST_STEPS, type FirstStep, type FirstStepsModel } from "../ui/FirstStepsModel";
import type { StoredValue } from "../storage/StoredValue";

/** Whoever has come so far from where they were put has found out how to walk. */
const WALKED_M = 1.2;

/** Which of the first steps somebody has taken, in this visit and in those before it. */
export class FirstSteps implements FirstStepsModel {
  readonly left;
  readonly #stored: Pick<StoredValue<readonly FirstStep[]>, "save">;
  #from: { readonly x: number; readonly z: number } | null = null;
  #wasSitting = false;

  constructor(stored: Pick<StoredValue<readonly FirstStep[]>, "load" | "save">) {
    this.#stored = stored;
    this.left = signal(stored.load());
  }

  /** Where the own avatar is by now, metres; the first place is where it was put. */
  see(x: number, z: number, isSitting: boolean): void {
    if (this.left.peek().length === 0) return;
    if (this.#from === null) {
      this.#from = { x, z };
      this.#wasSitting = isSitting;
    }
    if (Math.hypot(x - this.#from.x, z - this.#from.z) > WALKED_M) this.done("walk");
    if (isSitting && !this.#wasSitting) this.done("sit");
    this.#wasSitting = isSitting;
  }

  done(step: FirstStep): void {
    const left = this.left.peek();
    if (left.includes(step)) this.#keep(left.filter((other) => other !== step));
  }

  dismiss(): void {
    this.#keep([]);
  }

  #keep(left: readonly FirstStep[]): void {
    this.left.value = left;
    this.#stored.save(left);
  }
}

/** What is left of them by what was kept; of nothing, all. */
export function readFirstSteps(kept: unknown): readonly FirstStep[] {
  return Array.isArray(kept) ? FIRST_STEPS.filter((step) => kept.includes(step)) : FIRST_STEPS;
}
