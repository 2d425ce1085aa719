"""The floods do what they say, and somebody who walks is measured beside them."""

import unicodedata

import pytest
from test_report import shown

from benchmarks.flooding import KINDS, LISTING, MARKED_NAME, Flooded, event_name
from benchmarks.floods import FloodRun, measure
from benchmarks.load import Latency
from benchmarks.report import Report
from virtubar.protocol.codec import encode
from virtubar.protocol.constants import MESSAGE_MAX_BYTES
from virtubar.protocol.events import HeartbeatAck


def test_the_name_of_marks_is_the_worst_that_fits_a_message() -> None:
    """Marks of descending class are what a stable sort has most to do with."""
    classes = [unicodedata.combining(mark) for mark in MARKED_NAME[1:1749]]
    assert classes == sorted(classes, reverse=True)
    assert 3_500 < len(MARKED_NAME.encode()) < MESSAGE_MAX_BYTES


def test_answers_are_counted_by_their_event() -> None:
    """Whatever the server says."""
    assert event_name(encode(HeartbeatAck(1, 2, 3), 4).decode()) == "heartbeat_ack"


def test_the_table_has_every_flood() -> None:
    """With what was felt and how the stranger was answered."""
    run = FloodRun(
        kind=LISTING,
        echo=Latency(count=10, p50_us=2_500, p99_us=9_000, max_us=12_000),
        missing_per_thousand=83.8,
        health_ms=1_116,
        flooded=Flooded(380, {"200": 380}),
    )
    report = Report(
        started_at="now", environment={}, runs=[], memory=[], decode_us=None, floods=[run]
    )
    text = shown(report)
    for said in (LISTING, "2.5", "9.0", "12.0", "83.8", "1116", "380 200"):
        assert said in text


@pytest.mark.parametrize("kind", [None, *(kind for kind in KINDS if kind != LISTING)])
@pytest.mark.timeout(120)
def test_walkers_are_measured_beside_a_flood(kind: str | None) -> None:
    """A short one of each against a real server, but for the one that takes a thousand rooms."""
    run = measure(kind, 0.5)
    assert run.echo.count > 0
    assert run.echo.p50_us <= run.echo.p99_us <= run.echo.max_us
    assert (run.flooded is None) == (kind is None)
    if run.flooded is not None:
        assert run.flooded.sent > 0
        assert run.flooded.answers
