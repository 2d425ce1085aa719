import { ANIMS } from "../src/net/realtime/constants";
import type { Arrival, Trace } from "./trace";

/** Numbers as differences of whole steps: a third of the size of the numbers themselves. */
type Packed = number[];

/** One member of a recording, as it lies in the file. Times in tenths of ms, lengths in mm. */
export interface PackedTrace {
  readonly truth: {
    readonly ms: Packed;
    readonly x: Packed;
    readonly z: Packed;
    readonly jumpsMs: Packed;
  };
  /** When transforms were handed to the uplink; nothing is measured by it. */
  readonly sentMs: Packed;
  readonly arrivals: {
    readonly arrivalMs: Packed;
    readonly ts: Packed;
    readonly x: Packed;
    readonly z: Packed;
    /** In thousandths of a radian. */
    readonly rotY: Packed;
    readonly anim: Packed;
  };
}

/** A recording as it lies in the file. */
export interface Recording {
  /** What was recorded, in a sentence. */
  readonly about: string;
  readonly members: readonly PackedTrace[];
}

const PER_MS = 10;
const PER_UNIT = 1000;

export function pack({ truth, arrivals }: Trace, sentMs: readonly number[]): PackedTrace {
  const column = (pick: (arrival: Arrival) => number, scale: number): Packed =>
    toSteps(arrivals.map(pick), scale);
  return {
    truth: {
      ms: toSteps(truth.ms, PER_MS),
      x: toSteps(truth.x, PER_UNIT),
      z: toSteps(truth.z, PER_UNIT),
      jumpsMs: toSteps(truth.jumpsMs, PER_MS),
    },
    sentMs: toSteps(sentMs, PER_MS),
    arrivals: {
      arrivalMs: column((one) => one.arrivalMs, PER_MS),
      ts: column((one) => one.ts, 1),
      x: column((one) => one.x, PER_UNIT),
      z: column((one) => one.z, PER_UNIT),
      rotY: column((one) => one.rotY, PER_UNIT),
      anim: column((one) => ANIMS.indexOf(one.anim), 1),
    },
  };
}

export function unpack({ truth, arrivals }: PackedTrace): Trace {
  const ts = fromSteps(arrivals.ts, 1);
  const x = fromSteps(arrivals.x, PER_UNIT);
  const z = fromSteps(arrivals.z, PER_UNIT);
  const rotY = fromSteps(arrivals.rotY, PER_UNIT);
  const anim = fromSteps(arrivals.anim, 1);
  return {
    truth: {
      ms: fromSteps(truth.ms, PER_MS),
      x: fromSteps(truth.x, PER_UNIT),
      z: fromSteps(truth.z, PER_UNIT),
      jumpsMs: fromSteps(truth.jumpsMs, PER_MS),
    },
    arrivals: fromSteps(arrivals.arrivalMs, PER_MS).map((arrivalMs, index) => ({
      arrivalMs,
      ts: ts[index]!,
      x: x[index]!,
      z: z[index]!,
      rotY: rotY[index]!,
      anim: ANIMS[anim[index]!]!,
    })),
  };
}

function toSteps(values: readonly number[], scale: number): Packed {
  let last = 0;
  return values.map((value) => {
    const whole = Math.round(value * scale);
    const step = whole - last;
    last = whole;
    return step;
  });
}

function fromSteps(steps: Packed, scale: number): number[] {
  let whole = 0;
  return steps.map((step) => (whole += step) / scale);
}
