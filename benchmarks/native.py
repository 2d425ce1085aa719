"""Compile the C programs: the floor and the load generator."""

import shutil
import subprocess
from pathlib import Path

SOURCES = Path(__file__).with_name("native")
SHARED = ("common.c", "ws.c")
FLAGS = ("-std=c11", "-O2", "-Wall", "-Wextra")
GENERATOR = (
    *("histogram.c", "walk.c", "check.c", "json.c", "compact.c", "colyseus.c", "wires.c"),
    *("client.c", "crowd.c", "result.c", "load.c"),
)
PROGRAMS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "floor": ((*SHARED, "floor.c"), ()),
    "load": ((*SHARED, *GENERATOR), ("-lz", "-lm")),
}


class MissingToolError(Exception):
    """This machine cannot compile the load generator; the sentence says what to install."""


def build(name: str, directory: Path, compiler: str | None = None) -> Path:
    """The path of a program, compiled into the directory.

    Args:
        name: a key of PROGRAMS.
        compiler: where cc is; looked for on PATH where None.

    Raises:
        MissingToolError: where there is no C compiler, or no headers of libc or zlib.
    """
    found = compiler or shutil.which("cc")
    if found is None:
        raise MissingToolError(
            "the benchmarks need a C compiler, and there is no `cc` here: "
            "`apt-get install gcc libc6-dev zlib1g-dev` on Debian"
        )
    sources, libraries = PROGRAMS[name]
    target = directory / name
    command = [found, *FLAGS, *(str(SOURCES / source) for source in sources)]
    result = subprocess.run(
        [*command, "-o", str(target), *libraries], capture_output=True, text=True, check=False
    )
    if result.returncode != 0:
        raise MissingToolError(_explain(name, result.stderr))
    return target


def _explain(name: str, errors: str) -> str:
    if "zlib.h" in errors or "-lz" in errors:
        return "the load generator needs zlib's headers: `apt-get install zlib1g-dev`"
    return f"`cc` could not compile {name}.c; it needs Linux and libc's headers:\n{errors.strip()}"
