import { ErrorCode } from "../net/realtime/constants";
import type { ErrorPayload, ServerEventEnvelope } from "../net/realtime/types";

/** The protocol's own limit never asks for a longer pause than this between two messages (§6). */
const SLOW_MS = 1_000;

/** What a person is told in passing of a refused event; null where the chat says it, or nobody need know. */
export function refusalText({ code, event, message, retryAfterMs }: ErrorPayload): string | null {
  if (event !== "local_chat" && event !== "emote") return null;
  switch (code) {
    case ErrorCode.RATE_LIMITED:
      if (event === "emote") return "Slowly: two emotes a second are enough.";
      return (retryAfterMs ?? 0) > SLOW_MS
        ? "This room is in slow mode: give the others time to read."
        : null;
    case ErrorCode.MUTED:
      return null;
    case ErrorCode.NOT_JOINED:
      // What is said waits for the connection; a feeling would come too late.
      return event === "emote" ? "Not shown: the connection is just being restored." : null;
    default:
      return `Not sent: ${message}`;
  }
}

/** What a person is told who wanted the room's link. */
export function copiedText(isCopied: boolean, link: string): string {
  return isCopied
    ? "The link is copied. Whoever opens it walks into this room."
    : `Copying is not allowed here. The link is ${link}`;
}

/** What a person is told in passing of an act of moderation that lets them stay. */
export function moderationText(event: ServerEventEnvelope): string | null {
  if (event.t === "moderation_lifted") return "You can chat again.";
  if (event.t !== "moderation_action" || event.payload.type !== "mutedByMod") return null;
  return "A moderator has muted you.";
}
