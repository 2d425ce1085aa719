"""When a provider's keys are fetched anew, and how long the old ones are good."""

import pytest

from auth.keyed import ec_pair, jwks
from virtubar.auth.keyring import FRESH_MS, REFRESH_MS, RETRY_MS, STALE_MAX_MS, Keyring
from virtubar.auth.keys import KeySet, WantedKey

START_MS = 1_000.0
KNOWN = WantedKey("ES256", "ec-1")
UNKNOWN = WantedKey("ES256", "ec-2")
KEYS = KeySet.parse(jwks(ec_pair().jwk()))


@pytest.fixture
def ring() -> Keyring:
    """A ring whose keys came just now."""
    ring = Keyring()
    ring.take(KEYS, START_MS)
    return ring


def test_at_first_there_is_nothing_and_a_fetch_is_due() -> None:
    """The first who needs a key waits for it."""
    ring = Keyring()
    assert ring.keys(START_MS) is None
    assert ring.is_due(KNOWN, START_MS)
    assert ring.wait_ms(START_MS) == 0


def test_fresh_keys_are_used_as_they_are(ring: Keyring) -> None:
    """For ten minutes nobody waits, and then the next one does."""
    assert ring.keys(START_MS) is KEYS
    assert not ring.is_due(KNOWN, START_MS + FRESH_MS - 1)
    assert ring.is_due(KNOWN, START_MS + FRESH_MS)


def test_an_unknown_key_is_looked_for_once_in_30_seconds(ring: Keyring) -> None:
    """A provider that has changed its keys is noticed; who makes ids up floods nobody."""
    assert not ring.is_due(UNKNOWN, START_MS + REFRESH_MS - 1)
    assert ring.is_due(UNKNOWN, START_MS + REFRESH_MS)
    assert not ring.is_due(KNOWN, START_MS + REFRESH_MS)
    ring.take(KEYS, START_MS + REFRESH_MS)
    assert not ring.is_due(UNKNOWN, START_MS + 2 * REFRESH_MS - 1)
    assert ring.is_due(UNKNOWN, START_MS + 2 * REFRESH_MS)


def test_the_newest_set_is_the_only_one(ring: Keyring) -> None:
    """A key that the provider has withdrawn is gone, be it the last."""
    ring.take(KeySet(), START_MS + FRESH_MS)
    kept = ring.keys(START_MS + FRESH_MS)
    assert kept is not None
    assert kept.find(KNOWN) is None


def test_old_keys_are_good_for_a_day_while_fetches_fail(ring: Keyring) -> None:
    """A provider that is away for an hour locks nobody out; one that is gone is not believed."""
    ring.fail(START_MS + FRESH_MS)
    assert ring.keys(START_MS + FRESH_MS) is KEYS
    assert ring.keys(START_MS + STALE_MAX_MS - 1) is KEYS
    assert ring.keys(START_MS + STALE_MAX_MS) is None


def test_a_failed_fetch_is_tried_again_after_a_while(ring: Keyring) -> None:
    """30 s later while there are keys, 5 s later while there are none."""
    failed_ms = START_MS + FRESH_MS
    ring.fail(failed_ms)
    assert not ring.is_due(KNOWN, failed_ms + REFRESH_MS - 1)
    assert ring.is_due(KNOWN, failed_ms + REFRESH_MS)
    empty = Keyring()
    empty.fail(START_MS)
    assert empty.wait_ms(START_MS + 1_000) == RETRY_MS - 1_000
    assert not empty.is_due(KNOWN, START_MS + RETRY_MS - 1)
    assert empty.is_due(KNOWN, START_MS + RETRY_MS)


def test_after_a_day_without_a_fetch_the_next_one_waits_for_new_keys(ring: Keyring) -> None:
    """A quiet server does not believe yesterday's keys, and does not lock out today's guests."""
    late_ms = START_MS + 2 * STALE_MAX_MS
    assert ring.keys(late_ms) is None
    assert ring.is_due(KNOWN, late_ms)
