import type { PageFigures } from "./page";

/** Goals for a crowd of a thousand: script of a frame, and the longest task. */
export const SCRIPT_MAX_MS = 6;
export const TASK_MAX_MS = 50;

/** What a page did for a while, and what that took of the main thread. */
export interface Costs {
  readonly figures: PageFigures;
  /** The main thread's tasks, ms of the processor's time, the longest first. */
  readonly tasksMs: readonly number[];
  /** All script, that of the stand-in for the server too. */
  readonly scriptMs: number;
  /** Styles and layout. */
  readonly layoutMs: number;
}

/** A part of a run, in figures. */
export class Phase {
  readonly name: string;
  readonly #costs: Costs;
  readonly #isJudged: boolean;

  /** @param isJudged whether the goals are meant for it. */
  constructor(name: string, costs: Costs, isJudged = true) {
    this.name = name;
    this.#isJudged = isJudged;
    this.#costs = costs;
  }

  /** The client's script, ms a frame: drawing, messages and the page together. */
  get scriptMs(): number {
    const { figures, scriptMs } = this.#costs;
    return (scriptMs - figures.serverMs) / Math.max(1, figures.frames);
  }

  get layoutMs(): number {
    return this.#costs.layoutMs / Math.max(1, this.#costs.figures.frames);
  }

  /** So many of a hundred frames' callbacks took less, ms. */
  tickMs(percent: number): number {
    const sorted = [...this.#costs.figures.ticksMs].sort((one, other) => one - other);
    return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? 0;
  }

  get longestMs(): number {
    return this.#costs.tasksMs[0] ?? 0;
  }

  get isGood(): boolean {
    if (!this.#isJudged) return true;
    return this.scriptMs <= SCRIPT_MAX_MS && this.longestMs <= TASK_MAX_MS;
  }

  get frames(): number {
    return this.#costs.figures.frames;
  }
}

/** As Markdown. */
export function table(phases: readonly Phase[]): string {
  const head = [
    "| phase | frames | script ms a frame | frame callbacks p50 / p95 / p99 ms | layout ms a frame | longest task ms |",
    "| --- | ---: | ---: | ---: | ---: | ---: |",
  ];
  const rows = phases.map((phase) => {
    const ticks = [50, 95, 99].map((percent) => phase.tickMs(percent).toFixed(1)).join(" / ");
    const long = phase.longestMs.toFixed(1);
    const [script, layout] = [phase.scriptMs.toFixed(2), phase.layoutMs.toFixed(2)];
    return `| ${phase.name} | ${String(phase.frames)} | ${script} | ${ticks} | ${layout} | ${long} |`;
  });
  return [...head, ...rows].join("\n");
}
