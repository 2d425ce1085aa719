"""One server under one load, again where something else on the machine took part."""

from collections.abc import Callable
from pathlib import Path

from benchmarks.figures import Run, figures_of
from benchmarks.load import LoadFailedError, Plan, run_load
from benchmarks.servers import Server, ServerFailedError, run_server

RETRIES = 2
"""How often a disturbed run is repeated; the least disturbed counts, and is marked as such."""
RETRIES_IN_ALL = 6
"""Repetitions in one benchmark: on a machine that is busy for good more of them change nothing."""


class Measurer:
    """Runs servers under loads.

    Args:
        program: the compiled load generator.
        say: told what happens, a line at a time.
    """

    def __init__(self, program: Path, say: Callable[[str], None]) -> None:
        self._program = program
        self._say = say
        self._retries_left = RETRIES_IN_ALL

    def measure(self, server: Server, plan: Plan) -> Run:
        """One server under one load; again, a few times, where another process disturbed it."""
        self._say(f"{server.name}: {plan.clients} clients at {plan.rate_hz:g} Hz …")
        run = self._try(server, plan)
        for _ in range(RETRIES):
            if run.figures is None or not run.figures.disturbed or not self._retries_left:
                break
            self._retries_left -= 1
            share = run.figures.others_share
            self._say(f"  other processes took {share:.0%} of a core; again")
            again = self._try(server, plan)
            if again.figures is None or again.figures.others_share < share:
                run = again
        return run

    def _try(self, server: Server, plan: Plan) -> Run:
        try:
            with run_server(server) as running:
                seats = server.seats(running, plan.clients, plan.room_size)
                outcome = run_load(self._program, running, seats, plan)
            figures = figures_of(outcome)
            return Run(server=server.name, plan=plan, figures=figures, outcome=outcome)
        except (LoadFailedError, ServerFailedError, OSError) as error:
            self._say(f"  {error}")
            return Run(server=server.name, plan=plan, failure=str(error))
