"""How many clients one core holds in rooms of 50: which rung to try next. Pure."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from benchmarks.peers.rules import GENERATOR

ROOM_SIZE = 50
RUNGS = (
    *(50, 100, 150, 200, 250, 300, 400, 500, 600, 800, 1000, 1250, 1500, 1750, 2000),
    *(2250, 2500, 2750, 3000, 3500, 4000, 4500, 5000),
)
QUICK_RUNGS = (50, 100, 200, 500, 1000, 1500, 2000, 3000, 4000)


def next_rung(tried: Mapping[int, bool], rungs: Sequence[int], start: int) -> int | None:
    """The rung to try next: twice as high until one breaks, then half-way between.

    Args:
        tried: whether each rung was held that has been tried.
        start: the first one to try, where nothing has been.

    Returns:
        None where the highest that holds is known.
    """
    held = [rungs.index(clients) for clients, ok in tried.items() if ok]
    broken = [rungs.index(clients) for clients, ok in tried.items() if not ok]
    low, high = max(held, default=-1), min(broken, default=len(rungs))
    if high - low == 1:
        return None
    if not tried:
        return start
    if broken:
        return rungs[(low + high) // 2]
    wanted = 2 * rungs[low]
    return next((clients for clients in rungs[low + 1 :] if clients >= wanted), rungs[-1])


class Climb(Struct, frozen=True, kw_only=True):
    """How far one peer came.

    Attributes:
        held: the most clients it held, 0 where not even the lowest rung.
        broke: the fewest that it did not, None where it held the highest.
        why: why it did not.
        p99_ms, cpu_share: at the most that it held.
    """

    peer: str
    held: int
    broke: int | None = None
    why: str = ""
    p99_ms: float | None = None
    cpu_share: float | None = None

    @property
    def is_generators(self) -> bool:
        """Whether it was the generator that broke: then there is no figure for the server."""
        return self.why == GENERATOR
