/** A room's settings as a form has them. Pure. */
import type { Guard, RoomSettings, SettingsChange } from "../api/moderation";
import {
  ROOM_NAME_MAX_CHARS,
  Role,
  SLOW_MODE_MAX_S,
  WORD_MAX_CHARS,
  WORDS_MAX,
} from "../net/realtime/constants";
import { codePoints } from "../text/codePoints";

/** Everybody whom an identity provider vouches for, and those who keep order. */
const SIGNED_IN: readonly string[] = [Role.MEMBER, Role.OWNER, Role.MODERATOR, Role.ADMIN];

export interface SettingsDraft {
  readonly name: string;
  readonly locked: boolean;
  readonly slowMode: string;
  /** One word or phrase a line. */
  readonly words: string;
  readonly guard: Guard;
  readonly isSignInNeeded: boolean;
}

/** What is wrong with each field; empty where nothing is. */
export interface SettingsCheck {
  readonly name: string;
  readonly slowMode: string;
  readonly words: string;
  readonly isGood: boolean;
}

export const GUARDS: readonly { readonly id: Guard; readonly name: string; readonly what: string }[] = [
  { id: "off", name: "Off", what: "The room does nothing by itself." },
  { id: "gentle", name: "Gentle", what: "Floods and repetition get a warning, then a short mute." },
  { id: "strict", name: "Strict", what: "The same, sooner; who goes on is shown out." },
];

export function draftOf(settings: RoomSettings): SettingsDraft {
  const { name, locked, slowModeSeconds, words, guard, allowedRoles } = settings;
  return {
    name,
    locked,
    slowMode: String(slowModeSeconds),
    words: words.join("\n"),
    guard,
    isSignInNeeded: allowedRoles !== null && !allowedRoles.includes(Role.GUEST),
  };
}

/** The words of a draft: trimmed, without empty lines, each once. */
export function wordsOf(text: string): string[] {
  const lines = text.split("\n").map((line) => line.trim());
  return [...new Set(lines.filter((line) => line !== ""))];
}

export function checkDraft({ name, slowMode, words }: SettingsDraft): SettingsCheck {
  const wrong = {
    name: nameWrong(name),
    slowMode: slowModeWrong(slowMode),
    words: wordsWrong(wordsOf(words)),
  };
  return { ...wrong, isGood: Object.values(wrong).every((why) => why === "") };
}

function nameWrong(name: string): string {
  const length = codePoints(name.trim());
  if (length === 0) return "A room needs a name.";
  return length > ROOM_NAME_MAX_CHARS ? `${ROOM_NAME_MAX_CHARS} characters are the most.` : "";
}

function slowModeWrong(slowMode: string): string {
  const seconds = Number(slowMode.trim() === "" ? Number.NaN : slowMode.trim());
  const isGood = Number.isInteger(seconds) && seconds >= 0 && seconds <= SLOW_MODE_MAX_S;
  return isGood ? "" : `Whole seconds, 0 to ${SLOW_MODE_MAX_S}.`;
}

function wordsWrong(words: readonly string[]): string {
  const long = words.find((word) => codePoints(word) > WORD_MAX_CHARS);
  if (long !== undefined) return `${WORD_MAX_CHARS} characters are the most for one line.`;
  return words.length > WORDS_MAX ? `${WORDS_MAX} lines are the most.` : "";
}

/** Only what is other than before; of a draft that is good. */
export function changeOf(before: RoomSettings, draft: SettingsDraft): SettingsChange {
  const old = draftOf(before);
  const words = wordsOf(draft.words);
  const name = draft.name.trim();
  const slowModeSeconds = Number(draft.slowMode.trim());
  return {
    ...(name !== before.name && { name }),
    ...(draft.locked !== old.locked && { locked: draft.locked }),
    ...(slowModeSeconds !== before.slowModeSeconds && { slowModeSeconds }),
    ...(words.join("\n") !== old.words && { words }),
    ...(draft.guard !== old.guard && { guard: draft.guard }),
    ...(draft.isSignInNeeded !== old.isSignInNeeded && {
      allowedRoles: draft.isSignInNeeded ? SIGNED_IN : null,
    }),
  };
}
