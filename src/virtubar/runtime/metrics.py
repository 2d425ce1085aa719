"""What the server counts, as Prometheus reads it.

The hot path adds to plain numbers; only a scrape makes metric objects of them.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from virtubar.runtime.traffic import Traffic

_FLUSH_BOUNDS_S = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1)
_AGE_BOUNDS_S = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.03, 0.05, 0.08, 0.12, 0.25, 0.5)


class Histogram:
    """Counts of observations up to each bound, in seconds."""

    __slots__ = ("_bounds", "_counts", "_sum")

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds = tuple(bounds)
        self._counts = [0] * (len(bounds) + 1)
        self._sum = 0.0

    def observe(self, value_s: float) -> None:
        """Count one observation."""
        self._counts[bisect_left(self._bounds, value_s)] += 1
        self._sum += value_s

    def family(self, name: str, text: str) -> HistogramMetricFamily:
        """The histogram as Prometheus wants it, cumulative."""
        buckets: list[tuple[str, float]] = []
        total = 0
        for bound, count in zip((*map(str, self._bounds), "+Inf"), self._counts, strict=True):
            total += count
            buckets.append((bound, total))
        return HistogramMetricFamily(name, text, buckets=buckets, sum_value=self._sum)


class Gauges:
    """Functions that look at the present: how many connections, members, bots among them and
    rooms there are, and how many connections of each transport."""

    def __init__(
        self,
        connections: Callable[[], int],
        members: Callable[[], int],
        bots: Callable[[], int],
        rooms: Callable[[], int],
        transports: Callable[[], Mapping[str, int]],
    ) -> None:
        self.connections = connections
        self.members = members
        self.bots = bots
        self.rooms = rooms
        self.transports = transports


class ChatFigures(Protocol):
    """What whoever stores chat counts.

    Attributes:
        waiting: messages that are not stored yet.
        stored, dropped: messages since the start.
        failures: batches that storage did not take; they are tried again.
    """

    stored: int
    dropped: int
    failures: int

    @property
    def waiting(self) -> int:
        """Messages that are not stored yet."""
        ...


class Metrics(Collector):
    """The server's counters.

    Attributes:
        events_in, events_out: by event name; out counts once for each receiver.
        drops: events that were not let through, by reason.
        refusals: joins and upgrades that were refused, by code.
        closes: connections that the server closed, by close code.
        traffic: bytes in and out.
        flush: seconds that one flush of one room took.
        age: seconds from a transform's motion time to its flush, one sample a flush.
    """

    def __init__(self) -> None:
        self.events_in: Counter[str] = Counter()
        self.events_out: Counter[str] = Counter()
        self.drops: Counter[str] = Counter()
        self.refusals: Counter[str] = Counter()
        self.closes: Counter[str] = Counter()
        self.traffic = Traffic()
        self.flush = Histogram(_FLUSH_BOUNDS_S)
        self.age = Histogram(_AGE_BOUNDS_S)
        self.gauges: Gauges | None = None
        self.chat: ChatFigures | None = None
        self._registry = CollectorRegistry()
        self._registry.register(self)

    def text(self) -> bytes:
        """Everything in the Prometheus text format."""
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        """Every metric with its value now."""
        if self.gauges is not None:
            yield _gauge("virtubar_connections", "Open sockets.", self.gauges.connections())
            yield _gauge("virtubar_members", "Members of all rooms.", self.gauges.members())
            yield _gauge("virtubar_bots", "Members that are bots.", self.gauges.bots())
            yield _gauge("virtubar_rooms", "Rooms that can be joined.", self.gauges.rooms())
            yield _transports(self.gauges.transports())
        yield _counts("virtubar_events_in", "Events received, by name.", "event", self.events_in)
        yield _counts("virtubar_events_out", "Events delivered.", "event", self.events_out)
        yield _counts("virtubar_drops", "Events not let through.", "reason", self.drops)
        yield _counts("virtubar_refusals", "Refused joins and upgrades.", "code", self.refusals)
        yield _counts("virtubar_closes", "Sockets closed by the server.", "code", self.closes)
        sent = self.traffic
        yield CounterMetricFamily("virtubar_bytes_in", "Payload bytes in.", sent.bytes_in)
        yield CounterMetricFamily("virtubar_bytes_out", "Frame bytes out.", sent.bytes_out)
        if self.chat is not None:
            yield from _chat(self.chat)
        yield self.flush.family("virtubar_flush_seconds", "Time one flush took.")
        yield self.age.family("virtubar_transform_age_seconds", "Motion time to flush.")


def _chat(chat: ChatFigures) -> Iterator[Metric]:
    yield _gauge("virtubar_chat_waiting", "Messages not stored yet.", chat.waiting)
    counted = {"stored": chat.stored, "dropped": chat.dropped}
    for name, value in counted.items():
        yield CounterMetricFamily(f"virtubar_chat_{name}", f"Messages {name}.", value)
    yield CounterMetricFamily("virtubar_chat_failures", "Batches not taken.", chat.failures)


def _transports(counts: Mapping[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily("virtubar_transports", "Open sockets.", labels=["transport"])
    for transport, count in counts.items():
        family.add_metric([transport], count)
    return family


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, value)


def _counts(name: str, text: str, label: str, counts: Counter[str]) -> CounterMetricFamily:
    family = CounterMetricFamily(name, text, labels=[label])
    for value, count in sorted(counts.items()):
        family.add_metric([str(value)], count)
    return family
