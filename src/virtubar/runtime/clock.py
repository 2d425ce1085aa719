"""The clocks of the process: monotonic, the machine's, and the one that moves are stamped with."""

import time
from typing import Final

FOLLOW_MS: Final = 10.0
"""How far motion time is moved at once, every 10 s, while people draw by it: 1 ms a second, far
less than the jitter of any network. A step of a second is made up in a quarter of an hour."""


class Clock:
    """Monotonic time for all that waits, epoch time for all that is signed, stored or shown.

    Epoch time is read anew each time, since the machine's clock may be set while the process runs
    (NTP, a resumed virtual machine). Motion time (§1) is epoch time that such a step does not
    move: it runs with monotonic time, from what the machine's clock said at the start.
    """

    __slots__ = ("_ahead_ms",)

    def __init__(self) -> None:
        # Motion time less monotonic time.
        self._ahead_ms = time.time() * 1000.0 - time.monotonic() * 1000.0

    def now_ms(self) -> float:
        """Monotonic milliseconds."""
        return time.monotonic() * 1000.0

    def wall_ms(self) -> int:
        """Milliseconds since the Unix epoch, by the machine's clock as it is now."""
        return int(time.time() * 1000.0)

    def motion_ms(self, now_ms: float) -> int:
        """Motion time of a monotonic moment."""
        return int(now_ms + self._ahead_ms)

    def follow(self, *, watched: bool) -> None:
        """Bring motion time nearer to the machine's clock; to be called every 10 s.

        Args:
            watched: somebody draws by it, so that it moves by no more than 10 ms; else at once.
        """
        off_ms = self.wall_ms() - self.now_ms() - self._ahead_ms
        if abs(off_ms) < 1.0:
            return  # what rounding takes
        if watched:
            off_ms = min(FOLLOW_MS, max(-FOLLOW_MS, off_ms))
        self._ahead_ms += off_ms
