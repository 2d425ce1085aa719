/** How the simulated evening goes: `?sim=latency:150,jitter:60,loss:0.03,guests:12,seed:7`. */
export interface SimOptions {
  /** Round trip in ms; half of it each way. */
  readonly latency: number;
  /** Up to so many ms more, each way and event. Order is kept, as a socket keeps it. */
  readonly jitter: number;
  /** The share of transforms that never arrives, 0 to 1. All else always does. */
  readonly loss: number;
  readonly guests: number;
  readonly seed: number;
  /** Seconds from each join until the connection is lost; 0 for never. */
  readonly drop: number;
  /** Seconds from the join until a moderator does it; 0 for never. */
  readonly muted: number;
  readonly kicked: number;
  readonly banned: number;
  /** 1 makes oneself a moderator, to try what moderators do. */
  readonly moderator: number;
}

export const SIM_DEFAULTS: SimOptions = {
  latency: 60,
  jitter: 10,
  loss: 0,
  guests: 12,
  seed: 1,
  drop: 0,
  muted: 0,
  kicked: 0,
  banned: 0,
  moderator: 0,
};

/** More than a demonstration: for measuring how the scene draws a full house. */
const GUESTS_MAX = 300;

const BOUNDS: Readonly<Record<keyof SimOptions, readonly [least: number, most: number]>> = {
  latency: [0, 5_000],
  jitter: [0, 5_000],
  loss: [0, 1],
  guests: [0, GUESTS_MAX],
  seed: [0, 2 ** 31],
  drop: [0, 86_400],
  muted: [0, 86_400],
  kicked: [0, 86_400],
  banned: [0, 86_400],
  moderator: [0, 1],
};

/** Reads `name:number` pairs; what makes no sense is left at its default, or at its bound. */
export function parseSimOptions(text: string): SimOptions {
  const options: Record<string, number> = {};
  for (const pair of text.split(",")) {
    const [name = "", value = ""] = pair.split(":", 2).map((part) => part.trim());
    const number = Number.parseFloat(value);
    if (!isOptionName(name) || !Number.isFinite(number)) continue;
    const [least, most] = BOUNDS[name];
    options[name] = Math.min(most, Math.max(least, number));
  }
  const merged = { ...SIM_DEFAULTS, ...options };
  return { ...merged, guests: Math.round(merged.guests), seed: Math.round(merged.seed) };
}

function isOptionName(name: string): name is keyof SimOptions {
  return Object.hasOwn(BOUNDS, name);
}
