"""Reports that show the same moments share them, and each still shows what it showed (§7)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.json import encode
from sqlalchemy import func, select

from storage.samples import MINUTE, NOW, line, report
from virtubar.room.happenings import SAMPLE_INTERVAL_MS
from virtubar.room.records import AuditEntry
from virtubar.storage.engine import Database
from virtubar.storage.evidence import SLICE_MS, join, split
from virtubar.storage.schema import evidence, evidence_people, report_evidence, reports
from virtubar.storage.sql import SqlStorage
from virtubar.storage.urls import read_address

ERASE = AuditEntry(NOW + 9, "adam", "admin", "erase")
PEOPLE = st.sampled_from(["ann", "bob", "cat", "dora"])


def shown(whole: dict[str, Any]) -> dict[str, Any]:
    """Evidence as whoever reads the report gets it: without what only storage needs to know."""
    kept = dict(whole)
    if "positions" in whole:
        kept["positions"] = [
            {key: value for key, value in sample.items() if key != "apart"}
            for sample in whole["positions"]
        ]
    return kept


@st.composite
def gathered(draw: st.DrawFn) -> dict[str, Any]:
    """Evidence as a room may give it."""
    times = sorted(draw(st.lists(st.integers(0, 5 * MINUTE), max_size=12)))
    events = [{"atMs": NOW + at, "kind": "emote", "userId": draw(PEOPLE)} for at in times]
    moments = sorted(draw(st.sets(st.integers(0, 5 * MINUTE), min_size=1, max_size=12)))
    positions: list[dict[str, Any]] = []
    for at in moments:
        places = draw(st.dictionaries(PEOPLE, st.just([1, 2]), min_size=1))
        apart = sorted(draw(st.sets(st.sampled_from(sorted(places)))))
        sample = {"atMs": NOW + at, "places": places}
        positions.append(sample | {"apart": apart} if apart else sample)
    positions[-1]["apart"] = list(positions[-1]["places"])
    named = {str(event["userId"]) for event in events}.union(*(p["places"] for p in positions))
    return {
        "fromMs": NOW,
        "toMs": NOW + 5 * MINUTE,
        "people": {user: user.title() for user in sorted(named)},
        "events": events,
        "positions": positions,
    }


def by_time(whole: dict[str, Any]) -> dict[str, Any]:
    """The same, with samples in their order: what is a report's alone may come last."""
    return {**whole, "positions": sorted(whole["positions"], key=lambda one: one["atMs"])}


@given(gathered())
def test_what_was_split_is_joined_again(whole: dict[str, Any]) -> None:
    """Whatever is shared and whatever is a report's own."""
    own, pieces = split(whole, "snug")
    again = join(own, [piece.content for piece in pieces])
    assert by_time(again) == shown(whole)


@pytest.mark.parametrize("whole", [{}, report().evidence, {"people": {"carol": "Carol"}}])
def test_evidence_of_any_kind_stays_what_it_is(whole: dict[str, Any]) -> None:
    """Also that of reports from before there were pieces."""
    own, pieces = split(whole, "snug")
    assert join(own, [piece.content for piece in pieces]) == whole
    assert join(whole, []) == whole


def crowd(people: int = 60, minutes: int = 5) -> dict[str, Any]:
    """What everybody in a busy room saw."""
    names = {f"u{n}": f"Somebody {n}" for n in range(people)}
    begin = NOW - minutes * MINUTE
    events = [
        {
            "atMs": begin + n * 500,
            "kind": "chat",
            "userId": f"u{n % people}",
            "messageId": f"m{n}",
            "text": "What a night, and what a queue at the bar.",
        }
        for n in range(minutes * 120)
    ]
    positions = [
        {"atMs": begin + at, "places": {user: [n, -n] for n, user in enumerate(names)}}
        for at in range(0, minutes * MINUTE, SAMPLE_INTERVAL_MS)
    ]
    return {"fromMs": begin, "toMs": NOW, "people": names, "events": events, "positions": positions}


def test_the_same_moments_are_the_same_pieces() -> None:
    """In one room; another room has its own. Few of them make five minutes."""
    _, pieces = split(crowd(), "snug")
    _, again = split(crowd() | {"toMs": NOW + 7}, "snug")
    _, elsewhere = split(crowd(), "attic")
    assert pieces == again
    assert not {one.piece_id for one in pieces} & {one.piece_id for one in elsewhere}
    assert len(pieces) <= 2 * (5 * MINUTE // SLICE_MS + 1)


async def stored_bytes(url: str) -> int:
    """How much reports and evidence take, as JSON."""
    database = Database(read_address(url))
    total = 0
    async with database.reading() as connection:
        for table in (reports, evidence, report_evidence):
            for row in await connection.execute(select(table)):
                total += len(encode(tuple(row)))
    await database.close()
    return total


async def count(url: str) -> tuple[int, int, int]:
    """How many pieces there are, people in them, and links to them."""
    database = Database(read_address(url))
    async with database.reading() as connection:
        counts = [
            (await connection.execute(select(func.count()).select_from(table))).scalar_one()
            for table in (evidence, evidence_people, report_evidence)
        ]
    await database.close()
    return counts[0], counts[1], counts[2]


async def test_a_hundred_reports_of_one_moment_store_it_once(storage: SqlStorage, url: str) -> None:
    """Each is a fiftieth of the first, and shows all of it."""
    whole = crowd()
    await storage.reports.add(report(0, evidence=whole), line("report"))
    first = await stored_bytes(url)
    assert first > 100_000
    for number in range(1, 100):
        changed = whole | {"toMs": NOW + number}
        await storage.reports.add(report(number, evidence=changed), line("report"))
    assert await stored_bytes(url) < first + 99 * first / 50
    last = await storage.reports.get(report(99).report_id)
    assert last is not None
    assert last.evidence == whole | {"toMs": NOW + 99}


async def test_what_is_shown_goes_with_the_last_report_that_shows_it(
    storage: SqlStorage, url: str
) -> None:
    """Retention leaves no piece behind, and takes none from a newer report."""
    for number in range(3):
        one = report(number, evidence=crowd(), made_ms=NOW + number)
        await storage.reports.add(one, line("report"))
    kept = await count(url)
    assert await storage.reports.forget(NOW + 2) == 2
    assert (await count(url))[:2] == kept[:2]
    newest = await storage.reports.get(report(2).report_id)
    assert newest is not None
    assert newest.evidence == crowd()
    assert await storage.reports.forget(NOW + 3) == 1
    assert await count(url) == (0, 0, 0)


async def test_many_reports_are_forgotten_in_portions(storage: SqlStorage, url: str) -> None:
    """All of them in the end, with what they show."""
    for number in range(401):
        await storage.reports.add(report(number), line("report"))
    assert await storage.reports.forget(NOW + 1) == 401
    assert await count(url) == (0, 0, 0)


async def test_erasing_somebody_takes_them_out_of_what_many_reports_show(
    storage: SqlStorage,
) -> None:
    """Once for all of them; each report counts."""
    for number in range(3):
        await storage.reports.add(report(number), line("report", actor_id="alice"))
    erased = await storage.people.erase("carol", ERASE, NOW)
    assert erased.reports == 3
    for number in range(3):
        one = await storage.reports.get(report(number).report_id)
        assert one is not None
        assert b"carol" not in encode(one)
        assert b"Carol" not in encode(one)
        assert one.evidence["events"][1] == report().evidence["events"][1]
    assert (await storage.people.erase("carol", ERASE, NOW)).reports == 0


async def test_erasing_a_reporter_leaves_others_what_they_share(
    storage: SqlStorage, url: str
) -> None:
    """Their reports go; what only these showed goes too."""
    await storage.reports.add(report(1, evidence=crowd()), line("report"))
    await storage.reports.add(report(2, evidence=crowd(), reporter_id="zoe"), line("report"))
    alone = crowd(3) | {"fromMs": 1}
    await storage.reports.add(report(3, evidence=alone), line("report"))
    assert (await storage.people.erase("alice", ERASE, NOW)).reports == 2
    zoes = await storage.reports.get(report(2).report_id)
    assert zoes is not None
    assert zoes.evidence == crowd()
    pieces, _, links = await count(url)
    assert pieces == links == len(split(crowd(), "snug")[1])


async def test_what_is_said_after_an_erasure_is_a_piece_of_its_own(storage: SqlStorage) -> None:
    """A piece that lost somebody is not taken for one that still has them."""
    await storage.reports.add(report(1), line("report"))
    await storage.people.erase("carol", ERASE, NOW)
    later = report(2, evidence=report().evidence | {"toMs": NOW + 1})
    later.evidence["events"][1] |= {"text": "Again"}
    await storage.reports.add(later, line("report"))
    kept = await storage.reports.get(later.report_id)
    assert kept is not None
    assert kept.evidence["events"] == later.evidence["events"]
