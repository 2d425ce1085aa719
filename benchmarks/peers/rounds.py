"""Every peer in every shape, in turns, and then up the ladder."""

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from benchmarks.figures import Run
from benchmarks.measuring import Measurer
from benchmarks.peers import ladder
from benchmarks.peers.figures import Line, line_of, not_run
from benchmarks.peers.ladder import Climb, next_rung
from benchmarks.peers.rules import (
    CROWD,
    GENERATOR,
    HELD,
    Shape,
    Times,
    plan_for,
    verdict,
    why_broken,
)
from benchmarks.peers.table import Peer
from benchmarks.servers import Server, ServerFailedError

TRIES = 2
"""Rounds without success after which a peer is out of a shape."""
SHAPES_SHARE = 0.7
"""Of the time, after which the shapes get no further round: the rest is the ladder's."""
NARROW_SHARE = 0.9
"""Delivered of due from which a rung that broke is tried once more: it may have been chance."""


class Chosen(Struct, frozen=True, kw_only=True):
    """What of it all is measured.

    Attributes:
        rungs: of the ladder; none leaves it out.
        seconds: after which no further round begins, and no further rung is tried.
    """

    peers: Sequence[Peer]
    shapes: Sequence[Shape]
    times: Times
    rungs: Sequence[int]
    seconds: float


def is_out(peer: Peer, line: Line, runs: Sequence[Run]) -> bool:
    """Whether a peer that was measured so is not asked for more.

    Only where it had the machine to itself: whoever takes rooms of 50 is shown in larger ones too,
    with what it did deliver.
    """
    if line.held or line.verdict == GENERATOR or peer.is_ours:
        return False
    alone = [run for run in runs if run.figures is None or not run.figures.disturbed]
    return line.shape.room_size <= ladder.ROOM_SIZE and bool(alone)


class Rounds:
    """One benchmark run: who is measured with what, and what was found.

    Args:
        programs: the compiled floor and load generator, by name.
        say: told what happens, a line at a time.
    """

    def __init__(
        self, programs: dict[str, Path], chosen: Chosen, say: Callable[[str], None]
    ) -> None:
        self._chosen = chosen
        self._say = say
        self._measurer = Measurer(programs["load"], say)
        self._began = time.monotonic()
        self._servers: dict[str, Server] = {}
        self._out: dict[str, Shape] = {}
        self.runs: list[Run] = []
        self.lines: list[Line] = []
        self.climbs: list[Climb] = []
        self.failures: list[str] = []
        for peer in chosen.peers:
            try:
                self._servers[peer.name] = peer.start(programs["floor"])
            except ServerFailedError as error:
                self.failures.append(f"{peer.name}: {error}")

    def measure(self) -> None:
        """All of it."""
        for shape in self._chosen.shapes:
            self._measure_shape(shape)
        for peer in self._chosen.peers if self._chosen.rungs else ():
            if peer.name in self._servers:
                self.climbs.append(self._climb(peer))

    def _is_late(self, share: float = 1.0) -> bool:
        """Whether that share of the time is over."""
        return time.monotonic() > self._began + share * self._chosen.seconds

    def _measure_shape(self, shape: Shape) -> None:
        """Rounds of every peer, each begun by another one, so that a drift hits all alike."""
        runs: dict[str, list[Run]] = defaultdict(list)
        peers = [peer for peer in self._chosen.peers if peer.name in self._servers]
        asked = [peer for peer in peers if peer.name not in self._out]
        for turn in range(self._chosen.times.rounds):
            if turn and self._is_late(SHAPES_SHARE):
                self._say(f"out of time: {shape.name} has had {turn} of its rounds")
                break
            for peer in asked[turn % len(asked) :] + asked[: turn % len(asked)] if asked else ():
                if not self._has_given_up(peer, shape, runs[peer.name]):
                    runs[peer.name].append(self._run(peer, shape))
        for peer in peers:
            self.lines.append(self._line(peer, shape, runs[peer.name]))

    def _has_given_up(self, peer: Peer, shape: Shape, runs: Sequence[Run]) -> bool:
        tries = 1 if shape == CROWD else TRIES
        return len(runs) >= tries and all(verdict(peer, run) != HELD for run in runs)

    def _line(self, peer: Peer, shape: Shape, runs: Sequence[Run]) -> Line:
        if not runs:
            before = self._out.get(peer.name)
            return not_run(peer, shape, f"did not hold {before.name}" if before else "no time")
        line = line_of(peer, shape, runs)
        if is_out(peer, line, runs):
            self._out.setdefault(peer.name, shape)
        return line

    def _run(self, peer: Peer, shape: Shape) -> Run:
        self._say(f"{peer.name}, {shape.name}")
        plan = plan_for(peer, shape, self._chosen.times)
        run = replace(self._measurer.measure(self._servers[peer.name], plan), server=peer.name)
        self.runs.append(run)
        if run.figures is not None and run.figures.cpu_us is not None:
            self._say(
                f"  {verdict(peer, run)}: {run.figures.cpu_us:.3f} µs, "
                f"{run.figures.delivered_share:.1%}, p99 {run.figures.worst_p99_ms:.0f} ms"
            )
        return run

    def _climb(self, peer: Peer) -> Climb:
        rungs, tried = self._chosen.rungs, dict[int, bool]()
        last: dict[int, Run] = {}
        start = self._start_of(peer)
        while (clients := next_rung(tried, rungs, start)) is not None and not self._is_late():
            run = self._run(peer, Shape(clients, ladder.ROOM_SIZE))
            if why_broken(peer, run) and self._is_narrow(run):
                run = self._run(peer, Shape(clients, ladder.ROOM_SIZE))
            last[clients], tried[clients] = run, not why_broken(peer, run)
        return self._how_far(peer, last, tried)

    def _start_of(self, peer: Peer) -> int:
        """The most clients in rooms of 50 that its shapes have shown it to hold."""
        size, rungs = ladder.ROOM_SIZE, self._chosen.rungs
        held = [
            one.shape.clients
            for one in self.lines
            if one.peer == peer.name
            and one.held
            and one.shape.room_size == size
            and one.shape.clients in rungs
        ]
        return max(held, default=rungs[0])

    @staticmethod
    def _is_narrow(run: Run) -> bool:
        return run.figures is not None and run.figures.delivered_share > NARROW_SHARE

    def _how_far(self, peer: Peer, last: dict[int, Run], tried: dict[int, bool]) -> Climb:
        held = max((clients for clients, ok in tried.items() if ok), default=0)
        broke = min((clients for clients, ok in tried.items() if not ok), default=None)
        figures = last[held].figures if held else None
        why = why_broken(peer, last[broke]) if broke is not None else ""
        if next_rung(tried, self._chosen.rungs, held) is not None:
            why = "out of time"
        return Climb(
            peer=peer.name,
            held=held,
            broke=broke,
            why=why,
            p99_ms=figures.worst_p99_ms if figures else None,
            cpu_share=figures.cpu_share if figures else None,
        )
