"""§1, motion time: `ts` of a broadcast is when the move was made, on the server's clock.

All on a held clock, so that arrivals are exact to the millisecond.
"""

from collections.abc import AsyncIterator

import pytest

from support.evening import FLUSH_MS, Evening
from support.guest import Guest
from support.server import RunningServer

START_TS = 1_000_000
"""What the mover's clock shows at first: January 1970, half a century slow."""


class Mover:
    """A guest on a clock of its own, and a server that stands still between its moves."""

    def __init__(self, evening: Evening, guest: Guest, witness: Guest) -> None:
        self.evening = evening
        self._guest = guest
        self._witness = witness
        self._x = 0.0

    @property
    def server(self) -> RunningServer:
        """The server, to let time pass on."""
        return self.evening.server

    @property
    def arrival_ms(self) -> int:
        """When a message arrives that is sent now."""
        return self.server.clock.wall_ms()

    async def move(self, ts: int) -> None:
        """Send one transform with that stamp and let the server take it in."""
        self._x += 0.25
        await self._guest.move(self._x, ts=ts)
        await self._guest.handled()

    async def stamps(self) -> list[int]:
        """The motion times that another member has been told since the last call."""
        self.server.advance(FLUSH_MS)
        events = await self._witness.pending()
        return [event["ts"] for event in events if event["t"] == "avatar_transform_broadcast"]


@pytest.fixture
async def mover(evening: Evening) -> AsyncIterator[Mover]:
    """A mover whose first move, stamped START_TS, has just arrived and been told."""
    ann, bob = await evening.company("Ann", "Bob")
    with evening.server.held_clock():
        evening.server.advance(1000)
        mover = Mover(evening, ann, bob)
        arrival_ms = mover.arrival_ms
        await mover.move(START_TS)
        assert await mover.stamps() == [arrival_ms]
        yield mover


async def test_a_client_whose_clock_is_wrong_gets_the_servers_time(mover: Mover) -> None:
    """Motion time is on the server's clock, however wrong the mover's is (§1)."""
    mover.server.advance(1000 - FLUSH_MS)
    arrival_ms = mover.arrival_ms
    await mover.move(START_TS + 1000)
    assert await mover.stamps() == [arrival_ms]


async def test_moves_that_were_held_up_keep_their_distances(mover: Mover) -> None:
    """A burst after a delay is stamped with when each move was made, not when it came (§1)."""
    started_ms = mover.arrival_ms - FLUSH_MS
    mover.server.advance(200 - FLUSH_MS)
    for after_ms in (50, 100, 150):
        await mover.move(START_TS + after_ms)
    assert await mover.stamps() == [started_ms + 50, started_ms + 100, started_ms + 150]


async def test_a_move_is_never_dated_more_than_a_quarter_second_back(mover: Mover) -> None:
    """The answer is clamped to arrival - 250 (§1)."""
    mover.server.advance(400 - FLUSH_MS)
    arrival_ms = mover.arrival_ms
    await mover.move(START_TS + 10)
    assert await mover.stamps() == [arrival_ms - 250]


async def test_a_move_is_never_dated_after_its_arrival(mover: Mover) -> None:
    """A clock that runs fast is answered with arrival time (§1)."""
    mover.server.advance(100 - FLUSH_MS)
    arrival_ms = mover.arrival_ms
    await mover.move(START_TS + 400)
    assert await mover.stamps() == [arrival_ms]


async def test_motion_times_of_one_member_never_fall(mover: Mover) -> None:
    """The answer is never below that member's previous one (§1)."""
    started_ms = mover.arrival_ms - FLUSH_MS
    mover.server.advance(200 - FLUSH_MS)
    await mover.move(START_TS + 150)
    await mover.move(START_TS + 20)
    await mover.move(START_TS + 30)
    stamps = await mover.stamps()
    assert stamps[0] == started_ms + 150
    assert stamps == sorted(stamps)


@pytest.mark.parametrize("ts", [START_TS, START_TS - 5, 0, -7])
async def test_a_stamp_that_makes_no_sense_is_answered_with_arrival(mover: Mover, ts: int) -> None:
    """A clock that stands still, goes back or is not positive says nothing (§1)."""
    mover.server.advance(100 - FLUSH_MS)
    arrival_ms = mover.arrival_ms
    await mover.move(ts)
    assert await mover.stamps() == [arrival_ms]


@pytest.mark.parametrize("jump_ms", [501, -501, 86_400_000])
async def test_a_clock_that_jumps_is_answered_with_arrival(mover: Mover, jump_ms: int) -> None:
    """Over 500 ms from what the clock said before it is another clock (§1)."""
    mover.server.advance(1000 - FLUSH_MS)
    arrival_ms = mover.arrival_ms
    await mover.move(START_TS + 1000 + jump_ms)
    assert await mover.stamps() == [arrival_ms]


async def test_after_a_jump_the_new_clock_is_believed(mover: Mover) -> None:
    """Arrival time holds until the stamps make sense again, then they count (§1)."""
    mover.server.advance(1000 - FLUSH_MS)
    jumped_ms = mover.arrival_ms
    await mover.move(START_TS + 90_000)
    mover.server.advance(100)
    await mover.move(START_TS + 90_040)
    assert await mover.stamps() == [jumped_ms, jumped_ms + 40]


async def test_the_fastest_way_of_the_last_ten_seconds_is_the_measure(mover: Mover) -> None:
    """A delay that lasts for over 10 s is the way itself, not lateness (§1)."""
    delay_ms, elapsed_ms = 100, FLUSH_MS
    late: list[int] = []
    for at_ms in range(1000, 12_001, 1000):
        mover.server.advance(at_ms - elapsed_ms)
        arrival_ms = mover.arrival_ms
        await mover.move(START_TS + at_ms - delay_ms)
        (stamp,) = await mover.stamps()
        elapsed_ms = at_ms + FLUSH_MS
        late.append(arrival_ms - stamp)
    assert late == [delay_ms] * 9 + [0] * 3


async def test_a_reconnected_client_starts_with_a_clean_measure(evening: Evening) -> None:
    """The smallest delay is kept for each connection (§1)."""
    ann, bob = await evening.company("Ann", "Bob")
    await ann.move(1, ts=START_TS)
    ann.socket.transport.abort()
    again = await evening.enter("Ann", await evening.fresh(ann))
    await evening.clear()
    with evening.server.held_clock():
        evening.server.advance(1000)
        arrival_ms = evening.server.clock.wall_ms()
        await again.move(2, ts=START_TS + 700)
        await again.handled()
        evening.server.advance(FLUSH_MS)
        stamps = [e["ts"] for e in await bob.pending() if e["t"] == "avatar_transform_broadcast"]
    assert stamps == [arrival_ms]


async def test_every_other_event_is_stamped_with_the_servers_time(evening: Evening) -> None:
    """`ts` and `serverTimeMs` are epoch milliseconds of the server's clock (§1)."""
    with evening.server.held_clock():
        before_ms = evening.server.clock.wall_ms()
        ann = await evening.connect()
        state, session, *_ = await evening.join(ann)
        await ann.say("what time is it?")
        chat = (await evening.heard(ann))[0]
        after_ms = evening.server.clock.wall_ms()
    assert state["ts"] == state["payload"]["serverTimeMs"]
    for event in (state, session, chat):
        assert before_ms <= event["ts"] <= after_ms
