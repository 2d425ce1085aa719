"""`virtubar rooms`, `rooms show`, `rooms set`."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from api.fakes import Bar
from virtubar.cli import main
from virtubar.protocol.constants import Role
from virtubar.room.config import RoomConfig

CAPTURED = pytest.CaptureFixture[str]
NOOK = RoomConfig("nook", "Nook", 12, public=False, words=("Gin", "rum"))


@pytest.fixture
def nook(bar: Bar) -> Bar:
    """A bar with a nook that is not listed, and has somebody in it."""
    bar.rooms.configs["nook"] = NOOK
    bar.rooms.members["nook"] = {"ann"}
    return bar


def test_public_rooms_and_those_with_people_are_listed(nook: Bar, capsys: CAPTURED) -> None:
    """By id, with figures where something goes on."""
    assert main(["rooms"]) == 0
    heading, lobby, other = capsys.readouterr().out.splitlines()
    assert heading.split()[:3] == ["room", "name", "members"]
    assert lobby.split() == ["lobby", "Lobby", "0/250", "yes", "no", "0.0", "0.0", "-"]
    assert other.split() == ["nook", "Nook", "1/12", "no", "no", "9.5", "6.0", "-"]
    assert main(["rooms", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [(room["roomId"], room["members"]) for room in listed] == [("lobby", 0), ("nook", 1)]
    assert nook.storage.audit.actions == ["view_overview"]


def test_every_public_room_is_listed(bar: Bar, capsys: CAPTURED) -> None:
    """The server gives them in pages."""
    for number in range(450):
        bar.rooms.configs[f"r{number:03}"] = RoomConfig(f"r{number:03}", "Attic")
    assert main(["rooms", "--json"]) == 0
    listed = [room["roomId"] for room in json.loads(capsys.readouterr().out)]
    assert listed == ["lobby", *(f"r{number:03}" for number in range(450))]


def test_a_room_is_shown(nook: Bar, capsys: CAPTURED) -> None:
    """Every setting on a line, under the name it has over HTTP."""
    assert main(["rooms", "show", "nook"]) == 0
    said = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines())
    assert (said["capacity"].strip(), said["words"].strip()) == ("12", "Gin, rum")
    assert main(["rooms", "show", "nook", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["words"] == ["Gin", "rum"]
    assert nook.storage.audit.actions == ["view_settings"]


def test_a_room_that_is_not_there_is_told(bar: Bar, capsys: CAPTURED) -> None:
    """The server's own words."""
    assert main(["rooms", "show", "gone"]) == 1
    assert capsys.readouterr().err.startswith("virtubar: room_not_found: ")
    assert bar.storage.audit.lines == []


@pytest.mark.parametrize(
    ("words", "changes"),
    [
        (["--name", "Corner"], {"name": "Corner"}),
        (["--capacity", "5"], {"capacity": 5}),
        (["--public"], {"public": True}),
        (["--locked"], {"locked": True}),
        (["--sign-in"], {"allowed_roles": (Role.MEMBER,)}),
        (["--slow-mode", "10"], {"slow_mode_s": 10}),
        (["--guard", "strict"], {"guard": "strict"}),
        (["--retention-days", "0"], {"chat_retention_days": 0}),
        (["--crowd-threshold", "20"], {"crowd_threshold": 20}),
        (["--hearing-radius", "7.5"], {"hearing_radius_m": 7.5}),
        (["--emote", "bow", "--emote", "clap"], {"emotes": ("bow", "clap")}),
        (["--add-word", "gin", "--add-word", "ale"], {"words": ("Gin", "rum", "ale")}),
        (["--remove-word", "gin"], {"words": ("rum",)}),
        (["--remove-word", "Gin", "--add-word", "gin"], {"words": ("rum", "gin")}),
        (["--locked", "--capacity", "7"], {"locked": True, "capacity": 7}),
    ],
)
def test_a_room_is_changed_and_nothing_else(
    nook: Bar, words: list[str], changes: dict[str, Any]
) -> None:
    """Each option is one setting."""
    assert main(["rooms", "set", "nook", *words]) == 0
    assert nook.rooms.configs["nook"] == msgspec.structs.replace(NOOK, **changes)
    assert nook.rooms.changed_by == [("adam", Role.ADMIN)]


def test_what_was_set_is_unset(bar: Bar) -> None:
    """Every switch has its other side."""
    bar.rooms.configs["nook"] = msgspec.structs.replace(
        NOOK,
        public=True,
        locked=True,
        allowed_roles=(Role.MEMBER,),
        chat_retention_days=5,
        hearing_radius_m=7.5,
        crowd_threshold=20,
    )
    words = ["--private", "--unlocked", "--no-sign-in"]
    words += ["--retention-days", "-1", "--hearing-radius", "0", "--crowd-threshold", "0"]
    assert main(["rooms", "set", "nook", *words]) == 0
    assert bar.rooms.configs["nook"] == NOOK


def test_a_file_of_words_replaces_the_list(nook: Bar, tmp_path: Path) -> None:
    """One a line, blank lines aside; words are added to it."""
    path = tmp_path / "words.txt"
    path.write_text("  gin fizz \n\nÄrger\n", encoding="utf-8")
    words = ["--words-file", str(path), "--add-word", "ale"]
    assert main(["rooms", "set", "nook", *words]) == 0
    assert nook.rooms.configs["nook"].words == ("gin fizz", "Ärger", "ale")


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_told(
    nook: Bar, content: bytes | None, tmp_path: Path, capsys: CAPTURED
) -> None:
    """One line, and nothing is changed."""
    path = tmp_path / "words.txt"
    if content is not None:
        path.write_bytes(content)
    assert main(["rooms", "set", "nook", "--words-file", str(path)]) == 1
    assert "cannot read" in capsys.readouterr().err
    assert nook.rooms.configs["nook"] == NOOK


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "say what to change"),
        (["--capacity", "0"], "--capacity"),
        (["--guard", "brutal"], "--guard"),
        (["--remove-word", "beer"], "--remove-word"),
        (["--slow-mode", "3601"], "--slow-mode"),
    ],
)
def test_a_mistake_changes_nothing(
    nook: Bar, words: list[str], said: str, capsys: CAPTURED
) -> None:
    """Exit code 2, and one line that says what was wrong."""
    assert main(["rooms", "set", "nook", *words]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert nook.rooms.configs["nook"] == NOOK
