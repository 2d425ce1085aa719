"""What is asked of a server, and what became of it."""

from pathlib import Path

import pytest

from virtubar.errors import ConfigurationError
from virtubar.loadtest.expectations import all_expectations, judge, parse
from virtubar.loadtest.metrics import METRICS, shown


@pytest.mark.parametrize(
    ("text", "metric", "limit"),
    [
        ("age_p99<100ms", "age_p99", 100.0),
        (" age_p50 <= 0.5 s ", "age_p50", 500.0),
        ("delivered>=99.5%", "delivered", 0.995),
        ("joined==1", "joined", 1.0),
        ("bytes_per_client<40KB/s", "bytes_per_client", 40_000.0),
        ("bytes_per_client<1MB", "bytes_per_client", 1_000_000.0),
        ("reconnects==0", "reconnects", 0.0),
        ("errors.rate_limited<3", "errors.rate_limited", 3.0),
    ],
)
def test_an_expectation_is_a_metric_and_a_limit(text: str, metric: str, limit: float) -> None:
    """In the metric's own unit, whichever it was given in."""
    expectation = parse(text)
    assert expectation.metric == metric
    assert expectation.limit == pytest.approx(limit)


@pytest.mark.parametrize(
    ("comparison", "held"),
    [("<", [1]), ("<=", [1, 2]), (">", [3]), (">=", [2, 3]), ("==", [2])],
)
def test_each_comparison_holds_on_its_own_side(comparison: str, held: list[int]) -> None:
    """At the limit and on both sides of it."""
    expectation = parse(f"reconnects{comparison}2")
    assert [value for value in (1, 2, 3) if expectation.holds(value)] == held


def test_an_unknown_metric_is_answered_with_all_that_there_are() -> None:
    """Whoever mistypes one need not look for the documentation."""
    with pytest.raises(ConfigurationError) as caught:
        parse("age_p98<100ms")
    assert all(name in str(caught.value) for name in METRICS)
    assert "'age_p98'" in str(caught.value)


@pytest.mark.parametrize(
    "text", ["age_p99", "age_p99<", "age_p99=5ms", "age_p99<100", "age_p99<5%", "joined>1ms", ""]
)
def test_what_is_no_expectation_is_refused(text: str) -> None:
    """Also where only the unit is missing or another's: 100 of what?"""
    with pytest.raises(ConfigurationError):
        parse(text)


def test_everybody_in_and_nothing_wrong_is_always_expected() -> None:
    """Unless something else is asked of these two."""
    assert [one.text for one in all_expectations([])] == ["joined==100%", "faults==0"]
    asked = all_expectations(["joined>=90%", "age_p99<1s"])
    assert [one.text for one in asked] == ["joined>=90%", "age_p99<1s", "faults==0"]


def test_a_verdict_has_its_value() -> None:
    """Held or breached, with what was measured; an error that never came is none."""
    asked = [parse("age_p99<100ms"), parse("lost==0"), parse("errors.room_full==0")]
    verdicts = judge(asked, {"age_p99": 120.0, "lost": 0}, can_tell=True)
    assert [verdict.outcome for verdict in verdicts] == ["breached", "held", "held"]
    assert verdicts[0].sentence == "age_p99<100ms: 120.0 ms"


def test_where_nothing_was_measured_nothing_holds() -> None:
    """A test in which nothing arrived must not pass."""
    (verdict,) = judge([parse("age_p99<100ms")], {"age_p99": None}, can_tell=True)
    assert verdict.outcome == "breached"
    assert verdict.sentence == "age_p99<100ms: nothing measured"


def test_a_generator_that_was_the_bottleneck_has_no_verdict() -> None:
    """Neither way."""
    asked = [parse("age_p99<100ms"), parse("lost==0")]
    verdicts = judge(asked, {"age_p99": 1.0, "lost": 5}, can_tell=False)
    assert {verdict.outcome for verdict in verdicts} == {"no verdict"}


def test_values_are_shown_with_their_unit() -> None:
    """As an expectation would give them."""
    shown_values = [shown("age_p50", 12.34), shown("joined", 0.5), shown("lost", 1234)]
    assert shown_values == ["12.3 ms", "50.00%", "1,234"]
    assert shown("bytes_per_client", 12_340.0) == "12.34 KB/s"


def test_the_documentation_names_every_metric() -> None:
    """Whoever writes an expectation finds them there (docs/loadtest.md)."""
    text = (Path(__file__).parents[2] / "docs" / "loadtest.md").read_text(encoding="utf-8")
    assert [name for name in METRICS if f"`{name}`" not in text] == []
