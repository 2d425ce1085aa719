"""Lists in pages, and cursors that only the server reads."""

import base64
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.fakes import WALL_MS, Bar, assert_error, record_id
from virtubar.api.paging import audit_before, cursor_after, page, record_before
from virtubar.errors import RequestRefusedError
from virtubar.protocol.constants import Role
from virtubar.room.records import AuditEntry, ChatRecord, Report, Sanction, SanctionKind

LISTS = [
    "/rooms/lobby/bans",
    "/rooms/lobby/mutes",
    "/rooms/lobby/audit",
    "/rooms/lobby/reports",
    "/rooms/lobby/chat",
    "/moderation/audit",
    "/moderation/reports",
]


@pytest.fixture
def bar() -> Bar:
    """A bar with five of everything that is listed."""
    bar = Bar()
    for number in range(1, 6):
        for kind in (SanctionKind.BAN, SanctionKind.MUTE):
            bar.storage.sanctions.held.append(
                Sanction(
                    record_id(number),
                    kind,
                    "lobby",
                    f"user{number}",
                    "eve",
                    Role.ADMIN,
                    "",
                    WALL_MS,
                    None,
                )
            )
        bar.storage.reports.kept[record_id(number)] = Report(
            record_id(number), "lobby", "ann", f"user{number}", "Rude.", WALL_MS
        )
        bar.storage.chat.kept.append(
            ChatRecord(record_id(number), "lobby", f"user{number}", "Name", "Hello.", WALL_MS)
        )
        bar.storage.audit.put(AuditEntry(WALL_MS, "eve", "admin", "ban", "lobby", f"user{number}"))
    return bar


@pytest.mark.parametrize("path", LISTS)
async def test_pages_follow_each_other_without_a_gap(bar: Bar, path: str) -> None:
    """Newest first, two at a time, until there is no next one."""
    key = bar.token("eve", Role.ADMIN)
    about: list[str] = []
    cursor: str | None = ""
    sizes = []
    while cursor is not None:
        params = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        if "audit" in path:
            params["action"] = "ban"
        body = (await bar.ask("GET", path, key, params=params)).json()
        assert set(body) == {"items", "nextCursor"}
        about += [item.get("userId") or item["reportedId"] for item in body["items"]]
        sizes.append(len(body["items"]))
        cursor = body["nextCursor"]
    assert about == ["user5", "user4", "user3", "user2", "user1"]
    assert sizes == [2, 2, 1]


@pytest.mark.parametrize("path", LISTS)
async def test_a_page_that_holds_everything_is_the_last(bar: Bar, path: str) -> None:
    """Exactly as many as there are leave no next page."""
    params = {"limit": "5", "action": "ban"} if "audit" in path else {"limit": "5"}
    body = (await bar.ask("GET", path, bar.token("eve", Role.ADMIN), params=params)).json()
    assert (len(body["items"]), body["nextCursor"]) == (5, None)


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=x", "limit"),
        ("limit=", "limit"),
        ("limit=2.5", "limit"),
        ("cursor=", "cursor"),
        ("cursor=x", "cursor"),
        ("cursor=%00", "cursor"),
        ("cursor=eHh4", "cursor"),
        ("cursor=" + "a" * 201, "cursor"),
    ],
)
async def test_a_page_that_cannot_be_is_refused(
    bar: Bar, path: str, query: str, field: str
) -> None:
    """422 names the field, and nobody has looked at anything."""
    before = list(bar.storage.audit.lines)
    response = await bar.ask("GET", f"{path}?{query}", bar.token("eve", Role.ADMIN))
    assert assert_error(response, 422, "invalid_field").startswith(f"`{field}`")
    if field == "limit":
        assert bar.storage.audit.lines == before


@pytest.mark.parametrize("path", LISTS)
async def test_the_largest_page_is_given(bar: Bar, path: str) -> None:
    """Two hundred are asked for, and the bound itself is allowed."""
    response = await bar.ask("GET", f"{path}?limit=200", bar.token("eve", Role.ADMIN))
    assert response.status_code == 200


@given(st.integers(min_value=0, max_value=2**63 - 1))
def test_a_cursor_of_the_audit_comes_back_as_it_went(number: int) -> None:
    """Whatever number a line has."""
    assert audit_before(cursor_after(number)) == number


@given(st.uuids())
def test_a_cursor_of_records_comes_back_as_it_went(record: object) -> None:
    """Whatever id a record has."""
    assert record_before(cursor_after(str(record))) == str(record)


@given(st.text(max_size=60) | st.integers(min_value=2**63).map(cursor_after))
def test_no_other_text_is_a_cursor(text: str) -> None:
    """A refusal or an id, never another exception."""
    for opened in (opened_or_refused(audit_before, text), opened_or_refused(record_before, text)):
        if opened != "422 invalid_field":
            assert base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)) == opened.encode()


def opened_or_refused(opening: Callable[[str], str | int | None], text: str) -> str:
    try:
        return str(opening(text))
    except RequestRefusedError as refused:
        return f"{refused.status} {refused.code}"


def test_a_page_of_nothing_is_the_last() -> None:
    """No items, no cursor."""
    assert page([], 5, str) == ([], None)
