import { CHAT_MAX_CHARS } from "../net/realtime/constants";
import { codePoints } from "../text/codePoints";

/** From so many left on, the counter is shown. */
const COUNTED_FROM_LEFT = 60;
/** Messages of one person that come within it stand under one name. */
const SAME_BREATH_MS = 120_000;

/** What a draft is, for the counter and the button. */
export interface DraftCheck {
  /** What would go out. */
  readonly text: string;
  /** Code points as the server counts them (§6). */
  readonly length: number;
  readonly left: number;
  readonly isEmpty: boolean;
  readonly isOver: boolean;
  readonly isCounted: boolean;
}

/** Judges a draft as the server will: composed, trimmed, counted by code points. */
export function checkDraft(draft: string): DraftCheck {
  const text = draft
    .normalize("NFC")
    .replace(/[\r\n]+/g, " ")
    .trim();
  const length = codePoints(text);
  const left = CHAT_MAX_CHARS - length;
  return {
    text,
    length,
    left,
    isEmpty: length === 0,
    isOver: left < 0,
    isCounted: left <= COUNTED_FROM_LEFT,
  };
}

/** By how many others a message was heard, in a room where only those who are near hear it. */
export function heardText(count: number): string {
  return count === 0 ? "Nobody was near enough to hear it" : `Heard by ${count}`;
}

/** Whether two messages belong under one name. */
export function isSameBreath(earlierMs: number, laterMs: number): boolean {
  return laterMs - earlierMs < SAME_BREATH_MS;
}
