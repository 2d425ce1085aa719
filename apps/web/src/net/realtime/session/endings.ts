/** Which refusals end it for good, and how that is said to a person (§3, §7, §8). */
import { AuthCode, CloseCode } from "../constants";
import type { JoinFailure, ModerationActionPayload } from "../types";
import type { TicketRefusal } from "./tickets";

/** Answers of `POST /rooms/join` that another try would not change. */
const FINAL_STATUSES: ReadonlySet<number> = new Set([400, 401, 403, 404, 413, 422]);

const FINAL_AUTH_CODES: ReadonlySet<string> = new Set<AuthCode>([
  AuthCode.BANNED,
  AuthCode.KICKED,
  AuthCode.ROOM_NOT_FOUND,
  AuthCode.ROOM_LOCKED,
  AuthCode.NOT_ALLOWED,
  AuthCode.SIGN_IN_REQUIRED,
  AuthCode.REPLACED,
]);

/** A full room refuses a newcomer; who was in it waits for a place. */
export function isFinalRefusal(refusal: TicketRefusal, wasJoined: boolean): boolean {
  if (refusal.code === AuthCode.ROOM_FULL) return !wasJoined;
  return FINAL_STATUSES.has(refusal.status);
}

export function isFinalAuthCode(code: string, wasJoined: boolean): boolean {
  return FINAL_AUTH_CODES.has(code) || (code === AuthCode.ROOM_FULL && !wasJoined);
}

export function failureOfRefusal(refusal: TicketRefusal): JoinFailure {
  const { code, message, retryAfterMs, untilMs, reason, scope } = refusal;
  return {
    code,
    message,
    ...(retryAfterMs !== null && { retryAfterMs }),
    ...(untilMs !== undefined && { untilMs }),
    ...(reason !== undefined && { reason }),
    ...(scope !== undefined && { scope }),
  };
}

/** Null for a mute, which ends nothing. */
export function failureOfAct({ type, reason }: ModerationActionPayload): JoinFailure | null {
  switch (type) {
    case "kicked":
      return { code: AuthCode.KICKED, message: reason };
    case "banned":
      return { code: AuthCode.BANNED, message: reason };
    case "mutedByMod":
      return null;
  }
}

/** What a close code says where no event has said more. */
export function failureOfClose(code: number, reason: string): JoinFailure {
  switch (code) {
    case CloseCode.KICKED:
      return { code: AuthCode.KICKED, message: reason };
    case CloseCode.BANNED:
      return { code: AuthCode.BANNED, message: reason };
    case CloseCode.REPLACED:
      return { code: AuthCode.REPLACED, message: reason || "You came in from elsewhere." };
    default:
      return { code: "closed", message: reason || "The server ended the connection." };
  }
}
