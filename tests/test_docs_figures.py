"""The protocol's page says the figures that the code has, each in the sentence it belongs to."""

import pytest

from support.pages import says, section
from virtubar.live import join_limits
from virtubar.protocol import constants as c
from virtubar.protocol.constants import Device
from virtubar.settings import Settings

DEFAULTS = {name: field.default for name, field in Settings.model_fields.items()}


def _seconds(ms: float) -> str:
    return f"{ms / 1000:g} s"


def _minutes(ms: float) -> str:
    return f"{ms / 60_000:g} minutes"


def _spaced(number: float) -> str:
    """As the page writes thousands."""
    return f"{number:,.0f}".replace(",", " ")


def _limit(limit: tuple[float, int]) -> str:
    """A rate, and what may come at once."""
    rate_hz, burst = limit
    pace = f"{rate_hz:g} a second" if rate_hz >= 1 else f"one in {1 / rate_hz:g} s"
    return f"{pace} after a burst of {burst}"


_GIVEN_UP_MS = (c.HEARTBEATS_UNANSWERED_MAX + 1) * c.HEARTBEAT_INTERVAL_MS
SENTENCES: list[tuple[int, str]] = [
    (1, f"`virtubar.v{c.PROTOCOL_VERSION}` is optional"),
    (1, f"The room `{c.LOBBY_ID}` always exists"),
    (1, f"{DEFAULTS['connections_per_address']} sockets at once"),
    (
        1,
        f"{DEFAULTS['joins_per_second']} joins a second after a burst of {DEFAULTS['joins_burst']}",
    ),
    (
        1,
        (
            f"{DEFAULTS['user_joins_per_second']} join a second after a burst of"
            f" {DEFAULTS['user_joins_burst']} for those who come back"
        ),
    ),
    (1, f"(arrival − envelope `ts`) of the last {_seconds(c.MOTION_WINDOW_MS)}"),
    (1, f"arrival − {c.MOTION_LATENESS_MAX_MS}, arrival)"),
    (1, f"jumps by over {c.MOTION_JUMP_MS} ms"),
    (2, f"the protocol's version: {c.PROTOCOL_VERSION} |"),
    (2, f"may have at most {c.MESSAGE_MAX_BYTES // 1024} KiB"),
    (2, f"and at most {c.FRAGMENTS_MAX} of those"),
    (2, f"a message over {c.MESSAGE_MAX_BYTES // 1024} KiB (close 1009)"),
    (2, f"nested more than {c.NESTING_MAX} deep"),
    (2, f"Errors are told at most {c.ERROR_RATE_HZ:g} times a second"),
    (2, f"over {c.ERRORS_MAX} errors in {_seconds(c.ERRORS_WINDOW_MS)}"),
    (2, f"over {c.MESSAGE_RATE_HZ:g} messages a second (after a burst of {c.MESSAGE_BURST})"),
    (3, f"It lives for {_minutes(c.TOKEN_LIFE_MS)}"),
    (3, f"with {_seconds(c.TOKEN_LEEWAY_MS)} of leeway"),
    (3, f"of its first {c.NAME_RAW_MAX_CHARS} characters"),
    (3, f"trimmed; 1 to {c.NAME_MAX_CHARS} characters"),
    (3, f"After {c.JOIN_ATTEMPTS_MAX} refusals in a row"),
    (3, f"or after {_seconds(c.JOIN_TIMEOUT_MS)} without a join"),
    (3, _limit(join_limits.JOINS_BY_ADDRESS)),
    (3, f"keeps the membership for another {_seconds(c.EXPIRY_GRACE_MS)}"),
    (4, f"for a grace of {_seconds(c.LEAVE_GRACE_MS)}"),
    (4, f"one after {_seconds(c.PING_INTERVAL_MS)} of silence"),
    (4, f"to be answered within {_seconds(c.PONG_TIMEOUT_MS)}"),
    (4, f"silent in every way for {_seconds(c.SILENCE_MAX_MS)}"),
    (4, f"A client sends one every {_seconds(c.HEARTBEAT_INTERVAL_MS)}"),
    (4, f"once a second, burst {c.SIGHT_BURST}"),
    (
        4,
        f"is kept for {_seconds(c.UNLOAD_GRACE_MS)} instead of {c.LEAVE_GRACE_MS // 1000},",
    ),
    (
        5,
        f"metres, −{_spaced(c.COORDINATE_MAX_M)} to {_spaced(c.COORDINATE_MAX_M)} |",
    ),
    (5, f"beyond ±{_spaced(c.ROT_Y_WRAP_RAD)} it is wrapped"),
    (5, f"rounded to {c.COORDINATE_DECIMALS} decimals"),
    (
        5,
        (
            f"{c.TRANSFORM_RATE_HZ[Device.DESKTOP]:g} a second (`desktop`)"
            f" or {c.TRANSFORM_RATE_HZ[Device.MOBILE]:g} a second (`mobile`),"
            f" after a burst of {c.TRANSFORM_BURST}."
        ),
    ),
    (
        5,
        f"more than {c.BEHIND_MAX_BYTES // 1024} KiB or {_seconds(c.BEHIND_MAX_MS)} behind",
    ),
    (6, f"must have 1 to {c.CHAT_MAX_CHARS} Unicode code points"),
    (6, f"over {c.CHAT_RAW_MAX_CHARS} as they are sent"),
    (6, f"stay {c.COMBINING_MARKS_MAX} combining marks"),
    (6, f"and {c.SCRIPT_MARKS_MAX} with those of the letter's own script"),
    (6, f"Rate: {c.CHAT_RATE_HZ:g} a second, after a burst of {c.CHAT_BURST}."),
    (
        6,
        f"at most {c.CHAT_REPLAY_MAX}, and none older than {_minutes(c.CHAT_REPLAY_MS)}.",
    ),
    (
        6,
        f"Rate: {c.EMOTE_RATE_HZ:g} a second, after a burst of {c.EMOTE_BURST},",
    ),
    (6, f"one message in so many seconds (1 to {c.SLOW_MODE_MAX_S})"),
    (7, f"`reason` has at most {c.REASON_MAX_CHARS} characters"),
    (7, f"`durationSeconds` is 1 to {_spaced(c.ACT_DURATION_MAX_S)} (ten years)"),
    (7, f"A kick refuses for {_seconds(c.KICK_REFUSAL_MS)};"),
    (7, f"`slowModeSeconds` (0 to {c.SLOW_MODE_MAX_S})"),
    (7, f"`words` (at most {c.WORDS_MAX} of at most {c.WORD_MAX_CHARS} characters"),
    (
        9,
        f"starts at {_seconds(c.BACKOFF_FIRST_MS)} and doubles up to {_seconds(c.BACKOFF_MAX_MS)};",
    ),
    (
        9,
        (
            f"the next is due, {_seconds(_GIVEN_UP_MS)}, and"
            f" comes back: its place is kept for {_seconds(c.LEAVE_GRACE_MS)} (§4)"
        ),
    ),
    (9, f"{c.BUFFER_MIN_MS} to {c.BUFFER_MAX_MS} ms, adapted"),
    (9, f"capped at {c.EXTRAPOLATION_MAX_MS} ms;"),
    (9, f"Where the error exceeds {c.SNAP_DISTANCE_M:g} m the avatar snaps"),
    (9, f"Up to {c.SEND_RATE_HZ:g} a second while moving"),
    (10, f"pings every {_seconds(c.PING_INTERVAL_MS)} and waits for {_seconds(c.PONG_TIMEOUT_MS)}"),
    (10, f"An envelope has at most {c.MESSAGE_MAX_BYTES // 1024} KiB"),
    (11, f"moves more than {c.SEAT_REACH_M:g} m from where"),
    (11, f"Rate: {c.SEAT_RATE_HZ:g} a second, after a burst of {c.SEAT_BURST};"),
]


@pytest.mark.parametrize(("number", "sentence"), SENTENCES)
def test_a_figure_of_the_code_stands_in_its_sentence(number: int, sentence: str) -> None:
    """A limit that a client cannot look up, or that is another than the server's, is a trap."""
    assert says(section(number), sentence)
