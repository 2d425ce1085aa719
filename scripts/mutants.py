#!/usr/bin/env python3
"""Change the rules in one small way after another, and say what share of that the tests notice.

    scripts/mutants.py [--children N] [--sample N] [PACKAGE | PACKAGE/MODULE]...

A mutant is one such change: a `<` that became `<=`, an argument that became None. It is killed
where a test fails, or runs until its time is over. Ends with 1 where less than the wanted share of
a package's mutants are killed. What is changed and which tests look: [tool.mutmut] in
pyproject.toml.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from mutmut.configuration import config
from mutmut.mutation.file_mutation import mutate_file_contents
from mutmut.utils.format_utils import get_mutant_name

SOURCE: Final = Path("src", "virtubar")
ROOT: Final = Path(__file__).parents[1]
OUTPUT: Final = ROOT / "mutants"
SURVIVORS: Final = OUTPUT / "survivors.txt"
MUTMUT: Final = str(Path(sys.executable).with_name("mutmut"))
PACKAGES: Final = ("auth", "moderation", "room")
WANTED: Final = 0.85
"""The share of a package's mutants that its tests have to kill."""

NOT_ASKED: Final = "not checked"
KILLED: Final = ("killed", "timeout")
"""A change that makes a test run for ever is noticed as surely as one that makes it fail."""

TURNING: Final = tuple("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏")
"""What a line of mutmut's begins with that the next one writes over."""


class Mutant(NamedTuple):
    """One change of the rules, and what the tests said to it."""

    name: str
    status: str

    @property
    def package(self) -> str:
        """The package of rules that it is in."""
        return self.name.split(".")[1]

    @property
    def is_killed(self) -> bool:
        """Whether a test noticed it."""
        return self.status in KILLED


class Score(NamedTuple):
    """How the mutants of one package fared."""

    package: str
    statuses: Counter[str]

    @property
    def share(self) -> float:
        """The share that was killed, from 0 to 1."""
        return sum(self.statuses[status] for status in KILLED) / self.statuses.total()

    def __str__(self) -> str:
        """A line of figures."""
        counted = ", ".join(f"{count} {status}" for status, count in sorted(self.statuses.items()))
        return f"{self.package}: {self.share:.1%} of {self.statuses.total()} killed ({counted})"


def sources(target: str) -> list[Path]:
    """The modules of a package of rules, or the one module that is meant.

    Raises:
        ValueError: there is no such package or module among the rules.
    """
    package, _, module = target.removeprefix(f"{SOURCE}/").strip("/").partition("/")
    file = f"{module.removesuffix('.py')}.py" if module else "*.py"
    found = sorted((ROOT / SOURCE / package).glob(file)) if package in PACKAGES else []
    if not found:
        raise ValueError(f"{target} is no package or module of {', '.join(PACKAGES)}")
    return [path.relative_to(ROOT) for path in found]


def pattern(source: Path) -> str:
    """What the names of a module's mutants look like."""
    return f"{'.'.join(source.relative_to('src').with_suffix('').parts)}.*"


def sampled(modules: Iterable[Path], size: int) -> list[str]:
    """The names of so many mutants of each package, drawn by lot, the same ones every time."""
    names: dict[str, list[str]] = {}
    for source in filter(config().should_mutate, modules):
        mutated = mutate_file_contents(str(source), source.read_text(encoding="utf-8"))
        names.setdefault(source.parent.name, []).extend(
            get_mutant_name(source, name) for name in mutated.mutant_names
        )
    lot = random.Random(0)  # noqa: S311  # no secret
    return [name for each in names.values() for name in lot.sample(each, min(size, len(each)))]


def mutants(results: Iterable[str]) -> Iterator[Mutant]:
    """Those that mutmut's list of results names and that were tried."""
    for line in results:
        name, separator, status = line.strip().partition(": ")
        if separator and status != NOT_ASKED:
            yield Mutant(name, status)


def scores(tried: Iterable[Mutant]) -> list[Score]:
    """The score of each package that has any."""
    statuses: dict[str, Counter[str]] = {}
    for mutant in tried:
        statuses.setdefault(mutant.package, Counter())[mutant.status] += 1
    return [Score(package, counts) for package, counts in sorted(statuses.items())]


def complaints(packages: Iterable[Score]) -> list[str]:
    """A sentence for each package of whose mutants too few are killed."""
    return [
        f"{score.package}: {score.share:.1%} of the mutants are killed, and {WANTED:.0%} must be. "
        f"Write tests that notice those in {SURVIVORS.relative_to(ROOT)}."
        for score in packages
        if score.share < WANTED
    ]


def run(patterns: list[str], children: int) -> int:
    """Try every mutant whose name fits a pattern. Returns mutmut's exit code."""
    shutil.rmtree(OUTPUT, ignore_errors=True)  # what is left from before speaks of other tests
    command = [MUTMUT, "run", "--max-children", str(children), *patterns]
    environment = {**os.environ, "HYPOTHESIS_PROFILE": "mutants"}
    with subprocess.Popen(  # noqa: S603  # it is what the development lock installed
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None  # noqa: S101  # it is a pipe
        show(running.stdout)
    return running.returncode


def show(output: Iterable[str]) -> None:
    """Pass mutmut's output on: all of it on a terminal, elsewhere without the turning progress."""
    is_listing = False
    for line in map(str.strip, output):
        is_listing = is_listing or line == "Mutant results"  # of all; the survivors have a file
        if is_listing or not line:
            continue
        if sys.stdout.isatty():
            print(f"\r\033[K{line}", end="", flush=True)
        elif not line.startswith(TURNING):
            print(line, flush=True)
    print()


def results() -> list[str]:
    """A line for each mutant: its name and what became of it."""
    command = [MUTMUT, "results", "--all", "true"]
    listed = subprocess.run(  # noqa: S603  # as above
        command, cwd=ROOT, check=True, capture_output=True, text=True
    )
    return listed.stdout.splitlines()


def options() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--children", type=int, default=os.cpu_count() or 1, metavar="N")
    parser.add_argument("--sample", type=int, metavar="N", help="only so many of each package")
    parser.add_argument("targets", nargs="*", metavar="PACKAGE[/MODULE]", help="e.g. room/chat")
    return parser.parse_args()


def main() -> int:
    """Returns 1 where too few are killed, 2 where nothing could be said."""
    asked = options()
    os.chdir(ROOT)
    modules = [path for target in asked.targets or PACKAGES for path in sources(target)]
    names = sampled(modules, asked.sample) if asked.sample else [*map(pattern, modules)]
    if run(names, asked.children) != 0:
        print("The tests have to pass before mutants can be tried: see above.", file=sys.stderr)
        return 2
    tried = [*mutants(results())]
    SURVIVORS.write_text("".join(f"{m.name}: {m.status}\n" for m in tried if not m.is_killed))
    packages = scores(tried)
    print(*packages, sep="\n")
    print(f"Those not killed are in {SURVIVORS.relative_to(ROOT)}; `mutmut show NAME` prints one.")
    for complaint in (complaining := complaints(packages)):
        print(complaint, file=sys.stderr)
    return 1 if complaining else 0


if __name__ == "__main__":
    sys.exit(main())
