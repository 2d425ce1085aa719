"""Acts of moderation as a socket asks for them (§7)."""

import pytest

from virtubar.moderation.acts import act_of
from virtubar.protocol.constants import Role
from virtubar.protocol.events import Moderate


def test_a_reason_is_cleaned_before_anything_is_done_with_it() -> None:
    """The person reads it, and so do the audit and consoles."""
    event = Moderate("kick", "ben", " out\x1b[2J\nof\u202e here\x00 ")
    act = act_of(event, "lobby", "eve", Role.MODERATOR, "203.0.113.9")
    assert act.reason == "out[2J of here"
    assert act.address == "203.0.113.9"


@pytest.mark.parametrize(("seconds", "duration_ms"), [(None, None), (1, 1_000), (90, 90_000)])
def test_an_act_lasts_as_many_seconds_as_were_asked_for(
    seconds: int | None, duration_ms: int | None
) -> None:
    """None is for good."""
    event = Moderate("mute", "ben", "loud", duration_seconds=seconds)
    act = act_of(event, "lobby", "eve", Role.MODERATOR, None)
    assert act.duration_ms == duration_ms
