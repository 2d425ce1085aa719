// Others are drawn a little in the past, between two places that are known; we walk at once.
const DELAY_MS = 150, EXTRAPOLATE_MAX_MS = 250, SNAP_M = 3, WINDOW_MS = 10000, EASE_MS = 60, TURN = 2 * Math.PI;

// The smallest (arrival - motion time) of the last ten seconds or so maps the server's clock to ours.
export class ServerClock {
  constructor() { this.minima = []; }
  note(nowMs, motionMs) {
    const slot = Math.floor(nowMs / 1000), lag = nowMs - motionMs, last = this.minima.at(-1);
    if (last?.slot === slot) last.lag = Math.min(last.lag, lag);
    else this.minima.push({ slot, lag });
    while (this.minima[0].slot < slot - WINDOW_MS / 1000) this.minima.shift();
  }
  drawnMs(nowMs) { return nowMs - Math.min(...this.minima.map((minimum) => minimum.lag)) - DELAY_MS; }
}

export const shortestArc = (from, to) => (((to - from) % TURN) + TURN * 1.5) % TURN - TURN / 2;

export class Track {
  constructor(place) { this.reset(place); }
  reset({ x, z, rotY, anim }) { this.samples = []; this.drawn = { x, z, rotY, anim, speaking: false }; }

  push(atMs, place) {
    const last = this.samples.at(-1);
    if (last && atMs <= last.atMs) return;
    if (last && last.anim !== "walk" && atMs - last.atMs > 250) this.samples.push({ ...last, atMs: atMs - 66 });
    this.samples.push({ atMs, ...place });
    if (this.samples.length > 32) this.samples.shift();
  }

  // Moves what is drawn toward where the member was at `atMs`; critically damped enough to look calm.
  step(atMs, deltaMs) {
    if (!this.samples.length) return this.drawn;
    const target = this.at(atMs), drawn = this.drawn;
    const far = Math.hypot(target.x - drawn.x, target.z - drawn.z) > SNAP_M;
    const share = far ? 1 : 1 - Math.exp(-deltaMs / EASE_MS);
    drawn.x += (target.x - drawn.x) * share;
    drawn.z += (target.z - drawn.z) * share;
    drawn.rotY += shortestArc(drawn.rotY, target.rotY) * share;
    drawn.anim = target.anim;
    drawn.speaking = target.speaking;
    return drawn;
  }

  at(atMs) {
    const samples = this.samples, next = samples.findIndex((sample) => sample.atMs > atMs);
    if (next === 0) return samples[0];
    const last = samples.at(next < 0 ? -1 : next - 1), before = samples.at(-2);
    if (next > 0) return blend(last, samples[next], (atMs - last.atMs) / (samples[next].atMs - last.atMs));
    if (last.anim !== "walk" || !before) return last;
    const aheadMs = Math.min(atMs - last.atMs, EXTRAPOLATE_MAX_MS);
    const easedMs = aheadMs - aheadMs ** 2 / (2 * EXTRAPOLATE_MAX_MS);
    return { ...blend(before, last, 1 + easedMs / (last.atMs - before.atMs)), rotY: last.rotY };
  }
}

function blend(from, to, share) {
  return { x: from.x + (to.x - from.x) * share, z: from.z + (to.z - from.z) * share,
    rotY: from.rotY + shortestArc(from.rotY, to.rotY) * share, anim: to.anim, speaking: to.speaking };
}
