"""What waits for a client that polls, and how much of it one answer holds."""

import pytest

from live.bench import ManualClock, ManualLoop
from virtubar.protocol.constants import (
    BEHIND_MAX_BYTES,
    BEHIND_MAX_MS,
    PING_INTERVAL_MS,
    CloseCode,
)
from virtubar.runtime.metrics import Metrics
from virtubar.runtime.timer import Timer
from virtubar.transport.socketio import packets
from virtubar.transport.socketio.endpoint import ANSWER_PACKETS_MAX, answer_packets_max
from virtubar.transport.socketio.polling import PollingCarrier
from virtubar.transport.websocket import STATE_RATE_MIN_BYTES_S, WRITE_HIGH_BYTES


class Sink:
    """Notes what it is told."""

    def __init__(self) -> None:
        self.drains = 0
        self.is_open = True

    def message(self, packet: bytes, now_ms: float) -> None:
        """Nothing is sent here."""
        raise AssertionError(packet, now_ms)

    def drained(self) -> None:
        """The carrier takes transforms again."""
        self.drains += 1

    def closed(self, *, left: bool) -> None:
        """The client is gone."""
        assert not left
        self.is_open = False


class Poller:
    """A client that polls when a test says so."""

    def __init__(self) -> None:
        self.loop = ManualLoop()
        clock = ManualClock(self.loop)
        timer = Timer(self.loop.call_later, clock.now_ms, _raise)
        self.sink = Sink()
        self.carrier = PollingCarrier(self.sink, clock=clock, timer=timer, metrics=Metrics())

    def is_congested(self) -> bool:
        """Whether transforms are left out for it now."""
        return self.carrier.congested

    def answer(self, packets_max: int | None = None) -> list[bytes]:
        """One answer that need not be waited for."""
        assert self.carrier.poll() is None
        return packets.split(self.carrier.take(packets_max))


def _raise(_target: object, error: Exception) -> None:
    raise error


@pytest.fixture
def poller() -> Poller:
    return Poller()


def flush(*names: str) -> bytes:
    """A flush's packets, written at once."""
    return packets.join([f"42{name}".encode() for name in names])


def test_an_answer_has_all_that_waits(poller: Poller) -> None:
    """Of every flush, in order."""
    poller.carrier.write(flush("a", "b"))
    poller.carrier.write(flush("c"))
    assert poller.answer() == [b"42a", b"42b", b"42c"]


def test_a_bounded_answer_leaves_the_rest_to_the_next(poller: Poller) -> None:
    """At the bound and one past it; nothing is lost, and order is kept (§10)."""
    names = [f"{number}" for number in range(ANSWER_PACKETS_MAX + 1)]
    poller.carrier.write(flush(*names[:5]))
    poller.carrier.write(flush(*names[5:]))
    first = poller.answer(ANSWER_PACKETS_MAX)
    assert len(first) == ANSWER_PACKETS_MAX
    assert first + poller.answer(ANSWER_PACKETS_MAX) == [f"42{name}".encode() for name in names]
    poller.carrier.write(flush(*names[:ANSWER_PACKETS_MAX]))
    assert len(poller.answer(ANSWER_PACKETS_MAX)) == ANSWER_PACKETS_MAX


def test_a_ping_is_one_of_the_packets_and_does_not_wait(poller: Poller) -> None:
    """A client that is not asked in time would take the server for dead."""
    poller.loop.advance(PING_INTERVAL_MS)
    poller.carrier.write(flush(*"abcd"))
    assert poller.answer(4) == [packets.PING, b"42a", b"42b", b"42c"]
    assert poller.answer(4) == [b"42d"]


def test_whoever_asks_on_is_not_behind(poller: Poller) -> None:
    """The rest of a bounded answer waits for its next request, however often that comes."""
    for _ in range(30):
        poller.carrier.write(flush("a", "b"))
    for _ in range(10):
        poller.loop.advance(BEHIND_MAX_MS - 1)
        assert len(poller.answer(2)) == 2
    assert not poller.carrier.is_closing


def test_whoever_asks_no_more_is_behind(poller: Poller) -> None:
    """The time counts from the last request (§5)."""
    poller.carrier.write(flush("a", "b", "c"))
    poller.answer(1)
    poller.loop.advance(BEHIND_MAX_MS)
    assert poller.carrier.is_closing
    assert f"{int(CloseCode.TOO_SLOW)}".encode() in poller.carrier.take()


def test_a_crowd_is_coalesced_until_little_waits(poller: Poller) -> None:
    """Transforms are left out from the mark on, and not as soon as one answer was taken."""
    packet = "x" * 1022
    while not poller.is_congested():
        poller.carrier.write(flush(packet))
    answers = 0
    while poller.is_congested():
        poller.answer(ANSWER_PACKETS_MAX)
        answers += 1
    assert (answers, poller.sink.drains) == (WRITE_HIGH_BYTES // 1024 // ANSWER_PACKETS_MAX, 1)


@pytest.mark.parametrize(
    ("agent", "most"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/140", None),
        ("node-XMLHttpRequest", None),
        ("Python/3.11 aiohttp/3.13", 16),
        ("python-requests/2.32", 16),
        ("okhttp/4", 16),
        ("", 16),
    ],
)
def test_who_is_known_to_take_more_gets_more(agent: str, most: int | None) -> None:
    """Anybody else may be python-engineio."""
    assert answer_packets_max(agent) == most


def test_a_state_has_the_time_that_a_slow_answer_needs() -> None:
    """It does not count as being behind in bytes, and the poll after its answer may come later, by
    as long as the slowest line takes for it; from that poll on all is as before."""
    poller = Poller()
    size = BEHIND_MAX_BYTES + 1
    poller.carrier.expect_state(size)
    poller.carrier.write(b"4" * size)
    assert not poller.carrier.is_closing
    poller.answer()
    poller.carrier.write(b"4x")
    poller.loop.advance(BEHIND_MAX_MS + 5_000)
    assert not poller.carrier.is_closing
    poller.answer()
    poller.carrier.write(b"4x")
    poller.loop.advance(BEHIND_MAX_MS - 1)
    assert not poller.carrier.is_closing
    poller.loop.advance(1)
    assert poller.carrier.is_closing


def test_a_state_that_nobody_asks_for_is_too_slow_at_last() -> None:
    """Ten seconds, and as long as it takes at the slowest."""
    poller = Poller()
    poller.carrier.expect_state(STATE_RATE_MIN_BYTES_S)
    poller.carrier.write(b"4x")
    poller.loop.advance(BEHIND_MAX_MS + 999)
    assert not poller.carrier.is_closing
    poller.loop.advance(1)
    assert poller.carrier.is_closing
