"""What a stored act does here: the one way in for acts of this process and of others (§7)."""

from msgspec import Struct

from virtubar.moderation.ports import LiveRooms
from virtubar.moderation.sanctions import SanctionBook, refusal_of
from virtubar.room.records import Sanction, SanctionKind


class Lift(Struct, frozen=True):
    """A ban or a mute that somebody lifted; `room_id` None for the whole server's."""

    kind: SanctionKind
    room_id: str | None
    user_id: str


class Effects:
    """Lets stored acts hold, and be felt.

    Args:
        rooms: the live rooms of this process.
        book: the sanctions that hold, as every door asks for them.
    """

    def __init__(self, rooms: LiveRooms, book: SanctionBook) -> None:
        self._rooms = rooms
        self._book = book

    def apply(self, stored: Sanction | Lift) -> None:
        """An act holds from now on, and whom it is about feels it in every room of this process.

        It must be stored and audited already, by whoever did it. It is to be told once, and acts
        on one person in the order in which they were stored.
        """
        if isinstance(stored, Lift):
            self._book.lift(stored.kind, stored.room_id, stored.user_id)
            if stored.kind is SanctionKind.MUTE:
                self._rooms.apply_mute(stored.room_id, stored.user_id)
            return
        self._book.apply(stored, self._rooms.clock.wall_ms())
        if stored.kind is SanctionKind.MUTE:
            self._rooms.apply_mute(stored.room_id, stored.user_id)
        else:
            self._rooms.eject(stored.room_id, stored.user_id, refusal_of(stored))
