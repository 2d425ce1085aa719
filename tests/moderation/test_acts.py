"""Acts of moderation as a socket asks for them (§7)."""

from virtubar.moderation.acts import act_of
from virtubar.protocol.constants import Role
from virtubar.protocol.events import Moderate


def test_a_reason_is_cleaned_before_anything_is_done_with_it() -> None:
    """The person reads it, and so do the audit and consoles."""
    event = Moderate("kick", "ben", " out\x1b[2J\nof\u202e here\x00 ")
    act = act_of(event, "lobby", "eve", Role.MODERATOR, "203.0.113.9")
    assert act.reason == "out[2J of here"
    assert act.address == "203.0.113.9"
