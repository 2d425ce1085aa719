"""The server's clock from heartbeats (§4)."""

import pytest

from virtubar.client.heartbeat_clock import HeartbeatClock
from virtubar.protocol.constants import HEARTBEAT_WINDOW_MS


def measure(
    clock: HeartbeatClock, sent_ms: float, there_ms: float, back_ms: float, skew_ms: float
) -> None:
    """One heartbeat: so long there, so long back, with a server that is `skew_ms` ahead."""
    clock.measure(sent_ms, sent_ms + there_ms + skew_ms, sent_ms + there_ms + back_ms)


def test_knows_nothing_at_first() -> None:
    """None, rather than a zero that looks measured."""
    clock = HeartbeatClock()
    assert (clock.offset_ms, clock.round_trip_ms) == (None, None)
    assert clock.server_ms(5.0) == 5.0


def test_a_seed_serves_until_the_first_measurement() -> None:
    """room_state's serverTimeMs is late by the way here, but better than nothing."""
    clock = HeartbeatClock()
    clock.seed(1_000_500.0, 1_000_000.0)
    assert clock.offset_ms == 500.0
    measure(clock, 1_000_100.0, 10.0, 10.0, 520.0)
    assert clock.offset_ms == 520.0


def test_offset_is_server_minus_client() -> None:
    """A server ahead of the client has a positive offset."""
    clock = HeartbeatClock()
    measure(clock, 0.0, 20.0, 20.0, 300.0)
    assert clock.offset_ms == 300.0
    assert clock.server_ms(1_000.0) == 1_300.0


def test_the_smallest_round_trip_wins() -> None:
    """What a round trip takes above it is waiting on an unknown way."""
    clock = HeartbeatClock()
    measure(clock, 0.0, 200.0, 10.0, 300.0)
    measure(clock, 5_000.0, 10.0, 12.0, 300.0)
    measure(clock, 10_000.0, 10.0, 150.0, 300.0)
    assert clock.offset_ms == pytest.approx(299.0)


def test_round_trip_is_the_newest() -> None:
    """A connection mark shows how it is now, not how it was at best."""
    clock = HeartbeatClock()
    measure(clock, 0.0, 5.0, 5.0, 0.0)
    measure(clock, 5_000.0, 50.0, 40.0, 0.0)
    assert clock.round_trip_ms == 90.0


def test_an_old_measurement_no_longer_counts() -> None:
    """Clocks drift; after a minute a worse but newer round trip is the better guess."""
    clock = HeartbeatClock()
    measure(clock, 0.0, 1.0, 1.0, 300.0)
    measure(clock, HEARTBEAT_WINDOW_MS + 100.0, 30.0, 30.0, 340.0)
    assert clock.offset_ms == 340.0


def test_a_set_clock_is_believed_at_once() -> None:
    """After a shift over 500 ms the older measurements are about another clock."""
    clock = HeartbeatClock()
    measure(clock, 0.0, 1.0, 1.0, 0.0)
    measure(clock, 5_000.0, 20.0, 20.0, 60_000.0)
    assert clock.offset_ms == 60_000.0


def test_a_slow_answer_is_not_a_set_clock() -> None:
    """A round trip of 3 s may be wrong by 1.5 s, and is no reason to forget better ones."""
    clock = HeartbeatClock()
    measure(clock, 0.0, 5.0, 5.0, 100.0)
    measure(clock, 5_000.0, 2_900.0, 100.0, 100.0)
    assert clock.offset_ms == 100.0


def test_an_answer_from_before_the_question_is_ignored() -> None:
    """Nobody but a broken server sends one."""
    clock = HeartbeatClock()
    clock.measure(1_000.0, 500.0, 999.0)
    assert clock.offset_ms is None
