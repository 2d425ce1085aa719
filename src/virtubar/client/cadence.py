"""How often the samples of one member come (§9, §12). Pure."""

from typing import Final

from virtubar.protocol.constants import (
    INTERVAL_MAX_MS,
    INTERVAL_WEIGHT,
    RARE_INTERVAL_MAX_MS,
    SEND_RATE_HZ,
)

FULL_INTERVAL_MS: Final = 1_000.0 / SEND_RATE_HZ
"""Between two samples of somebody who walks nearby."""


class Cadence:
    """The interval between two samples of one member, learned from those of a walker.

    At full rate it is a mean. Whoever is far away in a crowd is told of seldom and unevenly: there
    it is the longer of the last two gaps. It rises at once, and one sample more changes nothing.

    Attributes:
        interval_ms: as far as is known.
    """

    def __init__(self) -> None:
        self.interval_ms = FULL_INTERVAL_MS
        self._gap_ms = 0.0

    @property
    def is_sparse(self) -> bool:
        """Whether samples come less often than anybody sends them."""
        return self.interval_ms > INTERVAL_MAX_MS

    def take(self, gap_ms: float, *, has_walked: bool) -> bool:
        """Learn from one gap; whether samples come at least twice as often now.

        Args:
            has_walked: the sample before the gap was one of a walk. Others pause as they like.
        """
        if gap_ms > INTERVAL_MAX_MS and not has_walked:
            return False
        longer_ms = max(gap_ms, self._gap_ms)
        self._gap_ms = gap_ms
        before_ms, was_sparse = self.interval_ms, self.is_sparse
        if longer_ms > INTERVAL_MAX_MS:
            self.interval_ms = min(longer_ms, float(RARE_INTERVAL_MAX_MS))
        elif was_sparse:
            self.interval_ms = FULL_INTERVAL_MS
        else:
            self.interval_ms += (gap_ms - self.interval_ms) * INTERVAL_WEIGHT
        return was_sparse and self.interval_ms <= before_ms / 2.0
