"""The figures and names of the protocol, written out a second time (docs/protocol.md).

A copy, so that a changed constant has to be changed in two places by someone who means it.
"""

from typing import Any

import msgspec
import pytest

from virtubar.protocol import constants
from virtubar.protocol.constants import (
    AuthCode,
    ClientEventName,
    CloseCode,
    Device,
    ErrorCode,
    Role,
    ServerEventName,
)
from virtubar.protocol.events import (
    CLIENT_EVENTS,
    SERVER_EVENTS,
    ClientEvent,
    JoinUser,
    MemberInfo,
    ServerEvent,
)

FIGURES: dict[str, Any] = {
    # §1 and §2
    "PROTOCOL_VERSION": 1,
    "SUBPROTOCOL": "virtubar.v1",
    "LOBBY_ID": "lobby",
    "MESSAGE_MAX_BYTES": 4096,
    "FRAGMENTS_MAX": 16,
    "NESTING_MAX": 16,
    "ERROR_RATE_HZ": 5,
    "ERRORS_MAX": 50,
    "ERRORS_WINDOW_MS": 10_000,
    "MESSAGE_RATE_HZ": 200,
    "MESSAGE_BURST": 400,
    "MOTION_WINDOW_MS": 10_000,
    "MOTION_LATENESS_MAX_MS": 250,
    "MOTION_JUMP_MS": 500,
    # §3
    "TOKEN_LIFE_MS": 300_000,
    "TOKEN_LEEWAY_MS": 5_000,
    "EXPIRY_GRACE_MS": 30_000,
    "JOIN_TIMEOUT_MS": 60_000,
    "JOIN_ATTEMPTS_MAX": 10,
    "NAME_MAX_CHARS": 32,
    # §4
    "LEAVE_GRACE_MS": 20_000,
    "UNLOAD_GRACE_MS": 8_000,
    "PING_INTERVAL_MS": 20_000,
    "PONG_TIMEOUT_MS": 20_000,
    "SILENCE_MAX_MS": 75_000,
    "HEARTBEAT_INTERVAL_MS": 5_000,
    # §5
    "COORDINATE_MAX_M": 10_000,
    "COORDINATE_DECIMALS": 3,
    "ANIMS": ("idle", "walk", "dance", "wave"),
    "TRANSFORM_RATE_HZ": {Device.DESKTOP: 20, Device.MOBILE: 15},
    "TRANSFORM_BURST": 5,
    "BEHIND_MAX_BYTES": 262_144,
    "BEHIND_MAX_MS": 10_000,
    # §6
    "CHAT_MAX_CHARS": 240,
    "CHAT_RATE_HZ": 1,
    "CHAT_BURST": 5,
    "CHAT_REPLAY_MAX": 200,
    "CHAT_REPLAY_MS": 300_000,
    "EMOTE_RATE_HZ": 2,
    "EMOTE_BURST": 4,
    "EMOTE_IDS": ("cheers", "laugh", "clap", "heart", "wave", "dance", "sad", "surprised"),
    # §7
    "KICK_REFUSAL_MS": 30_000,
    # §11
    "SEAT_RATE_HZ": 2,
    "SEAT_BURST": 4,
    "SEAT_REACH_M": 1.5,
    # §8 and §9
    "NO_RECONNECT_CODES": {1000, 4001, 4003, 4009},
    "BACKOFF_FIRST_MS": 250,
    "BACKOFF_MAX_MS": 8_000,
    "BUFFER_MIN_MS": 100,
    "BUFFER_MAX_MS": 200,
    "EXTRAPOLATION_MAX_MS": 250,
    "SNAP_DISTANCE_M": 3,
    "SEND_RATE_HZ": 15,
    "SEND_STILL_INTERVAL_MS": 1_000,
}

CLIENT_FIELDS: dict[str, tuple[set[str], set[str]]] = {
    "join_room": ({"roomId", "user"}, {"realtimeToken", "lastMessageId"}),
    "heartbeat": ({"roomId", "clientTimeMs", "lastSeq"}, set()),
    "avatar_transform": ({"roomId", "seq", "x", "y", "z", "rotY", "anim", "speaking"}, set()),
    "local_chat": ({"roomId", "text", "mode"}, set()),
    "emote": ({"roomId", "emoteId"}, set()),
    "presence": ({"visible"}, {"unloading"}),
    "moderate": ({"action", "userId"}, {"reason", "durationSeconds", "scope", "requestId"}),
    "seat": ({"roomId", "seatId"}, set()),
}
"""Each client event: the fields it must have, and those it may have (§3 to §7)."""

SERVER_FIELDS: dict[str, set[str]] = {
    "room_state": {"roomId", "serverTimeMs", "members"},
    "member_joined": {"member"},
    "member_left": {"userId"},
    "avatar_transform_broadcast": {"userId", "seq", "x", "y", "z", "rotY", "anim", "speaking"},
    "chat_broadcast": {"userId", "text", "messageId"},
    "moderation_action": {"type", "reason"},
    "auth_error": {"code", "message"},
    "error": {"code", "message", "event", "retryAfterMs", "requestId"},
    "session": {"userId", "role", "lastSeq", "resumed", "rateHz", "expiresAtMs", "muted"},
    "token_renewed": {"expiresAtMs"},
    "heartbeat_ack": {"clientTimeMs", "serverTimeMs", "lastSeq"},
    "chat_heard": {"messageId", "count"},
    "emote_broadcast": {"userId", "emoteId"},
    "moderation_details": {"type", "untilMs", "scope"},
    "moderation_lifted": {"type"},
    "moderation_done": {"action", "userId", "scope", "untilMs", "requestId"},
    "closing": {"code", "reason"},
    "roles": {"members"},
    "seats": {"taken"},
    "seat_changed": {"userId", "seatId"},
    "member_indices": {"members"},
}
"""Each server event: exactly its fields (the additive rule, §2)."""

OPTIONAL_SERVER_FIELDS: dict[str, set[str]] = {
    "error": {"retryAfterMs", "requestId"},
    "moderation_done": {"requestId"},
}
"""Fields that are only there where they say something: in additional events alone (§2, §7)."""


@pytest.mark.parametrize("name", FIGURES)
def test_figures_are_those_of_the_protocol(name: str) -> None:
    """Clients in other languages have these figures built in."""
    assert getattr(constants, name) == FIGURES[name]


def test_close_codes_are_those_of_the_protocol() -> None:
    """§8 lists them all; 1002 is WebSocket's own."""
    codes = {1000, 1001, 1002, 1003, 1007, 1009, 1011, 1013}
    assert {int(code) for code in CloseCode} == codes | {4001, 4003, 4008, 4009, 4010, 4029}


def test_error_codes_are_those_of_the_protocol() -> None:
    """§2 lists them all."""
    assert {str(code) for code in ErrorCode} == {
        "malformed",
        "unsupported_version",
        "unknown_event",
        "invalid_payload",
        "not_joined",
        "wrong_room",
        "rate_limited",
        "chat_too_long",
        "chat_empty",
        "chat_refused",
        "unknown_emote",
        "muted",
        "seat_taken",
        "forbidden",
        "not_stored",
        "too_many_sanctions",
    }


def test_auth_codes_are_those_of_the_protocol() -> None:
    """§3 lists them all."""
    assert {str(code) for code in AuthCode} == {
        "token_missing",
        "token_invalid",
        "token_expired",
        "room_mismatch",
        "user_mismatch",
        "banned",
        "kicked",
        "room_full",
        "room_not_found",
        "room_locked",
        "not_allowed",
        "sign_in_required",
        "replaced",
        "too_many_attempts",
    }


def test_roles_are_those_of_the_protocol() -> None:
    """§7 lists them all; tests/room/test_moderation.py says who stands above whom."""
    assert {str(role) for role in Role} == {"guest", "member", "owner", "moderator", "admin"}


def test_every_event_name_has_exactly_one_type() -> None:
    """No event is declared and forgotten, none is there twice."""
    assert [event.EVENT for event in CLIENT_EVENTS] == list(ClientEventName)
    assert [event.EVENT for event in SERVER_EVENTS] == list(ServerEventName)
    assert set(CLIENT_FIELDS) == set(ClientEventName)
    assert set(SERVER_FIELDS) == set(ServerEventName)


@pytest.mark.parametrize("event", CLIENT_EVENTS, ids=lambda event: str(event.EVENT))
def test_client_events_have_the_fields_of_the_protocol(event: type[ClientEvent]) -> None:
    """What the specification requires is required; additions are optional (§2)."""
    fields = msgspec.structs.fields(event)
    required, optional = CLIENT_FIELDS[event.EVENT]
    assert {field.encode_name for field in fields if field.required} == required
    assert {field.encode_name for field in fields if not field.required} == optional


@pytest.mark.parametrize("event", SERVER_EVENTS, ids=lambda event: str(event.EVENT))
def test_server_events_have_the_fields_of_the_protocol(event: type[ServerEvent]) -> None:
    """No more and no fewer; what may be left out stands in additional events only (§2)."""
    fields = msgspec.structs.fields(event)
    assert {field.encode_name for field in fields} == SERVER_FIELDS[event.EVENT]
    optional = {field.encode_name for field in fields if not field.required}
    assert optional == OPTIONAL_SERVER_FIELDS.get(event.EVENT, set())


def test_people_have_the_fields_of_the_protocol() -> None:
    """`user` of `join_room`, and a member as `room_state` and `member_joined` show it (§3)."""
    assert set(JoinUser.__struct_encode_fields__) == {"userId", "displayName", "avatarId"}
    assert set(MemberInfo.__struct_encode_fields__) == {
        "userId",
        "displayName",
        "avatarId",
        "x",
        "y",
        "z",
        "rotY",
        "anim",
    }
