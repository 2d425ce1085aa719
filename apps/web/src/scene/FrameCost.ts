/** Figures follow so slowly that they can be read. */
const TAU_MS = 700;

/** What frames cost, smoothed. Pure. */
export class FrameCost {
  cpuMs = 0;
  frameMs = 1000 / 60;

  add(frameMs: number, cpuMs: number): void {
    const part = Math.min(1, frameMs / TAU_MS);
    this.cpuMs += (cpuMs - this.cpuMs) * part;
    this.frameMs += (frameMs - this.frameMs) * part;
  }
}
