import type { ReadonlySignal } from "@preact/signals";

export const FIRST_STEPS = ["walk", "sit", "talk"] as const;
export type FirstStep = (typeof FIRST_STEPS)[number];

/** What somebody new has still to find out. */
export interface FirstStepsModel {
  /** In the order in which they are told; empty once all is known. */
  readonly left: ReadonlySignal<readonly FirstStep[]>;
  /** Whoever has done it needs no hint any more, in later visits neither. */
  done(step: FirstStep): void;
  /** No hints, please. */
  dismiss(): void;
}
