// Written by `npm run generate` from src/virtubar/protocol: do not edit.
/**
 * Names, limits, rates and close codes of the VirtuBar Realtime Protocol, each with its section.
 *
 * Section numbers are those of docs/protocol.md. Units end the names: `_ms`, `_hz`, `_bytes`, `_m`.
 * Longer than most modules because the server and the clients in both languages read one table.
 */

export const PROTOCOL_VERSION = 1;

/** Optional WebSocket subprotocol (§1): answered when asked for, never required. */
export const SUBPROTOCOL = "virtubar.v1";

/** The same with transforms in binary messages (§12), for who offers it. */
export const COMPACT_SUBPROTOCOL = "virtubar.v1.compact";

/** Events that a client sends (§3); the last three are additional ones. */
export const ClientEventName = {
  JOIN_ROOM: "join_room",
  HEARTBEAT: "heartbeat",
  AVATAR_TRANSFORM: "avatar_transform",
  LOCAL_CHAT: "local_chat",
  EMOTE: "emote",
  PRESENCE: "presence",
  MODERATE: "moderate",
  SEAT: "seat",
} as const;
export type ClientEventName = (typeof ClientEventName)[keyof typeof ClientEventName];

/** Events that the server sends (§4); the second group are the additional ones. */
export const ServerEventName = {
  ROOM_STATE: "room_state",
  MEMBER_JOINED: "member_joined",
  MEMBER_LEFT: "member_left",
  AVATAR_TRANSFORM_BROADCAST: "avatar_transform_broadcast",
  CHAT_BROADCAST: "chat_broadcast",
  MODERATION_ACTION: "moderation_action",
  AUTH_ERROR: "auth_error",
  ERROR: "error",
  SESSION: "session",
  TOKEN_RENEWED: "token_renewed",
  HEARTBEAT_ACK: "heartbeat_ack",
  CHAT_HEARD: "chat_heard",
  EMOTE_BROADCAST: "emote_broadcast",
  MODERATION_DETAILS: "moderation_details",
  MODERATION_LIFTED: "moderation_lifted",
  MODERATION_DONE: "moderation_done",
  CLOSING: "closing",
  ROLES: "roles",
  SEATS: "seats",
  SEAT_CHANGED: "seat_changed",
  MEMBER_INDICES: "member_indices",
} as const;
export type ServerEventName = (typeof ServerEventName)[keyof typeof ServerEventName];

/** Why one event of a client was refused (§2); the socket stays open. */
export const ErrorCode = {
  MALFORMED: "malformed",
  UNSUPPORTED_VERSION: "unsupported_version",
  UNKNOWN_EVENT: "unknown_event",
  INVALID_PAYLOAD: "invalid_payload",
  NOT_JOINED: "not_joined",
  WRONG_ROOM: "wrong_room",
  RATE_LIMITED: "rate_limited",
  CHAT_TOO_LONG: "chat_too_long",
  CHAT_EMPTY: "chat_empty",
  CHAT_REFUSED: "chat_refused",
  UNKNOWN_EMOTE: "unknown_emote",
  MUTED: "muted",
  SEAT_TAKEN: "seat_taken",
  FORBIDDEN: "forbidden",
  NOT_STORED: "not_stored",
  TOO_MANY_SANCTIONS: "too_many_sanctions",
} as const;
export type ErrorCode = (typeof ErrorCode)[keyof typeof ErrorCode];

/** Why a join was refused, or a membership ended, as `auth_error.code` says it (§3). */
export const AuthCode = {
  TOKEN_MISSING: "token_missing",
  TOKEN_INVALID: "token_invalid",
  TOKEN_EXPIRED: "token_expired",
  ROOM_MISMATCH: "room_mismatch",
  USER_MISMATCH: "user_mismatch",
  BANNED: "banned",
  KICKED: "kicked",
  ROOM_FULL: "room_full",
  ROOM_NOT_FOUND: "room_not_found",
  ROOM_LOCKED: "room_locked",
  NOT_ALLOWED: "not_allowed",
  SIGN_IN_REQUIRED: "sign_in_required",
  REPLACED: "replaced",
  TOO_MANY_ATTEMPTS: "too_many_attempts",
} as const;
export type AuthCode = (typeof AuthCode)[keyof typeof AuthCode];

/** WebSocket close codes and what they mean here (§8). */
export const CloseCode = {
  NORMAL: 1000,
  GOING_AWAY: 1001,
  PROTOCOL_ERROR: 1002,
  UNSUPPORTED_DATA: 1003,
  INVALID_UTF8: 1007,
  TOO_BIG: 1009,
  INTERNAL: 1011,
  TOO_SLOW: 1013,
  KICKED: 4001,
  BANNED: 4003,
  JOIN_TIMEOUT: 4008,
  REPLACED: 4009,
  ROOM_MOVED: 4010,
  FLOODING: 4029,
} as const;
export type CloseCode = (typeof CloseCode)[keyof typeof CloseCode];

/** After these a client must not reconnect by itself (§8). */
export const NO_RECONNECT_CODES: ReadonlySet<number> = new Set<number>([
  CloseCode.NORMAL,
  CloseCode.KICKED,
  CloseCode.BANNED,
  CloseCode.REPLACED,
]);

/** What a token lets its bearer do (§3, §7); who is above whom says room.moderation. */
export const Role = {
  GUEST: "guest",
  MEMBER: "member",
  OWNER: "owner",
  MODERATOR: "moderator",
  ADMIN: "admin",
} as const;
export type Role = (typeof Role)[keyof typeof Role];

/** Rate class of a token (§3, §5). */
export const Device = {
  DESKTOP: "desktop",
  MOBILE: "mobile",
} as const;
export type Device = (typeof Device)[keyof typeof Device];

// Identifiers and messages (§1, §2)

export const ROOM_ID_PATTERN = /^[A-Za-z0-9_-]{1,64}$/;

/** Its end is said as JSON Schema's dialect can say it too. */
export const USER_ID_PATTERN = /^[A-Za-z0-9_.:@|+=-]{1,128}$/;

export const AVATAR_ID_PATTERN = /^[a-z0-9_-]{1,32}$/;

export const EMOTE_ID_PATTERN = /^[a-z0-9_-]{1,32}$/;

export const SEAT_ID_PATTERN = /^[A-Za-z0-9_-]{1,32}$/;

export const LOBBY_ID = "lobby";

/** One message, all fragments together (§2): over it the socket is closed 1009. */
export const MESSAGE_MAX_BYTES = 4096;

/** Fragments of one message: 4 KiB needs no more, and each costs a pass. */
export const FRAGMENTS_MAX = 16;

/** Levels of arrays and objects in one message; the events themselves need three. */
export const NESTING_MAX = 16;

export const TIME_MS_MAX = 9007199254740991;

/** What a JavaScript number holds exactly. */
export const SEQ_MAX = 9007199254740991;

/**
 * A client that joins with a `lastSeq` above this begins at 0 again, which the first transform of a
 * connection may (§5): after the last number there is nothing more would be accepted. What is left
 * above it lasts a connection for six years.
 */
export const SEQ_RESTART = 9007194959773695;

// Flood limits per connection (§2)

export const ERROR_RATE_HZ = 5;

export const ERRORS_MAX = 50;

export const ERRORS_WINDOW_MS = 10000;

export const MESSAGE_RATE_HZ = 200;

export const MESSAGE_BURST = 400;

// Tokens and joining (§3)

export const TOKEN_LIFE_MS = 300000;

export const TOKEN_LEEWAY_MS = 5000;

export const EXPIRY_GRACE_MS = 30000;

export const JOIN_TIMEOUT_MS = 60000;

export const JOIN_ATTEMPTS_MAX = 10;

export const NAME_MAX_CHARS = 32;

/**
 * Characters of a name that are looked at before it is cleaned; what is behind them is dropped.
 */
export const NAME_RAW_MAX_CHARS = 200;

/**
 * Marks kept on one letter that stack on any (accents): two are real writing, more are a tower.
 */
export const COMBINING_MARKS_MAX = 2;

/** Marks kept on one letter, those of its own script counted: Burmese and Tibetan need four. */
export const SCRIPT_MARKS_MAX = 4;

export const DEFAULT_AVATAR_ID = "default";

// Presence and liveness (§4)

export const LEAVE_GRACE_MS = 20000;

/**
 * Of a page that said it was going: as long as loading it again takes on a slow line, and no longer
 * than the others may wonder at somebody who has gone.
 */
export const UNLOAD_GRACE_MS = 8000;

export const PING_INTERVAL_MS = 20000;

export const PONG_TIMEOUT_MS = 20000;

export const SILENCE_MAX_MS = 75000;

export const SIGHT_RATE_HZ = 1;

/** Each return to sight costs a whole `room_state`: nobody looks up and away more often. */
export const SIGHT_BURST = 10;

export const HEARTBEAT_INTERVAL_MS = 5000;

// Transforms (§5)

export const COORDINATE_MAX_M = 10000;

/** Angles beyond it are wrapped to ±π: a float that large no longer holds a direction exactly. */
export const ROT_Y_WRAP_RAD = 10000;

export const COORDINATE_DECIMALS = 3;

export const ANIMS = ["idle", "walk", "dance", "wave"] as const;

export const TRANSFORM_RATE_HZ = { desktop: 20, mobile: 15 } as const;

export const TRANSFORM_BURST = 5;

export const MOTION_WINDOW_MS = 10000;

export const MOTION_LATENESS_MAX_MS = 250;

export const MOTION_JUMP_MS = 500;

export const BEHIND_MAX_BYTES = 262144;

export const BEHIND_MAX_MS = 10000;

// Chat and emotes (§6)

export const CHAT_MAX_CHARS = 240;

/**
 * Characters of a message as it is sent, before it is cleaned; over it, it is refused unread. A
 * letter that is sent in parts has four of them at most.
 */
export const CHAT_RAW_MAX_CHARS = 960;

export const CHAT_RATE_HZ = 1;

export const CHAT_BURST = 5;

export const CHAT_REPLAY_MAX = 200;

export const CHAT_REPLAY_MS = 300000;

export const EMOTE_RATE_HZ = 2;

export const EMOTE_BURST = 4;

export const EMOTE_IDS = ["cheers", "laugh", "clap", "heart", "wave", "dance", "sad", "surprised"] as const;

// Moderation (§7)

export const KICK_REFUSAL_MS = 30000;

export const REASON_MAX_CHARS = 500;

/** What a client calls one act that it asks for, to know its answer by. */
export const REQUEST_ID_PATTERN = /^[A-Za-z0-9_-]{1,64}$/;

/** Ten leap years; what is to hold for longer holds for good. */
export const ACT_DURATION_MAX_S = 316224000;

export const ROOM_NAME_MAX_CHARS = 64;

export const SLOW_MODE_MAX_S = 3600;

export const WORDS_MAX = 500;

/** Of a room's word list: entries, and characters of one. */
export const WORD_MAX_CHARS = 64;

export const ACT_RATE_HZ = 5;

/** Acts of moderation that one person may ask for: each is a write, and a line of the audit. */
export const ACT_BURST = 20;

// Client behaviour (§9): what all clients do alike

export const BACKOFF_FIRST_MS = 250;

export const BACKOFF_MAX_MS = 8000;

/** After 1001 everybody of a server comes back at once: spread over a second. */
export const DRAIN_JITTER_MS = 1000;

/** Room moves (4010) followed at once; further ones wait, or two servers could play ping-pong. */
export const HOPS_MAX = 3;

/** A membership that held this long starts the backoff anew; a shorter one goes on with it. */
export const STABLE_MS = 5000;

/** How long the answer to `join_room` may take: a large `room_state` is slow on a slow line. */
export const JOIN_ANSWER_MS = 30000;

/**
 * Heartbeats in a row with nothing heard at all until the next is due, 15 s: the connection is
 * dead, while the place is still kept for 5 s (§4). Counted, not timed, so that a client which was
 * itself suspended does not blame the server.
 */
export const HEARTBEATS_UNANSWERED_MAX = 2;

/** How long a round trip counts: a dozen heartbeats, in which clocks drift under 10 ms. */
export const HEARTBEAT_WINDOW_MS = 60000;

/** A shift of times larger than this means that a clock was set: what was known is forgotten. */
export const CLOCK_SHIFT_MS = 500;

/** How long the least late transform counts: in it clocks drift by less than a millisecond. */
export const ARRIVAL_WINDOW_MS = 10000;

export const RENEW_EARLY = 0.2;

/**
 * A token is renewed in the last 20 to 30 % of its life, spread so that a room full of people who
 * came together does not ask together.
 */
export const RENEW_SPREAD = 0.1;

/** However short its life seems, a token is not renewed more often than this. */
export const RENEW_SOONEST_MS = 1000;

/** How long a renewal may take before it is tried again. */
export const RENEW_ANSWER_MS = 10000;

/** Transforms are shed while more than this waits in the uplink: newer ones are worth more. */
export const UNSENT_MAX_BYTES = 4096;

export const SEND_RATE_HZ = 15;

export const SEND_STILL_INTERVAL_MS = 1000;

/** Less than a centimetre is nothing that anybody would see. */
export const MOVED_M = 0.01;

/** One degree. */
export const TURNED_RAD = 0.017453292519943295;

/**
 * Transforms that may go out beside the rate on start, stop and the like: below the server's burst
 * of 5 (§5), so that nervous fingers are not throttled there.
 */
export const URGENT_BURST = 3;

// Smoothing (§9): how remote avatars are drawn

export const BUFFER_MIN_MS = 100;

export const BUFFER_MAX_MS = 200;

/**
 * Samples kept of a member, oldest dropped: two seconds at 15 Hz, ten times the deepest buffer.
 */
export const SAMPLES_MAX = 32;

export const LATENESS_QUANTILE = 0.95;

/** Above that quantile of the lateness and one send interval: the frame that is being drawn. */
export const DELAY_MARGIN_MS = 10;

export const DELAY_RISE_TAU_MS = 400;

/**
 * The buffer deepens soon after lateness grows and thins slowly after it shrinks, so that one
 * quiet second on a bad line does not bring the stalls back.
 */
export const DELAY_FALL_TAU_MS = 5000;

/** The playhead runs at most this much faster or slower than time: nobody sees 8 %. */
export const SLEW_MAX = 0.08;

/** Further behind than this the playhead jumps, further ahead it waits. */
export const PLAYHEAD_JUMP_MS = 500;

export const EXTRAPOLATION_MAX_MS = 250;

/**
 * So long a guess goes on at full speed, then ever slower. Most guesses end sooner, and one that
 * slows at once makes a steady walker waver from sample to sample.
 */
export const EXTRAPOLATION_FULL_MS = 100;

/** Two samples closer than this give no speed worth going on with: a start right after a move. */
export const SPEED_SPAN_MIN_MS = 30;

/** How fast the difference between a guess and the truth fades. */
export const CORRECTION_TAU_MS = 120;

export const SNAP_DISTANCE_M = 3;

/**
 * After a pause of more intervals than this a walk begins one interval before its first sample.
 */
export const GAP_INTERVALS = 2.5;

/** A longer gap between samples of a walker is a crowd's (§12), of others a pause. */
export const INTERVAL_MAX_MS = 250;

/**
 * Samples further apart than this are walked between at the speed that arrives when the next is
 * due: a buffer so deep would be no better, and stand still where one comes late.
 */
export const RARE_INTERVAL_MS = 1000;

/** The newest place is never older than two seconds: nobody waits for more than this. */
export const RARE_INTERVAL_MAX_MS = 2500;

/**
 * How much slower the playhead may run where samples have become rare, until it is deep enough.
 */
export const SPARSE_SLEW_MAX = 0.5;

/** Of whom samples come at full rate again, the picture is there after so long. */
export const BLEND_MS = 150;

/** Further than anybody runs between two samples: they were put there, and the picture snaps. */
export const BLEND_MAX_M = 15;

/**
 * A step over the snap threshold is a jump where it would be faster than this; runners do five.
 */
export const JUMP_SPEED_MPS = 6;

/** How much of the next gap the learned send interval takes on. */
export const INTERVAL_WEIGHT = 0.1;

/**
 * How far behind a steady walker the spring runs. It costs no delay: the spring is aimed so far
 * ahead of the playhead that what it draws is there (apps/web/bench).
 */
export const SPRING_LAG_MS = 60;

// Crowds (§12)

/** Members of a room above which it is a crowd, where the operator says nothing else. */
export const CROWD_THRESHOLD = 64;

/**
 * What the transforms of a crowd may cost each receiver, likewise: a phone's line, and no more than
 * somebody can look at.
 */
export const CROWD_BYTES_PER_S = 40000;

// Seats (§11)

export const SEAT_RATE_HZ = 2;

/** Seats that one member may ask for: each that is given is told to the whole room. */
export const SEAT_BURST = 4;

/** Farther from where its member sat down than this a seat is free again. */
export const SEAT_REACH_M = 1.5;
