"""From the rounds of one peer in one shape to one line. Pure: nothing here measures."""

from collections.abc import Callable, Iterable, Sequence
from statistics import median

from msgspec import Struct

from benchmarks.figures import BUSY_SHARE, Run
from benchmarks.peers.rules import (
    CANNOT,
    FAILED,
    GENERATOR,
    HELD,
    Shape,
    lost_per_thousand,
    verdict,
)
from benchmarks.peers.table import FLOOR, Peer

SPREAD_MAX = 0.20
"""From the least to the most of the rounds, of their median; beyond, the line is flagged."""
NOT_RUN = "not run"


class Spread(Struct, frozen=True):
    """The median of some rounds, and between what they lay."""

    median: float
    least: float
    most: float

    @property
    def share(self) -> float:
        """From the least to the most, of the median."""
        return (self.most - self.least) / self.median if self.median else 0.0


class Line(Struct, frozen=True, kw_only=True):
    """One peer in one shape, over all rounds that it held, or, where there are none, all it ran.

    Attributes:
        verdict: that of rules.verdict for most rounds, or `not run`.
        reason: why it was not run.
        cpu_us, bytes: per update that arrived.
        p50_ms, p99_ms: added latency, the worse of echo and room mates.
        delivered_share: of due, in the window.
        missing_per_thousand, lost_per_thousand: never came; never came, nor a newer one.
        cpu_share, generator_share, others_share: of one core each: the server, the generator and
            whatever else ran on the two cores; the most of the rounds for the last two.
    """

    peer: str
    shape: Shape
    verdict: str
    reason: str = ""
    rounds: int = 0
    held_rounds: int = 0
    cpu_us: Spread | None = None
    bytes: float | None = None
    p50_ms: float | None = None
    p99_ms: float | None = None
    delivered_share: float | None = None
    missing_per_thousand: float | None = None
    lost_per_thousand: float | None = None
    cpu_share: float | None = None
    generator_share: float | None = None
    others_share: float | None = None

    @property
    def held(self) -> bool:
        """Whether its figures may be compared."""
        return self.verdict == HELD

    @property
    def median_cpu_us(self) -> float | None:
        """CPU per update, of the rounds' median."""
        return self.cpu_us.median if self.cpu_us is not None else None

    @property
    def is_flagged(self) -> bool:
        """Whether the rounds differ by more than a fifth."""
        return self.cpu_us is not None and self.cpu_us.share > SPREAD_MAX

    @property
    def is_generator_busy(self) -> bool:
        """Whether the generator's own queue is in the latency."""
        return self.generator_share is not None and self.generator_share > BUSY_SHARE


def not_run(peer: Peer, shape: Shape, reason: str) -> Line:
    """The line of a peer that was not asked."""
    return Line(peer=peer.name, shape=shape, verdict=NOT_RUN, reason=reason)


def line_of(peer: Peer, shape: Shape, runs: Sequence[Run]) -> Line:
    """What the rounds of one peer in one shape come to."""
    verdicts = [verdict(peer, run) for run in runs]
    held = [run for run, said in zip(runs, verdicts, strict=True) if said == HELD]
    overall = _overall(verdicts)
    counted = held if overall == HELD else runs
    measured = [run for run in counted if run.figures is not None]
    figures = [run.figures for run in measured if run.figures is not None]
    if not figures:
        reason = next((run.failure for run in runs if run.failure), "no result")
        return Line(
            peer=peer.name, shape=shape, verdict=FAILED, reason=_first(reason), rounds=len(runs)
        )
    wrongs = next((f.wrongs for f in figures if f.wrongs), ())
    return Line(
        peer=peer.name,
        shape=shape,
        verdict=overall,
        reason=wrongs[0] if wrongs and overall != HELD else "",
        rounds=len(runs),
        held_rounds=len(held),
        cpu_us=_spread(f.cpu_us for f in figures),
        bytes=_median(f.bytes for f in figures),
        p50_ms=_median(f.worst_p50_ms for f in figures),
        p99_ms=_median(f.worst_p99_ms for f in figures),
        delivered_share=_median(f.delivered_share for f in figures),
        missing_per_thousand=_median(f.missing_per_thousand for f in figures),
        lost_per_thousand=_median(map(lost_per_thousand, measured)),
        cpu_share=_median(f.cpu_share for f in figures),
        generator_share=max(f.generator_share for f in figures),
        others_share=max(f.others_share for f in figures),
    )


def _overall(verdicts: Sequence[str]) -> str:
    """What most rounds say; a peer that held only half of them does not hold."""
    if 2 * verdicts.count(HELD) > len(verdicts):
        return HELD
    rest = [said for said in verdicts if said != HELD]
    return max((GENERATOR, CANNOT, FAILED), key=rest.count)


def _first(text: str) -> str:
    return text.splitlines()[0] if text else text


def _median(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None


def _spread(values: Iterable[float | None]) -> Spread | None:
    known = [value for value in values if value is not None]
    return Spread(median(known), min(known), max(known)) if known else None


def find(lines: Sequence[Line], peer: str, shape: Shape) -> Line | None:
    """The line of that peer in that shape."""
    return next((one for one in lines if (one.peer, one.shape) == (peer, shape)), None)


def ratio(
    ours: Line | None, theirs: Line | None, read: Callable[[Line], float | None]
) -> float | None:
    """One's figure in multiples of another's; None unless both were held."""
    if ours is None or theirs is None or not (ours.held and theirs.held):
        return None
    one, other = read(ours), read(theirs)
    return one / other if one is not None and other else None


def least(
    lines: Sequence[Line], shape: Shape, read: Callable[[Line], float | None]
) -> list[tuple[float, Line]]:
    """Those who held a shape, the floor aside, from the least of something to the most."""
    read_lines = [(read(one), one) for one in lines if one.shape == shape and one.held]
    found = [(value, one) for value, one in read_lines if value is not None and one.peer != FLOOR]
    return sorted(found, key=lambda pair: pair[0])
