"""`virtubar kick`, `ban`, `mute`, `unmute`, `unban`, `bans`, `mutes`."""

import json

import msgspec
import pytest

from api.fakes import WALL_MS, Bar, record_id
from virtubar.cli import main
from virtubar.protocol.constants import Role
from virtubar.room.ports import ForbiddenError, ModerationAct, ModerationOutcome, NotStoredError
from virtubar.room.records import Sanction, SanctionKind

CAPTURED = pytest.CaptureFixture[str]


@pytest.mark.parametrize(
    ("words", "act", "said"),
    [
        (
            ["kick", "ben", "--reason", "Rude."],
            ModerationAct("kick", "lobby", "ben", "adam", Role.ADMIN, "Rude."),
            "ben was kicked from lobby.\n",
        ),
        (
            ["ban", "ben", "--room", "lobby"],
            ModerationAct("ban", "lobby", "ben", "adam", Role.ADMIN, ""),
            "ben is banned from lobby, for good.\n",
        ),
        (
            ["mute", "ben", "--for", "2h", "--server"],
            ModerationAct("mute", "lobby", "ben", "adam", Role.ADMIN, "", 7_200_000, "server"),
            "ben is muted in every room, for good.\n",
        ),
        (
            ["unmute", "ben"],
            ModerationAct("unmute", "lobby", "ben", "adam", Role.ADMIN, ""),
            "ben may speak again in lobby.\n",
        ),
        (
            ["unban", "ben", "--server"],
            ModerationAct("unban", "lobby", "ben", "adam", Role.ADMIN, "", None, "server"),
            "ben may come again into every room.\n",
        ),
    ],
)
def test_an_act_is_asked_for_and_told(
    bar: Bar, words: list[str], act: ModerationAct, said: str, capsys: CAPTURED
) -> None:
    """The same act as over HTTP; one sentence says what was done."""
    bar.moderation.outcome = ModerationOutcome(None, None)
    assert main(words) == 0
    assert bar.moderation.acts == [msgspec.structs.replace(act, address=bar.peer)]
    assert capsys.readouterr().out == said


def test_an_act_that_ends_says_when(bar: Bar, capsys: CAPTURED) -> None:
    """To the second, in this machine's zone."""
    assert main(["ban", "ben", "--for", "60s"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("ben is banned from lobby, until 2025-10-")
    assert bar.moderation.acts[0].duration_ms == 60_000


def test_an_act_is_answered_as_json(bar: Bar, capsys: CAPTURED) -> None:
    """What the server said, for scripts."""
    assert main(["ban", "ben", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "action": "ban",
        "userId": "ben",
        "scope": "room",
        "sanctionId": record_id(1),
        "untilMs": WALL_MS + 60_000,
    }
    assert len(bar.moderation.acts) == 1


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (ForbiddenError("x"), "virtubar: forbidden: You may not do that.\n"),
        (
            NotStoredError("x"),
            "virtubar: not_stored: It could not be stored, so it was not done.\n",
        ),
    ],
)
def test_a_refusal_is_one_line_and_exit_code_1(
    bar: Bar, failure: Exception, said: str, capsys: CAPTURED
) -> None:
    """The server's code and sentence, on standard error."""
    bar.moderation.failure = failure
    assert main(["kick", "ben"]) == 1
    assert capsys.readouterr().err == said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["kick", "a b"], "cannot be a user id"),
        (["kick", "ben", "--room", "no room"], "cannot be a room id"),
        (["ban", "ben", "--for", "soon"], "--for"),
        (["ban", "ben", "--for", "0s"], "--for"),
        (["ban", "ben", "--for", "3661d"], "--for"),
        (["kick", "ben", "--for", "2h"], "No such option"),
        (["kick"], "Missing argument"),
        (["bans", "--limit", "0"], "--limit"),
        (["bans", "--url", "bar.example"], "--url"),
        (["bans", "--as", "eve"], "--as"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(
    bar: Bar, words: list[str], said: str, capsys: CAPTURED
) -> None:
    """Before the server is asked for anything."""
    assert main(words) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert said in captured.err
    assert bar.moderation.acts == []


@pytest.fixture
def banned(bar: Bar) -> Bar:
    """Three are banned, one of them everywhere."""
    for number, room in ((1, "lobby"), (2, "lobby"), (3, None)):
        for kind in (SanctionKind.BAN, SanctionKind.MUTE):
            bar.storage.sanctions.held.append(
                Sanction(
                    record_id(number),
                    kind,
                    room,
                    f"user{number}",
                    "eve",
                    Role.MODERATOR,
                    "Rude\x1b[2J.",
                    WALL_MS - 5_000,
                    None if number == 1 else WALL_MS + 60_000,
                    user_name="User2" if number == 2 else None,
                )
            )
    return bar


@pytest.mark.parametrize("command", ["bans", "mutes"])
def test_what_holds_is_listed(banned: Bar, command: str, capsys: CAPTURED) -> None:
    """A line each, newest first; nothing that a terminal would take as an order."""
    assert main([command]) == 0
    heading, *lines = capsys.readouterr().out.splitlines()
    assert heading.split() == ["who", "user", "until", "reason", "by", "since"]
    assert [line.split()[:2] for line in lines] == [["User2", "user2"], ["-", "user1"]]
    assert "for good" in lines[1]
    assert "Rude\N{REPLACEMENT CHARACTER}[2J." in lines[1]
    assert banned.storage.audit.actions == [f"view_{command}"]


@pytest.mark.parametrize("command", ["bans", "mutes"])
def test_what_holds_everywhere_is_listed_apart(banned: Bar, command: str, capsys: CAPTURED) -> None:
    """--server."""
    assert main([command, "--server", "--json"]) == 0
    [item] = json.loads(capsys.readouterr().out)
    assert (item["userId"], item["scope"]) == ("user3", "server")
    assert banned.storage.audit.lines[0].room_id is None


def test_a_list_of_nobody_says_so(bar: Bar, capsys: CAPTURED) -> None:
    """Rather than a table without rows; JSON is an empty list all the same."""
    assert main(["bans"]) == 0
    assert capsys.readouterr().out == "There are no bans.\n"
    assert main(["bans", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []
    assert bar.storage.audit.actions == ["view_bans"]
