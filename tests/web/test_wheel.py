"""The wheel brings the web client along."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """A wheel of this tree, around the client that `make web` has built in it."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index"),
            *("--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)),
        ],
        check=True,
        env={**os.environ, "VIRTUBAR_WEB_BUILT": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
    )
    (path,) = folder.iterdir()
    return zipfile.ZipFile(path)


def test_who_installs_the_wheel_needs_no_node(wheel: zipfile.ZipFile) -> None:
    """The built client is in it, whole, and its sources are not."""
    names = wheel.namelist()
    built = ROOT / "src" / "virtubar" / "web"
    files = {f"virtubar/web/{path.relative_to(built)}" for path in built.rglob("*.*")}
    assert {"virtubar/web/index.html"} < files <= set(names)
    assert not [name for name in names if name.endswith((".ts", ".tsx"))]


def test_the_wheel_has_the_map_and_the_types(wheel: zipfile.ZipFile) -> None:
    """What is not code is easily forgotten."""
    assert {"virtubar/py.typed", "virtubar/api/static/index.html"} <= set(wheel.namelist())


def test_the_wheel_has_the_migrations(wheel: zipfile.ZipFile) -> None:
    """They are found by their folder, not imported by name."""
    folder = ROOT / "src" / "virtubar" / "storage" / "migrations"
    files = {f"virtubar/storage/migrations/{p.relative_to(folder)}" for p in folder.rglob("*.py")}
    assert "virtubar/storage/migrations/env.py" in files
    assert files <= set(wheel.namelist())
