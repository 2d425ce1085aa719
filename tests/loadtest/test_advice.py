"""What an operator can do about a refusal."""

from virtubar.loadtest.advice import advice_on


def test_each_piece_of_advice_is_given_once() -> None:
    """Several codes may have the same remedy; codes that have none say nothing."""
    advice = advice_on(["rate_limited", "malformed", "too_many_attempts", "room_full"])
    assert len(advice) == 2
    assert "VIRTUBAR_ADDRESS_LIMITS=off" in advice[0]
    assert "--rooms" in advice[1]
