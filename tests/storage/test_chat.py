"""Chat is kept once, read page by page, and gone when its room's days are over."""

import asyncio
from pathlib import Path

import pytest

from storage.samples import DAY, NOW, line, message, numbered_id, room
from virtubar.storage.portions import ROWS_AT_ONCE
from virtubar.storage.sql import SqlStorage


async def test_messages_come_back_newest_first_page_by_page(storage: SqlStorage) -> None:
    """Of that room alone; the name they were said under stays with them."""
    said = [message(number) for number in range(5)]
    await storage.chat.add([*said, message(9, room_id="other")])
    first = await storage.chat.recent("snug", limit=3)
    rest = await storage.chat.recent("snug", limit=3, before_id=first[-1].message_id)
    assert [*first, *rest] == said[::-1]


async def test_what_one_person_said_comes_back_page_by_page(storage: SqlStorage) -> None:
    """In that room, newest first; of somebody who said nothing there, nothing."""
    said = [message(number, user_id=("bob", "ann")[number % 2]) for number in range(6)]
    await storage.chat.add([*said, message(9, user_id="ann", room_id="other")])
    first = await storage.chat.recent("snug", limit=2, user_id="ann")
    rest = await storage.chat.recent("snug", limit=2, before_id=first[-1].message_id, user_id="ann")
    assert [*first, *rest] == [said[5], said[3], said[1]]
    assert await storage.chat.recent("snug", limit=2, user_id="zoe") == []


async def test_a_message_is_kept_once(storage: SqlStorage) -> None:
    """Whoever is not sure whether a batch was stored may store it again."""
    await storage.chat.add([message(1)])
    await storage.chat.add([message(1, text="changed"), message(2)])
    assert await storage.chat.recent("snug", limit=9) == [message(2), message(1)]


async def test_nothing_to_keep_is_no_fault(storage: SqlStorage) -> None:
    """A quiet second."""
    await storage.chat.add([])
    assert await storage.chat.recent("snug", limit=9) == []


async def test_one_bad_text_does_not_spoil_a_batch(storage: SqlStorage) -> None:
    """What a database cannot hold is replaced."""
    await storage.chat.add([message(1, text="a\0b\ud83d", display_name="\0"), message(2)])
    kept = await storage.chat.recent("snug", limit=9)
    assert [(one.text, one.display_name) for one in kept] == [("Hello 2", "Bob 🍺"), ("ab?", "")]


async def test_ids_sort_by_their_bytes(storage: SqlStorage) -> None:
    """Whatever a database's language says about letters and dashes."""
    ids = ["A-b", "a-B", "ab", "aB", "Ab", "a_b", "10", "9", "a-"]
    await storage.chat.add([message(1, message_id=one) for one in ids])
    kept = await storage.chat.recent("snug", limit=99)
    assert [one.message_id for one in kept] == sorted(ids, reverse=True)


@pytest.mark.parametrize(
    ("age_days", "gone"),
    [(0, {"none"}), (1, {"none", "one"}), (3, {"none", "one", "ten", "default", "unknown"})],
)
async def test_chat_goes_by_its_rooms_days(
    storage: SqlStorage, age_days: int, gone: set[str]
) -> None:
    """0 keeps nothing; none is kept for longer than the server allows (3 days here), which is
    what a room without days of its own, or without a row, has."""
    await storage.rooms.add(room("none", chat_retention_days=0), NOW, None)
    await storage.rooms.add(room("one", chat_retention_days=1), NOW, None)
    await storage.rooms.add(room("ten", chat_retention_days=10), NOW, None)
    await storage.rooms.add(room("default", chat_retention_days=None), NOW, None)
    names = ["none", "one", "ten", "default", "unknown"]
    messages = [message(number, room_id=name) for number, name in enumerate(names)]
    await storage.chat.add(messages)
    assert await storage.chat.forget(NOW + age_days * DAY + 1, 3) == len(gone)
    assert await storage.chat.forget(NOW + age_days * DAY + 1, 3) == 0
    left = {name for name in names if await storage.chat.recent(name, limit=1)}
    assert left == set(names) - gone


async def test_what_is_exactly_old_enough_stays(storage: SqlStorage) -> None:
    """Older than a day is more than a day old."""
    await storage.rooms.add(room(chat_retention_days=1), NOW, None)
    await storage.chat.add([message(1), message(2, room_id="unknown")])
    assert await storage.chat.forget(NOW + DAY, 1) == 0
    assert await storage.chat.forget(NOW + DAY + 1, 1) == 2


async def test_an_act_does_not_wait_for_all_that_is_forgotten(tmp_path: Path) -> None:
    """Where writers take turns old chat goes in portions; others have theirs between two."""
    storage = SqlStorage(f"sqlite:///{tmp_path}/bar.db")
    await storage.open()
    portions = 3
    old = portions * ROWS_AT_ONCE
    await storage.chat.add([message(number) for number in range(old)])
    forgetting = asyncio.create_task(storage.chat.forget(NOW + 2 * DAY, 1))
    acts = 0
    while not forgetting.done():
        await storage.audit.add(line())
        acts += 1
    assert acts > portions
    assert await forgetting == old
    assert await storage.chat.recent("snug", limit=1) == []
    await storage.close()


async def test_ten_thousand_messages_are_one_batch(storage: SqlStorage) -> None:
    """What may have waited while a database was away."""
    said = [message(number) for number in range(10_000)]
    await storage.chat.add(said)
    (newest,) = await storage.chat.recent("snug", limit=1)
    assert newest.message_id == numbered_id(9_999)
