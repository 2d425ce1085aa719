"""The results for people (a table) and for machines (JSON)."""

import os
import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from rich.console import Console
from rich.table import Table

from benchmarks.figures import (
    BUSY_SHARE,
    NOT_STORED,
    SOCKETIO,
    SOCKETIO_DEFLATE,
    SOCKETIO_POLLING,
    STORED,
    Goal,
    Memory,
    Run,
    find,
    goals,
    ratio,
)
from benchmarks.floods import FloodRun
from benchmarks.proc import cpu_model

OUR_SERVERS = (
    "floor",
    "virtubar",
    "virtubar, deflate",
    STORED,
    NOT_STORED,
    SOCKETIO,
    SOCKETIO_DEFLATE,
    SOCKETIO_POLLING,
)
"""Those that must be right under every load of the benchmark; a rival may fail to hold one."""
PACKAGES = (
    "virtubar",
    "uvicorn",
    "starlette",
    "websockets",
    "python-socketio",
    "uvloop",
    "picows",
    "msgspec",
)


class Report(Struct, frozen=True, kw_only=True):
    """All that one run of the benchmarks found; `failures` are readings that could not be made."""

    started_at: str
    environment: dict[str, str]
    runs: list[Run]
    memory: list[Memory]
    decode_us: float | None
    floods: list[FloodRun] = []
    failures: list[str] = []

    @property
    def goals(self) -> list[Goal]:
        """Every goal with its verdict."""
        return goals(self.runs, self.memory)

    @property
    def faults(self) -> list[str]:
        """Where the floor or VirtuBar was wrong or did not hold: such a run proves nothing."""
        not_held = [
            f"{run.server}, {run.plan.clients} clients: {why_not(run)}"
            for run in self.runs
            if run.server in OUR_SERVERS and not run.held
        ]
        return not_held + self.failures


def environment(packages: Sequence[str] = PACKAGES) -> dict[str, str]:
    """The machine and the versions that the figures belong to.

    `load before` is the load average of the last minute: over about 0.5 something else is running,
    and the figures are worth less.
    """
    facts = {
        "cpu": cpu_model(Path("/proc/cpuinfo").read_text()),
        "cores": str(len(os.sched_getaffinity(0))),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "load before": f"{os.getloadavg()[0]:.2f}",
    }
    for package in packages:
        try:
            facts[package] = version(package)
        except PackageNotFoundError:
            facts[package] = "absent"
    return facts


def why_not(run: Run) -> str:
    """Why a run counts as not held, in a few words."""
    if run.figures is None:
        return run.failure or "no result"
    figures = run.figures
    evidence = f"{figures.delivered_share:.0%} delivered in time"
    if figures.disturbed:
        evidence += f", other processes took {figures.others_share:.0%} of a core"
    if figures.missing_per_thousand:
        evidence += f", {figures.missing_per_thousand:.1f} ‰ never"
    return "; ".join((evidence, *figures.wrongs))


def to_json(report: Report) -> bytes:
    """The report with its verdicts, indented."""
    built: dict[str, Any] = msgspec.to_builtins(report)
    built["goals"] = [msgspec.to_builtins(g) | {"verdict": g.verdict} for g in report.goals]
    for sample, source in zip(built["memory"], report.memory, strict=True):
        sample["kib_per_connection"] = source.kib_per_connection
    built["faults"] = report.faults
    return msgspec.json.format(msgspec.json.encode(built), indent=2)


def show(report: Report, console: Console) -> None:
    """Print the tables, the goals and whatever went wrong."""
    if report.runs:
        console.print(_runs_table(report.runs))
        console.print(
            "CPU µs: the server's, per update. Latency: from before send() to after recv() in the "
            "generator, the worse of echo and room mates; ~ where the generator was too busy for "
            "it to be the server's alone. In time: delivered of due, in the window; ! where "
            "other processes took over a tenth of a core from server and generator."
        )
    if report.memory:
        console.print(_memory_table(report.memory))
    if report.decode_us is not None:
        console.print(f"Decoding one transform: {report.decode_us:.2f} µs")
    if report.floods:
        console.print(_floods_table(report.floods))
    console.print(_goals_table(report.goals))
    for fault in report.faults:
        console.print(f"[red]not held:[/] {fault}")


def _runs_table(runs: Sequence[Run]) -> Table:
    table = Table(title="Updates: one transform delivered to one member")
    table.add_column("server", no_wrap=True)
    headings = ("clients", "room", "Hz", "CPU µs", "× floor", "core", "bytes", "p50 ms", "p99 ms")
    for heading in (*headings, "max ms", "in time", "missing ‰"):
        table.add_column(heading, justify="right", no_wrap=True)
    for run in sorted(runs, key=lambda r: (r.plan.clients, r.plan.room_size)):
        plan = run.plan
        load = (run.server, str(plan.clients), str(plan.room_size), f"{plan.rate_hz:g}")
        table.add_row(*load, *_cells(run, runs))
    return table


def _cells(run: Run, runs: Sequence[Run]) -> list[str]:
    figures = run.figures
    if figures is None:
        return ["failed"]
    mark = "!" if figures.disturbed else ""
    evidence = [f"{mark}{figures.delivered_share:.1%}", f"{figures.missing_per_thousand:.2f}"]
    if not run.held:
        return ["cannot", "–", f"{figures.cpu_share:.0%}", *["–"] * 4, *evidence]
    floor = find(runs, "floor", run.plan.clients, run.plan.rate_hz, run.plan.room_size)
    worst_max_ms = max(figures.echo.max_us, figures.others.max_us) / 1000
    busy = "~" if figures.generator_share > BUSY_SHARE else ""
    return [
        _number(figures.cpu_us, 2),
        _number(ratio(run, floor), 2),
        f"{figures.cpu_share:.0%}",
        _number(figures.bytes, 0),
        f"{busy}{figures.worst_p50_ms:.1f}",
        f"{busy}{figures.worst_p99_ms:.1f}",
        f"{busy}{worst_max_ms:.1f}",
        *evidence,
    ]


def _number(value: float | None, decimals: int) -> str:
    return "–" if value is None else f"{value:.{decimals}f}"


def _memory_table(memory: Sequence[Memory]) -> Table:
    table = Table(title="Resident memory, idle members in rooms of 50")
    table.add_column("server")
    for heading in ("members", "started MiB", "joined MiB", "KiB per connection"):
        table.add_column(heading, justify="right")
    for sample in memory:
        table.add_row(
            sample.server,
            str(sample.clients),
            f"{sample.started_kib / 1024:.1f}",
            f"{sample.joined_kib / 1024:.1f}",
            f"{sample.kib_per_connection:.1f}",
        )
    return table


def _floods_table(floods: Sequence[FloodRun]) -> Table:
    table = Table(title="Floods: the echo of ten who walk, and the slowest /healthz")
    table.add_column("flood", no_wrap=True)
    for heading in ("p50 ms", "p99 ms", "max ms", "missing ‰", "/healthz ms", "sent"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("answered")
    for run in floods:
        echo, flooded = run.echo, run.flooded
        answers = flooded.answers if flooded else {}
        table.add_row(
            run.kind,
            *(f"{us / 1000:.1f}" for us in (echo.p50_us, echo.p99_us, echo.max_us)),
            f"{run.missing_per_thousand:.1f}",
            f"{run.health_ms:.0f}",
            str(flooded.sent) if flooded else "–",
            ", ".join(f"{count} {what}" for what, count in list(answers.items())[:3]),
        )
    return table


def _goals_table(all_goals: Sequence[Goal]) -> Table:
    colours = {"met": "green", "missed": "red", "not measured": "yellow"}
    table = Table(title="Goals")
    table.add_column("what")
    for heading in ("goal", "measured", "verdict"):
        table.add_column(heading, justify="right")
    for goal in all_goals:
        measured = "–" if goal.value is None else f"{goal.value:.3g} {goal.unit}"
        doubt = " (disturbed)" if goal.disturbed and goal.value is not None else ""
        verdict = f"[{colours[goal.verdict]}]{goal.verdict}{doubt}[/]"
        table.add_row(goal.what, f"≤ {goal.limit:g} {goal.unit}", measured, verdict)
    return table
