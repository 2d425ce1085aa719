"""A room's parts as one snapshot, and back (docs/architecture.md, A room, written down). Pure."""

from virtubar.errors import SnapshotRefusedError
from virtubar.room.memory import Memory
from virtubar.room.roster import Roster
from virtubar.room.seats import SeatPlan
from virtubar.room.snapshot import SNAPSHOT_VERSION, RoomSnapshot
from virtubar.room.talk import Talk


class Handover:
    """What of one room another process needs to go on with it; all arguments are the room's."""

    __slots__ = ("_memory", "_order", "_room_id", "_roster", "_seats", "_talk")

    def __init__(
        self, room_id: str, roster: Roster, seats: SeatPlan, talk: Talk, memory: Memory
    ) -> None:
        self._room_id = room_id
        self._roster = roster
        self._seats = seats
        self._talk = talk
        self._order = talk.speech.order
        self._memory = memory

    def snapshot(self, now_ms: float, wall_ms: int) -> RoomSnapshot:
        """The parts at this moment; nothing of them changes."""
        history, evidence = self._memory.snapshot(now_ms)
        return RoomSnapshot(
            version=SNAPSHOT_VERSION,
            room_id=self._room_id,
            taken_ms=wall_ms,
            roster=self._roster.snapshot(now_ms),
            seats=self._seats.snapshot(),
            ids=self._talk.snapshot_ids(),
            unstored=self._talk.unstored(),
            history=history,
            order=self._order.snapshot(now_ms),
            evidence=evidence,
        )

    def restore(self, snapshot: RoomSnapshot, taken_ms: float, motion_ms: int) -> None:
        """Be as the snapshot says.

        Args:
            taken_ms: the moment of the snapshot on this process's clock.
            motion_ms: its motion time.

        Raises:
            SnapshotRefusedError: it is another room's, or says what no room does.
        """
        if snapshot.room_id != self._room_id:
            raise SnapshotRefusedError("room", f"{snapshot.room_id} for {self._room_id}")
        self._roster.restore(snapshot.roster, taken_ms, motion_ms)
        self._seats.restore(snapshot.seats, self._roster.members)
        self._memory.restore(snapshot.history, snapshot.evidence, taken_ms)
        self._talk.restore(snapshot.ids, frozenset(snapshot.unstored))
        self._order.restore(snapshot.order, taken_ms)
