"""The package as it is built: compiled on the way of a message, or pure Python, one source."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.compile import CannotCompileError, compile_modules, link_others, modules
from virtubar.build import is_compiled

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src"
TYPED = modules(SOURCE)


def test_the_build_that_is_tested_is_the_one_that_was_asked_for() -> None:
    """Neither the compiled package by chance, nor the sources where it was asked for."""
    assert is_compiled() == (os.environ.get("VIRTUBAR_TESTED_BUILD") == "compiled")


def _declared(module: Path) -> dict[str, set[str]]:
    """By class, the attributes that the .pxd declares."""
    found: dict[str, set[str]] = {}
    name = ""
    for line in module.with_suffix(".pxd").read_text(encoding="utf-8").splitlines():
        if match := re.match(r"cdef class (\w+)", line):
            name = match[1]
            found[name] = set()
        elif match := re.match(r"    cdef public (?:long long|\w+) (.+)$", line):
            found[name] |= {one.strip() for one in match[1].split(",")}
    return found


def _assigned(module: Path) -> dict[str, set[str]]:
    """By class, the attributes that the source declares, or gives to `self`."""
    found: dict[str, set[str]] = {}
    for node in ast.parse(module.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef):
            found[node.name] = {
                line.target.id
                for line in node.body
                if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name)
            } | {
                target.attr
                for target in ast.walk(node)
                if isinstance(target, ast.Attribute)
                and isinstance(target.ctx, ast.Store)
                and isinstance(target.value, ast.Name)
                and target.value.id == "self"
            }
    return found


@pytest.mark.parametrize("module", TYPED, ids=[path.stem for path in TYPED])
def test_the_types_name_the_attributes_that_the_source_has(module: Path) -> None:
    """A compiled class has the attributes of its .pxd and no others, so the two must agree."""
    assigned = _assigned(module)
    for name, attributes in _declared(module).items():
        assert attributes == assigned[name], name


def test_without_a_compiler_the_package_is_pure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said why, and all that is left is links to the sources."""
    monkeypatch.setenv("CC", "no-such-compiler")
    with pytest.raises(CannotCompileError, match="no C compiler"):
        compile_modules(SOURCE, tmp_path, tmp_path / "scratch")
    link_others(SOURCE, tmp_path, [])
    said = subprocess.run(
        [sys.executable, "-m", "virtubar.cli", "--version"],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "(pure Python)" in said


def test_a_source_that_does_not_compile_is_said(tmp_path: Path) -> None:
    """With the compiler's own sentence, and the line."""
    package = tmp_path / "src" / "bar"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "glass.py").write_text("class Glass:\n    def drink(self): return half\n")
    (package / "glass.pxd").write_text("cdef class Glass:\n    cdef Nonsense level\n")
    with pytest.raises(CannotCompileError, match="Nonsense"):
        compile_modules(tmp_path / "src", tmp_path / "built", tmp_path / "scratch")


def test_a_module_that_is_gone_leaves_nothing_behind(tmp_path: Path) -> None:
    """Neither the link to a source nor the compiled file of an earlier day."""
    package = tmp_path / "src" / "bar"
    package.mkdir(parents=True)
    for name in ("__init__.py", "glass.py"):
        (package / name).touch()
    built = tmp_path / "built"
    link_others(tmp_path / "src", built, [])
    assert (built / "bar" / "glass.py").is_symlink()
    (package / "glass.py").unlink()
    (built / "bar" / "glass.so").touch()
    link_others(tmp_path / "src", built, [])
    assert sorted(path.name for path in (built / "bar").iterdir()) == ["__init__.py"]
