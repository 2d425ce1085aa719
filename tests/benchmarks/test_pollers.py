"""What the load generator for members who poll notices, and that it carries a whole load."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from benchmarks.figures import figures_of
from benchmarks.load import LoadFailedError, Plan, run_load
from benchmarks.pollers import Poller, Tally
from benchmarks.polling import latency, read_seats
from benchmarks.servers import Running, Seat, VirtuBar, run_server
from virtubar.loadtest.walk import walk_mm
from virtubar.protocol.events import AvatarTransformBroadcast, Error, ServerEvent
from virtubar.transport.socketio.packets import event_packet, join

SHORT = Plan(
    clients=4, room_size=4, settle_s=0.1, warmup_s=0.2, window_s=1.0, drain_s=2.0, polls=True
)
NO_PROGRAM = Path("/nonexistent")


class Clock:
    """Microseconds that tests move."""

    def __init__(self) -> None:
        self.now_us = 1_000

    def __call__(self) -> int:
        """Now."""
        return self.now_us


class Watch:
    """One who watches and another who has sent three transforms, at 1 ms."""

    def __init__(self) -> None:
        self.tally = Tally(window_open=True)
        self.clock = Clock()
        room: dict[str, Poller] = {}
        self.people = [
            Poller(index, Seat(1, "bench", name, "{}"), room, self.tally, self.clock)
            for index, name in enumerate(("ann", "bob"))
        ]
        room |= {"ann": self.people[0], "bob": self.people[1]}
        self.people[1].sent_us |= dict.fromkeys((1, 2, 3), 1_000)

    def see(self, *events: ServerEvent) -> Tally:
        """Ann is told these, 5 ms later, in one answer."""
        self.clock.now_us = 6_000
        self.people[0].take(join([event_packet(event, 1) for event in events]))
        return self.tally


def moved(user_id: str, seq: int, *, index: int = 1) -> AvatarTransformBroadcast:
    """Where the client of that index is at that seq."""
    x_mm, z_mm = walk_mm(index, seq)
    return AvatarTransformBroadcast(
        user_id, seq, x_mm / 1000, 0.0, z_mm / 1000, 0.5, "walk", speaking=False
    )


async def test_a_right_update_is_counted_with_its_latency() -> None:
    """Each in its order, in one answer or more."""
    watch = Watch()
    tally = watch.see(moved("bob", 1), moved("bob", 3))
    assert (tally.received, tally.window_delivered) == (2, 2)
    assert tally.window_others_us == [5_000, 5_000]
    assert tally.window_echo_us == []
    assert (tally.disorder, tally.invented, tally.foreign, tally.wrong) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("events", "what"),
    [
        ([moved("eve", 1)], "foreign"),
        ([moved("bob", 4)], "invented"),
        ([moved("bob", 2), moved("bob", 1)], "disorder"),
        ([moved("bob", 2), moved("bob", 2)], "disorder"),
        ([moved("bob", 2, index=0)], "wrong"),
        ([Error("malformed", "No.", None)], "refused"),
    ],
)
async def test_what_should_not_have_come_is_counted(events: list[ServerEvent], what: str) -> None:
    """As what it is, once."""
    tally = Watch().see(*events)
    assert getattr(tally, what) == 1


def test_latency_is_read_from_the_sorted_times() -> None:
    """Median, the 99th of a hundred, and the largest; nothing where nothing came."""
    times = latency(list(range(100, 0, -1)))
    assert (times.count, times.p50_us, times.p99_us, times.max_us) == (100, 51, 100, 100)
    assert latency([]).count == 0


def test_seats_are_read_as_they_are_written() -> None:
    """One line for each."""
    seats = [Seat(8000, "bench-0", f"user-{n}", '{"v":1}') for n in range(2)]
    assert read_seats("".join(seat.line() + "\n" for seat in seats)) == seats


def test_a_room_that_polls_is_carried() -> None:
    """Sessions, requests both ways and everything that is checked, against the real server."""
    server = VirtuBar()
    with run_server(server) as running:
        outcome = run_load(NO_PROGRAM, running, server.seats(running, 4, 4), SHORT)
    figures = figures_of(outcome)
    assert figures.wrongs == ()
    assert outcome.joined == 4
    assert 0 < outcome.received <= outcome.expected == outcome.sent * 4
    assert figures.cpu_us is not None
    assert figures.bytes is not None
    assert figures.bytes > 150


def test_a_server_that_is_not_there_is_told() -> None:
    """No result, and the reason."""
    seat = Seat(1, "bench", "ann", "{}")
    with pytest.raises(LoadFailedError, match="polling: "):
        run_load(NO_PROGRAM, Running(1, 1), [seat], replace(SHORT, clients=1))
