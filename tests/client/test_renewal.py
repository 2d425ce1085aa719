"""When a token is renewed (§3)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from virtubar.client.renewal import Renewal
from virtubar.protocol.constants import RENEW_SOONEST_MS


@given(st.floats(0.0, 1.0, exclude_max=True))
def test_in_the_last_fifth_to_third_of_its_life(chance: float) -> None:
    """Early enough for several tries, spread over a tenth of the life."""
    renewal = Renewal(lambda: chance)
    renewal.schedule(300_000.0, 1_000.0)
    assert renewal.due_ms is not None
    assert 211_000.0 <= renewal.due_ms <= 241_000.0


@pytest.mark.parametrize("life_ms", [-3_600_000.0, 0.0, 500.0])
def test_never_sooner_than_a_second(life_ms: float) -> None:
    """A clock that is an hour off must not make a client hammer the API."""
    renewal = Renewal(lambda: 0.5)
    renewal.schedule(life_ms, 1_000.0)
    assert renewal.due_ms == 1_000.0 + RENEW_SOONEST_MS


def test_an_unanswered_renewal_is_due_again() -> None:
    """The guard against an answer that never comes."""
    renewal = Renewal(lambda: 0.5)
    renewal.schedule(300_000.0, 0.0)
    renewal.begin(225_000.0)
    assert renewal.due_ms == 235_000.0
    assert renewal.is_under_way()


def test_a_scheduled_renewal_forgets_earlier_tries() -> None:
    """The next expiry before a renewal is a first one again."""
    renewal = Renewal(lambda: 0.5)
    renewal.begin(0.0)
    assert not renewal.is_first_refusal()
    renewal.schedule(300_000.0, 0.0)
    assert renewal.is_first_refusal()


def test_stop_leaves_nothing_due() -> None:
    """Without a membership there is nothing to renew."""
    renewal = Renewal(lambda: 0.5)
    renewal.begin(0.0)
    renewal.stop()
    assert renewal.due_ms is None
    assert not renewal.is_under_way()
