"""Names, limits, rates and close codes of the VirtuBar Realtime Protocol, each with its section.

Section numbers are those of docs/protocol.md. Units end the names: `_ms`, `_hz`, `_bytes`, `_m`.
Longer than most modules because the server and the clients in both languages read one table.
"""

from enum import IntEnum, StrEnum
from typing import Final

PROTOCOL_VERSION: Final = 1
SUBPROTOCOL: Final = "virtubar.v1"
"""Optional WebSocket subprotocol (§1): answered when asked for, never required."""
COMPACT_SUBPROTOCOL: Final = "virtubar.v1.compact"
"""The same with transforms in binary messages (§12), for who offers it."""


class ClientEventName(StrEnum):
    """Events that a client sends (§3); the last three are additional ones."""

    JOIN_ROOM = "join_room"
    HEARTBEAT = "heartbeat"
    AVATAR_TRANSFORM = "avatar_transform"
    LOCAL_CHAT = "local_chat"
    EMOTE = "emote"
    PRESENCE = "presence"
    MODERATE = "moderate"
    SEAT = "seat"


class ServerEventName(StrEnum):
    """Events that the server sends (§4); the second group are the additional ones."""

    ROOM_STATE = "room_state"
    MEMBER_JOINED = "member_joined"
    MEMBER_LEFT = "member_left"
    AVATAR_TRANSFORM_BROADCAST = "avatar_transform_broadcast"
    CHAT_BROADCAST = "chat_broadcast"
    MODERATION_ACTION = "moderation_action"
    AUTH_ERROR = "auth_error"

    ERROR = "error"
    SESSION = "session"
    TOKEN_RENEWED = "token_renewed"
    HEARTBEAT_ACK = "heartbeat_ack"
    CHAT_HEARD = "chat_heard"
    EMOTE_BROADCAST = "emote_broadcast"
    MODERATION_DETAILS = "moderation_details"
    MODERATION_LIFTED = "moderation_lifted"
    MODERATION_DONE = "moderation_done"
    CLOSING = "closing"
    ROLES = "roles"
    SEATS = "seats"
    SEAT_CHANGED = "seat_changed"
    MEMBER_INDICES = "member_indices"


class ErrorCode(StrEnum):
    """Why one event of a client was refused (§2); the socket stays open."""

    MALFORMED = "malformed"
    UNSUPPORTED_VERSION = "unsupported_version"
    UNKNOWN_EVENT = "unknown_event"
    INVALID_PAYLOAD = "invalid_payload"
    NOT_JOINED = "not_joined"
    WRONG_ROOM = "wrong_room"
    RATE_LIMITED = "rate_limited"
    CHAT_TOO_LONG = "chat_too_long"
    CHAT_EMPTY = "chat_empty"
    CHAT_REFUSED = "chat_refused"
    """Against the house rules of the room (§6): the message says which."""
    UNKNOWN_EMOTE = "unknown_emote"
    MUTED = "muted"
    SEAT_TAKEN = "seat_taken"
    """Answers `seat` only (§11): somebody else has it."""
    FORBIDDEN = "forbidden"
    """Answers `moderate` only (§7): the sender may not do this."""
    NOT_STORED = "not_stored"
    """Answers `moderate` only (§7): the server could not keep it, so nothing was done."""
    TOO_MANY_SANCTIONS = "too_many_sanctions"
    """Answers `moderate` only (§7): the owner's room has all the bans and mutes it may have."""


class AuthCode(StrEnum):
    """Why a join was refused, or a membership ended, as `auth_error.code` says it (§3)."""

    TOKEN_MISSING = "token_missing"
    TOKEN_INVALID = "token_invalid"
    TOKEN_EXPIRED = "token_expired"
    ROOM_MISMATCH = "room_mismatch"
    USER_MISMATCH = "user_mismatch"
    BANNED = "banned"
    KICKED = "kicked"
    ROOM_FULL = "room_full"
    ROOM_NOT_FOUND = "room_not_found"
    ROOM_LOCKED = "room_locked"
    NOT_ALLOWED = "not_allowed"
    SIGN_IN_REQUIRED = "sign_in_required"
    REPLACED = "replaced"
    TOO_MANY_ATTEMPTS = "too_many_attempts"


class CloseCode(IntEnum):
    """WebSocket close codes and what they mean here (§8)."""

    NORMAL = 1000
    GOING_AWAY = 1001
    PROTOCOL_ERROR = 1002
    UNSUPPORTED_DATA = 1003
    INVALID_UTF8 = 1007
    TOO_BIG = 1009
    INTERNAL = 1011
    TOO_SLOW = 1013
    KICKED = 4001
    BANNED = 4003
    JOIN_TIMEOUT = 4008
    REPLACED = 4009
    ROOM_MOVED = 4010
    FLOODING = 4029


NO_RECONNECT_CODES: Final = frozenset(
    {CloseCode.NORMAL, CloseCode.KICKED, CloseCode.BANNED, CloseCode.REPLACED}
)
"""After these a client must not reconnect by itself (§8)."""


class Role(StrEnum):
    """What a token lets its bearer do (§3, §7); who is above whom says room.moderation."""

    GUEST = "guest"
    MEMBER = "member"
    OWNER = "owner"
    MODERATOR = "moderator"
    ADMIN = "admin"


class Device(StrEnum):
    """Rate class of a token (§3, §5)."""

    DESKTOP = "desktop"
    MOBILE = "mobile"


# Identifiers and messages (§1, §2)
ROOM_ID_PATTERN: Final = r"^[A-Za-z0-9_-]{1,64}\Z"
USER_ID_PATTERN: Final = r"^[A-Za-z0-9_.:@|+=-]{1,128}$(?!\n)"
"""Its end is said as JSON Schema's dialect can say it too."""
AVATAR_ID_PATTERN: Final = r"^[a-z0-9_-]{1,32}\Z"
EMOTE_ID_PATTERN: Final = r"^[a-z0-9_-]{1,32}\Z"
SEAT_ID_PATTERN: Final = r"^[A-Za-z0-9_-]{1,32}\Z"
LOBBY_ID: Final = "lobby"
MESSAGE_MAX_BYTES: Final = 4096
"""One message, all fragments together (§2): over it the socket is closed 1009."""
FRAGMENTS_MAX: Final = 16
"""Fragments of one message: 4 KiB needs no more, and each costs a pass."""
NESTING_MAX: Final = 16
"""Levels of arrays and objects in one message; the events themselves need three."""
TIME_MS_MAX: Final = 2**53 - 1
SEQ_MAX: Final = 2**53 - 1
"""What a JavaScript number holds exactly."""
SEQ_RESTART: Final = SEQ_MAX - 2**32
"""A client that joins with a `lastSeq` above this begins at 0 again, which the first transform of a
connection may (§5): after the last number there is nothing more would be accepted. What is left
above it lasts a connection for six years."""

# Flood limits per connection (§2)
ERROR_RATE_HZ: Final = 5.0
ERRORS_MAX: Final = 50
ERRORS_WINDOW_MS: Final = 10_000
MESSAGE_RATE_HZ: Final = 200.0
MESSAGE_BURST: Final = 400

# Tokens and joining (§3)
TOKEN_LIFE_MS: Final = 5 * 60_000
TOKEN_LEEWAY_MS: Final = 5_000
EXPIRY_GRACE_MS: Final = 30_000
JOIN_TIMEOUT_MS: Final = 60_000
JOIN_ATTEMPTS_MAX: Final = 10
NAME_MAX_CHARS: Final = 32
NAME_RAW_MAX_CHARS: Final = 200
"""Characters of a name that are looked at before it is cleaned; what is behind them is dropped."""
COMBINING_MARKS_MAX: Final = 2
"""Marks kept on one letter that stack on any (accents): two are real writing, more are a tower."""
SCRIPT_MARKS_MAX: Final = 4
"""Marks kept on one letter, those of its own script counted: Burmese and Tibetan need four."""
DEFAULT_AVATAR_ID: Final = "default"

# Presence and liveness (§4)
LEAVE_GRACE_MS: Final = 20_000
UNLOAD_GRACE_MS: Final = 8_000
"""Of a page that said it was going: as long as loading it again takes on a slow line, and no longer
than the others may wonder at somebody who has gone."""
PING_INTERVAL_MS: Final = 20_000
PONG_TIMEOUT_MS: Final = 20_000
SILENCE_MAX_MS: Final = 75_000
SIGHT_RATE_HZ: Final = 1.0
SIGHT_BURST: Final = 10
"""Each return to sight costs a whole `room_state`: nobody looks up and away more often."""
HEARTBEAT_INTERVAL_MS: Final = 5_000

# Transforms (§5)
COORDINATE_MAX_M: Final = 10_000.0
ROT_Y_WRAP_RAD: Final = 10_000.0
"""Angles beyond it are wrapped to ±π: a float that large no longer holds a direction exactly."""
COORDINATE_DECIMALS: Final = 3
ANIMS: Final = ("idle", "walk", "dance", "wave")
TRANSFORM_RATE_HZ: Final = {Device.DESKTOP: 20.0, Device.MOBILE: 15.0}
TRANSFORM_BURST: Final = 5
MOTION_WINDOW_MS: Final = 10_000
MOTION_LATENESS_MAX_MS: Final = 250
MOTION_JUMP_MS: Final = 500
BEHIND_MAX_BYTES: Final = 256 * 1024
BEHIND_MAX_MS: Final = 10_000

# Chat and emotes (§6)
CHAT_MAX_CHARS: Final = 240
CHAT_RAW_MAX_CHARS: Final = 960
"""Characters of a message as it is sent, before it is cleaned; over it, it is refused unread. A
letter that is sent in parts has four of them at most."""
CHAT_RATE_HZ: Final = 1.0
CHAT_BURST: Final = 5
CHAT_REPLAY_MAX: Final = 200
CHAT_REPLAY_MS: Final = 5 * 60_000
EMOTE_RATE_HZ: Final = 2.0
EMOTE_BURST: Final = 4
EMOTE_IDS: Final = ("cheers", "laugh", "clap", "heart", "wave", "dance", "sad", "surprised")

# Moderation (§7)
KICK_REFUSAL_MS: Final = 30_000
REASON_MAX_CHARS: Final = 500
REQUEST_ID_PATTERN: Final = r"^[A-Za-z0-9_-]{1,64}$"
"""What a client calls one act that it asks for, to know its answer by."""
ACT_DURATION_MAX_S: Final = 316_224_000
"""Ten leap years; what is to hold for longer holds for good."""
ROOM_NAME_MAX_CHARS: Final = 64
SLOW_MODE_MAX_S: Final = 3_600
WORDS_MAX: Final = 500
WORD_MAX_CHARS: Final = 64
"""Of a room's word list: entries, and characters of one."""
ACT_RATE_HZ: Final = 5.0
ACT_BURST: Final = 20
"""Acts of moderation that one person may ask for: each is a write, and a line of the audit."""

# Client behaviour (§9): what all clients do alike
BACKOFF_FIRST_MS: Final = 250
BACKOFF_MAX_MS: Final = 8_000
DRAIN_JITTER_MS: Final = 1_000
"""After 1001 everybody of a server comes back at once: spread over a second."""
HOPS_MAX: Final = 3
"""Room moves (4010) followed at once; further ones wait, or two servers could play ping-pong."""
STABLE_MS: Final = 5_000
"""A membership that held this long starts the backoff anew; a shorter one goes on with it."""
JOIN_ANSWER_MS: Final = 30_000
"""How long the answer to `join_room` may take: a large `room_state` is slow on a slow line."""
HEARTBEATS_UNANSWERED_MAX: Final = 2
"""Heartbeats in a row with nothing heard at all until the next is due, 15 s: the connection is
dead, while the place is still kept for 5 s (§4). Counted, not timed, so that a client which was
itself suspended does not blame the server."""
HEARTBEAT_WINDOW_MS: Final = 60_000
"""How long a round trip counts: a dozen heartbeats, in which clocks drift under 10 ms."""
CLOCK_SHIFT_MS: Final = 500
"""A shift of times larger than this means that a clock was set: what was known is forgotten."""
ARRIVAL_WINDOW_MS: Final = 10_000
"""How long the least late transform counts: in it clocks drift by less than a millisecond."""
RENEW_EARLY: Final = 0.2
RENEW_SPREAD: Final = 0.1
"""A token is renewed in the last 20 to 30 % of its life, spread so that a room full of people who
came together does not ask together."""
RENEW_SOONEST_MS: Final = 1_000
"""However short its life seems, a token is not renewed more often than this."""
RENEW_ANSWER_MS: Final = 10_000
"""How long a renewal may take before it is tried again."""
UNSENT_MAX_BYTES: Final = 4_096
"""Transforms are shed while more than this waits in the uplink: newer ones are worth more."""
SEND_RATE_HZ: Final = 15.0
SEND_STILL_INTERVAL_MS: Final = 1_000
MOVED_M: Final = 0.01
"""Less than a centimetre is nothing that anybody would see."""
TURNED_RAD: Final = 0.017453292519943295
"""One degree."""
URGENT_BURST: Final = 3
"""Transforms that may go out beside the rate on start, stop and the like: below the server's burst
of 5 (§5), so that nervous fingers are not throttled there."""

# Smoothing (§9): how remote avatars are drawn
BUFFER_MIN_MS: Final = 100
BUFFER_MAX_MS: Final = 200
SAMPLES_MAX: Final = 32
"""Samples kept of a member, oldest dropped: two seconds at 15 Hz, ten times the deepest buffer."""
LATENESS_QUANTILE: Final = 0.95
DELAY_MARGIN_MS: Final = 10
"""Above that quantile of the lateness and one send interval: the frame that is being drawn."""
DELAY_RISE_TAU_MS: Final = 400
DELAY_FALL_TAU_MS: Final = 5_000
"""The buffer deepens soon after lateness grows and thins slowly after it shrinks, so that one
quiet second on a bad line does not bring the stalls back."""
SLEW_MAX: Final = 0.08
"""The playhead runs at most this much faster or slower than time: nobody sees 8 %."""
PLAYHEAD_JUMP_MS: Final = 500
"""Further behind than this the playhead jumps, further ahead it waits."""
EXTRAPOLATION_MAX_MS: Final = 250
EXTRAPOLATION_FULL_MS: Final = 100
"""So long a guess goes on at full speed, then ever slower. Most guesses end sooner, and one that
slows at once makes a steady walker waver from sample to sample."""
SPEED_SPAN_MIN_MS: Final = 30
"""Two samples closer than this give no speed worth going on with: a start right after a move."""
CORRECTION_TAU_MS: Final = 120
"""How fast the difference between a guess and the truth fades."""
SNAP_DISTANCE_M: Final = 3.0
GAP_INTERVALS: Final = 2.5
"""After a pause of more intervals than this a walk begins one interval before its first sample."""
INTERVAL_MAX_MS: Final = 250
"""A longer gap between samples of a walker is a crowd's (§12), of others a pause."""
RARE_INTERVAL_MS: Final = 1_000
"""Samples further apart than this are walked between at the speed that arrives when the next is
due: a buffer so deep would be no better, and stand still where one comes late."""
RARE_INTERVAL_MAX_MS: Final = 2_500
"""The newest place is never older than two seconds: nobody waits for more than this."""
SPARSE_SLEW_MAX: Final = 0.5
"""How much slower the playhead may run where samples have become rare, until it is deep enough."""
BLEND_MS: Final = 150
"""Of whom samples come at full rate again, the picture is there after so long."""
BLEND_MAX_M: Final = 15.0
"""Further than anybody runs between two samples: they were put there, and the picture snaps."""
JUMP_SPEED_MPS: Final = 6.0
"""A step over the snap threshold is a jump where it would be faster than this; runners do five."""
INTERVAL_WEIGHT: Final = 0.1
"""How much of the next gap the learned send interval takes on."""
SPRING_LAG_MS: Final = 60
"""How far behind a steady walker the spring runs. It costs no delay: the spring is aimed so far
ahead of the playhead that what it draws is there (apps/web/bench)."""

# Crowds (§12)
CROWD_THRESHOLD: Final = 64
"""Members of a room above which it is a crowd, where the operator says nothing else."""
CROWD_BYTES_PER_S: Final = 40_000
"""What the transforms of a crowd may cost each receiver, likewise: a phone's line, and no more than
somebody can look at."""

# Seats (§11)
SEAT_RATE_HZ: Final = 2.0
SEAT_BURST: Final = 4
"""Seats that one member may ask for: each that is given is told to the whole room."""
SEAT_REACH_M: Final = 1.5
"""Farther from where its member sat down than this a seat is free again."""
