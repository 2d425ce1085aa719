"""Made-up results for the tests of the report's maths."""

from typing import Any

from msgspec.structs import replace

from benchmarks.figures import Run, figures_of
from benchmarks.load import Latency, Outcome, Plan, ProcessState


def state(ticks: int, busy_ticks: int) -> ProcessState:
    """A process that has used that many ticks, on cores that were busy for so many."""
    return ProcessState(
        f"1 (server) S {'0 ' * 10}{ticks} 0 0 0", f"cpu0 {busy_ticks} 0 0 0 0 0 0 0;"
    )


def outcome(cpu_ticks: int = 100, **changes: Any) -> Outcome:
    """A right run: 1 s, a million updates of 185 bytes, by default one second of CPU."""
    latency = Latency(count=10, p50_us=2000, p99_us=9000, max_us=12000)
    right = Outcome(
        clients=50,
        rooms=1,
        joined=50,
        sent=20_000,
        blocked=0,
        expected=1_000_000,
        received=1_000_000,
        disorder=0,
        invented=0,
        foreign=0,
        wrong=0,
        refused=0,
        deflated=0,
        inflated=0,
        gone=0,
        chat_expected=0,
        chat_received=0,
        first_problem="",
        window_seconds=1.0,
        due=1_000_000,
        delivered=1_000_000,
        bytes=185_000_000,
        generator_cpu_seconds=0.5,
        echo=latency,
        others=replace(latency, p99_us=11_000),
        before=state(1000, 0),
        after=state(1000 + cpu_ticks, 50 + cpu_ticks),
    )
    return replace(right, **changes)


def run(server: str, clients: int, cpu_ticks: int, **plan: float) -> Run:
    """A held run with so many hundredths of a µs per update."""
    measured = outcome(cpu_ticks)
    made = replace(Plan(clients=clients), **plan)
    return Run(server=server, plan=made, outcome=measured, figures=figures_of(measured))
