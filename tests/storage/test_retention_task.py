"""Retention is applied by itself, and one failing step spares the others."""

from pathlib import Path
from unittest.mock import patch

from structlog.testing import capture_logs

from storage.manual import ManualPause, settle
from storage.samples import DAY, MINUTE, NOW, ban, line, message, report, room
from virtubar.protocol.constants import Role
from virtubar.room.config import lobby
from virtubar.room.records import Salt, SanctionKind, StaffRecord
from virtubar.storage.ports import AuditQuery, StorageError
from virtubar.storage.retention import Retention
from virtubar.storage.retention_task import EVERY_S, RetentionTask
from virtubar.storage.sql import SqlStorage

DAYS = Retention(
    chat_days=1,
    report_days=2,
    sanction_days=3,
    audit_days=4,
    room_days=5,
    staff_days=6,
    salt_days=7,
)


class Evening:
    """A storage with one of each, as old as NOW, and a retention_task on a manual clock."""

    def __init__(self, storage: SqlStorage) -> None:
        self.storage = storage
        self.now_ms = NOW
        self.in_use: list[str] = []
        self.pause = ManualPause()
        self.forgotten: list[str] = []
        self.retention_task = RetentionTask(
            storage,
            DAYS,
            lambda: self.now_ms,
            lambda: self.in_use,
            self.forgotten.extend,
            pause=self.pause,
        )

    async def fill(self) -> None:
        storage = self.storage
        await storage.rooms.add(room(chat_retention_days=None), NOW, None)
        await storage.rooms.add(lobby(), NOW, None)
        await storage.chat.add([message()])
        await storage.reports.add(report(), line())
        mute = ban(kind=SanctionKind.MUTE, until_ms=NOW)
        await storage.sanctions.record(mute, line())
        await storage.people.seen(StaffRecord("adam", Role.ADMIN, NOW))
        await storage.salts.add(Salt("salt", b"salt", NOW), 0)

    async def left(self) -> set[str]:
        """What is there still."""
        storage = self.storage
        muted = storage.sanctions.holding(SanctionKind.MUTE, "snug", NOW - 1, limit=1)
        found = {
            "room": await storage.rooms.get("snug"),
            "chat": await storage.chat.recent("snug", limit=1),
            "report": await storage.reports.find(None, None, limit=1),
            "sanction": await muted,
            "audit": await storage.audit.find(AuditQuery()),
            "staff": await storage.people.staff(),
            "salt": await storage.salts.all(),
        }
        return {name for name, value in found.items() if value}


async def test_each_kind_goes_when_its_days_are_over(storage: SqlStorage) -> None:
    """One after the other, a millisecond past its limit; the lobby's settings never go."""
    evening = Evening(storage)
    await evening.fill()
    order = ["chat", "report", "sanction", "audit", "room", "staff", "salt"]
    for days, name in enumerate(order, start=1):
        evening.now_ms = NOW + days * DAY
        await evening.retention_task.tidy()
        assert name in await evening.left()
        evening.now_ms += 1
        await evening.retention_task.tidy()
        assert await evening.left() == set(order[days:])
    assert await storage.rooms.get("lobby") == lobby()
    assert evening.forgotten == ["snug"]


async def test_rooms_in_use_are_marked_and_stay(storage: SqlStorage) -> None:
    """A room that somebody is in every day is never unused."""
    evening = Evening(storage)
    await evening.fill()
    evening.in_use = ["snug"]
    evening.now_ms = NOW + 50 * DAY
    await evening.retention_task.tidy()
    evening.in_use = []
    evening.now_ms += 5 * DAY
    await evening.retention_task.tidy()
    assert "room" in await evening.left()


async def test_one_failing_step_is_logged_and_spares_the_others(storage: SqlStorage) -> None:
    """Whether the database failed or the step is wrong; the next round does it."""
    evening = Evening(storage)
    await evening.fill()
    evening.now_ms = NOW + 99 * DAY
    faults = {"chat": StorageError("away"), "reports": KeyError("a bug")}
    with (
        capture_logs() as logs,
        patch.object(storage.chat, "forget", side_effect=faults["chat"]),
        patch.object(storage.reports, "forget", side_effect=faults["reports"]),
    ):
        await evening.retention_task.tidy()
    failed = [entry["what"] for entry in logs if entry["event"] == "retention_failed"]
    assert failed == ["chat", "reports"]
    assert await evening.left() == {"report"}
    await evening.retention_task.tidy()
    assert await evening.left() == set()


async def test_rounds_follow_each_other_every_ten_minutes(storage: SqlStorage) -> None:
    """The first at once; closing waits for no pause."""
    evening = Evening(storage)
    await evening.fill()
    evening.now_ms = NOW + 9 * DAY
    evening.retention_task.start()
    await _until(evening, rounds=1)
    assert await evening.left() == set()
    await storage.chat.add([message()])
    await evening.pause.over()
    await _until(evening, rounds=2)
    assert await evening.left() == set()
    assert evening.pause.asked_s == [EVERY_S, EVERY_S]
    await evening.retention_task.close()
    await evening.retention_task.close()


async def _until(evening: Evening, rounds: int) -> None:
    while len(evening.pause.asked_s) < rounds:
        await settle()


async def test_a_keeper_that_was_never_started_can_be_closed(tmp_path: Path) -> None:
    """A server that ends while it begins."""
    storage = SqlStorage(f"sqlite:///{tmp_path}/bar.db")
    await Evening(storage).retention_task.close()
    await storage.close()
    assert MINUTE * 10 == EVERY_S * 1000
