"""Asking for seats, giving them up, and losing them by walking away (§11). Pure."""

from virtubar.protocol.constants import ErrorCode
from virtubar.protocol.events import Error, Seat, SeatChanged
from virtubar.room.member import Member
from virtubar.room.outbox import Outbox
from virtubar.room.outcomes import refuse
from virtubar.room.seats import SeatPlan


class Seating:
    """What members of one room do with its seats, and how the others hear of it.

    Attributes:
        seats: which are taken.
    """

    __slots__ = ("_outbox", "seats")

    def __init__(self, outbox: Outbox) -> None:
        self.seats = SeatPlan()
        self._outbox = outbox

    def handle(
        self, member: Member, event: Seat, _ts: int, now_ms: float, wall_ms: int
    ) -> Error | None:
        """A seat is given or freed; giving up is bounded by what was given."""
        user_id, seat_id = member.user_id, event.seat_id
        if seat_id is None:
            if self.seats.give_up(user_id):
                self._outbox.post(SeatChanged(user_id, None), wall_ms)
            return None
        if self.seats.holder(seat_id) == user_id:
            return None
        if not member.seat_bucket.take(now_ms):
            wait_ms = member.seat_bucket.wait_ms(now_ms)
            return refuse(event, ErrorCode.RATE_LIMITED, "Two seats a second.", wait_ms)
        if not self.seats.take(user_id, seat_id, member.whereabouts):
            return refuse(event, ErrorCode.SEAT_TAKEN, "Somebody has this seat.")
        self._outbox.post(SeatChanged(user_id, seat_id), wall_ms)
        return None

    def moved(self, member: Member, wall_ms: int) -> None:
        """Somebody is elsewhere now: too far from their seat, it is free."""
        sits = member.user_id in self.seats.sitting
        if sits and self.seats.move(member.user_id, (member.x, member.y, member.z)):
            self._outbox.post(SeatChanged(member.user_id, None), wall_ms)
