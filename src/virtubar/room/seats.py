"""Which member has which seat (§11): nobody has two, and no seat is two people's.

Pure. What a seat's id means is the venue's; here it is a name that one member at a time may have.
Bounded by the room's capacity: one seat a member.
"""

import math
from collections.abc import Container
from typing import NamedTuple

from msgspec import Struct

from virtubar.errors import SnapshotRefusedError
from virtubar.protocol.constants import SEAT_REACH_M
from virtubar.room.written import Coordinate, SeatId, UserId

Place = tuple[float, float, float]
"""x, y and z in metres."""


class Sitting(NamedTuple):
    """One member's seat, and where they were when it was given."""

    seat_id: str
    place: Place


class SeatSnapshot(Struct, frozen=True, array_like=True):
    """Who has a seat, and where they were when it was given."""

    seat_id: SeatId
    user_id: UserId
    x: Coordinate
    y: Coordinate
    z: Coordinate


class SeatPlan:
    """The seats of one room that are taken.

    Attributes:
        sitting: userId → their seat; to look into, not to change.
    """

    def __init__(self) -> None:
        self.sitting: dict[str, Sitting] = {}
        self._holders: dict[str, str] = {}

    def holder(self, seat_id: str) -> str | None:
        """Who has the seat; None where it is free."""
        return self._holders.get(seat_id)

    def take(self, user_id: str, seat_id: str, place: Place) -> bool:
        """Give a free seat to somebody who is at `place`; the one they had is free then.

        Returns:
            False, and nothing changed, where somebody has the seat.
        """
        if seat_id in self._holders:
            return False
        self.give_up(user_id)
        self.sitting[user_id] = Sitting(seat_id, place)
        self._holders[seat_id] = user_id
        return True

    def give_up(self, user_id: str) -> bool:
        """Free somebody's seat; False where they have none."""
        sitting = self.sitting.pop(user_id, None)
        if sitting is None:
            return False
        del self._holders[sitting.seat_id]
        return True

    def move(self, user_id: str, place: Place) -> bool:
        """Free the seat of somebody who has moved too far away from where they sat down.

        Returns:
            Whether it was freed.
        """
        sitting = self.sitting.get(user_id)
        if sitting is None or math.dist(sitting.place, place) <= SEAT_REACH_M:
            return False
        return self.give_up(user_id)

    def snapshot(self) -> list[SeatSnapshot]:
        """The seats that are taken, in the order in which they were."""
        return [
            SeatSnapshot(seat_id, user_id, *self.sitting[user_id].place)
            for seat_id, user_id in self._holders.items()
        ]

    def restore(self, snapshot: list[SeatSnapshot], members: Container[str]) -> None:
        """Take the seats that were written.

        Raises:
            SnapshotRefusedError: one of nobody, or of two people, or two of one.
        """
        for seat in snapshot:
            taken = seat.user_id in self.sitting or seat.seat_id in self._holders
            if taken or seat.user_id not in members:
                raise SnapshotRefusedError("bounds", "a seat of nobody, or taken twice")
            self.take(seat.user_id, seat.seat_id, (seat.x, seat.y, seat.z))

    def taken(self) -> list[tuple[str, str]]:
        """Every seat that is taken, with who has it."""
        return list(self._holders.items())
