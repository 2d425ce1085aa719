/** How long a ban or a mute holds, as people choose it. Pure. */
import { ACT_DURATION_MAX_S } from "../net/realtime/constants";

const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;
const DAY_S = 24 * HOUR_S;

/** One of the list; `seconds` null for good. */
export interface DurationChoice {
  readonly id: string;
  readonly name: string;
  readonly seconds: number | null;
}

export const DURATIONS: readonly DurationChoice[] = [
  { id: "10m", name: "10 minutes", seconds: 10 * MINUTE_S },
  { id: "1h", name: "1 hour", seconds: HOUR_S },
  { id: "1d", name: "1 day", seconds: DAY_S },
  { id: "1w", name: "1 week", seconds: 7 * DAY_S },
  { id: "good", name: "For good", seconds: null },
];

export const CUSTOM = "custom";

export const UNITS = [
  { id: "minutes", name: "minutes", seconds: MINUTE_S },
  { id: "hours", name: "hours", seconds: HOUR_S },
  { id: "days", name: "days", seconds: DAY_S },
] as const;
export type UnitId = (typeof UNITS)[number]["id"];

/** What somebody has chosen, and typed where none of the list will do. */
export interface DurationDraft {
  readonly choice: string;
  readonly amount: string;
  readonly unit: UnitId;
}

/** Gentle first: what is too short is easily done again. */
export const FIRST_DURATION: DurationDraft = { choice: "10m", amount: "30", unit: "minutes" };

/** What a draft comes to: seconds, null for good; or why it cannot be. */
export type DurationRead =
  | { readonly isGood: true; readonly seconds: number | null }
  | { readonly isGood: false; readonly why: string };

export function readDuration({ choice, amount, unit }: DurationDraft): DurationRead {
  const chosen = DURATIONS.find(({ id }) => id === choice);
  if (chosen !== undefined) return { isGood: true, seconds: chosen.seconds };
  const count = Number(amount.trim());
  if (amount.trim() === "" || !Number.isInteger(count) || count < 1) {
    return { isGood: false, why: "Give a whole number, 1 or more." };
  }
  const seconds = count * (UNITS.find(({ id }) => id === unit)?.seconds ?? MINUTE_S);
  if (seconds > ACT_DURATION_MAX_S)
    return { isGood: false, why: "Ten years are the most; or choose “For good”." };
  return { isGood: true, seconds };
}

/** `for 10 minutes`, `for 1 day`, `for good`: as a sentence goes on. */
export function forHowLong(seconds: number | null): string {
  if (seconds === null) return "for good";
  const chosen = DURATIONS.find((choice) => choice.seconds === seconds);
  if (chosen !== undefined) return `for ${chosen.name}`;
  if (seconds % DAY_S === 0) return `for ${counted(seconds / DAY_S, "day")}`;
  if (seconds % HOUR_S === 0) return `for ${counted(seconds / HOUR_S, "hour")}`;
  return `for ${counted(Math.ceil(seconds / MINUTE_S), "minute")}`;
}

function counted(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
