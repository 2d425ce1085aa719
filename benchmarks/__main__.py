"""`python -m benchmarks`: measure, print the tables, write the JSON (see README.md).

Exit codes: 0 measured (goals met or missed), 1 a server was wrong or did not hold, 2 a tool is
missing on this machine.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from benchmarks import decoding, native, report, scenarios
from benchmarks.servers import SERVER_CORE, pin, raise_file_limit

RESULTS = Path(__file__).with_name("results")
TABLE_COLUMNS = 130


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The command line's choices."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure VirtuBar.")
    parser.add_argument("--quick", action="store_true", help="about a minute, fewer crowds")
    parser.add_argument(
        "--only",
        action="append",
        choices=scenarios.PARTS,
        help="measure this part only; may be given more than once",
    )
    parser.add_argument("--out", type=Path, help="write the JSON here too")
    return parser.parse_args(arguments)


def measure(
    programs: dict[str, Path],
    parts: Sequence[str],
    environment: dict[str, str],
    console: Console,
    *,
    quick: bool,
) -> report.Report:
    """Run the parts, in the order that scenarios.PARTS gives them."""
    started_at = datetime.now(UTC).isoformat(timespec="seconds")
    bench = scenarios.Bench(
        programs, quick=quick, say=lambda text: console.print(text, style="dim")
    )
    work = {
        "crowd": bench.crowd,
        "rivals": bench.rivals,
        "latency": bench.latency,
        "memory": bench.idle_memory,
        "storage": bench.storage,
        "socketio": bench.socketio,
        "floods": bench.floods,
    }
    for part in parts:
        if part in work:
            work[part]()
    return report.Report(
        started_at=started_at,
        environment=environment,
        runs=bench.runs,
        memory=bench.memory,
        floods=bench.flood_runs,
        decode_us=_decode_us() if "decode" in parts else None,
        failures=bench.failures,
    )


def _decode_us() -> float:
    """Decoding, on the core that servers are measured on."""
    before = os.sched_getaffinity(0)
    pin(0, SERVER_CORE)
    try:
        return decoding.decode_us()
    finally:
        os.sched_setaffinity(0, before)


def write(result: report.Report, out: Path | None) -> Path:
    """Write the JSON under results/ and where it was asked for; the path of the first."""
    RESULTS.mkdir(exist_ok=True)
    name = result.started_at.replace(":", "").replace("+0000", "Z")
    path = RESULTS / f"{name}.json"
    for target in (path, out):
        if target is not None:
            target.write_bytes(report.to_json(result))
    return path


def _console() -> Console:
    """As wide as the tables need where no terminal sets the width."""
    console = Console()
    return console if console.is_terminal else Console(width=TABLE_COLUMNS)


def main(arguments: Sequence[str]) -> int:
    """Measure what was asked for; returns the exit code."""
    options = parse(arguments)
    console = _console()
    facts = report.environment()
    raise_file_limit()
    parts = [part for part in scenarios.PARTS if not options.only or part in options.only]
    with tempfile.TemporaryDirectory() as directory:
        try:
            programs = {name: native.build(name, Path(directory)) for name in native.PROGRAMS}
        except native.MissingToolError as error:
            print(error, file=sys.stderr)
            return 2
        result = measure(programs, parts, facts, console, quick=options.quick)
    report.show(result, console)
    console.print(f"written to {write(result, options.out)}")
    return 1 if result.faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
