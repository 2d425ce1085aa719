"""A guest who speaks the protocol by hand over the `websockets` package, a client nobody here
wrote: joins over HTTP, sends raw envelopes, and reads what comes."""

import asyncio
import json
import ssl
import time
from collections import deque
from typing import Any

import httpx
import websockets
from websockets.asyncio.client import ClientConnection
from websockets.protocol import State

from support.greeting import GREETING

TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Made once, and never used: httpx would load every authority anew for each client."""
RECEIVE_TIMEOUT_S = 5.0
QUIET_S = 0.15
"""How long nothing must come for a room to count as silent; flushes are at most 50 ms apart."""

Event = dict[str, Any]


class Guest:
    """One person at a server.

    Attributes:
        joined: what `POST /rooms/join` answered.
        socket: the open WebSocket.
        ignores: additional events that this client does not look at, by name: those that come
            with every join, which tests of other things need not tell apart.
    """

    ignores: frozenset[str] = frozenset({"roles"})

    def __init__(self, http_url: str, joined: dict[str, Any], socket: ClientConnection) -> None:
        self.http_url = http_url
        self.joined = joined
        self.socket = socket
        self.seq = 0
        # Read while something else was waited for, and still to be looked at.
        self._unread: deque[Event] = deque()

    @property
    def user_id(self) -> str:
        """The userId that the server gave."""
        return str(self.joined["userId"])

    @property
    def room_id(self) -> str:
        """The room of the token."""
        return str(self.joined["roomId"])

    async def send(self, event: str, ts: int | None = None, **payload: Any) -> None:
        """Send one envelope with that payload, `ts` now unless given."""
        stamp = int(time.time() * 1000) if ts is None else ts
        await self.send_raw(json.dumps({"v": 1, "t": event, "ts": stamp, "payload": payload}))

    async def send_raw(self, message: str | bytes, *, text: bool | None = None) -> None:
        """Send anything in the place of an envelope; bytes as text where that is said."""
        await self.transmit(message, text=text)

    async def send_fragments(self, parts: list[str]) -> None:
        """Send one message in so many fragments."""
        await self.socket.send(parts)

    async def leave(self) -> None:
        """Go, and say so."""
        await self.socket.close(1000)

    # The socket itself, for those who speak something else to redefine

    @property
    def is_open(self) -> bool:
        """Whether there is a connection."""
        return self.socket.state is State.OPEN

    async def transmit(self, message: str | bytes, *, text: bool | None = None) -> None:
        """Send a message of the transport's."""
        await self.socket.send(message, text=text)

    async def _recv(self) -> str | bytes:
        return await self.socket.recv()

    async def cut(self) -> None:
        """End the connection without a word."""
        self.socket.transport.abort()
        await asyncio.sleep(0)  # the loop closes the socket now

    def stop_reading(self) -> None:
        """Take nothing in any more, and answer no ping."""
        self.socket.transport.pause_reading()

    def read_again(self) -> None:
        """Read on."""
        self.socket.transport.resume_reading()

    def _read_message(self, message: str | bytes) -> Event | None:
        """The event in a message, None where it is the transport's own."""
        event: Event = json.loads(message)
        return event

    async def _next(self) -> Event:
        while True:
            event = self._read_message(await self._recv())
            if event is not None and event["t"] not in self.ignores:
                return event

    async def join_room(self, *, token: str | None = None, name: str = "Ann", **extra: Any) -> None:
        """Send `join_room` with the token of the HTTP join, or another."""
        await self.send(
            "join_room",
            roomId=self.room_id,
            user={"userId": self.user_id, "displayName": name, "avatarId": "fox"},
            realtimeToken=self.joined["realtimeToken"] if token is None else token,
            **extra,
        )

    async def move(self, x: float, z: float = 0.0, **changes: Any) -> int:
        """Send a transform with the next seq; the seq."""
        self.seq += 1
        payload = {
            "roomId": self.room_id,
            "seq": self.seq,
            "x": x,
            "y": 0.0,
            "z": z,
            "rotY": 0.0,
            "anim": "walk",
            "speaking": False,
            **changes,
        }
        await self.send("avatar_transform", **payload)
        return int(payload["seq"])

    async def say(self, text: str) -> None:
        """Send a chat message."""
        await self.send("local_chat", roomId=self.room_id, text=text, mode="local")

    async def moderate(self, action: str, user_id: str, reason: str = "", **more: Any) -> None:
        """Send an act of moderation, and wait until it is done or refused.

        What comes meanwhile, a refusal included, is still to be read; that it is done is not.
        """
        await self.send("moderate", action=action, userId=user_id, reason=reason, **more)
        met: list[Event] = []
        while True:
            event = await self.receive()
            if event["t"] == "moderation_done":
                break
            met.append(event)
            if event["t"] == "error" and event["payload"]["event"] == "moderate":
                break
        self._unread.extendleft(reversed(met))

    async def receive(self) -> Event:
        """The next event, whatever it is; TimeoutError where none comes."""
        if self._unread:
            return self._unread.popleft()
        return await asyncio.wait_for(self._next(), RECEIVE_TIMEOUT_S)

    async def receive_until(self, name: str, **fields: Any) -> Event:
        """The payload of the next event of that name with those payload fields; skips others."""
        while True:
            event = await self.receive()
            payload: Event = event["payload"]
            if event["t"] == name and all(payload.get(k) == v for k, v in fields.items()):
                return payload

    async def handled(self) -> None:
        """Come back when the server has handled all that was sent, and all it wrote is here."""
        await (await self.socket.ping())

    async def pending(self) -> list[Event]:
        """Everything that the server wrote until now and that was not read yet; never waits."""
        await self.handled()
        events = self._read()
        while True:
            try:
                async with asyncio.timeout(0):
                    events.append(await self._next())
            except TimeoutError:
                return events

    async def silence(self, seconds: float = QUIET_S) -> list[Event]:
        """Everything that comes until nothing has come for that long."""
        events = self._read()
        while True:
            try:
                events.append(await asyncio.wait_for(self._next(), seconds))
            except TimeoutError:
                return events

    async def ending(self) -> tuple[list[Event], int]:
        """What comes before the server ends the socket, and the close code."""
        events = self._read()
        try:
            async with asyncio.timeout(RECEIVE_TIMEOUT_S):
                while True:
                    events.append(await self._next())
        except websockets.ConnectionClosed as error:
            code = error.rcvd.code if error.rcvd is not None else 1006
            self._check_ending(code)
            return events, code

    def _check_ending(self, code: int) -> None:
        """See that the transport said the same before the close frame."""

    def _read(self) -> list[Event]:
        """What was read already, and not looked at."""
        events = list(self._unread)
        self._unread.clear()
        return events

    async def closed(self) -> int:
        """The close code that the server ends the socket with; skips what comes before."""
        return (await self.ending())[1]


async def request(
    http_url: str,
    method: str,
    path: str,
    *,
    identity: str | None = None,
    headers: dict[str, str] | None = None,
    **more: Any,
) -> httpx.Response:
    """Any request to the API, with the caller's identity token where there is one."""
    headers = dict(headers or {})
    if "content" in more:
        headers.setdefault("Content-Type", "application/json")
    if identity is not None:
        headers["Authorization"] = f"Bearer {identity}"
    async with httpx.AsyncClient(base_url=http_url, verify=TLS, trust_env=False) as http:
        return await http.request(method, path, headers=headers, **more)


async def request_join(
    http_url: str, room_id: str = "lobby", *, identity: str | None = None, **body: Any
) -> httpx.Response:
    """`POST /rooms/join`."""
    return await request(
        http_url, "POST", "/rooms/join", identity=identity, json={"roomId": room_id, **body}
    )


async def connect(
    http_url: str, room_id: str = "lobby", *, identity: str | None = None, **body: Any
) -> Guest:
    """A guest with a token and an open socket who has not joined yet."""
    response = await request_join(http_url, room_id, identity=identity, **body)
    assert response.status_code == 200, response.text
    joined = response.json()
    socket = await websockets.connect(joined["realtimeUrl"], proxy=None, max_queue=None)
    return Guest(http_url, joined, socket)


async def enter(
    http_url: str,
    room_id: str = "lobby",
    *,
    name: str = "Ann",
    identity: str | None = None,
    **body: Any,
) -> Guest:
    """A guest inside the room who has read what everybody is told first."""
    guest = await connect(http_url, room_id, identity=identity, **body)
    await guest.join_room(name=name)
    for expected in GREETING:
        told = await guest.receive()
        assert told["t"] == expected, told
    return guest


async def make_room(http_url: str, **body: Any) -> dict[str, Any]:
    """`POST /rooms`; the room, and its owner's identityToken."""
    response = await request(http_url, "POST", "/rooms", json=body)
    assert response.status_code == 201, response.text
    room: dict[str, Any] = response.json()
    return room
