"""A bar that a test plays by hand: speaks the wire over a real socket, decides nothing itself.

For what a real server does not do on demand: refuse, expire, move, lie, fall silent.
"""

import asyncio
import json
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from websockets.asyncio.server import Server, ServerConnection, serve

from virtubar.protocol import events as wire
from virtubar.protocol.codec import decode_client, encode

TIMEOUT_S = 5.0


def server_ms() -> int:
    """The fake bar's clock."""
    return int(time.time() * 1_000)


class FakeSocket:
    """One client's socket, seen from the server."""

    def __init__(self, connection: ServerConnection) -> None:
        self.connection = connection

    async def receive(self) -> wire.ClientEvent:
        """The next event of the client's but heartbeats."""
        while True:
            message = await asyncio.wait_for(self.connection.recv(decode=False), TIMEOUT_S)
            event = decode_client(message).payload
            if not isinstance(event, wire.Heartbeat):
                return event

    async def send(self, event: wire.ServerEvent, ts_ms: int | None = None) -> None:
        """Write one event."""
        await self.connection.send(encode(event, ts_ms or server_ms()).decode())

    async def let_in(
        self, *, life_ms: int = 300_000, resumed: bool = False, rate_hz: float = 20.0
    ) -> wire.JoinRoom:
        """Take `join_room` and answer it; what the client asked for."""
        join = await self.receive()
        assert isinstance(join, wire.JoinRoom)
        user_id = join.user.user_id
        me = wire.MemberInfo(user_id, "Ann", "default", 0.0, 0.0, 6.0, 3.142, "idle")
        await self.send(wire.RoomState(join.room_id, server_ms(), [me]))
        expires_at_ms = server_ms() + life_ms
        await self.send(
            wire.Session(user_id, "guest", -1, resumed, rate_hz, expires_at_ms, muted=False)
        )
        return join

    async def close(self, code: int, reason: str = "") -> None:
        """Close with that code."""
        await self.connection.close(code, reason)

    async def wait_closed(self) -> int | None:
        """The close code that the client sent."""
        await asyncio.wait_for(self.connection.wait_closed(), TIMEOUT_S)
        received = self.connection.protocol.close_rcvd
        return None if received is None else received.code


class FakeBar:
    """The whole server.

    Attributes:
        joins: every request of `POST /rooms/join`, oldest first.
        answers: what the next ones get instead of a ticket.
    """

    def __init__(self) -> None:
        self.joins: list[httpx.Request] = []
        self.answers: deque[httpx.Response] = deque()
        self.http = httpx.AsyncClient(transport=httpx.MockTransport(self._join))
        self._sockets: asyncio.Queue[FakeSocket] = asyncio.Queue()
        self._server: Server | None = None

    @property
    def base_url(self) -> str:
        """Of the API."""
        return "http://bar.test"

    async def socket(self) -> FakeSocket:
        """The next socket that a client opens."""
        return await asyncio.wait_for(self._sockets.get(), TIMEOUT_S)

    def _join(self, request: httpx.Request) -> httpx.Response:
        self.joins.append(request)
        if self.answers:
            return self.answers.popleft()
        assert self._server is not None
        host, port = next(iter(self._server.sockets)).getsockname()[:2]
        ticket = {
            "realtimeToken": f"token-{len(self.joins)}",
            "expiresAtMs": server_ms() + 300_000,
            "userId": "guest-ann",
            "roomId": json.loads(request.content)["roomId"],
            "realtimeUrl": f"ws://{host}:{port}/ws",
            "socketioUrl": f"http://{host}:{port}/socket.io/",
            "identityToken": "identity-ann",
        }
        return httpx.Response(200, json=ticket)

    async def _serve(self, connection: ServerConnection) -> None:
        self._sockets.put_nowait(FakeSocket(connection))
        await connection.wait_closed()


@asynccontextmanager
async def fake_bar() -> AsyncIterator[FakeBar]:
    """A fake bar on a free port."""
    bar = FakeBar()
    async with serve(bar._serve, "127.0.0.1", 0, ping_interval=None, close_timeout=1) as server:
        bar._server = server
        try:
            yield bar
        finally:
            await bar.http.aclose()
