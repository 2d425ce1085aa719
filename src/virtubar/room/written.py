"""The types that snapshots are made of, with their bounds. Pure.

Times in a snapshot are told from the moment at which it was taken, a wall time: how long ago
something was, or how long something has to go. So a machine whose monotonic clock began elsewhere
reads them exactly, and their bounds can be written down.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Final

from msgspec import Meta

from virtubar.protocol.constants import (
    AVATAR_ID_PATTERN,
    CHAT_MAX_CHARS,
    COORDINATE_MAX_M,
    EMOTE_ID_PATTERN,
    NAME_MAX_CHARS,
    REASON_MAX_CHARS,
    SEAT_ID_PATTERN,
    TIME_MS_MAX,
    USER_ID_PATTERN,
)

LATE_MAX_MS: Final = 60_000.0
"""How late a deadline may be when it is written: a room looks at its deadlines when they come, and
a process that stood still for longer has lost its room."""

UserId = Annotated[str, Meta(max_length=128, pattern=USER_ID_PATTERN)]
Name = Annotated[str, Meta(min_length=1, max_length=NAME_MAX_CHARS)]
AvatarId = Annotated[str, Meta(pattern=AVATAR_ID_PATTERN)]
SeatId = Annotated[str, Meta(pattern=SEAT_ID_PATTERN)]
EmoteId = Annotated[str, Meta(pattern=EMOTE_ID_PATTERN)]
MessageId = Annotated[str, Meta(min_length=36, max_length=36, pattern=r"^[0-9a-f-]{36}\Z")]
Text = Annotated[str, Meta(min_length=1, max_length=CHAT_MAX_CHARS)]
Reason = Annotated[str, Meta(max_length=REASON_MAX_CHARS)]
Coordinate = Annotated[float, Meta(ge=-COORDINATE_MAX_M, le=COORDINATE_MAX_M)]
Angle = Annotated[float, Meta(ge=-1e308, le=1e308)]
WallMs = Annotated[int, Meta(ge=-TIME_MS_MAX, le=TIME_MS_MAX)]
Count = Annotated[int, Meta(ge=0, le=TIME_MS_MAX)]
AgeMs = Annotated[float, Meta(ge=0.0, le=float(TIME_MS_MAX))]
"""How long ago."""
LeftMs = Annotated[float, Meta(ge=-LATE_MAX_MS, le=float(TIME_MS_MAX))]
"""How long until; a little below 0 where it is due."""


def left_ms(when_ms: float, now_ms: float) -> float:
    """How long until then."""
    return max(when_ms - now_ms, -LATE_MAX_MS)


def rises(numbers: Sequence[int], below: int) -> bool:
    """Whether each number is above the one before it, and all are below the limit."""
    return all(one < other for one, other in pairwise([*numbers, below]))
