"""Reports with evidence: made by members, read and closed by those who may (§7)."""

from typing import Any

import pytest

from api.fakes import WALL_MS, Bar, assert_error, guest_id, record_id
from virtubar.api.reporting import REPORTS_BY_ADDRESS, REPORTS_OF_PERSON
from virtubar.protocol.constants import Role
from virtubar.room.config import RoomConfig
from virtubar.room.records import Report
from virtubar.storage.ports import StorageError

EVIDENCE = {"fromMs": WALL_MS - 300_000, "toMs": WALL_MS, "people": {"ben": "Ben"}}
ANN = guest_id("ann")


@pytest.fixture
def bar() -> Bar:
    """A bar where Ann and Ben are in the lobby and Ann has seen Ben."""
    bar = Bar()
    bar.rooms.members["lobby"] = {ANN, "ben"}
    bar.oversight.seen["lobby", ANN, "ben"] = EVIDENCE
    return bar


def kept(bar: Bar, number: int, **changes: Any) -> Report:
    """A report that storage has."""
    fields: dict[str, Any] = {
        "report_id": record_id(number),
        "room_id": "lobby",
        "reporter_id": ANN,
        "reported_id": "ben",
        "reason": "Rude.",
        "made_ms": WALL_MS - 5_000,
        "evidence": EVIDENCE,
    }
    report = Report(**fields | changes)
    bar.storage.reports.kept[report.report_id] = report
    return report


async def report(bar: Bar, who: str = "ann", room: str = "lobby", **body: Any) -> Any:
    """Ann's report of Ben, or another."""
    body = {"userId": "ben", "reason": "He shouts.", **body}
    return await bar.ask("POST", f"/rooms/{room}/reports", bar.token(who), json=body)


async def test_a_report_keeps_what_the_reporter_saw(bar: Bar) -> None:
    """201 with its id; stored with the evidence and a line of the audit."""
    response = await report(bar, reason="  He\tsh\x00outs\u2066. ")
    assert response.status_code == 201
    report_id = response.json()["reportId"]
    assert response.json() == {"reportId": report_id}
    assert bar.storage.reports.kept == {
        report_id: Report(
            *(report_id, "lobby", ANN, "ben", "He shouts.", WALL_MS),
            evidence=EVIDENCE, reporter_name=ANN.title(), reported_name="Ben",
        )
    }  # fmt: skip
    [line] = bar.storage.audit.lines
    assert (line.action, line.actor_id, line.actor_role) == ("report", ANN, "guest")
    assert (line.room_id, line.user_id) == ("lobby", "ben")
    assert line.detail == {"reportId": report_id}
    assert (line.actor_name, line.user_name) == (ANN.title(), "Ben")


async def test_only_those_who_are_there_report(bar: Bar) -> None:
    """403, the same for a room that is not there."""
    assert_error(await report(bar, "zoe"), 403, "not_a_member")
    assert_error(await report(bar, room="gone"), 403, "not_a_member")
    assert bar.storage.reports.kept == {}


async def test_only_those_who_were_seen_are_reported(bar: Bar) -> None:
    """404 for somebody whom the reporter never met, be they known or not."""
    assert_error(await report(bar, userId="nobody"), 404, "person_not_found")
    assert bar.storage.reports.kept == {}


async def test_nobody_reports_themselves(bar: Bar) -> None:
    """422 names the field."""
    message = assert_error(await report(bar, userId=ANN), 422, "invalid_field")
    assert message.startswith("`userId`")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("reason", ""),
        ("reason", " \n"),
        ("reason", "\u200b\u3164"),
        ("reason", "x" * 501),
        ("reason", None),
        ("userId", ""),
        ("userId", "a b"),
        ("userId", None),
    ],
)
async def test_a_field_out_of_bounds_is_named(bar: Bar, field: str, value: Any) -> None:
    """422, and nothing is kept."""
    message = assert_error(await report(bar, **{field: value}), 422, "invalid_field")
    assert message.startswith(f"`{field}`")
    assert bar.storage.reports.kept == {}


async def test_the_longest_reason_is_kept_whole(bar: Bar) -> None:
    """Five hundred characters."""
    assert (await report(bar, reason="x" * 500)).status_code == 201


async def test_a_report_needs_an_identity(bar: Bar) -> None:
    """401: whoever is in the room has one."""
    body = {"userId": "ben", "reason": "He shouts."}
    response = await bar.ask("POST", "/rooms/lobby/reports", json=body)
    assert_error(response, 401, "token_missing")


async def test_a_report_that_is_not_stored_is_not_made(bar: Bar) -> None:
    """503, so that the reporter tries again."""
    bar.storage.failure = StorageError("away")
    assert_error(await report(bar), 503, "not_stored")


async def test_one_person_reports_at_a_rate(bar: Bar) -> None:
    """Three at once, then one in twenty seconds."""
    for _ in range(3):
        assert (await report(bar)).status_code == 201
    refused = await report(bar)
    assert_error(refused, 429, "rate_limited")
    assert refused.json()["retryAfterMs"] == 20_000
    bar.now_ms += 20_000
    assert (await report(bar)).status_code == 201
    assert len(bar.storage.reports.kept) == 4


def crowd(bar: Bar, count: int) -> list[str]:
    """So many guests who have seen Ben."""
    names = [f"u{n}" for n in range(count)]
    for name in names:
        bar.rooms.members["lobby"].add(guest_id(name))
        bar.oversight.seen["lobby", guest_id(name), "ben"] = EVIDENCE
    return names


async def test_an_address_reports_at_a_rate(bar: Bar) -> None:
    """However many new guests there are: twenty at once, then one a minute (§7)."""
    burst = REPORTS_BY_ADDRESS[1]
    for n, name in enumerate(crowd(bar, burst + 1)):
        bar.oversight.seen["lobby", guest_id(name), f"p{n}"] = EVIDENCE
        response = await report(bar, name, userId=f"p{n}")
        assert response.status_code == (201 if n < burst else 429)
    assert_error(response, 429, "rate_limited")
    assert response.json()["retryAfterMs"] == 60_000
    bar.now_ms += 60_000
    assert (await report(bar)).status_code == 201


async def test_one_person_is_reported_at_a_rate(bar: Bar) -> None:
    """By guests, from wherever: twenty at once, then one a minute; others can be reported (§7)."""
    burst = REPORTS_OF_PERSON[1]
    names = crowd(bar, burst + 1)
    for n, name in enumerate(names):
        bar.peer = f"203.0.113.{n}"
        response = await report(bar, name)
        assert response.status_code == (201 if n < burst else 429)
    assert_error(response, 429, "rate_limited")
    assert response.json()["retryAfterMs"] == 60_000
    bar.oversight.seen["lobby", guest_id(names[-1]), "joe"] = EVIDENCE
    assert (await report(bar, names[-1], userId="joe")).status_code == 201
    assert len(bar.storage.reports.kept) == burst + 1


async def test_a_crowd_of_guests_keeps_nobody_who_is_known_from_being_heard(bar: Bar) -> None:
    """Reports of people whom a provider vouches for are not counted with the guests' (§7)."""
    for n, name in enumerate(crowd(bar, REPORTS_OF_PERSON[1])):
        bar.peer = f"203.0.113.{n}"
        assert (await report(bar, name)).status_code == 201
    bar.rooms.members["lobby"].add("mia")
    bar.oversight.seen["lobby", "mia", "ben"] = EVIDENCE
    body = {"userId": "ben", "reason": "He shouts."}
    known = await bar.ask("POST", "/rooms/lobby/reports", bar.token("mia", Role.MEMBER), json=body)
    assert known.status_code == 201


async def test_who_cannot_report_somebody_takes_no_place(bar: Bar) -> None:
    """Somebody outside does not use up what those inside may say."""
    for n in range(REPORTS_OF_PERSON[1] + 5):
        bar.peer = f"203.0.113.{n}"
        assert (await report(bar, f"stranger{n}")).status_code == 403
    assert (await report(bar)).status_code == 201


async def test_reports_are_listed_without_their_evidence(bar: Bar) -> None:
    """Newest first; of one room, or for staff of all."""
    bar.rooms.configs["attic"] = RoomConfig("attic", "Attic")
    kept(bar, 1)
    kept(bar, 2, room_id="attic")
    closed = {"status": "closed", "closed_ms": WALL_MS, "closed_by": "eve", "note": "Talked."}
    names = {"reporter_name": "Ann", "reported_name": "Ben", "closed_by_name": "Eve"}
    kept(bar, 3, **closed, **names)
    key = bar.token("eve", Role.MODERATOR)
    everything = (await bar.ask("GET", "/moderation/reports", key)).json()["items"]
    assert [item["reportId"] for item in everything] == [record_id(3), record_id(2), record_id(1)]
    assert everything[0] == {
        "reportId": record_id(3),
        "roomId": "lobby",
        "reporterId": ANN,
        "reportedId": "ben",
        "reason": "Rude.",
        "madeMs": WALL_MS - 5_000,
        "status": "closed",
        "closedMs": WALL_MS,
        "closedBy": "eve",
        "note": "Talked.",
        "reporterName": "Ann",
        "reportedName": "Ben",
        "closedByName": "Eve",
    }
    room = (await bar.ask("GET", "/rooms/lobby/reports", key)).json()["items"]
    assert [item["reportId"] for item in room] == [record_id(3), record_id(1)]
    assert (room[1]["closedMs"], room[1]["closedBy"], room[1]["note"]) == (None, None, "")


@pytest.mark.parametrize("path", ["/moderation/reports", "/rooms/lobby/reports"])
@pytest.mark.parametrize(("status", "number"), [("open", 1), ("closed", 2)])
async def test_reports_are_listed_by_status(bar: Bar, path: str, status: str, number: int) -> None:
    """`open` are those that wait for somebody."""
    kept(bar, 1)
    kept(bar, 2, status="closed")
    response = await bar.ask("GET", f"{path}?status={status}", bar.token("eve", Role.ADMIN))
    assert [item["reportId"] for item in response.json()["items"]] == [record_id(number)]


@pytest.mark.parametrize("path", ["/moderation/reports", "/rooms/lobby/reports"])
async def test_another_status_is_refused(bar: Bar, path: str) -> None:
    """422 names it."""
    response = await bar.ask("GET", f"{path}?status=lost", bar.token("eve", Role.ADMIN))
    assert assert_error(response, 422, "invalid_field").startswith("`status`")


async def test_a_report_is_read_with_its_evidence_and_that_is_audited(bar: Bar) -> None:
    """What the reporter saw, beside the rest; the view names the report and the reported."""
    kept(bar, 1)
    key = bar.token("eve", Role.MODERATOR)
    body = (await bar.ask("GET", f"/moderation/reports/{record_id(1)}", key)).json()
    assert body["evidence"] == EVIDENCE
    assert (body["reportId"], body["reason"]) == (record_id(1), "Rude.")
    [line] = bar.storage.audit.lines
    assert (line.action, line.actor_id, line.user_id) == ("view_report", "eve", "ben")
    assert (line.room_id, line.detail) == ("lobby", {"reportId": record_id(1)})


async def test_evidence_is_not_shown_where_the_view_cannot_be_audited(
    bar: Bar, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody looks without a trace."""
    kept(bar, 1)
    key = bar.token("eve", Role.MODERATOR)

    async def add(*_: object) -> None:
        raise StorageError("away")

    monkeypatch.setattr(bar.storage.audit, "add", add)
    response = await bar.ask("GET", f"/moderation/reports/{record_id(1)}", key)
    assert_error(response, 503, "storage_unavailable")


async def test_a_report_is_closed_with_a_note(bar: Bar) -> None:
    """The report comes back as it is now, without evidence; the audit says who closed it."""
    kept(bar, 1)
    key = bar.token("eve", Role.MODERATOR)
    path = f"/moderation/reports/{record_id(1)}/close"
    response = await bar.ask("POST", path, key, json={"note": " Talked\nto \x1bBen. "})
    body = response.json()
    assert response.status_code == 200
    assert (body["status"], body["closedMs"], body["closedBy"]) == ("closed", WALL_MS, "eve")
    assert body["note"] == "Talked to Ben."
    assert "evidence" not in body
    stored = bar.storage.reports.kept[record_id(1)]
    assert (stored.status, stored.note) == ("closed", "Talked to Ben.")
    [line] = bar.storage.audit.lines
    assert (line.action, line.actor_id, line.user_id) == ("close_report", "eve", "ben")


async def test_a_report_is_closed_once(bar: Bar) -> None:
    """409 to the second, whose note is not taken."""
    kept(bar, 1)
    key = bar.token("eve", Role.MODERATOR)
    path = f"/moderation/reports/{record_id(1)}/close"
    await bar.ask("POST", path, key, json={"note": "first"})
    assert_error(await bar.ask("POST", path, key, json={"note": "second"}), 409, "report_closed")
    assert bar.storage.reports.kept[record_id(1)].note == "first"


async def test_a_close_that_is_not_stored_is_not_done(
    bar: Bar, monkeypatch: pytest.MonkeyPatch
) -> None:
    """503 `not_stored`, and the report stays open."""
    kept(bar, 1)
    key = bar.token("eve", Role.MODERATOR)

    async def close(*_: object) -> bool:
        raise StorageError("away")

    monkeypatch.setattr(bar.storage.reports, "close", close)
    path = f"/moderation/reports/{record_id(1)}/close"
    assert_error(await bar.ask("POST", path, key, json={}), 503, "not_stored")


@pytest.mark.parametrize("note", ["x" * 501, None, 5])
async def test_a_note_out_of_bounds_is_refused(bar: Bar, note: Any) -> None:
    """422 names it."""
    kept(bar, 1)
    path = f"/moderation/reports/{record_id(1)}/close"
    response = await bar.ask("POST", path, bar.token("eve", Role.ADMIN), json={"note": note})
    assert assert_error(response, 422, "invalid_field").startswith("`note`")
    assert bar.storage.reports.kept[record_id(1)].status == "open"


@pytest.mark.parametrize("report_id", [record_id(9), "nonsense", "%00", "x" * 300])
@pytest.mark.parametrize(("method", "end"), [("GET", ""), ("POST", "/close")])
async def test_only_staff_learns_that_a_report_is_not_there(
    bar: Bar, report_id: str, method: str, end: str
) -> None:
    """Everybody else hears 403, as of any report."""
    path = f"/moderation/reports/{report_id}{end}"
    body: dict[str, str] | None = {} if method == "POST" else None
    known = await bar.ask(method, path, bar.token("eve", Role.MODERATOR), json=body)
    assert_error(known, 404, "report_not_found")
    assert_error(await bar.ask(method, path, bar.token("ann"), json=body), 403, "forbidden")


async def test_a_report_outlives_its_room_for_the_staff(bar: Bar) -> None:
    """Nobody owns a room that is gone; moderators still read what happened there."""
    kept(bar, 1, room_id="gone")
    path = f"/moderation/reports/{record_id(1)}"
    assert (await bar.ask("GET", path, bar.token("eve", Role.MODERATOR))).status_code == 200
    assert_error(await bar.ask("GET", path, bar.token("ann")), 403, "forbidden")


async def test_whoever_is_reported_never_learns_of_it(bar: Bar) -> None:
    """Be they the room's owner or staff: not in the lists, and as if it were not there."""
    olga = guest_id("olga")
    bar.rooms.configs["nook"] = RoomConfig("nook", "Nook", owner_id=olga)
    about_olga = kept(bar, 1, room_id="nook", reported_id=olga)
    about_mona = kept(bar, 2, room_id="nook", reported_id="mona")
    keys = {"olga": bar.token("olga"), "mona": bar.token("mona", Role.MODERATOR)}

    async def listed(who: str, path: str) -> list[str]:
        answer = await bar.ask("GET", path, keys[who])
        return [item["reportId"] for item in answer.json()["items"]]

    assert await listed("olga", "/rooms/nook/reports") == [about_mona.report_id]
    assert await listed("mona", "/rooms/nook/reports") == [about_olga.report_id]
    assert await listed("mona", "/moderation/reports") == [about_olga.report_id]
    own = {"olga": about_olga.report_id, "mona": about_mona.report_id}
    for who, status, code in (("olga", 403, "forbidden"), ("mona", 404, "report_not_found")):
        path = f"/moderation/reports/{own[who]}"
        assert_error(await bar.ask("GET", path, keys[who]), status, code)
        closing = await bar.ask("POST", f"{path}/close", keys[who], json={"note": "Nothing."})
        assert_error(closing, status, code)
    assert {report.status for report in bar.storage.reports.kept.values()} == {"open"}
