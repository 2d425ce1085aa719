"""Rooms and sanctions kept in memory, and an API on a manual clock, for the tests of the API."""

import itertools
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from virtubar.addresses import AddressPolicy
from virtubar.api import ApiParts, create_api
from virtubar.auth.identities import ExternalProvider, Identities
from virtubar.auth.tokens import RealtimeTokens
from virtubar.protocol.constants import AuthCode
from virtubar.room.config import RoomConfig, lobby
from virtubar.room.ports import ModerationAct, Mute, Refusal, RoomExistsError, RoomsFullError

SECRET = "a secret of the bar that is long enough"
PROVIDER_SECRET = "a secret shared with the provider, long enough"
WALL_MS = 1_760_000_000_000


class FakeRooms:
    """The `Rooms` port in a dict; `members` says who is inside."""

    def __init__(self) -> None:
        self._rooms: dict[str, RoomConfig] = {"lobby": lobby()}
        self.members: dict[str, set[str]] = {}
        self.max_rooms = 1_000

    def find(self, room_id: str) -> RoomConfig | None:
        return self._rooms.get(room_id)

    def public(self) -> list[RoomConfig]:
        return [room for _, room in sorted(self._rooms.items()) if room.public]

    def create(self, config: RoomConfig) -> None:
        if config.room_id in self._rooms:
            raise RoomExistsError(config.room_id)
        if len(self._rooms) >= self.max_rooms:
            raise RoomsFullError(self.max_rooms)
        self._rooms[config.room_id] = config

    def occupancy(self, room_id: str) -> int:
        return len(self.members.get(room_id, ()))

    def contains(self, room_id: str, user_id: str) -> bool:
        return user_id in self.members.get(room_id, ())


class FakeSanctions:
    """The `Sanctions` port with refusals by room and user, set by the test."""

    def __init__(self) -> None:
        self.refusals: dict[tuple[str, str], Refusal] = {}
        self.asked: list[tuple[str, str, int, int]] = []

    def record(self, act: ModerationAct, wall_ms: int) -> None:
        code = AuthCode.BANNED if act.verb == "ban" else AuthCode.KICKED
        until_ms = None if act.duration_ms is None else wall_ms + act.duration_ms
        self.refusals[act.room_id, act.user_id] = Refusal(code, act.reason, until_ms)

    def refusal(
        self, room_id: str, user_id: str, issued_at_ms: int, wall_ms: int
    ) -> Refusal | None:
        self.asked.append((room_id, user_id, issued_at_ms, wall_ms))
        return self.refusals.get((room_id, user_id))

    def mute(self, room_id: str, user_id: str, wall_ms: int) -> Mute | None:
        del room_id, user_id, wall_ms
        return None


@dataclass
class Bar:
    """An API over fakes, its clock and switches, and a client in the same process."""

    options: Mapping[str, Any] = field(default_factory=dict)
    peer: str = "203.0.113.7"
    wall_ms: int = WALL_MS
    now_ms: float = 1_000.0
    draining: bool = False
    ready: bool = True

    def __post_init__(self) -> None:
        self.rooms = FakeRooms()
        self.sanctions = FakeSanctions()
        self.tokens = RealtimeTokens(SECRET)
        self.provider = ExternalProvider(PROVIDER_SECRET, "https://id.example", "virtubar")
        self.identities = Identities(SECRET, external=self.provider)
        self._ids = itertools.count(1)
        self.parts = self._parts()
        self.app = create_api(self.parts)

    def _parts(self) -> ApiParts:
        given: dict[str, Any] = {
            "rooms": self.rooms,
            "sanctions": self.sanctions,
            "tokens": self.tokens,
            "identities": self.identities,
            "addresses": AddressPolicy(["10.0.0.0/8"]),
            "wall_ms": lambda: self.wall_ms,
            "now_ms": lambda: self.now_ms,
            "new_id": lambda: f"{next(self._ids):016x}",
            "draining": lambda: self.draining,
            "checks": {"storage": lambda: self.ready, "loop": lambda: True},
            "metrics_text": lambda: b"virtubar_members 3\n",
        }
        return ApiParts(**{**given, **self.options})

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

    async def post(self, path: str, **kwargs: Any) -> httpx.Response:
        async with self.client() as client:
            return await client.post(path, **kwargs)

    async def join(self, token: str | None = None, **body: Any) -> httpx.Response:
        """`POST /rooms/join`, for the lobby where no room is named."""
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return await self.post("/rooms/join", json={"roomId": "lobby", **body}, headers=headers)


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
    else:
        assert set(body) == {"code", "message"}
    return str(body["message"])
