"""A service over a hub on a manual clock, and storage that answers when a test says so."""

import asyncio
from typing import Any

from live.bench import HubBench
from support.gated import GatedSanctions, MemoryAudit
from virtubar.live.oversight import LiveOversight
from virtubar.moderation.act_limits import ActLimits
from virtubar.moderation.ports import Records
from virtubar.moderation.service import ModerationService
from virtubar.moderation.staff import Staff
from virtubar.protocol.constants import AuthCode, Role
from virtubar.room.chat import MessageIds
from virtubar.room.ports import ModerationAct
from virtubar.room.records import AddressMark, StaffRecord
from virtubar.runtime.background_writes import BackgroundWrites

HOME = AddressMark("salt", "home")


class MemoryPeople:
    """What Staff needs of the PeopleStore."""

    def __init__(self) -> None:
        self.records: list[StaffRecord] = []

    async def seen(self, record: StaffRecord) -> None:
        self.records.append(record)


class Bench:
    """A service over a hub on a manual clock, and storage that waits for the test.

    Args:
        opened: whether storage answers at once.
        records: another storage, in place of that one.
    """

    def __init__(self, *, opened: bool = True, records: Records | None = None) -> None:
        self.rooms = HubBench()
        self.store = self.sanctions = GatedSanctions(opened=opened)
        self.audit = MemoryAudit()
        self.writes = BackgroundWrites(self.rooms.metrics)
        self.people = MemoryPeople()
        clock = self.rooms.clock
        self.staff = Staff(self.people, self.writes, clock.wall_ms)  # type: ignore[arg-type]  # a part of the port
        self.service = ModerationService(
            rooms=self.rooms.hub,
            book=self.rooms.book,
            records=records or self,
            writes=self.writes,
            limits=ActLimits(),
            standings=LiveOversight(self.rooms.hub, self.staff),
            address_of=lambda user_id: HOME if user_id == "bob" else None,
            new_id=MessageIds(lambda _bits: 7).next,
        )
        self.rooms.submit = self.service.submit

    def act(self, verb: Any, user_id: str = "bob", **fields: Any) -> ModerationAct:
        """A moderator's act in the lobby."""
        given = {"room_id": "lobby", "actor_id": "mod", "actor_role": Role.MODERATOR, **fields}
        return ModerationAct(verb=verb, user_id=user_id, reason="why", **given)

    async def do(self, verb: Any, user_id: str = "bob", **fields: Any) -> Any:
        """Do it and come back when it is done."""
        return await self.service.moderate(self.act(verb, user_id, **fields))

    def code(self, user_id: str = "bob") -> AuthCode | None:
        """Why the door refuses the user now."""
        wall_ms = self.rooms.clock.wall_ms()
        refusal = self.rooms.book.refusal("lobby", user_id, wall_ms, wall_ms)
        return None if refusal is None else refusal.code


async def turns(count: int = 10) -> None:
    """Let everything run that can."""
    for _ in range(count):
        await asyncio.sleep(0)
