"""What was sent and what of it arrived, counted while it happens. Pure: times are arguments.

The innermost loop of the load generator: it runs once for each update that each client receives,
so it counts and compares, and makes nothing.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from virtubar.loadtest.histogram import STEPS_PER_MS, Histogram
from virtubar.loadtest.schedule import Schedule
from virtubar.protocol.constants import ANIMS

REMEMBERED: Final = 512
"""Moves of each client that what arrives is compared with: 25 s of it at 20 Hz. What is older than
that counts as wrong."""
NOT_YET: Final = 2**62
"""A seq that nobody reaches: nothing is measured yet."""
WALKING: Final = ANIMS.index("walk")
"""How every client moves. What comes otherwise the server has made itself: the last transform of
somebody whose connection was lost (§11)."""
_ANIM_BITS: Final = 3


class Tally:
    """The counts of a whole test; of its window, unless something else is said.

    Attributes:
        first_seq: with which the window begins.
        ages: of updates, window up to the last `roll`.
        recent: of updates, since then.
        late, recent_late: how late the generator sent, the same way.
        joins: how long it took to come in, whole test.
        received: updates of the window.
        duplicates, out_of_order, wrong, unreadable, strangers: whole test; strangers are updates of
            others who are in the room.
        bytes: payload received, whole test.
        sent, unsent: moves that were due and could be sent, or not.
        joined, reconnects, errors: whole test; errors by their code.
    """

    def __init__(self) -> None:
        self.first_seq = NOT_YET
        self.ages, self.recent = Histogram(), Histogram()
        self.late, self.recent_late = Histogram(), Histogram()
        self.joins = Histogram()
        self.received = self.bytes = self.sent = self.unsent = 0
        self.duplicates = self.out_of_order = self.wrong = self.unreadable = self.strangers = 0
        self.joined = self.reconnects = 0
        self.errors: Counter[str] = Counter()

    def begin(self, first_seq: int) -> None:
        """The window begins with this seq of each client."""
        self.first_seq = first_seq
        self.received = self.sent = self.unsent = 0
        for histogram in (self.ages, self.recent, self.late, self.recent_late):
            histogram.clear()

    def roll(self) -> None:
        """What was recent is so no more."""
        self.ages.merge(self.recent)
        self.late.merge(self.recent_late)
        self.recent.clear()
        self.recent_late.clear()


class RoomTally:
    """What clients of the test have sent in one room.

    Attributes:
        numbers: the clients by userId.
        sent: moves of the window.
        last_sent: by client, the newest seq.
        moves: by client, its newest REMEMBERED moves: seq, x and z in mm.
        starts_ms, period_ms: Schedule.due_ms in two parts, which are added up millions of times; by
            client, when its seq 0 is due, and how much later each further one.
    """

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self.period_ms = schedule.period_ms
        self.starts_ms: dict[int, float] = {}
        self.numbers: dict[str, int] = {}
        self.sent = 0
        self.last_sent: dict[int, int] = {}
        self.moves: dict[int, list[tuple[int, int, int] | None]] = {}

    def welcome(self, number: int, user_id: str) -> None:
        """A client is in."""
        self.numbers[user_id] = number
        self.starts_ms[number] = self._schedule.due_ms(number, 0)
        self.moves.setdefault(number, [None] * REMEMBERED)

    def send(self, number: int, seq: int, x_mm: int, z_mm: int, *, counts: bool) -> None:
        """A client sends a move; `counts` where it belongs to the window."""
        self.moves[number][seq % REMEMBERED] = (seq, x_mm, z_mm)
        self.last_sent[number] = seq
        self.sent += counts


class Receiver:
    """What one client receives, judged."""

    def __init__(self, tally: Tally, room: RoomTally) -> None:
        self._tally = tally
        self._room = room
        self._seen: dict[int, int] = {}
        self._expected = 0
        self._since: int | None = None

    def enter(self) -> None:
        """It is in: from now on it is owed what others send."""
        self._since = self._room.sent

    def leave(self) -> None:
        """Its connection is gone."""
        self._expected, self._since = self.expected, None

    def begin(self) -> None:
        """The window begins."""
        self._expected = 0
        self._since = None if self._since is None else self._room.sent

    def rejoined(self, user_id: str) -> None:
        """A member was announced again: its order begins anew (§5)."""
        number = self._room.numbers.get(user_id)
        if number is not None:
            self._seen.pop(number, None)

    @property
    def expected(self) -> int:
        """Updates of the window that it is owed up to now."""
        since = self._since
        return self._expected + (0 if since is None else self._room.sent - since)

    @property
    def lost(self) -> int:
        """Of the window, updates of which neither they nor a newer one of that client came, where
        it is still in."""
        if self._since is None:
            return 0
        before = self._tally.first_seq - 1
        return sum(
            max(0, last - max(before, self._seen.get(number, before)))
            for number, last in self._room.last_sent.items()
        )

    def take_records(
        self, records: Iterable[Sequence[int]], users: Mapping[int, str], arrival_ms: float
    ) -> None:
        """The updates of a binary message (protocol.compact.read_records).

        Raises:
            KeyError: nobody has an index that stands in it.
        """
        numbers = self._room.numbers
        self._take(
            [
                (numbers.get(users[one[1]]), one[3], one[4], one[5], one[0] & _ANIM_BITS == WALKING)
                for one in records
            ],
            arrival_ms,
        )

    def take(
        self, user_id: str, seq: int, x_m: float, z_m: float, arrival_ms: float, *, walks: bool
    ) -> None:
        """An update that came in an envelope of its own.

        Args:
            walks: as every client does.
        """
        number = self._room.numbers.get(user_id)
        self._take([(number, seq, round(x_m * 1000.0), round(z_m * 1000.0), walks)], arrival_ms)

    def _take(
        self, updates: Iterable[tuple[int | None, int, int, int, bool]], arrival_ms: float
    ) -> None:
        """Judge updates: whose (None: nobody's of the test), seq, x and z in mm, and whether they
        walk."""
        tally, seen, room = self._tally, self._seen, self._room
        moves, starts_ms, period_ms = room.moves, room.starts_ms, room.period_ms
        counts, first_seq = tally.recent.counts, tally.first_seq
        for number, seq, x_mm, z_mm, walks in updates:
            if number is None:
                tally.strangers += 1
                continue
            last = seen.get(number, -1)
            if seq <= last:
                if seq == last:
                    tally.duplicates += 1
                else:
                    tally.out_of_order += 1
                continue
            seen[number] = seq
            if not walks:
                continue
            if moves[number][seq % REMEMBERED] != (seq, x_mm, z_mm):
                tally.wrong += 1
            elif seq >= first_seq:
                tally.received += 1
                age_ms = arrival_ms - starts_ms[number] - seq * period_ms
                counts[int(age_ms * STEPS_PER_MS)] += 1
