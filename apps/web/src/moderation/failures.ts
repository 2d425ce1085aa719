/** Why something that was asked for was not done, for people. Pure. */
import { duration } from "../text/format";

/** What an `ApiError` or an ＋`error` event says. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly retryAfterMs?: number | null;
}

/** Why an act on somebody was not done. */
export function actFailure({ code, message, retryAfterMs }: Failure): string {
  switch (code) {
    case "forbidden":
      return "You may not do this to this person: those who keep order themselves can only be moderated by somebody above them, and nobody can moderate themselves.";
    case "not_stored":
      return "The server could not keep this, so nothing was done. Try again in a moment.";
    case "no_answer":
      return "No answer came. It may have been done or not: look whether they are still here, and try again.";
    case "not_joined":
      return "Not done: the connection is just being restored. Try again in a moment.";
    case "rate_limited":
      return `Too many at once. Try again in ${duration(retryAfterMs ?? 1_000)}.`;
    default:
      return general({ code, message });
  }
}

/** Why a report was not taken. */
export function reportFailure({ code, message, retryAfterMs }: Failure): string {
  switch (code) {
    case "rate_limited":
      return `You have sent several reports just now. The next one can go in ${duration(retryAfterMs ?? 20_000)}; what you have written stays here.`;
    case "not_a_member":
      return "You are not in the room at the moment, so there is nothing to add to the report. Try again as soon as you are back in.";
    case "person_not_found":
      return "This person left more than five minutes ago, so the server has nothing left to show to a moderator.";
    case "not_stored":
      return "The server could not keep the report. Try again in a moment; what you have written stays here.";
    default:
      return general({ code, message });
  }
}

/** Why the settings of a room were not read, or not changed. */
export function settingsFailure({ code, message }: Failure): string {
  if (code === "forbidden") return "You may not change this room any more.";
  if (code === "not_stored")
    return "The server could not keep this, so nothing has changed. Try again in a moment.";
  return general({ code, message });
}

/** Why a list or a report was not shown, on the operator's page. */
export function listFailure({ code, message }: Failure): string {
  switch (code) {
    case "forbidden":
      return "This is not for you to see: it takes an admin, or somebody who keeps order in that room.";
    case "room_not_found":
      return "There is no room of that id.";
    case "rate_limited":
      return "Too many questions at once. Wait a moment.";
    case "not_stored":
      return "The server could not keep this, so nothing has changed. Try again in a moment.";
    default:
      return general({ code, message });
  }
}

function general({ code, message }: Failure): string {
  switch (code) {
    case "unreachable":
    case "bad_answer":
      return "The server cannot be reached right now. Try again in a moment.";
    case "token_expired":
    case "token_invalid":
    case "token_missing":
      return "The server does not know who you are any more. Leave and come in again.";
    default:
      return message;
  }
}
