"""Compiles what is on the way of every message, where there is a C compiler.

A module is compiled where a `.pxd` stands beside it, which tells Cython the types; the Python in it
stays the source, and runs as it is where nothing is compiled. Run as a program, this makes
build/compiled, a tree of the package that has the compiled modules and links to all else:

    .venv/bin/python scripts/compile.py
    PYTHONPATH=build/compiled .venv/bin/virtubar --version

VIRTUBAR_COMPILE=0 leaves everything as it is, VIRTUBAR_COMPILE=1 makes it an error where nothing
can be compiled. The hook that builds the wheel (hatch_build.py) uses the same rules.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src"
BUILD = ROOT / "build"
CHOICE = "VIRTUBAR_COMPILE"


class CannotCompileError(Exception):
    """There is no compiler, or it did not do it; the sentence says why."""


def modules(source: Path = SOURCE) -> list[Path]:
    """The modules that are compiled."""
    return sorted(path.with_suffix(".py") for path in source.rglob("*.pxd"))


def built_name(module: Path) -> str:
    """What a module's compiled file is called, on this interpreter."""
    return module.stem + str(sysconfig.get_config_var("EXT_SUFFIX"))


def compile_modules(source: Path, target: Path, scratch: Path) -> list[Path]:
    """Compile what changed since the last time; the compiled files, below `target` as the modules
    are below `source`.

    Raises:
        CannotCompileError: see there; nothing is half done.
    """
    compiler = os.environ.get("CC") or str(sysconfig.get_config_var("CC") or "cc")
    if shutil.which(compiler.split()[0]) is None:
        raise CannotCompileError(f"there is no C compiler ({compiler.split()[0]})")
    command = [sys.executable, str(Path(__file__)), "--extensions", str(source), str(target)]
    environment = {"CFLAGS": "-O2 -g0", **os.environ, "VIRTUBAR_SCRATCH": str(scratch)}
    done = subprocess.run(  # noqa: S603 - this very file
        command, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        said = (done.stdout + done.stderr).strip().splitlines()
        raise CannotCompileError("\n".join(said[-40:]))
    folders = [(target / module.relative_to(source)).parent for module in modules(source)]
    return [
        folder / built_name(module) for folder, module in zip(folders, modules(source), strict=True)
    ]


def build_extensions(source: Path, target: Path, scratch: Path) -> None:
    """What the process of its own does: Cython to C, C to files that Python loads."""
    from Cython.Build import cythonize  # noqa: PLC0415 - only where something is compiled
    from setuptools import (  # type: ignore[import-untyped]  # noqa: PLC0415
        Distribution,
        Extension,
    )

    os.chdir(source)  # Cython finds the .pxd files, and names modules, from here
    paths = [path.relative_to(source) for path in modules(source)]
    extensions = [Extension(".".join(path.with_suffix("").parts), [str(path)]) for path in paths]
    workers = os.cpu_count() or 1
    made = cythonize(  # type: ignore[no-untyped-call]
        extensions,
        build_dir=str(scratch / "c"),
        nthreads=workers,
        quiet=True,
        # The types are in the .pxd files: annotations are for readers, and looser than Cython's.
        compiler_directives={"language_level": 3, "annotation_typing": False},
    )
    command = Distribution({"name": "virtubar", "ext_modules": made}).get_command_obj("build_ext")
    command.build_lib, command.build_temp = str(target), str(scratch / "o")
    command.parallel = workers
    command.ensure_finalized()
    command.run()


def link_others(source: Path, target: Path, compiled: list[Path]) -> None:
    """Make the target a whole package: a link for each file that is not compiled."""
    replaced = set(modules(source)) if compiled else set()
    wanted = set(compiled)
    for path in sorted(source.rglob("*")):
        ours = path not in replaced and path.suffix != ".pxd" and path.parent.name != "__pycache__"
        if path.is_dir() or not ours:
            continue
        link = target / path.relative_to(source)
        wanted.add(link)
        if link.is_symlink() and link.readlink() == path:
            continue
        link.parent.mkdir(parents=True, exist_ok=True)
        link.unlink(missing_ok=True)
        link.symlink_to(path)
    for path in list(target.rglob("*")):
        if not path.is_dir() and path not in wanted and "__pycache__" not in path.parts:
            path.unlink()  # of a module that is gone, or of another interpreter


def main(arguments: list[str]) -> int:
    """Make build/compiled."""
    if arguments[:1] == ["--extensions"]:
        sys.tracebacklimit = 0  # what the compiler said is enough
        source, target = map(Path, arguments[1:])
        build_extensions(source, target, Path(os.environ["VIRTUBAR_SCRATCH"]))
        return 0
    target, compiled = BUILD / "compiled", []
    if os.environ.get(CHOICE) != "0":
        try:
            compiled = compile_modules(SOURCE, target, BUILD)
        except CannotCompileError as error:
            if os.environ.get(CHOICE) == "1":
                sys.stderr.write(f"not compiled: {error}\n")
                return 1
            sys.stdout.write(f"Not compiled, so it runs as pure Python: {error}\n")
    link_others(SOURCE, target, compiled)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
