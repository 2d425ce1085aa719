"""Who can hear what is said, since when, and by which bit of an audience (§6). Pure.

An audience is a number with a bit for each person who was within earshot. A person has the same bit
for as long as they can ask for what was said; when they cannot any more, somebody else gets it.
Nobody takes an earlier audience for their own by that: whoever has a bit can ask for nothing that
was said before they got it.
"""

from collections import OrderedDict
from collections.abc import Collection, Iterable, Sequence
from heapq import heapify, heappop, heappush
from itertools import chain
from typing import Annotated, Final

from msgspec import Meta

from virtubar.errors import SnapshotRefusedError
from virtubar.protocol.constants import CHAT_REPLAY_MS
from virtubar.room.config import CAPACITY_MAX
from virtubar.room.written import AgeMs, Count, UserId

LISTENERS_MAX: Final = 4096
"""People who dropped out and are remembered for replay, the longest gone forgotten first."""
PLACES_MAX: Final = CAPACITY_MAX + LISTENERS_MAX

Place = Annotated[int, Meta(ge=0, lt=PLACES_MAX)]
"""The place of somebody's bit; the lowest is 0."""
Present = tuple[UserId, Count, Place]
"""Somebody who is in, the first message they could hear, and their place."""
Gone = tuple[UserId, Count, Place, AgeMs]
"""Somebody who may come back, the same of them, and how long ago they were seen."""
Audience = Annotated[bytes, Meta(max_length=(PLACES_MAX + 7) // 8)]
"""An audience as a snapshot has it: the lowest bit is the lowest of byte 0."""


class Listeners:
    """Those who can hear what is said in one room, or ask for what was.

    Whoever drops out keeps the right to what was said since they first came, for 5 minutes after
    they were last seen; someone who left by themselves gives it up.
    """

    __slots__ = ("_bits", "_free", "_gone", "_present")

    def __init__(self) -> None:
        # user → number of the first message they could hear; bounded by the room's capacity
        self._present: dict[str, int] = {}
        # user → the same, and when they were last seen; longest gone first
        self._gone: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self._bits: dict[str, int] = {}
        # Places below the highest that are nobody's.
        self._free: list[int] = []

    def enter(self, user_id: str, count: int, now_ms: float) -> None:
        """The person can hear from message `count` on, or still can."""
        if user_id in self._present:
            return
        first, seen_ms = self._gone.pop(user_id, (count, now_ms))
        self._present[user_id] = first if seen_ms > now_ms - CHAT_REPLAY_MS else count
        if user_id not in self._bits:
            place = heappop(self._free) if self._free else len(self._bits)
            self._bits[user_id] = 1 << place

    def drop_out(self, user_id: str, now_ms: float) -> None:
        """The person is gone, but not by choice."""
        first = self._present.pop(user_id, None)
        if first is not None:
            self._gone[user_id] = (first, now_ms)
            if len(self._gone) > LISTENERS_MAX:
                self._forget(self._gone.popitem(last=False)[0])

    def leave(self, user_id: str) -> None:
        """The person left; a later visit is a fresh one."""
        self._present.pop(user_id, None)
        self._gone.pop(user_id, None)
        self._forget(user_id)

    def _forget(self, user_id: str) -> None:
        bit = self._bits.pop(user_id, None)
        if bit is not None:
            heappush(self._free, bit.bit_length() - 1)

    def right_of(self, user_id: str, count: int) -> tuple[int, int]:
        """The number of the first message that the person could hear, and their bit; `count`, that
        of the next message, and no bit for those who are not here."""
        first = self._present.get(user_id)
        return (count, 0) if first is None else (first, self._bits[user_id])

    def audience(self, users: Collection[str] | None) -> int | None:
        """The audience of these members; None for everybody."""
        if users is None:
            return None
        return sum(filter(None, map(self._bits.get, users)))  # a member may have been forgotten

    # Written down

    def snapshot(self, now_ms: float) -> tuple[list[Present], list[Gone]]:
        """Who can hear, and who may come back, longest gone first."""
        places = {user_id: bit.bit_length() - 1 for user_id, bit in self._bits.items()}
        present = [(user_id, first, places[user_id]) for user_id, first in self._present.items()]
        gone = [
            (user_id, first, places[user_id], now_ms - seen_ms)
            for user_id, (first, seen_ms) in self._gone.items()
        ]
        return present, gone

    def restore(
        self, present: Sequence[Present], gone: Sequence[Gone], count: int, now_ms: float
    ) -> None:
        """Remember who was written.

        Args:
            count: the number of the next message.

        Raises:
            SnapshotRefusedError: somebody is there and gone, or has another's place, or can hear
                what was not said yet.
        """
        self._present.update((user_id, first) for user_id, first, _ in present)
        self._gone.update((user_id, (first, now_ms - age)) for user_id, first, _, age in gone)
        heard = [*present, *((user_id, first, place) for user_id, first, place, _ in gone)]
        self._bits.update((user_id, 1 << place) for user_id, _, place in heard)
        taken = {place for _, _, place in heard}
        if max((first for _, first, _ in heard), default=0) > count:
            raise SnapshotRefusedError("bounds", "somebody hears what was not said")
        if not len(heard) == len(taken) == len(self._bits):
            raise SnapshotRefusedError("bounds", "somebody is there twice, or in another's place")
        self._free = [place for place in range(max(taken, default=-1)) if place not in taken]
        heapify(self._free)

    def write(self, audiences: Iterable[tuple[int, int | None]]) -> list[bytes | None]:
        """Audiences, each with the number of its message, which rise, as a snapshot has them:
        without those who can no longer ask for that message."""
        asking = chain(
            ((first, user_id) for user_id, first in self._present.items()),
            ((first, user_id) for user_id, (first, _) in self._gone.items()),
        )
        waiting = sorted(asking, reverse=True)
        known, size = 0, (len(self._bits) + len(self._free) + 7) // 8
        found = []
        for number, audience in audiences:
            while waiting and waiting[-1][0] <= number:
                known |= self._bits[waiting.pop()[1]]
            found.append(None if audience is None else (audience & known).to_bytes(size, "little"))
        return found

    def read(self, audience: bytes | None) -> int | None:
        """The audience that was written so.

        Raises:
            SnapshotRefusedError: there is somebody in it who cannot ask.
        """
        if audience is None:
            return None
        bits = int.from_bytes(audience, "little")
        places = len(self._bits) + len(self._free)
        if bits.bit_length() > places:
            raise SnapshotRefusedError("bounds", "an audience of nobody")
        return bits
