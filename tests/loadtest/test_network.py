"""A worse network for each client, by seed."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from virtubar.loadtest.network import Conditions, Way


def _way(seed: int = 1, **conditions: float) -> Way:
    return Way(Conditions(**conditions), Random(seed))


def test_a_clean_network_adds_nothing() -> None:
    """What is sent is there."""
    assert _way().arrival_ms(5.0, 10_000) == 5.0
    assert Conditions().is_clean
    assert not Conditions(loss=0.01).is_clean


def test_latency_is_added_one_way() -> None:
    """To every message alike."""
    way = _way(latency_ms=40.0)
    assert [way.arrival_ms(at, 100) for at in (0.0, 10.0)] == [40.0, 50.0]


def test_jitter_is_between_nothing_and_its_limit() -> None:
    """Beyond the latency, never before it."""
    times = [_way(seed, latency_ms=40.0, jitter_ms=20.0).arrival_ms(0.0, 1) for seed in range(200)]
    assert min(times) >= 40.0
    assert max(times) <= 60.0
    assert max(times) - min(times) > 15.0


def test_a_narrow_line_makes_the_next_message_wait() -> None:
    """1 000 bytes at 10 000 a second take 100 ms, and so does the next, behind it."""
    way = _way(bandwidth=10_000.0)
    assert way.arrival_ms(0.0, 1_000) == 100.0
    assert way.arrival_ms(0.0, 1_000) == 200.0
    assert way.arrival_ms(500.0, 1_000) == 600.0


def test_a_lost_packet_is_sent_again_and_holds_up_what_follows() -> None:
    """Nothing is lost for good and nothing overtakes, as in TCP."""
    way = _way(loss=0.5, latency_ms=10.0)
    times = [way.arrival_ms(float(n), 100) for n in range(100)]
    assert times == sorted(times)
    assert times[-1] > 99.0 + 10.0 + 200.0


def test_a_large_message_is_many_packets() -> None:
    """Each of which may be lost."""
    small = sum(_way(seed, loss=0.02).arrival_ms(0.0, 100) > 0 for seed in range(300))
    large = sum(_way(seed, loss=0.02).arrival_ms(0.0, 70_000) > 0 for seed in range(300))
    assert small < 20
    assert large > 150


def test_messages_that_are_sent_at_once_share_packets() -> None:
    """Ten small ones are lost together or not at all; apart from each other each may be lost."""

    def late(apart_ms: float) -> int:
        ways = [_way(seed, loss=0.02) for seed in range(300)]
        return sum(way.arrival_ms(n * apart_ms, 140) > 100 for way in ways for n in range(10))

    together = [_way(seed, loss=0.3) for seed in range(50)]
    assert all(len({way.arrival_ms(0.0, 140) for _ in range(10)}) == 1 for way in together)
    assert late(0.0) < late(2.0)


@given(st.integers(0, 2**32), st.lists(st.integers(1, 5_000), max_size=30))
def test_the_same_seed_is_the_same_network(seed: int, sizes: list[int]) -> None:
    """So that a test can be run again."""
    ways = [
        _way(seed, latency_ms=20.0, jitter_ms=30.0, loss=0.1, bandwidth=50_000.0) for _ in range(2)
    ]
    first, second = ([way.arrival_ms(float(n), s) for n, s in enumerate(sizes)] for way in ways)
    assert first == second
