import type { ModerationScope } from "../net/realtime/types";
import { untilWhen } from "../text/format";

/** Why an evening is over, as the provider or the store has it. */
export interface EndCause {
  readonly code?: string;
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly untilMs?: number | null | undefined;
  readonly scope?: ModerationScope;
}

/** A cause with what only another source has said: until when, and how widely. */
export function completed<Cause extends EndCause>(cause: Cause, other: EndCause | null): Cause {
  // Null is an answer: for good.
  const untilMs = other?.untilMs === undefined ? cause.untilMs : other.untilMs;
  const scope = other?.scope ?? cause.scope;
  return { ...cause, ...(untilMs !== undefined && { untilMs }), ...(scope !== undefined && { scope }) };
}

/** What a person reads when it is over: what, why, until when, and what they can do. */
export interface EndText {
  readonly title: string;
  readonly what: string;
  readonly why: string;
  readonly hope: string;
  /** What the button says that tries again; null where that is of no use. */
  readonly again: string | null;
  /** Epoch ms before which another try is refused, null for none. */
  readonly againFromMs: number | null;
}

/** @param nowMs epoch ms. */
export function endText(cause: EndCause, nowMs: number): EndText {
  const untilMs = cause.untilMs;
  const againFromMs = untilMs ?? null;
  const why = cause.reason ?? cause.message ?? "";
  switch (cause.code ?? cause.type) {
    case "kicked":
      return {
        title: "You were asked to leave",
        what: `A moderator has shown you out of this room, ${untilWhen(untilMs ?? undefined, nowMs)}.`,
        why,
        hope: "It happens. Take a breath of air; after that you are welcome again.",
        again: "Walk back in",
        againFromMs,
      };
    case "banned":
      return {
        ...banText(untilMs, cause.scope, nowMs),
        why,
        again: untilMs === null ? null : "Try again",
        againFromMs,
      };
    case "replaced":
      return {
        title: "You are in here twice",
        what: "You came in from another tab or device, so this page has stepped aside.",
        why: "",
        hope: "Nothing is lost: the others still see you, where you are now.",
        again: "Continue here instead",
        againFromMs: null,
      };
    case "room_full":
      return {
        title: "It is packed tonight",
        what: "This room is full right now.",
        why: "",
        hope: "Places become free all the time. Try again in a minute.",
        again: "Try again",
        againFromMs: null,
      };
    case "room_locked":
      return {
        title: "The door is locked",
        what: "Those who keep this room let nobody new in at the moment.",
        why: "",
        hope: "Ask somebody inside, or try again later. If you were inside until just now, that is no judgement of you.",
        again: "Try again",
        againFromMs: null,
      };
    case "sign_in_required":
      return {
        title: "This room is for people who are signed in",
        what: "Guests cannot come in here.",
        why: "",
        hope: "Sign in where you got the link from, and open it from there. Other rooms take guests.",
        again: "Try again",
        againFromMs: null,
      };
    case "not_allowed":
      return {
        title: "This room is not open to everybody",
        what: "It is kept for some people, and you are not among them.",
        why: "",
        hope: "If you think that you should be, speak to whoever gave you the link. Other rooms are open to you.",
        again: "Try again",
        againFromMs: null,
      };
    case "room_not_found":
      return {
        title: "There is no such room",
        what: "This address leads to no room. Perhaps a letter of the link is missing.",
        why: "",
        hope: "Ask for the link again, or come into the lobby.",
        again: null,
        againFromMs: null,
      };
    default:
      return {
        title: "The connection has ended",
        what: "The server has closed it, and trying by ourselves would not help.",
        why,
        hope: "You can try again yourself at any time.",
        again: "Try again",
        againFromMs: null,
      };
  }
}

/** A ban of one room leaves the others open; one of the whole server leaves none. */
function banText(
  untilMs: number | null | undefined,
  scope: ModerationScope | undefined,
  nowMs: number,
): Pick<EndText, "title" | "what" | "hope"> {
  const isEverywhere = scope === "server";
  const place = isEverywhere ? "bar" : "room";
  const where = isEverywhere ? "this bar, all of its rooms," : "this room";
  const others = scope === "room" ? " Other rooms are open to you." : "";
  const mistake = `If you think that this is a mistake, speak to the people who run the ${place}.`;
  return {
    title: `This ${place} is closed to you`,
    what: `A moderator has banned you from ${where} ${untilWhen(untilMs, nowMs)}.`,
    hope: untilMs === null ? `${mistake}${others}` : `You can come back after that. ${mistake}`,
  };
}
