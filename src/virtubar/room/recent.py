"""What one person said and tried in the last minute, for the order of a room (§6). Pure."""

from collections import deque
from typing import Final
from zlib import crc32

from virtubar.protocol.constants import CHAT_BURST, CHAT_RATE_HZ
from virtubar.room.words import tokens

REPEATS_MS: Final = 60_000
LIMITED_MS: Final = 30_000
LIMITED_MAX: Final = 8
"""Messages and emotes over the rate limit that even a gentle room takes for a flood."""
_SAID_MAX: Final = CHAT_BURST + int(REPEATS_MS / 1000 * CHAT_RATE_HZ)
"""Messages that the rate limit lets through in that time."""


class Recent:
    """The last minute of one person: (when, what) was said, and when something was too fast."""

    __slots__ = ("limited", "said", "touched_ms")

    def __init__(self) -> None:
        self.said: deque[tuple[float, int]] = deque(maxlen=_SAID_MAX)
        self.limited: deque[float] = deque()
        self.touched_ms = 0.0


def likeness(text: str) -> int:
    """The same number for texts that a reader takes for the same, in every process; punctuation
    says nothing."""
    return crc32((" ".join(tokens(text)) or text).encode("utf-8", "surrogatepass"))
