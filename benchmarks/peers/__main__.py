"""`python -m benchmarks.peers`: measure, print the tables, write them and the plots.

Exit codes: 0 measured, 1 VirtuBar or the floor delivered something wrong or a peer could not be set
up, 2 a tool is missing on this machine.
"""

import argparse
import shlex
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from msgspec import Struct
from rich.console import Console
from rich.markdown import Markdown

from benchmarks import native
from benchmarks.figures import Run
from benchmarks.peers import ladder
from benchmarks.peers.environment import environment
from benchmarks.peers.markdown import Results, page
from benchmarks.peers.plots import plots
from benchmarks.peers.rounds import Chosen, Rounds
from benchmarks.peers.rules import FULL, QUICK, SHAPES, sent_wrong
from benchmarks.peers.table import PEERS, named
from benchmarks.servers import REPOSITORY, raise_file_limit

RESULTS = REPOSITORY / "benchmarks" / "results"
PAGE = REPOSITORY / "docs" / "performance.md"
IMAGES = REPOSITORY / "docs" / "images"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
LADDER = "ladder"
FULL_MINUTES, QUICK_MINUTES = 24.0, 8.0
COLUMNS = 150


class Kept(Struct, frozen=True, kw_only=True):
    """What is written as JSON: the results, and every run that they come from."""

    results: Results
    runs: list[Run]


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The command line's choices."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.peers", description="Measure VirtuBar beside its peers."
    )
    parser.add_argument("--quick", action="store_true", help="one short round, a coarse ladder")
    parser.add_argument(
        "--docs", action="store_true", help="write tables and plots into docs/performance.md too"
    )
    parser.add_argument(
        "--peer",
        action="append",
        choices=[peer.name for peer in PEERS],
        help="measure this one only; may be given more than once",
    )
    parser.add_argument(
        "--shape",
        action="append",
        choices=[*(shape.name for shape in SHAPES), LADDER],
        help="measure this shape only; may be given more than once",
    )
    parser.add_argument("--minutes", type=float, help="begin nothing optional after so many")
    return parser.parse_args(arguments)


def choose(options: argparse.Namespace) -> Chosen:
    """What the command line asks for."""
    wanted = options.shape or [*(shape.name for shape in SHAPES), LADDER]
    rungs = ladder.QUICK_RUNGS if options.quick else ladder.RUNGS
    minutes = options.minutes or (QUICK_MINUTES if options.quick else FULL_MINUTES)
    return Chosen(
        peers=[named(name) for name in options.peer] if options.peer else PEERS,
        shapes=[shape for shape in SHAPES if shape.name in wanted],
        times=QUICK if options.quick else FULL,
        rungs=rungs if LADDER in wanted else (),
        seconds=minutes * 60,
    )


def measure(arguments: Sequence[str], programs: dict[str, Path], console: Console) -> Kept:
    """Run what was asked for."""
    options = parse(arguments)
    chosen, began = choose(options), time.monotonic()
    started_at = datetime.now(UTC).isoformat(timespec="seconds")
    facts = environment()
    rounds = Rounds(programs, chosen, lambda text: console.print(text, style="dim"))
    rounds.measure()
    results = Results(
        started_at=started_at,
        command=shlex.join(["python", "-m", "benchmarks.peers", *arguments]),
        minutes=(time.monotonic() - began) / 60,
        environment=facts,
        times=chosen.times,
        lines=rounds.lines,
        climbs=rounds.climbs,
        failures=rounds.failures,
    )
    return Kept(results=results, runs=rounds.runs)


def write(kept: Kept) -> Path:
    """JSON, Markdown and plots under results/; the path of the Markdown."""
    RESULTS.mkdir(exist_ok=True)
    stamp = kept.results.started_at.replace(":", "").replace("+0000", "Z")
    stem = f"peers-{stamp}"
    drawn = plots(kept.results)
    for name, svg in drawn.items():
        (RESULTS / f"{stem}-{name}.svg").write_bytes(svg)
    json = msgspec.json.format(msgspec.json.encode(kept), indent=2)
    (RESULTS / f"{stem}.json").write_bytes(json)
    text = page(kept.results, {name: f"{stem}-{name}.svg" for name in drawn})
    path = RESULTS / f"{stem}.md"
    path.write_text(text, encoding="utf-8")
    return path


def write_docs(results: Results, target: Path = PAGE, images: Path = IMAGES) -> None:
    """Put tables and plots where the page's two marks are."""
    drawn = plots(results)
    for name, svg in drawn.items():
        (images / f"peers-{name}.svg").write_bytes(svg)
    shown = page(results, {name: f"images/peers-{name}.svg" for name in drawn})
    text = target.read_text(encoding="utf-8")
    head, _, rest = text.partition(BEGIN)
    _, found, tail = rest.partition(END)
    assert found, f"{target} has no {BEGIN} and {END}"
    target.write_text(f"{head}{BEGIN}\n\n{shown}\n{END}{tail}", encoding="utf-8")


def faults(kept: Kept) -> list[str]:
    """Where VirtuBar or the floor sent what it must not, and peers that could not be set up.

    Not carrying a load is no fault here: the tables show it.
    """
    ours = {peer.name for peer in PEERS if peer.is_ours}
    wrong = [
        f"{run.server}, {run.plan.clients}/{run.plan.room_size}: {run.outcome.first_problem}"
        for run in kept.runs
        if run.server in ours and run.outcome is not None and sent_wrong(run.outcome)
    ]
    return [*kept.results.failures, *wrong]


def main(arguments: Sequence[str]) -> int:
    """Measure what was asked for; returns the exit code."""
    options = parse(arguments)
    console = Console()
    console = console if console.is_terminal else Console(width=COLUMNS)
    raise_file_limit()
    with tempfile.TemporaryDirectory() as directory:
        try:
            programs = {name: native.build(name, Path(directory)) for name in native.PROGRAMS}
        except native.MissingToolError as error:
            print(error, file=sys.stderr)
            return 2
        kept = measure(arguments, programs, console)
    console.print(Markdown(page(kept.results, {})))
    for fault in faults(kept):
        console.print(f"[red]wrong:[/] {fault}")
    console.print(f"written to {write(kept)}")
    if options.docs:
        write_docs(kept.results)
        console.print(f"and to {PAGE}")
    return 1 if faults(kept) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
