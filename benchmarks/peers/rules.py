"""What is put on each peer, and what counts as carrying it. Pure: nothing here measures."""

import math

from msgspec import Struct

from benchmarks.figures import BUSY_SHARE, LOSS_MAX_PER_THOUSAND, Run
from benchmarks.load import Outcome, Plan
from benchmarks.peers.table import Peer

RATE_HZ = 20.0
STATE_HELD_SHARE = 0.90
"""Delivered of due from which a server that keeps a state is said to hold a load: its patches drift
against the clients' moves, and of two moves in one patch only the newer one is sent."""
P99_MAX_MS = 100.0
"""Of the ladder: later than this, and people see each other where they no longer are."""
BLOCKED_MAX_SHARE = 0.005
"""Moves that could not even be sent, since the server no longer reads, of all."""
JUDGED_MAX_HZ = 250_000
"""Updates a second that the generator judges on its one core; it counts the others."""

HELD, CANNOT, FAILED, GENERATOR = "held", "cannot", "failed", "generator"


class Shape(Struct, frozen=True):
    """So many clients, so many of them in a room, each with 20 moves a second."""

    clients: int
    room_size: int

    @property
    def name(self) -> str:
        """Clients and room, as the tables show it."""
        return f"{self.clients}/{self.room_size}"

    @property
    def updates_hz(self) -> float:
        """How many updates are due in a second."""
        return self.clients * self.room_size * RATE_HZ


SMALL, CROWD = Shape(50, 50), Shape(1000, 1000)
SHAPES = (SMALL, Shape(1000, 10), Shape(1000, 50), Shape(250, 250), Shape(500, 500), CROWD)
"""In the order of what is due in a second: who cannot hold one is not asked for the next."""


class Times(Struct, frozen=True, kw_only=True):
    """How long a run takes, and how often each is made."""

    settle_s: float = 0.5
    warmup_s: float
    window_s: float
    rounds: int


FULL = Times(warmup_s=1.0, window_s=3.0, rounds=3)
QUICK = Times(warmup_s=1.0, window_s=2.0, rounds=1)


def plan_for(peer: Peer, shape: Shape, times: Times) -> Plan:
    """The load of that shape in the peer's language."""
    return Plan(
        clients=shape.clients,
        room_size=shape.room_size,
        rate_hz=RATE_HZ,
        settle_s=times.settle_s,
        warmup_s=times.warmup_s,
        window_s=times.window_s,
        drain_s=1.0,
        wire=peer.wire,
        deflate=peer.deflate,
        check_every=max(1, math.ceil(shape.updates_hz / JUDGED_MAX_HZ)),
    )


def lost_per_thousand(run: Run) -> float | None:
    """Updates that never came, nor a newer one of that member, of those due to judged clients."""
    if run.outcome is None or not run.outcome.judged:
        return None
    return 1000 * run.outcome.lost / run.outcome.judged


def sent_wrong(outcome: Outcome) -> bool:
    """Whether an update came that must not have."""
    counts = (outcome.disorder, outcome.invented, outcome.foreign, outcome.wrong, outcome.refused)
    return any(counts) or outcome.received > outcome.expected


def is_held(peer: Peer, run: Run) -> bool:
    """Whether the peer carried the load: nothing wrong, nothing lost, not behind.

    A server that sends every move must deliver every move; one that keeps a state must lose nothing
    for good, and may skip a tenth.
    """
    if run.figures is None or run.outcome is None:
        return False
    if run.outcome.blocked > BLOCKED_MAX_SHARE * run.outcome.sent:
        return False
    if not peer.keeps_state:
        return run.held
    return (
        not run.figures.wrongs
        and (lost_per_thousand(run) or 0.0) <= LOSS_MAX_PER_THOUSAND
        and run.figures.delivered_share >= STATE_HELD_SHARE
    )


def is_generators(run: Run) -> bool:
    """Whether it was the generator that had no more to give, while the server had."""
    figures = run.figures
    return (
        figures is not None
        and figures.generator_share > BUSY_SHARE
        and figures.cpu_share < BUSY_SHARE
    )


def verdict(peer: Peer, run: Run) -> str:
    """`held`; `generator` where that was the bottleneck; `cannot`; or `failed`: no figures."""
    if run.figures is None:
        return FAILED
    if is_held(peer, run):
        return HELD
    return GENERATOR if is_generators(run) else CANNOT


def why_broken(peer: Peer, run: Run) -> str:
    """On the ladder: why a peer does not carry so many, empty where it does."""
    figures = run.figures
    if figures is None:
        return run.failure.splitlines()[0] if run.failure else "no result"
    late = figures.worst_p99_ms > P99_MAX_MS
    if is_held(peer, run) and not late:
        return ""
    if is_generators(run):
        return GENERATOR
    if figures.wrongs:
        return figures.wrongs[0]
    if late:
        return f"p99 {figures.worst_p99_ms:.0f} ms"
    return f"{figures.delivered_share:.0%} delivered in time"
