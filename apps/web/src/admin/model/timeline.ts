/** The evidence of a report as something to be read. Pure; epoch ms. */
import type { Evidence, EvidenceEvent, EvidencePlaces } from "../../api/moderation";

/** What part somebody has in a report. */
export type Part = "reported" | "reporter" | "other";

export interface TimelineEntry {
  readonly key: string;
  readonly atMs: number;
  /** `2:07 before`, of the report. */
  readonly before: string;
  readonly kind: EvidenceEvent["kind"];
  readonly userId: string;
  readonly name: string;
  readonly part: Part;
  /** What was said; empty for what was not said. */
  readonly said: string;
  /** What happened, where nothing was said. */
  readonly what: string;
}

interface Involved {
  readonly reporterId: string;
  readonly reportedId: string;
}

/** Everything that happened, oldest first. */
export function timelineOf(evidence: Evidence, involved: Involved): TimelineEntry[] {
  return [...evidence.events]
    .sort((a, b) => a.atMs - b.atMs)
    .map((event, index) => ({
      key: `${event.atMs}-${index}`,
      atMs: event.atMs,
      before: beforeText(evidence.toMs - event.atMs),
      kind: event.kind,
      userId: event.userId,
      name: nameIn(evidence, event.userId),
      part: partOf(event.userId, involved),
      said: event.kind === "chat" ? (event.text ?? "") : "",
      what: whatText(event),
    }));
}

export function nameIn({ people }: Evidence, userId: string): string {
  return Object.hasOwn(people, userId) ? people[userId]! : userId;
}

export function partOf(userId: string, { reporterId, reportedId }: Involved): Part {
  if (userId === reportedId) return "reported";
  return userId === reporterId ? "reporter" : "other";
}

/** Minutes and seconds before the report. */
export function beforeText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds === 0) return "just before";
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")} before`;
}

/** Where everybody was then: the newest places that are not later; the first where all are. */
export function placesAt({ positions }: Evidence, atMs: number): EvidencePlaces | null {
  const sorted = [...positions].sort((a, b) => a.atMs - b.atMs);
  return sorted.findLast((places) => places.atMs <= atMs) ?? sorted[0] ?? null;
}

function whatText({ kind, emoteId }: EvidenceEvent): string {
  switch (kind) {
    case "joined":
      return "came in";
    case "left":
      return "left";
    case "emote":
      return `showed ${emoteId ?? "an emote"}`;
    case "chat":
      return "";
  }
}
