"""`virtubar migrate`."""

import sqlite3
from pathlib import Path

import pytest

from virtubar.cli import main

CAPTURED = pytest.CaptureFixture[str]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the database will be."""
    path = tmp_path / "bar.db"
    monkeypatch.setenv("VIRTUBAR_DATABASE_URL", f"sqlite:///{path}")
    return path


def test_a_new_database_gets_its_tables(file: Path, capsys: CAPTURED) -> None:
    """And has them the next time."""
    assert main(["migrate"]) == 0
    first = capsys.readouterr().out
    assert "is now at revision" in first
    with sqlite3.connect(file) as database:
        names = {name for (name,) in database.execute("select name from sqlite_master")}
    database.close()
    assert {"rooms", "sanctions", "audit", "chat", "reports"} <= names
    assert main(["migrate"]) == 0
    assert capsys.readouterr().out == first.replace("is now at", "was at")


def test_a_check_changes_nothing(file: Path, capsys: CAPTURED) -> None:
    """Exit code 1 while there is work to do, 0 afterwards."""
    assert main(["migrate", "--check"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("virtubar: ")
    assert captured.err.count("\n") == 1
    assert "empty" in captured.err
    assert not file.exists()
    assert main(["migrate"]) == 0
    capsys.readouterr()
    assert main(["migrate", "--check"]) == 0
    assert "as this version serves it" in capsys.readouterr().out


def test_a_database_that_is_newer_is_left_alone(file: Path, capsys: CAPTURED) -> None:
    """One line that says so, and exit code 2: another version has to be installed."""
    assert main(["migrate"]) == 0
    with sqlite3.connect(file) as database:
        database.execute("update virtubar_revision set version_num = 'from_the_future'")
    database.close()
    capsys.readouterr()
    assert main(["migrate"]) == 2
    assert "newer" in capsys.readouterr().err


def test_a_database_that_cannot_be_is_a_mistake(
    monkeypatch: pytest.MonkeyPatch, capsys: CAPTURED
) -> None:
    """Exit code 2, and no word of the URL, which may hold a password."""
    monkeypatch.setenv("VIRTUBAR_DATABASE_URL", "mysql://bar:hunter2@db/bar")
    assert main(["migrate"]) == 2
    error = capsys.readouterr().err
    assert "hunter2" not in error
    assert error.count("\n") == 1
