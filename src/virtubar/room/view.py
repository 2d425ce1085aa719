"""The room as it is now, for those who need more than what was said. Pure."""

from virtubar.protocol.events import RoomState, Seats, ServerEvent
from virtubar.room.parts import Post
from virtubar.room.roster import Roster
from virtubar.room.seats import SeatPlan


class RoomView:
    """What a flush may have to tell of one room; implements routing.RoomNow."""

    __slots__ = ("_roster", "_seats")

    def __init__(self, roster: Roster, seats: SeatPlan) -> None:
        self._roster = roster
        self._seats = seats

    def state(self, wall_ms: int) -> RoomState:
        """See routing.RoomNow."""
        members = [member.info() for member in self._roster.members.values()]
        return RoomState(self._roster.room_id, wall_ms, members)

    def facts(self) -> list[ServerEvent]:
        """See routing.RoomNow."""
        return [self._roster.roles(), Seats(self._seats.taken())]

    def latest_since(self, flush: int) -> list[Post]:
        """See routing.RoomNow."""
        return [
            Post(*member.latest)
            for member in self._roster.members.values()
            if member.latest is not None and member.latest_flush >= flush
        ]
