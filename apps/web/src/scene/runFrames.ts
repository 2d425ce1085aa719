/** Who calls back in every frame, as a renderer of three.js does. */
export interface FrameSource {
  setAnimationLoop(callback: (() => void) | null): void;
}

/**
 * Draws in every frame from now on, and is done once the first has been drawn. Until then the
 * camera stands nowhere: a click would mean a place that nobody has pointed at. Where shaders are
 * compiled as they are used, the first frame takes seconds.
 *
 * @returns rejects with what the first frame failed at, and there are no others.
 */
export function runFrames(source: FrameSource, draw: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    source.setAnimationLoop(() => {
      try {
        draw();
      } catch (error) {
        source.setAnimationLoop(null);
        reject(error instanceof Error ? error : new Error(String(error)));
        return;
      }
      source.setAnimationLoop(draw);
      resolve();
    });
  });
}
