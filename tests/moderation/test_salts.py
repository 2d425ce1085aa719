"""Addresses are kept as marks, under salts that are thrown away (§7)."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from virtubar.moderation.salts import (
    SALT_BYTES,
    SALT_KEPT_MS,
    SALT_LIFE_MS,
    Salts,
    mark,
    new_salt,
)
from virtubar.room.records import Salt

DAY_MS = 86_400_000
START_MS = 1_760_000_000_000
ADDRESS = "203.0.113.7"
FIRST = new_salt(bytes(range(40)), START_MS)
SECOND = new_salt(bytes(range(100, 140)), START_MS + DAY_MS)


def test_a_mark_is_a_keyed_hash() -> None:
    """HMAC-SHA256 with the salt as key, so that nobody without it can try addresses."""
    expected = hmac.new(FIRST.value, ADDRESS.encode(), hashlib.sha256).hexdigest()
    assert mark(ADDRESS, FIRST).digest == expected
    assert mark(ADDRESS, FIRST).salt_id == FIRST.salt_id


def test_a_mark_tells_addresses_apart_and_days_do_not_meet() -> None:
    """The same address is the same mark within one salt, and another within the next."""
    assert mark(ADDRESS, FIRST) == mark(ADDRESS, FIRST)
    assert mark(ADDRESS, FIRST) != mark("203.0.113.8", FIRST)
    assert mark(ADDRESS, FIRST).digest != mark(ADDRESS, SECOND).digest


@given(address=st.text(max_size=40))
def test_no_mark_has_the_address_in_it(address: str) -> None:
    """Whatever the text, the mark is 64 hexadecimal digits."""
    digest = mark(address, FIRST).digest
    assert len(digest) == 64
    assert set(digest) <= set("0123456789abcdef")


def test_a_salt_is_made_of_chance() -> None:
    """Its id and its 32 secret bytes share nothing."""
    assert (FIRST.salt_id, len(FIRST.value)) == ("0001020304050607", 32)
    assert FIRST.value == bytes(range(8, 40))
    for length in (0, SALT_BYTES - 1, SALT_BYTES + 1):
        with pytest.raises(ValueError, match="40 random bytes"):
            new_salt(bytes(length), START_MS)


def test_without_a_salt_nothing_is_marked() -> None:
    """Nothing is kept rather than kept in the clear."""
    salts = Salts()
    assert salts.is_due(START_MS)
    assert salts.current(START_MS) is None
    assert salts.mark(ADDRESS, START_MS) is None
    assert salts.marks(ADDRESS, START_MS) == ()


def test_a_new_salt_is_due_after_a_day() -> None:
    """Until there is one, the old one goes on."""
    salts = Salts([FIRST])
    assert not salts.is_due(START_MS + SALT_LIFE_MS - 1)
    assert salts.is_due(START_MS + SALT_LIFE_MS)
    assert salts.mark(ADDRESS, START_MS + SALT_LIFE_MS) == mark(ADDRESS, FIRST)
    made, forget_before_ms = salts.renew(START_MS + SALT_LIFE_MS, bytes(range(100, 140)))
    assert made == SECOND
    assert forget_before_ms <= FIRST.made_ms
    assert not salts.is_due(START_MS + SALT_LIFE_MS)
    assert salts.mark(ADDRESS, START_MS + SALT_LIFE_MS) == mark(ADDRESS, SECOND)


def test_storage_throws_away_what_is_not_recognised_any_more() -> None:
    """To the millisecond: what is gone here is gone there, and what is kept here is kept there."""
    for age_ms in (SALT_KEPT_MS - 1, SALT_KEPT_MS):
        salts = Salts([FIRST])
        _, forget_before_ms = salts.renew(START_MS + age_ms, bytes(40))
        kept = FIRST.made_ms >= forget_before_ms
        assert (
            (len(salts.marks(ADDRESS, START_MS + age_ms)) == 2) == kept == (age_ms < SALT_KEPT_MS)
        )


@pytest.mark.parametrize("kept", [[FIRST, SECOND], [SECOND, FIRST]])
def test_an_address_is_recognised_under_every_salt_that_is_kept(kept: list[Salt]) -> None:
    """Newest first, in whatever order they were read."""
    salts = Salts(kept)
    assert salts.marks(ADDRESS, START_MS + DAY_MS) == (mark(ADDRESS, SECOND), mark(ADDRESS, FIRST))


def test_a_salt_is_gone_after_two_days() -> None:
    """And with it whatever was marked with it, also where no new one came."""
    salts = Salts([FIRST, SECOND])
    last_ms = START_MS + SALT_KEPT_MS
    assert len(salts.marks(ADDRESS, last_ms - 1)) == 2
    assert salts.marks(ADDRESS, last_ms) == (mark(ADDRESS, SECOND),)
    assert salts.current(START_MS + 3 * DAY_MS) is None
    assert salts.is_due(START_MS + 3 * DAY_MS)
    assert salts.marks(ADDRESS, START_MS) == ()
