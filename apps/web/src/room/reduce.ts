import type {
  AuthErrorPayload,
  AvatarTransformBroadcastPayload,
  ChatBroadcastPayload,
  ChatHeardPayload,
  ErrorPayload,
  MemberInfo,
  ModerationActionPayload,
  ModerationDetailsPayload,
  RolesPayload,
  ServerEventEnvelope,
  SessionPayload,
} from "../net/realtime/types";
import { AuthCode } from "../net/realtime/constants";
import { CHAT_KEPT_MAX, memberOf, type Member, type RoomState } from "./RoomState";

/** Shown for one who left before their message was heard. */
const UNKNOWN_NAME = "Someone";

/**
 * The room after one event; the very same object where nothing changed that it shows.
 *
 * Transforms change nothing here but `speaking`: the scene has them from the provider.
 */
export function reduce(state: RoomState, event: ServerEventEnvelope): RoomState {
  switch (event.t) {
    case "room_state":
      return enter(state, event.payload.roomId, event.payload.members);
    case "member_joined":
      return join(state, event.payload.member);
    case "member_left":
      return leave(state, event.payload.userId);
    case "avatar_transform_broadcast":
      return speak(state, event.payload);
    case "chat_broadcast":
      return hear(state, event.payload, event.ts);
    case "session":
      return begin(state, event.payload);
    case "roles":
      return appoint(state, event.payload);
    case "seats":
      return { ...state, seats: new Map(event.payload.taken) };
    case "seat_changed":
      return { ...state, seats: seated(state.seats, event.payload.userId, event.payload.seatId) };
    case "token_renewed":
      return renew(state, event.payload.expiresAtMs);
    case "moderation_action":
      return moderate(state, event.payload);
    case "moderation_details":
      return explain(state, event.payload);
    case "moderation_lifted":
      return event.payload.type === "mutedByMod" ? { ...state, mute: null } : state;
    case "auth_error":
      return refuse(state, event.payload);
    case "error":
      return fail(state, event.payload);
    case "chat_heard":
      return { ...state, chat: heard(state.chat, event.payload) };
    case "heartbeat_ack":
    case "emote_broadcast":
    case "moderation_done":
    case "closing":
    case "member_indices": // the link keeps it to itself
      return state;
  }
}

function enter(state: RoomState, roomId: string, infos: readonly MemberInfo[]): RoomState {
  const members = new Map<string, Member>();
  for (const info of infos) {
    members.set(info.userId, memberOf(info, state.members.get(info.userId)));
  }
  return { ...state, roomId, members };
}

function join(state: RoomState, info: MemberInfo): RoomState {
  const known = state.members.get(info.userId);
  if (known?.displayName === info.displayName && known.avatarId === info.avatarId) return state;
  return withMember(state, memberOf(info, known));
}

function withMember(state: RoomState, member: Member): RoomState {
  return { ...state, members: new Map(state.members).set(member.userId, member) };
}

function leave(state: RoomState, userId: string): RoomState {
  if (!state.members.has(userId)) return state;
  const members = new Map(state.members);
  members.delete(userId);
  return { ...state, members, seats: seated(state.seats, userId, null) };
}

/** They have that seat and no other. */
function seated(seats: RoomState["seats"], userId: string, seatId: string | null): RoomState["seats"] {
  const now = new Map([...seats].filter(([, holder]) => holder !== userId));
  return seatId === null ? now : now.set(seatId, userId);
}

function speak(state: RoomState, payload: AvatarTransformBroadcastPayload): RoomState {
  const member = state.members.get(payload.userId);
  if (member === undefined || member.speaking === payload.speaking) return state;
  return withMember(state, { ...member, speaking: payload.speaking });
}

function hear(state: RoomState, payload: ChatBroadcastPayload, tsMs: number): RoomState {
  const { messageId, userId, text } = payload;
  const displayName = nameOf(state, userId);
  const message = { messageId, userId, displayName, text, tsMs, own: userId === state.me, heardBy: null };
  return { ...state, chat: [...state.chat.slice(1 - CHAT_KEPT_MAX), message] };
}

function heard(chat: RoomState["chat"], { messageId, count }: ChatHeardPayload): RoomState["chat"] {
  return chat.map((one) => (one.messageId === messageId ? { ...one, heardBy: count } : one));
}

/** Missed chat may be of people who have left since; what they said before tells their name. */
function nameOf(state: RoomState, userId: string): string {
  const member = state.members.get(userId);
  if (member !== undefined) return member.displayName;
  return state.chat.findLast((message) => message.userId === userId)?.displayName ?? UNKNOWN_NAME;
}

function begin(state: RoomState, session: SessionPayload): RoomState {
  const mute = session.muted ? (state.mute ?? { untilMs: undefined, reason: "" }) : null;
  return { ...state, me: session.userId, session, mute, ended: null };
}

/** Who keeps order, and who is a bot; of those who are not here nothing is kept. */
function appoint(state: RoomState, { members: told }: RolesPayload): RoomState {
  const members = new Map(state.members);
  let isNew = false;
  for (const [userId, role, isBot] of told) {
    const member = members.get(userId);
    if (member === undefined || (member.role === role && member.isBot === isBot)) continue;
    members.set(userId, { ...member, role, isBot, speaking: member.speaking && !isBot });
    isNew = true;
  }
  return isNew ? { ...state, members } : state;
}

function renew(state: RoomState, expiresAtMs: number): RoomState {
  if (state.session === null) return state;
  return { ...state, session: { ...state.session, expiresAtMs } };
}

function moderate(state: RoomState, { type, reason }: ModerationActionPayload): RoomState {
  if (type === "mutedByMod") return { ...state, mute: { untilMs: undefined, reason } };
  return { ...state, ended: { type, reason, untilMs: undefined } };
}

function explain(state: RoomState, { type, untilMs, scope }: ModerationDetailsPayload): RoomState {
  if (type === "mutedByMod") {
    return state.mute === null ? state : { ...state, mute: { ...state.mute, untilMs } };
  }
  return state.ended?.type === type ? { ...state, ended: { ...state.ended, untilMs, scope } } : state;
}

function refuse(state: RoomState, { code, message }: AuthErrorPayload): RoomState {
  switch (code) {
    case AuthCode.REPLACED:
    case AuthCode.BANNED:
    case AuthCode.KICKED:
      if (state.ended !== null) return state;
      return { ...state, ended: { type: code, reason: message, untilMs: undefined } };
    default:
      return state;
  }
}

function fail(state: RoomState, payload: ErrorPayload): RoomState {
  const { code, message, event, retryAfterMs = null } = payload;
  const count = (state.lastError?.count ?? 0) + 1;
  return { ...state, lastError: { code, message, event, retryAfterMs, count } };
}
