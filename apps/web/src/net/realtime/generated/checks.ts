// Written by `npm run generate` from src/virtubar/protocol: do not edit.
import { isBoolean, isInteger, isListOf, isNumber, isObject, isText, isTuple } from "../checking";
import type {
  AuthErrorPayload,
  AvatarTransformBroadcastPayload,
  AvatarTransformPayload,
  ChatBroadcastPayload,
  ChatHeardPayload,
  ClientPayloads,
  ClosingPayload,
  EmoteBroadcastPayload,
  EmotePayload,
  ErrorPayload,
  HeartbeatAckPayload,
  HeartbeatPayload,
  JoinRoomPayload,
  JoinUser,
  LocalChatPayload,
  MemberIndicesPayload,
  MemberInfo,
  MemberJoinedPayload,
  MemberLeftPayload,
  ModeratePayload,
  ModerationActionPayload,
  ModerationDetailsPayload,
  ModerationDonePayload,
  ModerationLiftedPayload,
  PresencePayload,
  RolesPayload,
  RoomStatePayload,
  SeatChangedPayload,
  SeatPayload,
  SeatsPayload,
  ServerPayloads,
  SessionPayload,
  TokenRenewedPayload,
} from "./events";

type Checks<Payloads> = {
  readonly [Name in keyof Payloads]: (value: unknown) => value is Payloads[Name];
};

function isJoinUser(value: unknown): value is JoinUser {
  return (
    isObject(value) &&
    isText(value["userId"], 128) &&
    isText(value["displayName"], 4096) &&
    isText(value["avatarId"], 4096)
  );
}

function isJoinRoomPayload(value: unknown): value is JoinRoomPayload {
  return (
    isObject(value) &&
    isText(value["roomId"], 128) &&
    isJoinUser(value["user"]) &&
    (value["realtimeToken"] == null || isText(value["realtimeToken"], 4096)) &&
    (value["lastMessageId"] == null || isText(value["lastMessageId"], 128))
  );
}

function isHeartbeatPayload(value: unknown): value is HeartbeatPayload {
  return (
    isObject(value) &&
    isText(value["roomId"], 128) &&
    isNumber(value["clientTimeMs"], -9007199254740991, 9007199254740991) &&
    isInteger(value["lastSeq"], -1, 9007199254740991)
  );
}

function isAvatarTransformPayload(value: unknown): value is AvatarTransformPayload {
  return (
    isObject(value) &&
    isText(value["roomId"], 128) &&
    isInteger(value["seq"], 0, 9007199254740991) &&
    isNumber(value["x"], -10000, 10000) &&
    isNumber(value["y"], -10000, 10000) &&
    isNumber(value["z"], -10000, 10000) &&
    isNumber(value["rotY"]) &&
    (value["anim"] === "dance" || value["anim"] === "idle" || value["anim"] === "walk" || value["anim"] === "wave") &&
    isBoolean(value["speaking"])
  );
}

function isLocalChatPayload(value: unknown): value is LocalChatPayload {
  return (
    isObject(value) &&
    isText(value["roomId"], 128) &&
    isText(value["text"], 4096) &&
    value["mode"] === "local"
  );
}

function isEmotePayload(value: unknown): value is EmotePayload {
  return (
    isObject(value) &&
    isText(value["roomId"], 128) &&
    isText(value["emoteId"], 128)
  );
}

function isPresencePayload(value: unknown): value is PresencePayload {
  return (
    isObject(value) &&
    isBoolean(value["visible"]) &&
    (value["unloading"] === undefined || isBoolean(value["unloading"]))
  );
}

function isModeratePayload(value: unknown): value is ModeratePayload {
  return (
    isObject(value) &&
    (value["action"] === "ban" || value["action"] === "kick" || value["action"] === "mute" || value["action"] === "unban" || value["action"] === "unmute") &&
    isText(value["userId"], 128, /^[A-Za-z0-9_.:@|+=-]{1,128}$/) &&
    (value["reason"] === undefined || isText(value["reason"], 500)) &&
    (value["durationSeconds"] == null || isInteger(value["durationSeconds"], 1, 316224000)) &&
    (value["scope"] === undefined || value["scope"] === "room" || value["scope"] === "server") &&
    (value["requestId"] == null || isText(value["requestId"], 64, /^[A-Za-z0-9_-]{1,64}$/))
  );
}

function isSeatPayload(value: unknown): value is SeatPayload {
  return (
    isObject(value) &&
    isText(value["roomId"], 128) &&
    (isText(value["seatId"], 32, /^[A-Za-z0-9_-]{1,32}$/) || value["seatId"] === null)
  );
}

function isMemberInfo(value: unknown): value is MemberInfo {
  return (
    isObject(value) &&
    isText(value["userId"]) &&
    isText(value["displayName"]) &&
    isText(value["avatarId"]) &&
    isNumber(value["x"]) &&
    isNumber(value["y"]) &&
    isNumber(value["z"]) &&
    isNumber(value["rotY"]) &&
    (value["anim"] === "dance" || value["anim"] === "idle" || value["anim"] === "walk" || value["anim"] === "wave")
  );
}

function isRoomStatePayload(value: unknown): value is RoomStatePayload {
  return (
    isObject(value) &&
    isText(value["roomId"]) &&
    isInteger(value["serverTimeMs"]) &&
    isListOf(value["members"], isMemberInfo)
  );
}

function isMemberJoinedPayload(value: unknown): value is MemberJoinedPayload {
  return (
    isObject(value) &&
    isMemberInfo(value["member"])
  );
}

function isMemberLeftPayload(value: unknown): value is MemberLeftPayload {
  return (
    isObject(value) &&
    isText(value["userId"])
  );
}

function isAvatarTransformBroadcastPayload(value: unknown): value is AvatarTransformBroadcastPayload {
  return (
    isObject(value) &&
    isText(value["userId"]) &&
    isInteger(value["seq"]) &&
    isNumber(value["x"]) &&
    isNumber(value["y"]) &&
    isNumber(value["z"]) &&
    isNumber(value["rotY"]) &&
    (value["anim"] === "dance" || value["anim"] === "idle" || value["anim"] === "walk" || value["anim"] === "wave") &&
    isBoolean(value["speaking"])
  );
}

function isChatBroadcastPayload(value: unknown): value is ChatBroadcastPayload {
  return (
    isObject(value) &&
    isText(value["userId"]) &&
    isText(value["text"]) &&
    isText(value["messageId"])
  );
}

function isModerationActionPayload(value: unknown): value is ModerationActionPayload {
  return (
    isObject(value) &&
    (value["type"] === "banned" || value["type"] === "kicked" || value["type"] === "mutedByMod") &&
    isText(value["reason"])
  );
}

function isAuthErrorPayload(value: unknown): value is AuthErrorPayload {
  return (
    isObject(value) &&
    isText(value["code"]) &&
    isText(value["message"])
  );
}

function isErrorPayload(value: unknown): value is ErrorPayload {
  return (
    isObject(value) &&
    isText(value["code"]) &&
    isText(value["message"]) &&
    (isText(value["event"]) || value["event"] === null) &&
    (value["retryAfterMs"] == null || isInteger(value["retryAfterMs"])) &&
    (value["requestId"] == null || isText(value["requestId"]))
  );
}

function isSessionPayload(value: unknown): value is SessionPayload {
  return (
    isObject(value) &&
    isText(value["userId"]) &&
    isText(value["role"]) &&
    isInteger(value["lastSeq"]) &&
    isBoolean(value["resumed"]) &&
    isNumber(value["rateHz"]) &&
    isInteger(value["expiresAtMs"]) &&
    isBoolean(value["muted"])
  );
}

function isTokenRenewedPayload(value: unknown): value is TokenRenewedPayload {
  return (
    isObject(value) &&
    isInteger(value["expiresAtMs"])
  );
}

function isHeartbeatAckPayload(value: unknown): value is HeartbeatAckPayload {
  return (
    isObject(value) &&
    isNumber(value["clientTimeMs"]) &&
    isInteger(value["serverTimeMs"]) &&
    isInteger(value["lastSeq"])
  );
}

function isChatHeardPayload(value: unknown): value is ChatHeardPayload {
  return (
    isObject(value) &&
    isText(value["messageId"]) &&
    isInteger(value["count"])
  );
}

function isEmoteBroadcastPayload(value: unknown): value is EmoteBroadcastPayload {
  return (
    isObject(value) &&
    isText(value["userId"]) &&
    isText(value["emoteId"])
  );
}

function isModerationDetailsPayload(value: unknown): value is ModerationDetailsPayload {
  return (
    isObject(value) &&
    (value["type"] === "banned" || value["type"] === "kicked" || value["type"] === "mutedByMod") &&
    (isInteger(value["untilMs"]) || value["untilMs"] === null) &&
    (value["scope"] === "room" || value["scope"] === "server")
  );
}

function isModerationLiftedPayload(value: unknown): value is ModerationLiftedPayload {
  return (
    isObject(value) &&
    (value["type"] === "banned" || value["type"] === "kicked" || value["type"] === "mutedByMod")
  );
}

function isModerationDonePayload(value: unknown): value is ModerationDonePayload {
  return (
    isObject(value) &&
    (value["action"] === "ban" || value["action"] === "kick" || value["action"] === "mute" || value["action"] === "unban" || value["action"] === "unmute") &&
    isText(value["userId"]) &&
    (value["scope"] === "room" || value["scope"] === "server") &&
    (isInteger(value["untilMs"]) || value["untilMs"] === null) &&
    (value["requestId"] == null || isText(value["requestId"]))
  );
}

function isClosingPayload(value: unknown): value is ClosingPayload {
  return (
    isObject(value) &&
    isInteger(value["code"]) &&
    isText(value["reason"])
  );
}

function isRolesPayload(value: unknown): value is RolesPayload {
  return (
    isObject(value) &&
    isListOf(value["members"], (item): item is readonly [string, string, boolean] =>
      isTuple(item, 3) && isText(item[0]) && isText(item[1]) && isBoolean(item[2]))
  );
}

function isSeatsPayload(value: unknown): value is SeatsPayload {
  return (
    isObject(value) &&
    isListOf(value["taken"], (item): item is readonly [string, string] =>
      isTuple(item, 2) && isText(item[0]) && isText(item[1]))
  );
}

function isSeatChangedPayload(value: unknown): value is SeatChangedPayload {
  return (
    isObject(value) &&
    isText(value["userId"]) &&
    (isText(value["seatId"]) || value["seatId"] === null)
  );
}

function isMemberIndicesPayload(value: unknown): value is MemberIndicesPayload {
  return (
    isObject(value) &&
    isListOf(value["members"], (item): item is readonly [number, string] =>
      isTuple(item, 2) && isInteger(item[0]) && isText(item[1]))
  );
}

export const CLIENT_CHECKS: Checks<ClientPayloads> = {
  join_room: isJoinRoomPayload,
  heartbeat: isHeartbeatPayload,
  avatar_transform: isAvatarTransformPayload,
  local_chat: isLocalChatPayload,
  emote: isEmotePayload,
  presence: isPresencePayload,
  moderate: isModeratePayload,
  seat: isSeatPayload,
};

export const SERVER_CHECKS: Checks<ServerPayloads> = {
  room_state: isRoomStatePayload,
  member_joined: isMemberJoinedPayload,
  member_left: isMemberLeftPayload,
  avatar_transform_broadcast: isAvatarTransformBroadcastPayload,
  chat_broadcast: isChatBroadcastPayload,
  moderation_action: isModerationActionPayload,
  auth_error: isAuthErrorPayload,
  error: isErrorPayload,
  session: isSessionPayload,
  token_renewed: isTokenRenewedPayload,
  heartbeat_ack: isHeartbeatAckPayload,
  chat_heard: isChatHeardPayload,
  emote_broadcast: isEmoteBroadcastPayload,
  moderation_details: isModerationDetailsPayload,
  moderation_lifted: isModerationLiftedPayload,
  moderation_done: isModerationDonePayload,
  closing: isClosingPayload,
  roles: isRolesPayload,
  seats: isSeatsPayload,
  seat_changed: isSeatChangedPayload,
  member_indices: isMemberIndicesPayload,
};
