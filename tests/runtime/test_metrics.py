"""What the server counts is text that Prometheus reads."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from virtubar.protocol.constants import CloseCode, ErrorCode, ServerEventName
from virtubar.runtime.metrics import Gauges, Histogram, Metrics


def samples(metrics: Metrics) -> dict[tuple[str, str], float]:
    """Every sample by its name and the value of its label, as Prometheus would read them."""
    found: dict[tuple[str, str], float] = {}
    for family in text_string_to_metric_families(metrics.text().decode()):
        assert family.documentation, family.name
        for sample in family.samples:
            key = (sample.name, next(iter(sample.labels.values()), ""))
            assert key not in found
            found[key] = sample.value
    return found


def test_a_server_that_did_nothing_counts_nothing() -> None:
    """All of it is there from the start, at zero."""
    found = samples(Metrics())
    assert found["virtubar_bytes_in_total", ""] == 0
    assert found["virtubar_flush_seconds_count", ""] == 0
    assert not any(value for value in found.values())


def test_events_are_counted_by_name() -> None:
    """One sample for each name; enumerations show their value."""
    metrics = Metrics()
    metrics.events_in["heartbeat"] += 2
    metrics.events_out[ServerEventName.ROOM_STATE] += 3
    metrics.drops[str(ErrorCode.MUTED)] += 4
    metrics.refusals["banned"] += 5
    metrics.closes[str(int(CloseCode.KICKED))] += 6
    metrics.traffic.bytes_in, metrics.traffic.bytes_out = 7, 8
    found = samples(metrics)
    assert found["virtubar_events_in_total", "heartbeat"] == 2
    assert found["virtubar_events_out_total", "room_state"] == 3
    assert found["virtubar_drops_total", "muted"] == 4
    assert found["virtubar_refusals_total", "banned"] == 5
    assert found["virtubar_closes_total", "4001"] == 6
    assert found["virtubar_bytes_in_total", ""] == 7
    assert found["virtubar_bytes_out_total", ""] == 8


def test_gauges_look_at_the_present() -> None:
    """Not at when they were made; without them there are none."""
    metrics = Metrics()
    assert ("virtubar_rooms", "") not in samples(metrics)
    present = [1, 2, 1, 3]
    metrics.gauges = Gauges(
        lambda: present[0],
        lambda: present[1],
        lambda: present[2],
        lambda: present[3],
        lambda: {"polling": present[0]},
    )
    present[:] = [4, 5, 2, 6]
    found = samples(metrics)
    names = ("connections", "members", "bots", "rooms")
    assert [found[f"virtubar_{name}", ""] for name in names] == [4, 5, 2, 6]
    assert found["virtubar_transports", "polling"] == 4


@pytest.mark.parametrize("histogram", ["flush", "age"])
def test_histograms_are_cumulative(histogram: str) -> None:
    """Each bucket counts what is at its bound or below; the last counts all."""
    metrics = Metrics()
    held: Histogram = getattr(metrics, histogram)
    for value_s in (0.0, 0.05, 0.0500001, 99.0):
        held.observe(value_s)
    name = {"flush": "virtubar_flush_seconds", "age": "virtubar_transform_age_seconds"}[histogram]
    found = samples(metrics)
    buckets = {
        float(bound): count for (key, bound), count in found.items() if key == f"{name}_bucket"
    }
    counts = [count for _, count in sorted(buckets.items())]
    assert counts == sorted(counts)
    assert buckets[0.05] == 2
    assert buckets[float("inf")] == found[f"{name}_count", ""] == 4
    assert found[f"{name}_sum", ""] == pytest.approx(99.1000001)


def test_a_scrape_changes_nothing() -> None:
    """Two in a row read the same."""
    metrics = Metrics()
    metrics.flush.observe(0.001)
    assert metrics.text() == metrics.text()


def test_label_values_cannot_break_the_text() -> None:
    """Names come from enumerations, but the format must hold whatever they are."""
    metrics = Metrics()
    metrics.events_in['a"b\\c\nd'] += 1
    assert samples(metrics)["virtubar_events_in_total", 'a"b\\c\nd'] == 1
