"""Stored chat over HTTP: what is read of it, by whom, and that reading it is in the audit (§7)."""

import pytest

from api.fakes import WALL_MS, Bar, assert_error, guest_id, record_id
from virtubar.protocol.constants import Role
from virtubar.room.config import RoomConfig
from virtubar.room.records import ChatRecord
from virtubar.storage.ports import StorageError
from virtubar.storage.retention import DAY_MS

PATH = "/rooms/nook/chat"


def said(number: int, user_id: str = "ann", said_ms: int = WALL_MS) -> ChatRecord:
    """A message in the nook; a larger number is a later one."""
    return ChatRecord(record_id(number), "nook", user_id, user_id.title(), f"No. {number}", said_ms)


@pytest.fixture
def bar() -> Bar:
    """A bar that keeps chat for 7 days, with a nook that the guest `olga` owns."""
    bar = Bar({"chat_retention_days": 7})
    bar.rooms.configs["nook"] = RoomConfig("nook", "Nook", owner_id=guest_id("olga"))
    return bar


async def texts(bar: Bar, query: str = "") -> list[str]:
    """What a moderator reads."""
    response = await bar.ask("GET", f"{PATH}{query}", bar.token("eve", Role.MODERATOR))
    assert response.status_code == 200, response.text
    return [message["text"] for message in response.json()["items"]]


async def test_a_message_has_who_said_it_and_when(bar: Bar) -> None:
    """In the shape in which a look into the room has it."""
    bar.storage.chat.kept.append(said(1))
    response = await bar.ask("GET", PATH, bar.token("eve", Role.MODERATOR))
    assert response.json() == {
        "items": [
            {
                "messageId": record_id(1),
                "userId": "ann",
                "displayName": "Ann",
                "text": "No. 1",
                "saidMs": WALL_MS,
            }
        ],
        "nextCursor": None,
    }


async def test_what_still_waits_to_be_stored_is_read_too(bar: Bar) -> None:
    """Somebody who reads right after it was said misses nothing; newest first."""
    bar.storage.chat.kept.append(said(1))
    bar.storage.chat.waiting += [said(2), said(3)]
    assert await texts(bar) == ["No. 3", "No. 2", "No. 1"]


async def test_what_one_person_said_is_read_alone(bar: Bar) -> None:
    """By their user id, page by page."""
    bar.storage.chat.kept += [said(number, ("ann", "ben")[number % 2]) for number in range(6)]
    assert await texts(bar, "?userId=ben&limit=2") == ["No. 5", "No. 3"]
    key = bar.token("eve", Role.MODERATOR)
    first = (await bar.ask("GET", f"{PATH}?userId=ben&limit=2", key)).json()
    rest = f"?userId=ben&limit=2&cursor={first['nextCursor']}"
    assert await texts(bar, rest) == ["No. 1"]


@pytest.mark.parametrize("user_id", ["", "a%20b", "x" * 129, "ann%0A"])
async def test_what_cannot_be_a_user_is_refused(bar: Bar, user_id: str) -> None:
    """422 names the field, and nothing was looked at."""
    response = await bar.ask("GET", f"{PATH}?userId={user_id}", bar.token("eve", Role.ADMIN))
    assert assert_error(response, 422, "invalid_field").startswith("`userId`")
    assert bar.storage.audit.lines == []


@pytest.mark.parametrize(
    ("server_days", "room_days", "shown"),
    [
        (7, None, ["No. 3", "No. 2"]),
        (7, 1, ["No. 3"]),
        (7, 30, ["No. 3", "No. 2"]),
        (7, 0, []),
        (0, None, []),
        (0, 7, []),
    ],
)
async def test_nothing_is_read_that_should_be_gone(
    server_days: int, room_days: int | None, shown: list[str]
) -> None:
    """Where the days were made fewer, or the time is just over, and the rows are still there; a
    room that stores no chat has none."""
    bar = Bar({"chat_retention_days": server_days})
    bar.rooms.configs["nook"] = RoomConfig("nook", "Nook", chat_retention_days=room_days)
    bar.storage.chat.kept += [
        said(1, said_ms=WALL_MS - 7 * DAY_MS - 1),
        said(2, said_ms=WALL_MS - 7 * DAY_MS),
        said(3, said_ms=WALL_MS - DAY_MS),
    ]
    assert await texts(bar) == shown


async def test_there_is_no_page_of_what_should_be_gone(bar: Bar) -> None:
    """The list ends where its days end, also in the middle of a page."""
    bar.storage.chat.kept += [
        said(number, said_ms=WALL_MS - 7 * DAY_MS - (number < 3)) for number in range(5)
    ]
    response = await bar.ask("GET", f"{PATH}?limit=3", bar.token("eve", Role.MODERATOR))
    body = response.json()
    assert [message["text"] for message in body["items"]] == ["No. 4", "No. 3"]
    assert body["nextCursor"] is None


async def test_reading_is_in_the_audit(bar: Bar) -> None:
    """As what somebody read, where, and whose messages; the same look once in ten minutes."""
    bar.storage.chat.kept += [said(1), said(2)]
    for query in ("", "?userId=ann", "?userId=ann&limit=1", ""):
        await bar.ask("GET", f"{PATH}{query}", bar.token("olga"))
    lines = [
        (line.actor_id, line.actor_role, line.action, line.room_id, line.user_id, line.detail)
        for line in bar.storage.audit.lines
    ]
    olga = guest_id("olga")
    assert lines == [
        (olga, "owner", "view_chat", "nook", None, {}),
        (olga, "owner", "view_chat", "nook", "ann", {}),
    ]


async def test_the_audit_names_nobody_of_whom_nothing_is_stored(bar: Bar) -> None:
    """The id of somebody who was erased would come back with the first look for them."""
    assert await texts(bar, "?userId=ben") == []
    assert [(line.action, line.user_id) for line in bar.storage.audit.lines] == [
        ("view_chat", None)
    ]


async def test_nothing_is_read_where_storage_fails(bar: Bar) -> None:
    """Neither unaudited nor with a gap: what waits could not be stored."""
    bar.storage.chat.waiting.append(said(1))
    bar.storage.failure = StorageError("away")
    response = await bar.ask("GET", PATH, bar.token("eve", Role.MODERATOR))
    assert_error(response, 503, "storage_unavailable")
