/** `18:40` in the reader's own way. */
export function clockTime(epochMs: number, locale?: string): string {
  return new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" }).format(epochMs);
}

/** Whole seconds, never 0 while something is left. */
export function secondsLeft(ms: number): number {
  return Math.max(0, Math.ceil(ms / 1000));
}

/** The server's clock is known to half a second, or to some seconds where answers take that long: a day
 *  is no 25 hours for that. */
const CLOCK_ERROR_S = 5;

/** `12 s`, `4 min`, `3 h`, `2 days`: coarse, rounded up, so that nobody comes back too early. */
export function duration(ms: number): string {
  const seconds = secondsLeft(ms);
  if (seconds <= 90) return `${seconds} s`;
  const minutes = Math.ceil((seconds - CLOCK_ERROR_S) / 60);
  if (minutes <= 90) return `${minutes} min`;
  const hours = Math.ceil(minutes / 60);
  if (hours <= 36) return `${hours} h`;
  return `${Math.ceil(hours / 24)} days`;
}

/**
 * Until when something holds, as a sentence goes on: `until 18:40 (12 min)`.
 *
 * @param untilMs epoch ms; null for good, undefined where it is not known.
 */
export function untilWhen(untilMs: number | null | undefined, epochMs: number, locale?: string): string {
  if (untilMs === undefined) return "for now";
  if (untilMs === null) return "for good";
  const left = untilMs - epochMs;
  if (left <= 0) return "until just now";
  if (left <= 90_000) return `for ${duration(left)} more`;
  const isToday = new Date(untilMs).toDateString() === new Date(epochMs).toDateString();
  const day: Intl.DateTimeFormatOptions = isToday ? {} : { weekday: "long", day: "numeric", month: "long" };
  const format = new Intl.DateTimeFormat(locale, { ...day, hour: "2-digit", minute: "2-digit" });
  return `until ${format.format(untilMs)} (${duration(left)})`;
}

/** `1 person`, `12 people`. */
export function people(count: number): string {
  return count === 1 ? "1 person" : `${count} people`;
}

/** `3 people`, `3 people and 12 bots`. */
export function company(persons: number, bots: number): string {
  if (bots === 0) return people(persons);
  return `${people(persons)} and ${bots === 1 ? "1 bot" : `${bots} bots`}`;
}
