"""Whether there is a verdict, and the exit code."""

import pytest

from virtubar.loadtest.expectations import judge, parse
from virtubar.loadtest.figures import Values
from virtubar.loadtest.verdicts import BUSY_SHARE, LATE_MAX_MS, bottleneck, exit_code

AT_THE_LIMIT: Values = {"late_p99": LATE_MAX_MS, "generator_cpu": BUSY_SHARE}


def test_a_generator_at_its_limits_is_no_bottleneck() -> None:
    """Nor is one of which nothing is known."""
    assert bottleneck(AT_THE_LIMIT) == ""
    assert bottleneck({"late_p99": None, "generator_cpu": None}) == ""


@pytest.mark.parametrize(
    ("values", "word"),
    [({"late_p99": LATE_MAX_MS + 0.1}, "late"), ({"generator_cpu": BUSY_SHARE + 0.01}, "core")],
)
def test_one_past_a_limit_is_the_bottleneck(values: Values, word: str) -> None:
    """By its own lateness, or by its own CPU time, and the sentence says by which."""
    assert word in bottleneck(AT_THE_LIMIT | values)


def test_what_late_is_can_be_set() -> None:
    """For those who measure single milliseconds, or on a busy machine."""
    assert bottleneck({"late_p99": 3.0}, 2.0)
    assert not bottleneck({"late_p99": 30.0}, 40.0)


def test_exit_codes_tell_held_breached_and_no_verdict() -> None:
    """0, 1 and 2."""
    asked = [parse("lost==0"), parse("faults==0")]
    held = judge(asked, {"lost": 0, "faults": 0}, can_tell=True)
    breached = judge(asked, {"lost": 0, "faults": 1}, can_tell=True)
    untold = judge(asked, {"lost": 0, "faults": 1}, can_tell=False)
    assert [exit_code(held, ""), exit_code(breached, ""), exit_code(untold, "late")] == [0, 1, 2]
