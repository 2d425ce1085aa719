"""What one person said and tried in the last minute, for the order of a room (§6). Pure."""

from collections import deque
from typing import Annotated, Final
from zlib import crc32

from msgspec import Meta, Struct

from virtubar.protocol.constants import CHAT_BURST, CHAT_RATE_HZ
from virtubar.room.words import tokens
from virtubar.room.written import AgeMs, UserId

REPEATS_MS: Final = 60_000
LIMITED_MS: Final = 30_000
LIMITED_MAX: Final = 8
"""Messages and emotes over the rate limit that even a gentle room takes for a flood."""
_SAID_MAX: Final = CHAT_BURST + int(REPEATS_MS / 1000 * CHAT_RATE_HZ)
"""Messages that the rate limit lets through in that time."""

Likeness = Annotated[int, Meta(ge=0, lt=2**32)]


class RecentSnapshot(Struct, frozen=True, array_like=True):
    """The last minute of one person: how long ago something was said, and what; how long ago
    something was too fast; how long ago the last of it was."""

    user_id: UserId
    age_ms: AgeMs
    said: Annotated[list[tuple[AgeMs, Likeness]], Meta(max_length=_SAID_MAX)]
    limited: Annotated[list[AgeMs], Meta(max_length=LIMITED_MAX)]


class Recent:
    """The last minute of one person: (when, what) was said, and when something was too fast."""

    __slots__ = ("limited", "said", "touched_ms")

    def __init__(self) -> None:
        self.said: deque[tuple[float, int]] = deque(maxlen=_SAID_MAX)
        self.limited: deque[float] = deque()
        self.touched_ms = 0.0

    def snapshot(self, user_id: str, now_ms: float) -> RecentSnapshot:
        """The last minute, for another process to go on with."""
        said = [(now_ms - when_ms, like) for when_ms, like in self.said]
        limited = [now_ms - when_ms for when_ms in self.limited]
        return RecentSnapshot(user_id, now_ms - self.touched_ms, said, limited)

    @classmethod
    def restore(cls, snapshot: RecentSnapshot, now_ms: float) -> "Recent":
        """The last minute as it was written."""
        recent = cls()
        recent.touched_ms = now_ms - snapshot.age_ms
        recent.said.extend((now_ms - age_ms, like) for age_ms, like in snapshot.said)
        recent.limited.extend(now_ms - age_ms for age_ms in snapshot.limited)
        return recent


def likeness(text: str) -> int:
    """The same number for texts that a reader takes for the same, in every process; punctuation
    says nothing."""
    return crc32((" ".join(tokens(text)) or text).encode("utf-8", "surrogatepass"))
