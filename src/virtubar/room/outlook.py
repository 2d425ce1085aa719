"""Which places somebody who stands in one of them sees how often (§12). Pure."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from virtubar.room.places import Place

SOME_MS: Final = 300.0
"""Between two tellings of those in the middle distance."""
NEAR_SHARE: Final = 0.92
"""Of the budget, what is for those near by; the rest is for the middle distance."""


class Outlook(Struct, frozen=True, eq=False):
    """What everybody in one place who reads the same wire sees.

    Attributes:
        near: at full rate, the own place first.
        middle: some of the moves; all other places are far.
    """

    near: tuple[Place, ...]
    middle: tuple[Place, ...]
    near_set: frozenset[Place]
    middle_set: frozenset[Place]


def look(nearest_first: Sequence[Place], updates_per_s: float) -> Outlook:
    """The outlook from the first of these places, within a budget.

    The own place is seen at full rate whatever it costs, since one's own echo comes with it. What
    is left is spent outwards.

    Args:
        updates_per_s: the budget, in moves, less what everybody is told.
    """
    here, *others = nearest_first
    near, n = [here], 0
    near_left = updates_per_s * NEAR_SHARE - here.rate_hz
    while n < len(others) and others[n].rate_hz <= near_left:
        near_left -= others[n].rate_hz
        near.append(others[n])
        n += 1
    middle = []
    some_left = updates_per_s * (1 - NEAR_SHARE) + near_left
    while n < len(others) and (cost := _cost(others[n])) <= some_left:
        some_left -= cost
        middle.append(others[n])
        n += 1
    return Outlook(tuple(near), tuple(middle), frozenset(near), frozenset(middle))


def _cost(place: Place) -> float:
    """Moves a second, where each person's newest is told now and then."""
    return min(place.rate_hz, len(place.members) * 1000.0 / SOME_MS)
