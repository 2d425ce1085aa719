import type { WorldStats } from "../scene/types";
import type { BlindReason } from "../ui/BarModel";
import type { Settings } from "../ui/settings";
import type { BarWorld, MakeWorld } from "./BarWorld";
import type { Play } from "./Play";

export interface PictureParts {
  readonly play: Play;
  readonly loadWorld: () => Promise<MakeWorld>;
  readonly settings: () => Settings;
  readonly onStep: (nowMs: number) => void;
  readonly onShown: () => void;
  /** There is no drawing it here. */
  readonly onBlind: (reason: BlindReason) => void;
  readonly notify: (text: string) => void;
}

/** The world on a canvas, from when it is loaded until the canvas goes. */
export class Picture {
  readonly #parts: PictureParts;
  #world: BarWorld | null = null;
  #isClosed = false;

  constructor(parts: PictureParts) {
    this.#parts = parts;
  }

  /** Never rejects: what goes wrong is told by `onBlind`. */
  async open(canvas: HTMLCanvasElement, overlay: HTMLElement): Promise<void> {
    let reason: BlindReason = "loading";
    try {
      const makeWorld = await this.#parts.loadWorld();
      reason = "graphics";
      if (this.#isClosed) return;
      const settings = this.#parts.settings();
      const world = makeWorld(canvas, {
        overlay,
        quality: settings.quality,
        showNames: settings.names,
        reducedMotion: isMotionReduced(settings),
        onStep: this.#parts.onStep,
        onContextLost: (isLost) => this.#lose(isLost),
      });
      this.#world = world;
      this.#parts.play.show(world);
      await world.start();
      this.#parts.onShown();
    } catch {
      this.close();
      this.#parts.onBlind(reason);
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#parts.play.hide();
    this.#world?.dispose();
    this.#world = null;
  }

  apply(settings: Settings): void {
    this.#world?.setQuality(settings.quality);
    this.#world?.setReducedMotion(isMotionReduced(settings));
    this.#world?.setShowNames(settings.names);
  }

  stats(): WorldStats | null {
    return this.#world?.stats() ?? null;
  }

  #lose(isLost: boolean): void {
    this.#parts.notify(
      isLost ? "The graphics card took the picture away. It should be back soon." : "The picture is back.",
    );
  }
}

/** What was chosen, else what the system asks for. */
export function isMotionReduced({ reducedMotion }: Settings): boolean {
  return reducedMotion ?? window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}
