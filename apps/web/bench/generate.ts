import { TransformSender } from "../src/motion/TransformSender";
import type { Transform } from "../src/net/realtime/types";
import { Mover } from "./Mover";
import { Leg, type NetworkPlan } from "./network";
import { Random } from "./random";
import { Flushes, MotionTimes, Throttle, type Committed } from "./server";
import type { Arrival, Trace, Truth } from "./trace";

export const TRACE_MS = 40_000;
const FRAME_MS = 1000 / 60;
/** Nobody's clock is the server's. */
const MOVER_CLOCK_MS = 1_700_000_012_345;
const SERVER_CLOCK_MS = 1_700_000_000_000;

interface Stamped {
  readonly ts: number;
  readonly transform: Transform;
}

interface Sent {
  readonly ms: number;
  readonly transform: Transform;
}

/**
 * One member as an observer gets it: the client's own motion and sender, an uplink, the server's
 * motion times and flushes, a downlink. The same seed gives the same trace.
 */
export function generate(network: NetworkPlan, seed: number): Trace {
  const { truth, sent } = walk(new Random(seed));
  return { truth, arrivals: carry(sent, network, new Random(seed + 1_000)) };
}

function walk(random: Random): { truth: Truth; sent: Sent[] } {
  const mover = new Mover(random);
  const sender = new TransformSender();
  const sent: Sent[] = [];
  for (let ms = 0; ms < TRACE_MS; ms += FRAME_MS) {
    mover.step(ms, FRAME_MS / 1000);
    const transform = sender.update(ms, mover.motion.pose, false);
    if (transform !== null) sent.push({ ms, transform: { ...transform } });
  }
  return { truth: mover.truth, sent };
}

function carry(sent: readonly Sent[], network: NetworkPlan, random: Random): Arrival[] {
  const downlink = new Leg(network, random);
  const flushes = new Flushes(random);
  const arrivals: Arrival[] = [];
  let flushedMs = -Infinity;
  let arrivalMs = -Infinity;
  for (const { event, ms } of serve(sent, new Leg(network, random))) {
    const flushMs = flushes.after(ms);
    // One flush is one write, and comes in one piece.
    if (flushMs !== flushedMs) arrivalMs = downlink.deliver(flushMs);
    flushedMs = flushMs;
    const { x, z, rotY, anim } = event.transform;
    const place = { x: rounded(x), z: rounded(z), rotY: rounded(rotY), anim };
    arrivals.push({ arrivalMs, ts: event.ts, ...place });
  }
  return arrivals;
}

/** What the server lets through, stamped with motion times (§1), and when it does. */
function serve(sent: readonly Sent[], uplink: Leg): Committed<Stamped>[] {
  const times = new MotionTimes();
  const throttle = new Throttle<Stamped>();
  const committed = sent.flatMap(({ ms, transform }) => {
    const reachedMs = uplink.deliver(ms);
    const clientTs = Math.round(ms + MOVER_CLOCK_MS);
    const ts = times.motionMs(clientTs, Math.floor(reachedMs + SERVER_CLOCK_MS));
    return throttle.take({ ts, transform }, reachedMs);
  });
  return [...committed, ...throttle.release(Infinity)];
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
