"""In which order acts are stored, and how many at once. Pure.

Acts on one person in one scope are done one after another, in the order in which they were asked
for; acts on different people do not wait for each other, but for a place. Staff go before guests
who keep order in rooms of their own: places of these are fewer, and as soon as a member of staff
waits for a turn, what is before it in that turn goes with it.
"""

from collections import deque
from typing import Final, Generic, Protocol, TypeVar

PLACES: Final = 4
"""Acts that are stored at once: half of the connections to PostgreSQL, so that a database which
hangs leaves some for everything else. SQLite writes one at a time anyway."""
OTHERS_PLACES: Final = 2
"""Of these, for those who are no staff."""
WAITING_MAX: Final = 1_000
"""Acts that wait at once; past it an act is refused as not stored. A moderator's click takes
milliseconds, so only a database that hangs ever gets there."""
OTHERS_WAITING_MAX: Final = 200
"""Of these, for those who are no staff: a crowd of room owners leaves the staff its places."""

Key = tuple[str | None, str]
"""Room (None: the whole server) and person."""


class Turn(Protocol):
    """One act that waits or is done."""

    @property
    def key(self) -> Key:
        """Whom it is about, and where."""
        ...

    @property
    def is_staff(self) -> bool:
        """Whether staff asks for it."""
        ...


T = TypeVar("T", bound=Turn)


class Turns(Generic[T]):
    """Every act that waits or is done."""

    def __init__(self) -> None:
        self._waiting: dict[Key, deque[T]] = {}
        self._doing: dict[Key, T] = {}
        self._waiting_count = 0
        self._others_waiting = 0
        self._others_doing = 0

    @property
    def waiting(self) -> list[T]:
        """Those that wait."""
        return [turn for line in self._waiting.values() for turn in line]

    def count_in(self, room_id: str | None) -> int:
        """How many in that room wait, or are being done."""
        waiting = sum(len(line) for key, line in self._waiting.items() if key[0] == room_id)
        return waiting + sum(key[0] == room_id for key in self._doing)

    def is_full(self, *, is_staff: bool) -> bool:
        """Whether there is no place to wait for one more."""
        if self._waiting_count >= WAITING_MAX:
            return True
        return not is_staff and self._others_waiting >= OTHERS_WAITING_MAX

    def put(self, turn: T) -> None:
        """It waits from now on; see `is_full`."""
        self._waiting.setdefault(turn.key, deque()).append(turn)
        self._count(turn, 1)

    def drop(self, turn: T) -> None:
        """It waits no more, without having had its turn."""
        line = self._waiting[turn.key]
        line.remove(turn)
        if not line:
            del self._waiting[turn.key]
        self._count(turn, -1)

    def take(self) -> T | None:
        """The next one that may be done now, None where there is none; `done` gives its place
        back."""
        if len(self._doing) >= PLACES:
            return None
        key = self._next(staff=True)
        if key is None and self._others_doing < OTHERS_PLACES:
            key = self._next(staff=False)
        if key is None:
            return None
        turn = self._waiting[key][0]
        self.drop(turn)
        self._doing[key] = turn
        self._others_doing += not turn.is_staff
        return turn

    def done(self, turn: T) -> None:
        """It is over: the place, and the person, are free."""
        del self._doing[turn.key]
        self._others_doing -= not turn.is_staff

    def _next(self, *, staff: bool) -> Key | None:
        """Who has waited for longest of those whom nothing is being done about now."""
        for key, line in self._waiting.items():
            if key not in self._doing and (not staff or any(turn.is_staff for turn in line)):
                return key
        return None

    def _count(self, turn: T, change: int) -> None:
        self._waiting_count += change
        self._others_waiting += change * (not turn.is_staff)
