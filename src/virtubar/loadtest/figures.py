"""From counts to the figures of metrics.py. Pure."""

from collections.abc import Sequence

from msgspec import Struct

from virtubar.loadtest.metrics import ERROR_PREFIX
from virtubar.loadtest.tally import Receiver, Tally

Values = dict[str, float | None]
"""By metric."""


class Sample(Struct, frozen=True, kw_only=True, rename="camel"):
    """One second of a test.

    Attributes:
        at_s: since the first client was to come.
        members: who is in.
        age_p50, age_p99, late_p99: ms, None where nothing came or was sent.
        updates_hz: received by all clients.
        bytes_per_client: a second.
        cpu: of one core, what the generator took.
    """

    at_s: float
    members: int
    age_p50: float | None
    age_p99: float | None
    updates_hz: float
    bytes_per_client: float
    late_p99: float | None
    cpu: float


def figures_of(
    tally: Tally,
    receivers: Sequence[Receiver],
    *,
    window_s: float,
    received_bytes: int,
    cpu_s: float,
) -> Values:
    """Every metric, and one for each code of an error that came.

    Args:
        tally: rolled.
        receivers: one a client.
        window_s, received_bytes, cpu_s: how long the window was, and what was received and how
            much CPU time the generator took in it.
    """
    expected = sum(receiver.expected for receiver in receivers)
    lost = sum(receiver.lost for receiver in receivers)
    faults = tally.duplicates + tally.out_of_order + tally.wrong + tally.unreadable
    values: Values = {
        "age_p50": tally.ages.quantile_ms(0.5),
        "age_p95": tally.ages.quantile_ms(0.95),
        "age_p99": tally.ages.quantile_ms(0.99),
        "age_max": tally.ages.quantile_ms(1.0),
        "delivered": min(1.0, tally.received / expected) if expected else None,
        "skipped": max(0, expected - tally.received - lost),
        "lost": lost,
        "faults": faults,
        "duplicates": tally.duplicates,
        "out_of_order": tally.out_of_order,
        "wrong": tally.wrong,
        "unreadable": tally.unreadable,
        "bytes_per_client": received_bytes / window_s / len(receivers) if window_s else None,
        "joined": tally.joined / len(receivers),
        "join_p50": tally.joins.quantile_ms(0.5),
        "join_p95": tally.joins.quantile_ms(0.95),
        "join_max": tally.joins.quantile_ms(1.0),
        "reconnects": tally.reconnects,
        "errors": tally.errors.total(),
        "late_p99": tally.late.quantile_ms(0.99),
        "late_max": tally.late.quantile_ms(1.0),
        "generator_cpu": cpu_s / window_s if window_s else None,
    }
    return values | {f"{ERROR_PREFIX}{code}": n for code, n in sorted(tally.errors.items())}
