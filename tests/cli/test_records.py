"""`virtubar audit`, `chat`, `reports`, `erase`."""

import json
import sys

import pytest

from api.fakes import WALL_MS, Bar, record_id
from virtubar.cli import main
from virtubar.room.records import AuditEntry, ChatRecord, Report

CAPTURED = pytest.CaptureFixture[str]


def test_the_audit_is_read_over_as_many_pages_as_it_takes(bar: Bar, capsys: CAPTURED) -> None:
    """More than one page holds, and no more than were asked for."""
    for number in range(450):
        bar.storage.audit.put(AuditEntry(WALL_MS, "eve", "admin", "ban", None, f"user{number}"))
    assert main(["audit", "--action", "ban", "--limit", "401", "--json"]) == 0
    about = [line["userId"] for line in json.loads(capsys.readouterr().out)]
    assert about == [f"user{number}" for number in range(449, 48, -1)]
    assert [query.limit for query in bar.storage.audit.queries] == [201, 201, 2]


def test_the_audit_is_a_table_for_people(bar: Bar, capsys: CAPTURED) -> None:
    """Newest first, with its own look on top."""
    detail = {"fields": ["locked"], "untilMs": None}
    bar.storage.audit.put(AuditEntry(WALL_MS, "eve", "owner", "change_room", "lobby", None, detail))
    bar.storage.audit.put(
        AuditEntry(WALL_MS, "eve", "owner", "kick", "lobby", "ben", {}, "Eve", "Ben")
    )
    assert main(["audit"]) == 0
    heading, first, named, second = capsys.readouterr().out.splitlines()
    assert heading.split() == ["at", "by", "as", "action", "room", "who", "user", "detail"]
    assert "view_audit" in first
    assert second.split()[2:] == [
        "eve", "owner", "change_room", "lobby", "-", "-", "fields=locked", "untilMs=-"
    ]  # fmt: skip
    assert named.split()[2:7] == ["Eve", "owner", "kick", "lobby", "Ben"]
    assert named.split()[7] == "ben", "whoever acts needs the id"


def test_every_filter_is_asked_for(bar: Bar, monkeypatch: pytest.MonkeyPatch) -> None:
    """By room, actor, person, action and age."""
    monkeypatch.setattr("time.time_ns", lambda: WALL_MS * 1_000_000)
    words = ["--room", "lobby", "--actor", "eve", "--user", "ben", "--action", "ban"]
    assert main(["audit", *words, "--since", "2h", "--limit", "5"]) == 0
    [query] = bar.storage.audit.queries
    assert (query.room_id, query.actor_id, query.user_id) == ("lobby", "eve", "ben")
    assert (query.action, query.from_ms, query.limit) == ("ban", WALL_MS - 7_200_000, 6)


def test_an_age_that_is_none_is_named(bar: Bar, capsys: CAPTURED) -> None:
    """By the option that it was given to."""
    assert main(["audit", "--since", "10"]) == 2
    assert "--since" in capsys.readouterr().err
    assert bar.storage.audit.queries == []


@pytest.fixture
def talkative(bar: Bar) -> Bar:
    """A lobby where two people said three things."""
    for number, user_id in enumerate(("ann", "ben", "ann")):
        text = f"No.\x1b {number}"
        bar.storage.chat.kept.append(
            ChatRecord(record_id(number), "lobby", user_id, user_id.title(), text, WALL_MS)
        )
    return bar


def test_stored_chat_is_a_table_for_people(talkative: Bar, capsys: CAPTURED) -> None:
    """Newest first, with nothing that a terminal would take as an order; it is audited."""
    assert main(["chat", "lobby"]) == 0
    heading, *lines = capsys.readouterr().out.splitlines()
    assert heading.split() == ["at", "who", "user", "text"]
    assert [line.split()[2:] for line in lines] == [
        ["Ann", "ann", "No.\N{REPLACEMENT CHARACTER}", "2"],
        ["Ben", "ben", "No.\N{REPLACEMENT CHARACTER}", "1"],
        ["Ann", "ann", "No.\N{REPLACEMENT CHARACTER}", "0"],
    ]
    assert talkative.storage.audit.actions == ["view_chat"]


@pytest.mark.parametrize(
    ("words", "numbers"), [([], [2, 1, 0]), (["--user", "ann"], [2, 0]), (["--limit", "2"], [2, 1])]
)
def test_stored_chat_is_printed_for_scripts(
    talkative: Bar, words: list[str], numbers: list[int], capsys: CAPTURED
) -> None:
    """All of it, one person's, or so much."""
    del talkative
    assert main(["chat", "lobby", *words, "--json"]) == 0
    read = json.loads(capsys.readouterr().out)
    assert [message["messageId"] for message in read] == [record_id(number) for number in numbers]


def test_a_room_without_stored_chat_says_so(bar: Bar, capsys: CAPTURED) -> None:
    """In a sentence."""
    assert main(["chat", "lobby"]) == 0
    assert capsys.readouterr().out == "Nothing that was said is stored.\n"
    assert bar.storage.audit.actions == ["view_chat"]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["a b"], "room id"),
        (["lobby", "--user", "a b"], "user id"),
        (["lobby", "--limit", "0"], "--limit"),
    ],
)
def test_chat_of_what_cannot_be_is_a_mistake(
    bar: Bar, words: list[str], named: str, capsys: CAPTURED
) -> None:
    """Exit code 2, and the server is not asked."""
    assert main(["chat", *words]) == 2
    assert named in capsys.readouterr().err
    assert bar.storage.audit.lines == []


@pytest.fixture
def reported(bar: Bar) -> Bar:
    """One report that is open, and one that is closed."""
    evidence = {
        "fromMs": WALL_MS - 300_000,
        "toMs": WALL_MS,
        "people": {"ben": "Ben\x1b"},
        "events": [
            {"atMs": WALL_MS - 9_000, "kind": "joined", "userId": "ben"},
            {"atMs": WALL_MS - 5_000, "kind": "chat", "userId": "ben", "text": "Get out\x07!"},
            {"atMs": WALL_MS - 4_000, "kind": "emote", "userId": "zoe", "emoteId": "sad"},
        ],
        "positions": [],
    }
    for number, status in ((1, "open"), (2, "closed")):
        bar.storage.reports.kept[record_id(number)] = Report(
            record_id(number),
            "lobby",
            "ann",
            "ben",
            "He shouts.",
            WALL_MS,
            status="open" if status == "open" else "closed",
            evidence=evidence,
            reporter_name="Ann",
            reported_name="Ben",
        )
    return bar


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ([], [1]),
        (["--all"], [2, 1]),
        (["--room", "lobby"], [1]),
        (["--room", "lobby", "--all", "--limit", "1"], [2]),
    ],
)
def test_reports_are_listed(
    reported: Bar, words: list[str], numbers: list[int], capsys: CAPTURED
) -> None:
    """Those that are open; all of them where asked for."""
    assert main(["reports", *words]) == 0
    lines = capsys.readouterr().out.splitlines()[1:]
    assert [line.split()[0] for line in lines] == [record_id(number) for number in numbers]
    assert all({"Ben", "ben", "Ann"} <= set(line.split()) for line in lines)
    assert reported.storage.audit.actions == ["view_reports"]


def test_a_report_is_shown_with_what_happened(reported: Bar, capsys: CAPTURED) -> None:
    """Names where they are known, and nothing that a terminal would take as an order."""
    assert main(["reports", "show", record_id(1)]) == 0
    said = capsys.readouterr().out
    assert "He shouts." in said
    assert "Ben\N{REPLACEMENT CHARACTER} (ben)" in said
    assert "chat Get out\N{REPLACEMENT CHARACTER}!" in said
    assert "zoe" in said
    assert "emote sad" in said
    assert "\x1b" not in said
    assert reported.storage.audit.actions == ["view_report"]


def test_a_report_is_shown_as_json(reported: Bar, capsys: CAPTURED) -> None:
    """Whole, evidence and all."""
    assert main(["reports", "show", record_id(2), "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["evidence"] == reported.storage.reports.kept[record_id(2)].evidence


def test_a_report_is_closed(reported: Bar, capsys: CAPTURED) -> None:
    """With a note; a second time it is refused."""
    assert main(["reports", "close", record_id(1), "--note", "Talked to Ben."]) == 0
    assert capsys.readouterr().out == f"Report {record_id(1)} is closed.\n"
    assert reported.storage.reports.kept[record_id(1)].note == "Talked to Ben."
    assert main(["reports", "close", record_id(1)]) == 1
    assert capsys.readouterr().err.startswith("virtubar: report_closed: ")


@pytest.mark.parametrize(
    ("report_id", "code"),
    [(record_id(9), "report_not_found"), ("x?y#z", "report_not_found"), ("../me", "not_found")],
)
def test_a_report_that_is_not_there_is_told(
    bar: Bar, report_id: str, code: str, capsys: CAPTURED
) -> None:
    """Whatever is asked for, it leads nowhere else."""
    assert main(["reports", "show", report_id]) == 1
    assert capsys.readouterr().err.startswith(f"virtubar: {code}: ")
    assert bar.storage.audit.lines == []


@pytest.mark.parametrize("group", ["reports", "rooms"])
def test_options_before_a_command_are_a_mistake(bar: Bar, group: str, capsys: CAPTURED) -> None:
    """They would not reach it: the wrong server could be asked."""
    assert main([group, "--url", "http://other.example", "show", "lobby"]) == 2
    assert "after `show`" in capsys.readouterr().err
    assert bar.storage.audit.lines == []


def test_a_person_is_erased_without_a_question(bar: Bar, capsys: CAPTURED) -> None:
    """--yes."""
    assert main(["erase", "auth0|ben", "--yes"]) == 0
    assert bar.storage.people.erased == ["auth0|ben"]
    assert capsys.readouterr().out == (
        "auth0|ben is forgotten: 12 messages, 1 reports, 2 sanctions, 3 lines of the audit, "
        "1 rooms.\n"
    )


@pytest.mark.parametrize(("answer", "code", "erased"), [("y", 0, ["ben"]), ("n", 1, [])])
def test_a_person_is_erased_after_a_question(
    bar: Bar,
    answer: str,
    code: int,
    erased: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On a terminal somebody is asked, and No is No."""
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr("typer.confirm", lambda *_, **__: answer == "y")
    assert main(["erase", "ben"]) == code
    assert bar.storage.people.erased == erased


def test_nobody_is_erased_where_nobody_can_be_asked(
    bar: Bar, monkeypatch: pytest.MonkeyPatch, capsys: CAPTURED
) -> None:
    """A script says --yes."""
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False)
    assert main(["erase", "ben"]) == 2
    assert "--yes" in capsys.readouterr().err
    assert bar.storage.people.erased == []
