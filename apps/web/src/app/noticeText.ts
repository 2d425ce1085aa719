import { ErrorCode } from "../net/realtime/constants";
import type { ErrorPayload, ServerEventEnvelope } from "../net/realtime/types";

/** What a person is told in passing of a refused event; null where the chat says it, or nobody need know. */
export function refusalText({ code, event, message }: ErrorPayload): string | null {
  if (event !== "local_chat" && event !== "emote") return null;
  switch (code) {
    case ErrorCode.RATE_LIMITED:
      return event === "emote" ? "Slowly: two emotes a second are enough." : null;
    case ErrorCode.MUTED:
      return null;
    case ErrorCode.NOT_JOINED:
      return "Not sent: the connection is just being restored.";
    default:
      return `Not sent: ${message}`;
  }
}

/** What a person is told in passing of an act of moderation that lets them stay. */
export function moderationText(event: ServerEventEnvelope): string | null {
  if (event.t === "moderation_lifted") return "You can chat again.";
  if (event.t !== "moderation_action" || event.payload.type !== "mutedByMod") return null;
  return "A moderator has muted you.";
}
