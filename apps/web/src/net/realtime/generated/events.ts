// Written by `npm run generate` from src/virtubar/protocol: do not edit.
export type Anim = "idle" | "walk" | "dance" | "wave";

export type ModerationScope = "room" | "server";

export type ModerationType = "kicked" | "banned" | "mutedByMod";

export type ModerationVerb = "kick" | "ban" | "mute" | "unmute" | "unban";

/** Who the client says it is; the token decides (§3). */
export interface JoinUser {
  readonly userId: string;
  readonly displayName: string;
  readonly avatarId: string;
}

/** Enter a room, resume a membership or renew its token (§3). */
export interface JoinRoomPayload {
  readonly roomId: string;
  readonly user: JoinUser;
  readonly realtimeToken?: string | null;
  readonly lastMessageId?: string | null;
}

/** Ask for the server's clock and its newest accepted seq (§4). */
export interface HeartbeatPayload {
  readonly roomId: string;
  readonly clientTimeMs: number;
  readonly lastSeq: number;
}

/** Where the sender's avatar is now (§5). */
export interface AvatarTransformPayload {
  readonly roomId: string;
  readonly seq: number;
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly rotY: number;
  readonly anim: Anim;
  readonly speaking: boolean;
}

/** Say something to those who can hear (§6). */
export interface LocalChatPayload {
  readonly roomId: string;
  readonly text: string;
  readonly mode: "local";
}

/** Show a feeling to the room (§6). */
export interface EmotePayload {
  readonly roomId: string;
  readonly emoteId: string;
}

/**
 * Say whether the client's page can be seen (§4); a hidden one gets no transforms.
 *
 * `unloading` says that the page is being closed or loaded again.
 */
export interface PresencePayload {
  readonly visible: boolean;
  readonly unloading?: boolean;
}

/** Ask for an act of moderation (§7); its answer carries the `request_id`, if there is one. */
export interface ModeratePayload {
  readonly action: ModerationVerb;
  readonly userId: string;
  readonly reason?: string;
  readonly durationSeconds?: number | null;
  readonly scope?: ModerationScope;
  readonly requestId?: string | null;
}

/** Ask for a seat, or give the own one up (null) (§11). */
export interface SeatPayload {
  readonly roomId: string;
  readonly seatId: string | null;
}

/** One member as `room_state` and `member_joined` show it. */
export interface MemberInfo {
  readonly userId: string;
  readonly displayName: string;
  readonly avatarId: string;
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly rotY: number;
  readonly anim: Anim;
}

/** Everyone in the room and where they last were, the receiver included (§3). */
export interface RoomStatePayload {
  readonly roomId: string;
  readonly serverTimeMs: number;
  readonly members: readonly MemberInfo[];
}

/** Someone came in, or observers must reset that member's ordering (§5). */
export interface MemberJoinedPayload {
  readonly member: MemberInfo;
}

/** Someone is no longer in the room (§4). */
export interface MemberLeftPayload {
  readonly userId: string;
}

/** Where a member is; the envelope's `ts` is the motion time (§1, §5). */
export interface AvatarTransformBroadcastPayload {
  readonly userId: string;
  readonly seq: number;
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly rotY: number;
  readonly anim: Anim;
  readonly speaking: boolean;
}

/** What someone said; `messageId` is a UUIDv7 that rises within the room (§6). */
export interface ChatBroadcastPayload {
  readonly userId: string;
  readonly text: string;
  readonly messageId: string;
}

/** What a moderator did, to the person concerned only (§7). */
export interface ModerationActionPayload {
  readonly type: ModerationType;
  readonly reason: string;
}

/** A join was refused or a membership ended; the socket stays open (§3, §6). */
export interface AuthErrorPayload {
  readonly code: string;
  readonly message: string;
}

/** One event of the receiver was refused (§2); `request_id` is that of a `moderate`. */
export interface ErrorPayload {
  readonly code: string;
  readonly message: string;
  readonly event: string | null;
  readonly retryAfterMs?: number | null;
  readonly requestId?: string | null;
}

/**
 * What the server decided about the receiver's membership (§3).
 *
 * `last_seq` is the highest seq the server broadcast for this user, -1 before the first.
 */
export interface SessionPayload {
  readonly userId: string;
  readonly role: string;
  readonly lastSeq: number;
  readonly resumed: boolean;
  readonly rateHz: number;
  readonly expiresAtMs: number;
  readonly muted: boolean;
}

/** A fresh token was taken for the membership (§3). */
export interface TokenRenewedPayload {
  readonly expiresAtMs: number;
}

/** The heartbeat's time echoed, with the server's own (§4). */
export interface HeartbeatAckPayload {
  readonly clientTimeMs: number;
  readonly serverTimeMs: number;
  readonly lastSeq: number;
}

/** How many others heard the receiver's message, where a hearing radius is set (§6). */
export interface ChatHeardPayload {
  readonly messageId: string;
  readonly count: number;
}

/** A member shows a feeling (§6). */
export interface EmoteBroadcastPayload {
  readonly userId: string;
  readonly emoteId: string;
}

/**
 * Until when and how widely the `moderation_action` before it holds (§7).
 *
 * `until_ms` is wall time, null for good; `scope` is `room` or `server`.
 */
export interface ModerationDetailsPayload {
  readonly type: ModerationType;
  readonly untilMs: number | null;
  readonly scope: ModerationScope;
}

/** An earlier act no longer holds (§7). */
export interface ModerationLiftedPayload {
  readonly type: ModerationType;
}

/**
 * What the receiver asked for with `moderate` is stored and holds (§7).
 *
 * `until_ms` is wall time, null for good and for what lifts an act.
 */
export interface ModerationDonePayload {
  readonly action: ModerationVerb;
  readonly userId: string;
  readonly scope: ModerationScope;
  readonly untilMs: number | null;
  readonly requestId?: string | null;
}

/** The connection is about to be closed, over Socket.IO, which has no close codes (§8). */
export interface ClosingPayload {
  readonly code: number;
  readonly reason: string;
}

/**
 * Who keeps order in the room, and who is a bot: of everybody after `session`, then of those
 * who came in, or whose token is another (§3). Each is userId, role, and whether it is a bot.
 */
export interface RolesPayload {
  readonly members: readonly (readonly [string, string, boolean])[];
}

/** Every seat that somebody has, after `session` (§11): pairs of seatId and userId. */
export interface SeatsPayload {
  readonly taken: readonly (readonly [string, string])[];
}

/** A member has this seat now and no other, or none (null) (§11). */
export interface SeatChangedPayload {
  readonly userId: string;
  readonly seatId: string | null;
}

/**
 * What stands for members in binary messages: pairs of index and userId (§12).
 *
 * Only on connections that asked for such messages: of everybody after `room_state`, of one after
 * each `member_joined`. An index is nobody else's until 60 s after its member left.
 */
export interface MemberIndicesPayload {
  readonly members: readonly (readonly [number, string])[];
}

/** Every event that a client sends. */
export interface ClientPayloads {
  readonly join_room: JoinRoomPayload;
  readonly heartbeat: HeartbeatPayload;
  readonly avatar_transform: AvatarTransformPayload;
  readonly local_chat: LocalChatPayload;
  readonly emote: EmotePayload;
  readonly presence: PresencePayload;
  readonly moderate: ModeratePayload;
  readonly seat: SeatPayload;
}

/** Every event that the server sends. */
export interface ServerPayloads {
  readonly room_state: RoomStatePayload;
  readonly member_joined: MemberJoinedPayload;
  readonly member_left: MemberLeftPayload;
  readonly avatar_transform_broadcast: AvatarTransformBroadcastPayload;
  readonly chat_broadcast: ChatBroadcastPayload;
  readonly moderation_action: ModerationActionPayload;
  readonly auth_error: AuthErrorPayload;
  readonly error: ErrorPayload;
  readonly session: SessionPayload;
  readonly token_renewed: TokenRenewedPayload;
  readonly heartbeat_ack: HeartbeatAckPayload;
  readonly chat_heard: ChatHeardPayload;
  readonly emote_broadcast: EmoteBroadcastPayload;
  readonly moderation_details: ModerationDetailsPayload;
  readonly moderation_lifted: ModerationLiftedPayload;
  readonly moderation_done: ModerationDonePayload;
  readonly closing: ClosingPayload;
  readonly roles: RolesPayload;
  readonly seats: SeatsPayload;
  readonly seat_changed: SeatChangedPayload;
  readonly member_indices: MemberIndicesPayload;
}
