"""How long things stay, in figures."""

import pytest
from msgspec.structs import asdict

from storage.samples import DAY, NOW
from virtubar.auth.tokens import REVOKED_MS
from virtubar.storage.retention import Retention, cutoffs


def test_the_defaults_are_those_of_the_documentation() -> None:
    """Days."""
    assert asdict(Retention()) == {
        "chat_days": 7,
        "report_days": 30,
        "sanction_days": 30,
        "audit_days": 365,
        "room_days": 90,
        "staff_days": 365,
        "salt_days": 2,
    }


def test_each_kind_has_its_own_cutoff() -> None:
    """Wall time, that many days ago."""
    days = Retention(
        report_days=1, sanction_days=2, audit_days=3, room_days=4, staff_days=5, salt_days=6
    )
    assert asdict(cutoffs(days, NOW)) == {
        "reports_ms": NOW - DAY,
        "sanctions_ms": NOW - 2 * DAY,
        "audit_ms": NOW - 3 * DAY,
        "rooms_ms": NOW - 4 * DAY,
        "staff_ms": NOW - 5 * DAY,
        "salts_ms": NOW - 6 * DAY,
    }


def test_what_still_revokes_tokens_is_kept_however_short_the_retention() -> None:
    """A ban that was lifted a moment later revokes for a day and the leeway of clocks: a server
    that starts then must still read it."""
    kept_from_ms = cutoffs(Retention(sanction_days=1), NOW).sanctions_ms
    assert kept_from_ms == NOW - REVOKED_MS < NOW - DAY


@pytest.mark.parametrize(
    ("room_days", "server_days", "kept_days"),
    [(None, 7, 7), (3, 7, 3), (0, 7, 0), (7, 7, 7), (8, 7, 7), (3650, 0, 0), (None, 0, 0)],
)
def test_a_room_keeps_chat_for_no_longer_than_the_server(
    room_days: int | None, server_days: int, kept_days: int
) -> None:
    """It may keep it for less."""
    assert Retention(chat_days=server_days).chat_days_of(room_days) == kept_days
