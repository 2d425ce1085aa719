"""`python -m benchmarks.crowd`: measure, print the tables, write them and the plots.

Exit codes: 0 measured, 1 something wrong arrived or a room of a thousand could not be measured, 2 a
tool is missing on this machine. A goal that is missed is printed as missed.
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

from benchmarks import native, report
from benchmarks.crowd.markdown import Results, page
from benchmarks.crowd.measuring import Crowds
from benchmarks.crowd.plots import plots
from benchmarks.crowd.rules import AT_LENGTH, COMPACT_READER, FULL, QUICK, READERS, SIZES, Reader
from benchmarks.figures import Run
from benchmarks.servers import REPOSITORY, raise_file_limit

RESULTS = REPOSITORY / "benchmarks" / "results"
PARTS = ("full", "sizes", "large")
COLUMNS = 150


class Kept(Struct, frozen=True, kw_only=True):
    """What is written as JSON: the results, and every run that they come from."""

    results: Results
    runs: list[Run]


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The command line's choices."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.crowd", description="Measure a thousand people in one room."
    )
    parser.add_argument("--quick", action="store_true", help="once, and for a short time")
    parser.add_argument(
        "--only", action="append", choices=PARTS, help="this part; may be given more than once"
    )
    parser.add_argument(
        "--reader",
        action="append",
        choices=[reader.name for reader in READERS],
        help="these clients; may be given more than once",
    )
    return parser.parse_args(arguments)


def measure(arguments: Sequence[str], program: Path, console: Console) -> Kept:
    """Run what was asked for."""
    options, began = parse(arguments), time.monotonic()
    started_at = datetime.now(UTC).isoformat(timespec="seconds")
    times, parts = QUICK if options.quick else AT_LENGTH, options.only or PARTS
    readers = [one for one in READERS if not options.reader or one.name in options.reader]
    crowds = Crowds(program, times, lambda text: console.print(text, style="dim"))
    results = Results(
        started_at=started_at,
        command=shlex.join(["python", "-m", "benchmarks.crowd", *arguments]),
        environment=report.environment(),
        times=times,
        full=[crowds.full(reader) for reader in readers] if "full" in parts else [],
        sizes=crowds.sizes(SIZES, readers) if "sizes" in parts else [],
        large=[crowds.large(reader) for reader in _large(readers)] if "large" in parts else [],
        minutes=(time.monotonic() - began) / 60,
    )
    return Kept(results=results, runs=crowds.runs)


def _large(readers: Sequence[Reader]) -> list[Reader]:
    """A room of two thousand is for those who read the wire that is made for crowds."""
    return [reader for reader in readers if reader is COMPACT_READER]


def write(kept: Kept) -> Path:
    """JSON, Markdown and plots under results/; the path of the Markdown."""
    RESULTS.mkdir(exist_ok=True)
    stamp = kept.results.started_at.replace(":", "").replace("+0000", "Z")
    stem = f"crowd-{stamp}"
    made = plots(kept.results.sizes)
    for name, svg in made.items():
        (RESULTS / f"{stem}-{name}.svg").write_bytes(svg)
    json = msgspec.json.format(msgspec.json.encode(kept), indent=2)
    (RESULTS / f"{stem}.json").write_bytes(json)
    path = RESULTS / f"{stem}.md"
    text = page(kept.results, {name: f"{stem}-{name}.svg" for name in made})
    path.write_text(text, encoding="utf-8")
    return path


def faults(results: Results) -> list[str]:
    """Where something wrong arrived, or a room that must hold was not measured."""
    return [
        f"{line.people} people, {line.reader}: {what}"
        for line in results.lines
        for what in (line.wrongs or ((line.why,) if line.why and line.people <= FULL else ()))
    ]


def main(arguments: Sequence[str]) -> int:
    """Measure what was asked for; returns the exit code."""
    console = Console()
    console = console if console.is_terminal else Console(width=COLUMNS)
    parse(arguments)
    raise_file_limit()
    with tempfile.TemporaryDirectory() as directory:
        try:
            program = native.build("load", Path(directory))
        except native.MissingToolError as error:
            print(error, file=sys.stderr)
            return 2
        kept = measure(arguments, program, console)
    console.print(Markdown(page(kept.results, {})))
    for fault in faults(kept.results):
        console.print(f"[red]wrong:[/] {fault}")
    console.print(f"written to {write(kept)}")
    return 1 if faults(kept.results) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
