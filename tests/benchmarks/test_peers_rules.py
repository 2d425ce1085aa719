"""What is put on each peer, what counts as carrying it, and what its rounds come to."""

from typing import Any

import pytest
from msgspec.structs import replace
from samples import outcome, state

from benchmarks.figures import Run, figures_of
from benchmarks.load import Latency, Plan
from benchmarks.peers.figures import Line, Spread, find, least, line_of, not_run, ratio
from benchmarks.peers.rounds import is_out
from benchmarks.peers.rules import (
    CANNOT,
    FAILED,
    FULL,
    GENERATOR,
    HELD,
    SHAPES,
    SMALL,
    Shape,
    is_held,
    plan_for,
    sent_wrong,
    verdict,
    why_broken,
)
from benchmarks.peers.table import FLOOR, NEAREST, OURS, PEERS, named

SENDER, STATE = named(OURS), named(NEAREST)
LATE = Latency(count=10, p50_us=50_000, p99_us=130_000, max_us=200_000)


def made(cpu_ticks: int = 50, **changes: Any) -> Run:
    """A run of 1 s with a million updates, all right but for the changes."""
    measured = outcome(cpu_ticks, **{"judged": 100_000, **changes})
    return Run(server="any", plan=Plan(clients=50), outcome=measured, figures=figures_of(measured))


def skipping(share: float, lost: int = 0) -> Run:
    """That share of the updates did not come; of those judged, so many were lost for good."""
    came = int(1_000_000 * (1 - share))
    return made(received=came, delivered=came, lost=lost, skipped=int(100_000 * share) - lost)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_the_generator_judges_somebody_in_every_room(shape: Shape) -> None:
    """As many as its core is enough for, and never nobody."""
    every = plan_for(SENDER, shape, FULL).check_every
    assert 1 <= every <= shape.room_size
    assert shape.updates_hz / every <= 250_000
    assert every == 1 or shape.updates_hz > 250_000


def test_every_peer_gets_the_same_load_in_its_own_language() -> None:
    """What differs is the language and the compression."""
    plans = [plan_for(peer, SMALL, FULL) for peer in PEERS]
    same = {replace(plan, wire="", deflate=False) for plan in plans}
    assert len(same) == 1
    assert [plan.wire for plan in plans] == [peer.wire for peer in PEERS]


def test_shapes_come_in_the_order_of_what_is_due() -> None:
    """So that who cannot hold one need not be asked for the next."""
    assert list(SHAPES) == sorted(SHAPES, key=lambda shape: shape.updates_hz)


def test_a_state_may_skip_what_a_sender_must_send() -> None:
    """One update in twenty overtaken by a newer one: fine in a state, a loss among events."""
    assert is_held(STATE, skipping(0.05))
    assert not is_held(SENDER, skipping(0.05))
    assert is_held(SENDER, skipping(0.004))


@pytest.mark.parametrize(
    "run",
    [
        skipping(0.11),
        skipping(0.05, lost=501),
        made(disorder=1),
        made(blocked=101),
        Run(server="any", plan=Plan(clients=50), failure="no"),
    ],
    ids=["too much skipped", "lost for good", "wrong", "not even sent", "failed"],
)
def test_a_state_that_is_wrong_or_behind_does_not_hold(run: Run) -> None:
    """Skipping is all that is forgiven."""
    assert not is_held(STATE, run)


def test_the_verdict_says_whose_limit_it_was() -> None:
    """A generator without a free moment, while the server has one, is no figure for the server."""
    behind: dict[str, Any] = {"delivered": 500_000, "received": 500_000}
    assert verdict(SENDER, made()) == HELD
    assert verdict(SENDER, made(**behind)) == CANNOT
    assert verdict(SENDER, made(**behind, generator_cpu_seconds=0.99)) == GENERATOR
    assert verdict(SENDER, made(99, **behind, generator_cpu_seconds=0.99)) == CANNOT
    assert verdict(SENDER, made(generator_cpu_seconds=0.99)) == HELD
    assert verdict(SENDER, Run(server="any", plan=Plan(clients=1), failure="no")) == FAILED


def test_a_rung_breaks_by_lateness_by_loss_and_by_the_generator() -> None:
    """And says which."""
    assert why_broken(SENDER, made()) == ""
    assert why_broken(SENDER, made(others=LATE)) == "p99 130 ms"
    assert why_broken(SENDER, made(echo=LATE, generator_cpu_seconds=0.99)) == GENERATOR
    assert why_broken(SENDER, skipping(0.05)) == "95% delivered in time"
    assert why_broken(SENDER, made(gone=2)) == "2 connections ended by the server"
    failed = Run(server="any", plan=Plan(clients=1), failure="it said:\nmuch")
    assert why_broken(SENDER, failed) == "it said:"


def rounded(spread: Spread | None) -> Spread:
    """Without the noise of binary fractions."""
    assert spread is not None
    return Spread(*(round(part, 6) for part in (spread.median, spread.least, spread.most)))


def test_a_line_is_the_median_of_the_rounds_that_held() -> None:
    """With its spread, which is flagged where it is over a fifth."""
    close = line_of(SENDER, SMALL, [made(50), made(55), made(52)])
    assert (close.verdict, close.rounds, close.held_rounds) == (HELD, 3, 3)
    assert rounded(close.cpu_us) == Spread(0.52, 0.5, 0.55)
    assert close.bytes == 185
    assert (close.p50_ms, close.p99_ms) == (2.0, 11.0)
    assert not close.is_flagged
    wide = line_of(SENDER, SMALL, [made(50), made(62), made(52)])
    assert wide.is_flagged
    one_behind = line_of(SENDER, SMALL, [made(50), made(90, delivered=500_000), made(52)])
    assert (one_behind.verdict, one_behind.held_rounds) == (HELD, 2)
    assert rounded(one_behind.cpu_us) == Spread(0.51, 0.5, 0.52)


def test_half_of_the_rounds_are_not_enough() -> None:
    """A peer that holds one time in two does not hold."""
    line = line_of(SENDER, SMALL, [made(), skipping(0.5)])
    assert line.verdict == CANNOT
    assert line.delivered_share == 0.75


def test_a_line_without_figures_says_why() -> None:
    """In the first line of what went wrong."""
    failed = Run(server="any", plan=Plan(clients=1), failure="it said:\nmuch")
    line = line_of(SENDER, SMALL, [failed])
    assert (line.verdict, line.reason) == (FAILED, "it said:")


def lines() -> list[Line]:
    """The floor, two who held, one who did not, one who was not asked."""
    return [
        line_of(named(FLOOR), SMALL, [made(10)]),
        line_of(SENDER, SMALL, [made(60)]),
        line_of(STATE, SMALL, [made(50)]),
        line_of(named("ws"), SMALL, [made(1, delivered=1)]),
        not_run(named("FastAPI"), SMALL, "no time"),
    ]


def test_the_best_are_those_who_held() -> None:
    """The floor aside, which is no server that one could use."""
    ranked = least(lines(), SMALL, lambda line: line.median_cpu_us)
    assert [(line.peer, round(value, 6)) for value, line in ranked] == [(NEAREST, 0.5), (OURS, 0.6)]


def test_a_ratio_needs_two_who_held() -> None:
    """Against who delivers nothing everybody would look cheap, or dear."""

    def cpu(line: Line) -> float | None:
        return line.median_cpu_us

    found = lines()
    ours = find(found, OURS, SMALL)
    assert ratio(ours, find(found, NEAREST, SMALL), cpu) == pytest.approx(1.2)
    assert ratio(ours, find(found, "ws", SMALL), cpu) is None
    assert ratio(ours, find(found, "FastAPI", SMALL), cpu) is None
    assert ratio(ours, None, cpu) is None


@pytest.mark.parametrize(
    "kind", ["disorder", "invented", "foreign", "wrong", "refused"], ids=lambda kind: kind
)
def test_what_must_not_come_is_a_fault_and_a_lost_connection_is_not(kind: str) -> None:
    """Whoever cannot carry a load may end connections; nobody may invent updates."""
    assert sent_wrong(outcome(**{kind: 1}))
    assert sent_wrong(outcome(received=1_000_001))
    assert not sent_wrong(outcome(gone=500, received=10))


def test_only_an_undisturbed_failure_in_small_rooms_puts_a_peer_out() -> None:
    """The machine's fault is nobody's, and large rooms are shown whoever holds them."""
    failed, other = skipping(0.5), skipping(0.5)
    disturbed = made(delivered=1, after=state(1050, 500))
    assert disturbed.figures is not None
    assert disturbed.figures.disturbed
    large = Shape(250, 250)
    sender = named("ws")
    assert is_out(sender, line_of(sender, SMALL, [failed, other]), [failed, other])
    assert not is_out(sender, line_of(sender, SMALL, [disturbed]), [disturbed])
    assert not is_out(sender, line_of(sender, large, [failed]), [failed])
    assert not is_out(sender, line_of(sender, SMALL, [made()]), [made()])
    assert not is_out(SENDER, line_of(SENDER, SMALL, [failed]), [failed])
