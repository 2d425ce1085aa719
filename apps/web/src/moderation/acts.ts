/** What can be done about a person, by whom, and in which words. Pure. */
import type { ActDone, ActRequest } from "../api/moderation";
import { KICK_REFUSAL_MS, REASON_MAX_CHARS, Role } from "../net/realtime/constants";
import type { ModerationVerb } from "../net/realtime/types";
import { codePoints } from "../text/codePoints";
import { untilWhen } from "../text/format";
import { forHowLong } from "./durations";

/** An item of the menu on a person. */
export type PersonChoice = "walk" | "report" | ModerationVerb;

const OVERSEERS: ReadonlySet<string> = new Set([Role.OWNER, Role.MODERATOR, Role.ADMIN]);

/** Whether somebody of that role keeps order in the room that the role is for. */
export function mayOversee(role: string | undefined): boolean {
  return role !== undefined && OVERSEERS.has(role);
}

/** Whether they may do so on the whole server. */
export function mayActOnServer(role: string | undefined): boolean {
  return role === Role.ADMIN;
}

/**
 * What the menu on somebody else offers, most harmless first.
 *
 * @param isMuted undefined where it is not known.
 */
export function personChoices(role: string | undefined, isMuted: boolean | undefined): PersonChoice[] {
  const choices: PersonChoice[] = ["walk", "report"];
  if (!mayOversee(role)) return choices;
  if (isMuted !== true) choices.push("mute");
  if (isMuted !== false) choices.push("unmute");
  return [...choices, "kick", "ban"];
}

export const CHOICE_NAMES: Readonly<Record<PersonChoice, string>> = {
  walk: "Walk over",
  report: "Report …",
  mute: "Mute …",
  unmute: "Unmute …",
  kick: "Kick …",
  ban: "Ban …",
  unban: "Lift the ban …",
};

const NOUNS: Readonly<Record<ModerationVerb, string>> = {
  kick: "Kick",
  ban: "Ban",
  mute: "Mute",
  unmute: "Unmute",
  unban: "Lift the ban of",
};

/** `Ban Ada`. */
export function actTitle(action: ModerationVerb, name: string): string {
  return `${NOUNS[action]} ${name}`;
}

/** Whether the act holds for as long as one chooses. */
export function hasDuration(action: ModerationVerb): boolean {
  return action === "ban" || action === "mute";
}

/** A kick is of one room, and what is lifted is lifted where it was made. */
export function hasScope(action: ModerationVerb): boolean {
  return action !== "kick";
}

/** What will happen, before it does: sentences in plain words. */
export function consequences(request: ActRequest, name: string, roomName: string): string[] {
  const { action, reason, durationSeconds, scope } = request;
  const where = scope === "server" ? "any room of this server" : roomName;
  const long = forHowLong(durationSeconds);
  const told = reason === "" ? "They are told no reason." : "They read your reason.";
  switch (action) {
    case "kick":
      return [
        `${name} is shown out of ${roomName} now, and cannot come back for ${KICK_REFUSAL_MS / 1000} seconds.`,
        `${told} The others only see them leave.`,
      ];
    case "ban":
      return [
        `${name} is shown out now, and cannot enter ${where} ${long}.`,
        `${told} The others only see them leave.`,
      ];
    case "mute":
      return [
        `${name} cannot chat in ${where} ${long}, and is not shown as speaking. They can still walk, listen and show emotes.`,
        `${told} The others are told nothing.`,
      ];
    case "unmute":
      return [`${name} can chat in ${where} again, and is told so.`];
    case "unban":
      return [`${name} can enter ${where} again at once.`];
  }
}

/** What was done, in passing. */
export function doneText({ action, untilMs, scope }: ActDone, name: string, nowMs: number): string {
  const everywhere = scope === "server" ? " on the whole server" : "";
  switch (action) {
    case "kick":
      return `${name} was shown out.`;
    case "ban":
      return `${name} is banned${everywhere} ${untilWhen(untilMs, nowMs)}.`;
    case "mute":
      return `${name} is muted${everywhere} ${untilWhen(untilMs, nowMs)}.`;
    case "unmute":
      return `${name} can chat again${everywhere}.`;
    case "unban":
      return `${name} may come in again${everywhere}.`;
  }
}

/** A reason as the server takes it. */
export interface ReasonCheck {
  readonly text: string;
  readonly length: number;
  readonly isEmpty: boolean;
  readonly isOver: boolean;
}

export function checkReason(draft: string, most = REASON_MAX_CHARS): ReasonCheck {
  const text = draft.trim();
  const length = codePoints(text);
  return { text, length, isEmpty: length === 0, isOver: length > most };
}
