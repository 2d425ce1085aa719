"""Rooms and sanctions kept in memory, and an API on a manual clock, for the tests of the API."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import msgspec
from litestar import Litestar

from api.shared import DAY_MS, SharedApi
from auth.forging import PROVIDER, forge
from virtubar.addresses import AddressPolicy
from virtubar.api import ApiParts, create_api
from virtubar.auth.identities import ExternalProvider, Identities
from virtubar.auth.tokens import RealtimeTokens
from virtubar.cluster.local import LocalPlacement
from virtubar.protocol.constants import Device, Role
from virtubar.room.config import RoomConfig, lobby
from virtubar.room.moderation import standing
from virtubar.room.ports import (
    HeardLine,
    MemberView,
    ModerationAct,
    ModerationOutcome,
    Mute,
    Refusal,
    RoomExistsError,
    RoomLook,
    RoomOverview,
    RoomsFullError,
)
from virtubar.room.records import (
    AddressMark,
    AuditEntry,
    AuditLine,
    ChatRecord,
    Report,
    ReportStatus,
    Sanction,
    SanctionKind,
)
from virtubar.storage.ports import AuditQuery, Erased

SECRET = "a secret of the bar that is long enough"
PROVIDER_SECRET = "a secret shared with the provider, long enough"
WALL_MS = 1_760_000_000_000


class FakeRooms:
    """The `Rooms` port in a dict; `members` says who is inside."""

    def __init__(self) -> None:
        self.configs: dict[str, RoomConfig] = {"lobby": lobby()}
        self.members: dict[str, set[str]] = {}
        self.changed_by: list[tuple[str, Role]] = []
        self.max_rooms = 1_000
        self.failure: Exception | None = None

    async def open(self, room_id: str) -> RoomConfig | None:
        await asyncio.sleep(0)
        if self.failure is not None:
            raise self.failure
        return self.configs.get(room_id)

    def public(self) -> list[RoomConfig]:
        return [room for _, room in sorted(self.configs.items()) if room.public]

    async def create(self, config: RoomConfig) -> None:
        if config.room_id in self.configs:
            raise RoomExistsError(config.room_id)
        if len(self.configs) >= self.max_rooms:
            raise RoomsFullError(self.max_rooms)
        self.configs[config.room_id] = config

    async def look(self, room_id: str) -> RoomConfig | None:
        return await self.open(room_id)

    async def change(
        self, room_id: str, fields: Mapping[str, Any], actor_id: str, actor_role: Role
    ) -> RoomConfig | None:
        await asyncio.sleep(0)
        if self.failure is not None:
            raise self.failure
        old = self.configs[room_id]
        new = self.configs[room_id] = msgspec.structs.replace(old, **fields)
        if new != old:
            self.changed_by.append((actor_id, actor_role))
        return new

    def occupancy(self, room_id: str) -> int:
        return len(self.members.get(room_id, ()))

    def bots(self, room_id: str) -> int:
        return sum(user_id.startswith("bot") for user_id in self.members.get(room_id, ()))

    def contains(self, room_id: str, user_id: str) -> bool:
        return user_id in self.members.get(room_id, ())


class FakeSanctions:
    """The `Sanctions` port with refusals by room and user, or by address, set by the test."""

    def __init__(self) -> None:
        self.refusals: dict[tuple[str, str], Refusal] = {}
        self.address_refusals: dict[AddressMark, Refusal] = {}
        self.asked: list[tuple[str, str, int, int]] = []
        self.asked_addresses: list[tuple[str, tuple[AddressMark, ...], int, int]] = []

    def refusal(
        self, room_id: str, user_id: str, issued_at_ms: int, wall_ms: int
    ) -> Refusal | None:
        self.asked.append((room_id, user_id, issued_at_ms, wall_ms))
        return self.refusals.get((room_id, user_id))

    def address_refusal(
        self, room_id: str, marks: tuple[AddressMark, ...], born_ms: int, wall_ms: int
    ) -> Refusal | None:
        self.asked_addresses.append((room_id, marks, born_ms, wall_ms))
        return next((held for mark, held in self.address_refusals.items() if mark in marks), None)

    def mute(self, room_id: str, user_id: str, wall_ms: int) -> Mute | None:
        del room_id, user_id, wall_ms
        return None


class FakeModeration:
    """The `Moderation` port: keeps what it was asked, answers or fails as the test says."""

    def __init__(self) -> None:
        self.acts: list[ModerationAct] = []
        self.outcome = ModerationOutcome(record_id(1), WALL_MS + 60_000)
        self.failure: Exception | None = None

    async def moderate(self, act: ModerationAct) -> ModerationOutcome:
        self.acts.append(act)
        if self.failure is not None:
            raise self.failure
        return self.outcome


class FakeOversight:
    """The `Oversight` port over FakeRooms: the owner is the owner, figures are made up."""

    def __init__(self, rooms: FakeRooms) -> None:
        self._rooms = rooms
        self.seen: dict[tuple[str, str, str], dict[str, Any]] = {}
        self.looks: list[tuple[str, str, Role, str | None]] = []

    def overview(self) -> list[RoomOverview]:
        return [self._figures(room_id) for room_id in sorted(self._rooms.members)]

    def _figures(self, room_id: str) -> RoomOverview:
        room, inside = self._rooms.configs[room_id], self._rooms.occupancy(room_id)
        return RoomOverview(
            room_id,
            room.name,
            room.owner_id,
            room.capacity,
            room.locked,
            inside,
            self._rooms.bots(room_id),
            inside,
            9.5,
            6.0,
            1.0,
        )

    def look(
        self, room_id: str, viewer_id: str, viewer_role: Role, after_message_id: str | None
    ) -> RoomLook | None:
        self.looks.append((room_id, viewer_id, viewer_role, after_message_id))
        if room_id not in self._rooms.members:
            return None
        members = [
            MemberView(
                user_id=user_id,
                display_name=user_id.title(),
                avatar_id="fox",
                role=Role.GUEST,
                device=Device.MOBILE,
                x=1.5,
                z=-2,
                rot_y=0.5,
                anim="dance",
                connected=True,
                visible=False,
                muted=True,
                muted_until_ms=None,
                may_moderate=True,
                is_bot=False,
            )
            for user_id in sorted(self._rooms.members[room_id])
        ]
        chat = [HeardLine(record_id(7), "ann", "Ann", "Cheers!", WALL_MS)]
        return RoomLook(WALL_MS, self._figures(room_id), members, chat)

    def name_of(self, room_id: str, user_id: str) -> str | None:
        inside = user_id in self._rooms.members.get(room_id, ())
        return user_id.title() if inside else None

    def standing(self, room_id: str, user_id: str, role: Role) -> Role:
        room = self._rooms.configs.get(room_id)
        return standing(role, owns=room is not None and room.owner_id == user_id)

    def evidence(self, room_id: str, reporter_id: str, reported_id: str) -> dict[str, Any] | None:
        return self.seen.get((room_id, reporter_id, reported_id))


class Failing:
    """Fails as the test says: what every store of FakeStorage asks first."""

    def __init__(self) -> None:
        self.failure: Exception | None = None

    def check(self) -> None:
        if self.failure is not None:
            raise self.failure


class FakeSanctionStore:
    """Sanctions that hold, as the test has put them there."""

    def __init__(self, failing: Failing) -> None:
        self._failing = failing
        self.held: list[Sanction] = []

    async def holding(
        self,
        kind: SanctionKind,
        room_id: str | None,
        wall_ms: int,
        *,
        limit: int,
        before_id: str | None = None,
    ) -> list[Sanction]:
        self._failing.check()
        found = [
            one
            for one in sorted(self.held, key=lambda one: one.sanction_id, reverse=True)
            if (one.kind, one.room_id) == (kind, room_id)
            and (one.until_ms is None or one.until_ms > wall_ms)
            and (before_id is None or one.sanction_id < before_id)
        ]
        return found[:limit]


class FakeAuditStore:
    """Lines in a list."""

    def __init__(self, failing: Failing) -> None:
        self._failing = failing
        self.lines: list[AuditLine] = []
        self.queries: list[AuditQuery] = []

    def put(self, entry: AuditEntry) -> None:
        fields = msgspec.structs.asdict(entry)
        self.lines.append(AuditLine(**fields, audit_id=len(self.lines) + 1))

    @property
    def actions(self) -> list[str]:
        return [line.action for line in self.lines]

    async def add(self, entry: AuditEntry) -> None:
        self._failing.check()
        self.put(entry)

    async def find(self, query: AuditQuery) -> list[AuditLine]:
        self._failing.check()
        self.queries.append(query)
        found = [
            line
            for line in reversed(self.lines)
            if query.room_id in (None, line.room_id)
            and query.action in (None, line.action)
            and (query.before_id is None or line.audit_id < query.before_id)
        ]
        return found[: query.limit]


class FakeReportStore:
    """Reports in a dict; those in lists have no evidence."""

    def __init__(self, failing: Failing, audit: FakeAuditStore) -> None:
        self._failing = failing
        self._audit = audit
        self.kept: dict[str, Report] = {}

    async def add(self, report: Report, audit: AuditEntry) -> None:
        self._failing.check()
        self.kept[report.report_id] = report
        self._audit.put(audit)

    async def get(self, report_id: str) -> Report | None:
        self._failing.check()
        return self.kept.get(report_id)

    async def find(
        self,
        room_id: str | None,
        status: ReportStatus | None,
        *,
        limit: int,
        before_id: str | None = None,
        hidden_from: str | None = None,
    ) -> list[Report]:
        self._failing.check()
        found = [
            msgspec.structs.replace(one, evidence={})
            for one in sorted(self.kept.values(), key=lambda one: one.report_id, reverse=True)
            if room_id in (None, one.room_id)
            and status in (None, one.status)
            and (before_id is None or one.report_id < before_id)
            and one.reported_id != hidden_from
        ]
        return found[:limit]

    async def close(self, report_id: str, note: str, audit: AuditEntry) -> bool:
        self._failing.check()
        report = self.kept[report_id]
        if report.status == "closed":
            return False
        self.kept[report_id] = msgspec.structs.replace(
            report,
            status="closed",
            closed_ms=audit.at_ms,
            closed_by=audit.actor_id,
            note=note,
        )
        self._audit.put(audit)
        return True


class FakeChatStore:
    """What was said: `waiting` is not stored yet, `kept` is."""

    def __init__(self, failing: Failing) -> None:
        self._failing = failing
        self.waiting: list[ChatRecord] = []
        self.kept: list[ChatRecord] = []

    async def store(self) -> None:
        self._failing.check()
        self.kept += self.waiting
        self.waiting.clear()

    async def recent(
        self,
        room_id: str,
        *,
        limit: int,
        before_id: str | None = None,
        user_id: str | None = None,
    ) -> list[ChatRecord]:
        self._failing.check()
        found = [
            one
            for one in sorted(self.kept, key=lambda one: one.message_id, reverse=True)
            if one.room_id == room_id
            and user_id in (None, one.user_id)
            and (before_id is None or one.message_id < before_id)
        ]
        return found[:limit]


class FakePeopleStore:
    """Counts of what there would be to erase, set by the test."""

    def __init__(self, failing: Failing, audit: FakeAuditStore) -> None:
        self._failing = failing
        self._audit = audit
        self.erased: list[str] = []

    async def erase(self, user_id: str, audit: AuditEntry, wall_ms: int) -> Erased:
        self._failing.check()
        assert audit.at_ms == wall_ms
        self.erased.append(user_id)
        self._audit.put(audit)
        return Erased(messages=12, reports=1, sanctions=2, audit_lines=3, rooms=1)


class FakeStorage(Failing):
    """What the API asks of the `Storage` port."""

    def __init__(self) -> None:
        super().__init__()
        self.awake = True
        self.hangs = False
        self.asked = 0
        self.audit = FakeAuditStore(self)
        self.sanctions = FakeSanctionStore(self)
        self.chat = FakeChatStore(self)
        self.reports = FakeReportStore(self, self.audit)
        self.people = FakePeopleStore(self, self.audit)

    async def answers(self) -> bool:
        self.asked += 1
        await asyncio.sleep(0)
        if self.hangs:
            await asyncio.Event().wait()
        return self.awake


def record_id(number: int) -> str:
    """A UUID as storage gives them; a larger number is a later one."""
    return f"01890a5d-ac96-7000-8000-{number:012x}"


_days = itertools.count()
"""When each bar opens, so that nothing is left of the one before (api/shared.py)."""


@dataclass
class Bar:
    """An API over fakes, its clock and switches, and a client in the same process.

    Attributes:
        options: parts that are other than usual; with any it has an application of its own.
    """

    options: Mapping[str, Any] = field(default_factory=dict)
    peer: str = "203.0.113.7"
    wall_ms: int = WALL_MS
    now_ms: float = 1_000.0
    draining: bool = False
    ready: bool = True

    def __post_init__(self) -> None:
        self.rooms = FakeRooms()
        self.sanctions = FakeSanctions()
        self.moderation = FakeModeration()
        self.oversight = FakeOversight(self.rooms)
        self.storage = FakeStorage()
        self.marks: dict[str, tuple[AddressMark, ...]] = {}
        self.remembered: list[tuple[str, str]] = []
        self.staff: list[tuple[str, Role]] = []
        self.forgotten: list[str] = []
        self.placement = LocalPlacement()
        self.tokens = RealtimeTokens(SECRET)
        self.provider = ExternalProvider(PROVIDER_SECRET, "https://id.example", "virtubar")
        self.identities = Identities(SECRET, external=self.provider)
        self._ids = itertools.count(1)
        self._opened_ms = next(_days) * DAY_MS
        self.parts = self._parts()
        self.app: SharedApi | Litestar = SharedApi(self.parts)
        if self.options:
            self.own_app()

    def own_app(self) -> Litestar:
        """Its own application from now on, for a test that changes it, or what it is made of."""
        self.app = app = create_api(self.parts)
        return app

    @classmethod
    def apart(cls) -> "Bar":
        """A bar with an application of its own."""
        bar = cls()
        bar.own_app()
        return bar

    def _parts(self) -> ApiParts:
        given: dict[str, Any] = {
            "rooms": self.rooms,
            "placement": self.placement,
            "sanctions": self.sanctions,
            "moderation": self.moderation,
            "oversight": self.oversight,
            "storage": self.storage,
            "new_record_id": lambda: record_id(next(self._ids)),
            "address_marks": lambda key: self.marks.get(key, ()),
            "remember_address": lambda *seen: self.remembered.append(seen),
            "staff_seen": lambda *seen: self.staff.append(seen),
            "forget_in_memory": self._forget,
            "store_chat": self.storage.chat.store,
            "erase": self._erase,
            "tokens": self.tokens,
            "identities": self.identities,
            "addresses": AddressPolicy(["10.0.0.0/8"]),
            "wall_ms": lambda: self.wall_ms,
            "now_ms": lambda: self._opened_ms + self.now_ms,
            "new_id": lambda: f"{next(self._ids):016x}",
            "draining": lambda: self.draining,
            "checks": {"hub": lambda: self.ready, "loop": lambda: True},
            "metrics_text": lambda: b"virtubar_members 3\n",
        }
        return ApiParts(**{**given, **self.options})

    async def _forget(self, user_id: str) -> None:
        self.forgotten.append(user_id)

    async def _erase(self, user_id: str, audit: AuditEntry) -> Erased:
        return await self.storage.people.erase(user_id, audit, audit.at_ms)

    def token(self, user_id: str, role: Role = Role.GUEST) -> str:
        """An identity token: a guest's, an operator's, or for a member the provider's."""
        if role is Role.GUEST:
            return self.identities.mint_guest(guest_id(user_id), self.wall_ms, self.wall_ms)
        if role is Role.MODERATOR or role is Role.ADMIN:
            return self.identities.mint_operator(user_id, role, self.wall_ms)
        return forge({**PROVIDER, "sub": user_id, "role": role}, key=PROVIDER_SECRET)

    async def ask(
        self, method: str, path: str, token: str | None = None, **kwargs: Any
    ) -> httpx.Response:
        """One request of whoever that identity token is."""
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        async with self.client() as client:
            return await client.request(method, path, headers=headers, **kwargs)

    def client(self, peer: str | None = None, **kwargs: Any) -> httpx.AsyncClient:
        """An HTTP client whose requests come from `peer`."""
        transport = httpx.ASGITransport(
            app=self.app,  # type: ignore[arg-type] # Litestar types its scope more narrowly
            client=(self.peer if peer is None else peer, 4711),
            raise_app_exceptions=False,
        )
        return httpx.AsyncClient(transport=transport, base_url="http://bar.test", **kwargs)

    async def get(self, path: str, **kwargs: Any) -> httpx.Response:
        async with self.client() as client:
            return await client.get(path, **kwargs)

    async def post(
        self, path: str, *, headers: Mapping[str, str] | None = None, **kwargs: Any
    ) -> httpx.Response:
        """A POST that says that its body is JSON, whatever it is."""
        headers = {"Content-Type": "application/json", **(headers or {})}
        async with self.client() as client:
            return await client.post(path, headers=headers, **kwargs)

    async def join(self, token: str | None = None, **body: Any) -> httpx.Response:
        """`POST /rooms/join`, for the lobby where no room is named."""
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return await self.post("/rooms/join", json={"roomId": "lobby", **body}, headers=headers)


Bar()  # makes what they share before a test changes what that is made of


def guest_id(name: str) -> str:
    """A guest's user id with a name in it, for tests to read."""
    return f"guest-{name:0<16}"


async def chunks(total: int, size: int = 1024) -> AsyncIterator[bytes]:
    """A body without a content length: `total` spaces, then an empty JSON object."""
    for _ in range(total // size):
        yield b" " * size
    yield b"{}"


def assert_error(response: httpx.Response, status: int, code: str) -> str:
    """The response is that refusal in the one shape of errors; answers its message."""
    assert response.status_code == status, response.text
    body = response.json()
    assert body["code"] == code
    assert isinstance(body["message"], str)
    assert body["message"].endswith((".", "…"))
    assert response.headers["content-type"].startswith("application/json")
    if status in (429, 503):
        assert body["retryAfterMs"] > 0
        waited = int(response.headers["retry-after"]) * 1000
        assert waited >= body["retryAfterMs"]
        assert waited - body["retryAfterMs"] < 1_000 or waited == 1_000
    elif code in ("banned", "kicked"):
        assert set(body) == {"code", "message", "untilMs", "reason", "scope"}
    else:
        assert set(body) == {"code", "message"}
    return str(body["message"])
