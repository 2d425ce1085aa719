"""Who is above members is known while they are away, and for how long it is written down (§7)."""

import pytest

from live.bench import HubBench
from moderation.bench import MemoryPeople, turns
from virtubar.moderation.staff import Staff
from virtubar.protocol.constants import Role
from virtubar.room.records import StaffRecord
from virtubar.runtime.background_writes import BackgroundWrites

DAY_MS = 86_400_000
START_MS = 1_750_000_000_000


class StaffBench:
    """The staff over people in memory, on a clock that a test sets."""

    def __init__(self) -> None:
        self.people = MemoryPeople()
        self.wall_ms = START_MS
        self.writes = BackgroundWrites(HubBench().metrics)
        self.staff = Staff(self.people, self.writes, lambda: self.wall_ms)  # type: ignore[arg-type]  # a part of the port

    async def seen(self, user_id: str, role: Role) -> list[tuple[str, Role, int]]:
        """Somebody comes; what storage was told by then, from the first."""
        self.staff.seen(user_id, role)
        await turns()
        return [(one.user_id, one.role, one.seen_ms) for one in self.people.records]


@pytest.fixture
async def bench() -> StaffBench:
    """Nobody has come yet."""
    return StaffBench()


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.ADMIN])
async def test_staff_is_known_from_when_it_was_seen(bench: StaffBench, role: Role) -> None:
    """Nobody moderates them while they are away; storage is told at once."""
    assert bench.staff.role_of("ada") is Role.GUEST
    assert await bench.seen("ada", role) == [("ada", role, START_MS)]
    assert bench.staff.role_of("ada") is role
    assert bench.staff.role_of("bob") is Role.GUEST


async def test_staff_is_known_from_the_start(bench: StaffBench) -> None:
    """As storage had it, each with the role of their own."""
    bench.staff.load(
        [StaffRecord("ada", Role.ADMIN, START_MS), StaffRecord("mo", Role.MODERATOR, START_MS)]
    )
    assert bench.staff.role_of("ada") is Role.ADMIN
    assert bench.staff.role_of("mo") is Role.MODERATOR
    assert bench.staff.role_of("bob") is Role.GUEST


@pytest.mark.parametrize("role", [Role.GUEST, Role.MEMBER, Role.OWNER])
async def test_whoever_is_no_staff_is_not_written_down(bench: StaffBench, role: Role) -> None:
    """An owner is in the record of the room, and in no other room more than anybody."""
    assert await bench.seen("bob", role) == []
    assert bench.staff.role_of("bob") is Role.GUEST


async def test_an_owner_does_not_lose_the_role_in_other_rooms(bench: StaffBench) -> None:
    """A moderator who comes into a room of their own is a moderator still."""
    told = await bench.seen("ada", Role.MODERATOR)
    assert await bench.seen("ada", Role.OWNER) == told
    assert bench.staff.role_of("ada") is Role.MODERATOR


async def test_whoever_was_staff_is_so_no_more_once_they_come_as_less(bench: StaffBench) -> None:
    """Storage is told; coming so again is no news."""
    await bench.seen("ada", Role.MODERATOR)
    told = await bench.seen("ada", Role.MEMBER)
    assert told[1:] == [("ada", Role.MEMBER, START_MS)]
    assert bench.staff.role_of("ada") is Role.GUEST
    assert await bench.seen("ada", Role.MEMBER) == told


async def test_a_new_role_is_written_at_once(bench: StaffBench) -> None:
    """However short a time ago the other one was."""
    await bench.seen("ada", Role.MODERATOR)
    bench.wall_ms += 1
    assert (await bench.seen("ada", Role.ADMIN))[1:] == [("ada", Role.ADMIN, START_MS + 1)]
    assert bench.staff.role_of("ada") is Role.ADMIN


async def test_the_same_role_is_written_once_a_day(bench: StaffBench) -> None:
    """A day after it was written last, not after they were seen last."""
    told = await bench.seen("ada", Role.ADMIN)
    bench.wall_ms += DAY_MS - 1
    assert await bench.seen("ada", Role.ADMIN) == told
    bench.wall_ms += 1
    told = await bench.seen("ada", Role.ADMIN)
    assert told[1:] == [("ada", Role.ADMIN, START_MS + DAY_MS)]
    bench.wall_ms += 1
    assert await bench.seen("ada", Role.ADMIN) == told
    assert bench.staff.role_of("ada") is Role.ADMIN


async def test_of_whom_is_forgotten_nothing_is_known_nor_written(bench: StaffBench) -> None:
    """What waits to be written of them is dropped, and of nobody else."""
    bench.staff.seen("ada", Role.ADMIN)
    bench.staff.seen("mo", Role.MODERATOR)
    bench.staff.forget("ada")
    bench.staff.forget("nobody")
    await turns()
    assert [record.user_id for record in bench.people.records] == ["mo"]
    assert bench.staff.role_of("ada") is Role.GUEST
    assert bench.staff.role_of("mo") is Role.MODERATOR
