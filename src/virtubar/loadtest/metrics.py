"""The figures of a load test by name: what may be expected, shown and stored. Pure."""

from collections.abc import Mapping
from typing import Final, Literal

from msgspec import Struct

Kind = Literal["time", "share", "rate", "count"]
ERROR_PREFIX: Final = "errors."
"""Before the code of an error that is counted by itself."""


class Metric(Struct, frozen=True):
    """What a figure is, in words, and in what it is told: ms, a share of 1, bytes a second, or a
    count."""

    kind: Kind
    what: str


METRICS: Final[Mapping[str, Metric]] = {
    "age_p50": Metric("time", "age of transforms: from the moment one was due to its arrival"),
    "age_p95": Metric("time", "of 95 in 100 no more"),
    "age_p99": Metric("time", "of 99 in 100 no more"),
    "age_max": Metric("time", "the oldest"),
    "delivered": Metric("share", "updates that arrived, of those sent while the receiver was in"),
    "skipped": Metric("count", "updates that never came, but a newer one of that client did"),
    "lost": Metric("count", "updates that never came, nor a newer one of that client"),
    "faults": Metric("count", "duplicates, out_of_order, wrong and unreadable together"),
    "duplicates": Metric("count", "updates that came twice"),
    "out_of_order": Metric("count", "updates that came after a newer one"),
    "wrong": Metric("count", "updates that say what was never sent"),
    "unreadable": Metric("count", "messages that are none of the protocol"),
    "bytes_per_client": Metric("rate", "payload that each client received"),
    "joined": Metric("share", "clients that came in"),
    "join_p50": Metric("time", "from the moment a client was to come to its being in"),
    "join_p95": Metric("time", "of 95 in 100 no more"),
    "join_max": Metric("time", "the slowest"),
    "reconnects": Metric("count", "connections that broke and were tried again"),
    "errors": Metric("count", "refusals, errors and closes, of every code"),
    "late_p99": Metric("time", "how late the generator itself sent"),
    "late_max": Metric("time", "the latest that it sent"),
    "generator_cpu": Metric("share", "of one core, what the generator took"),
}


def kind_of(metric: str) -> Kind | None:
    """In what a metric is told; None where there is no such metric."""
    if metric.startswith(ERROR_PREFIX) and len(metric) > len(ERROR_PREFIX):
        return "count"
    found = METRICS.get(metric)
    return None if found is None else found.kind


def shown(metric: str, value: float | None) -> str:
    """A metric's value for people, with its unit."""
    if value is None:
        return "nothing measured"
    match kind_of(metric):
        case "time":
            return f"{value:,.1f} ms"
        case "share":
            return f"{value:.2%}"
        case "rate":
            return f"{value / 1000:,.2f} KB/s"
        case _:
            return f"{value:,.0f}"
