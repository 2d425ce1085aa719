/**
 * Runs in a page, before anything of its own: its frames are so far apart at least, as they are on a
 * slow machine.
 */
export function drawSeldom(everyMs: number): void {
  const request = window.requestAnimationFrame.bind(window);
  const wanted = new Map<number, FrameRequestCallback>();
  let lastId = 0;
  let lastMs = -Infinity;
  const draw: FrameRequestCallback = (nowMs) => {
    lastMs = nowMs;
    const due = [...wanted.values()];
    wanted.clear();
    for (const callback of due) {
      try {
        callback(nowMs);
      } catch (error) {
        // As in a frame of the browser's own: the others get theirs.
        reportError(error);
      }
    }
  };
  window.requestAnimationFrame = (callback) => {
    const isFirst = wanted.size === 0;
    wanted.set(++lastId, callback);
    if (isFirst) setTimeout(() => request(draw), Math.max(0, lastMs + everyMs - performance.now()));
    return lastId;
  };
  window.cancelAnimationFrame = (id) => void wanted.delete(id);
}
