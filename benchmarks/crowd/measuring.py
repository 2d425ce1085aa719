"""Rooms of walkers, one after the other, each on a fresh server."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from msgspec.structs import replace

from benchmarks.crowd.rules import FULL, LARGE, Line, Reader, Times, line_of, plan_for
from benchmarks.figures import Run, figures_of
from benchmarks.load import LoadFailedError, run_load
from benchmarks.servers import ServerFailedError, VirtuBar, run_server

MEDIANS = (
    *("cpu_share", "bytes_per_s", "bytes_per_s_max", "second_bytes_max", "updates_per_s"),
    *("behind_p50_ms", "behind_p99_ms", "near_p99_ms", "anybody_max_ms"),
    *("approach_p50_ms", "approach_p99_ms", "echo_p99_ms"),
)


class Larger(VirtuBar):
    """The same server, but for how many a room may hold at most."""

    capacity_max = LARGE + 10

    def command(self, port: int) -> list[str]:
        """The same, started by benchmarks.crowd.larger."""
        larger = [sys.executable, "-m", "benchmarks.crowd.larger", str(self.capacity_max)]
        return [*larger, "serve", "--host", "127.0.0.1", "--port", str(port)]


class Crowds:
    """Measures rooms.

    Args:
        program: the compiled load generator.
        say: told what happens, a line at a time.

    Attributes:
        runs: all that was measured.
    """

    def __init__(self, program: Path, times: Times, say: Callable[[str], None]) -> None:
        self.runs: list[Run] = []
        self._program = program
        self._times = times
        self._say = say

    def full(self, reader: Reader) -> Line:
        """A thousand, for as long as is asked for."""
        return self._once(FULL, reader, self._times.full_s)

    def large(self, reader: Reader) -> Line:
        """Twice as many as a room may hold."""
        return self._once(LARGE, reader, self._times.rung_s)

    def sizes(self, sizes: Sequence[int], readers: Sequence[Reader]) -> list[Line]:
        """Rooms of each size, all of them once, then all of them again; the medians."""
        measured: dict[tuple[int, str], list[Line]] = {}
        for _ in range(self._times.rounds):
            for people in sizes:
                for reader in readers:
                    line = self._once(people, reader, self._times.rung_s)
                    measured.setdefault((people, reader.name), []).append(line)
        return [median_of(lines) for lines in measured.values()]

    def _once(self, people: int, reader: Reader, window_s: float) -> Line:
        server = Larger() if people > FULL else VirtuBar()
        plan = plan_for(reader, people, window_s)
        self._say(f"{people} people, {reader.name}: {window_s:g} s …")
        try:
            with run_server(server) as running:
                seats = server.seats(running, people, people)
                outcome = run_load(self._program, running, seats, plan)
            figures = figures_of(outcome)
            run = Run(server=server.name, plan=plan, figures=figures, outcome=outcome)
        except (LoadFailedError, ServerFailedError, OSError) as error:
            run = Run(server=server.name, plan=plan, failure=str(error))
        self.runs.append(run)
        line = line_of(people, reader, run)
        self._say(f"  {line.cpu_share:.0%} of the core; {line.broken or 'held'}")
        return line


def median_of(lines: Sequence[Line]) -> Line:
    """Medians of the rounds in which something was measured; what was wrong or lost in any."""
    good = [line for line in lines if not line.why] or list(lines)
    figures = {name: median(getattr(line, name) for line in good) for name in MEDIANS}
    return replace(
        good[0],
        **figures,
        lost=max(line.lost for line in good),
        generator_share=max(line.generator_share for line in good),
        others_share=max(line.others_share for line in good),
        wrongs=tuple(wrong for line in good for wrong in line.wrongs),
    )
