"""Many times, kept as counts: cheap to add to, exact to a tenth of a millisecond. Pure."""

from collections import defaultdict
from typing import Final

STEPS_PER_MS: Final = 10


class Histogram:
    """How many times fell into each tenth of a millisecond.

    Attributes:
        counts: by tenths of a millisecond, rounded down; whoever is in a hurry adds to it directly.
    """

    __slots__ = ("counts",)

    def __init__(self) -> None:
        self.counts: defaultdict[int, int] = defaultdict(int)

    @property
    def count(self) -> int:
        """How many times there are."""
        return sum(self.counts.values())

    def add(self, ms: float) -> None:
        """Take one time; what is negative counts as 0."""
        self.counts[max(0, int(ms * STEPS_PER_MS))] += 1

    def merge(self, other: "Histogram") -> None:
        """Take all that another has."""
        for step, count in other.counts.items():
            self.counts[step] += count

    def clear(self) -> None:
        """Forget everything."""
        self.counts.clear()

    def quantile_ms(self, share: float) -> float | None:
        """The least time that `share` of all are not above, rounded up to a tenth of a
        millisecond; None where there are none.

        Args:
            share: above 0, at most 1; 1 is the largest.
        """
        wanted = share * self.count
        passed = 0
        for step in sorted(self.counts):
            passed += self.counts[step]
            if passed >= wanted:
                return (step + 1) / STEPS_PER_MS
        return None
