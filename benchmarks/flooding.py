"""`python -m benchmarks.flooding KIND`: one stranger, one address, and what they do in excess.

In a process of its own, so that what it reads costs the one who is measured nothing. It says
`ready` when it has what it needs, floods for so long, and prints what came of it.
"""

import argparse
import asyncio
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from itertools import cycle
from typing import Final

import httpx
import msgspec
from msgspec import Struct
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from benchmarks.servers import GENERATOR_CORE, join_message, pin

ADDRESS: Final = "198.51.100.9"
"""Where the stranger comes from, as a trusted proxy would say it."""
ROOM_ID: Final = "bench-elsewhere"
"""Where the stranger is: not with those who walk."""
TICK_S: Final = 0.01
CONNECTIONS: Final = 20
SOCKETS: Final = 4
HTTP_RATE_HZ: Final = 500.0
SOCKET_RATE_HZ: Final = 190.0
"""Of each socket: just under the 200 messages a second at which a socket is closed."""
LISTING: Final = "GET /rooms"
"""The flood that matters where there are many rooms."""
_MARKS: Final = "".join(map(chr, (0x0301, 0x0323, 0x0327, 0x0334)))
"""Combining marks of descending class: the worst order for who sorts them."""
MARKED_NAME: Final = "a" + "".join(mark * 437 for mark in _MARKS) + _MARKS[:2]


class Flooded(Struct, frozen=True):
    """What came of it.

    Attributes:
        answers: how often it was answered how: statuses, names of events, ends of connections.
    """

    sent: int
    answers: dict[str, int]


class Stranger:
    """Counts what one flood sends and hears."""

    def __init__(self, port: int, seconds: float) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.port = port
        self.until_s = 0.0
        self.sent = 0
        self.answers: Counter[str] = Counter()
        self._seconds = seconds

    def begin(self) -> None:
        """Say that everything is there; time runs from now."""
        print("ready", flush=True)
        self.until_s = time.monotonic() + self._seconds

    async def at_rate(self, rate_hz: float, act: Callable[[], Awaitable[None]]) -> None:
        """Act at that rate until the time is over; what is late is made up for, up to a second."""
        started_s, done = time.monotonic(), 0
        while (now_s := time.monotonic()) < self.until_s:
            due = int((now_s - started_s) * rate_hz)
            done = max(done, due - int(rate_hz))
            for _ in range(due - done):
                await act()
            done = due
            await asyncio.sleep(TICK_S)

    async def enter(self, api: httpx.AsyncClient, tokens: int) -> tuple[str, list[str]]:
        """A new guest's id and that many tokens for the room elsewhere."""
        headers: dict[str, str] = {}
        user_id, given = "", []
        for _ in range(tokens):
            answer = await api.post("/rooms/join", json={"roomId": ROOM_ID}, headers=headers)
            said = answer.raise_for_status().json()
            headers = {"Authorization": f"Bearer {said['identityToken']}"}
            user_id = said["userId"]
            given.append(said["realtimeToken"])
        return user_id, given


async def _requests(stranger: Stranger, targets: Callable[[int], str]) -> None:
    """GETs, each connection's next one when the one before is answered."""
    connections = [
        await asyncio.open_connection("127.0.0.1", stranger.port) for _ in range(CONNECTIONS)
    ]
    stranger.begin()

    async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = f"HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-For: {ADDRESS}\r\n\r\n"

        async def one() -> None:
            writer.write(f"GET {targets(stranger.sent)} {head}".encode())
            stranger.sent += 1
            answer = await reader.readuntil(b"\r\n\r\n")
            stranger.answers[answer[9:12].decode()] += 1
            size = answer.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
            await reader.readexactly(int(size))

        with suppress(OSError, EOFError):
            await stranger.at_rate(HTTP_RATE_HZ / CONNECTIONS, one)
        writer.close()

    await asyncio.gather(*(ask(*connection) for connection in connections))


async def _messages(
    stranger: Stranger, messages: Callable[[str, list[str]], Sequence[str]], tokens: int
) -> None:
    """Messages of a few guests, who come back whenever they are thrown out."""
    headers = {"X-Forwarded-For": ADDRESS}
    async with httpx.AsyncClient(base_url=stranger.url, headers=headers) as api:
        with suppress(httpx.HTTPError):
            await api.post("/rooms", json={"roomId": ROOM_ID})
        guests = [await stranger.enter(api, tokens) for _ in range(SOCKETS)]
    stranger.begin()

    async def session(user_id: str, given: list[str]) -> None:
        uri = f"ws://127.0.0.1:{stranger.port}/ws"
        async with connect(uri, additional_headers=headers, compression=None) as socket:
            await socket.send(join_message(ROOM_ID, user_id, given[0]))
            reading = asyncio.create_task(_read(socket, stranger.answers))
            turns = cycle(messages(user_id, given))

            async def one() -> None:
                await socket.send(next(turns))
                stranger.sent += 1

            try:
                await stranger.at_rate(SOCKET_RATE_HZ, one)
            finally:
                reading.cancel()

    async def guest(user_id: str, given: list[str]) -> None:
        while time.monotonic() < stranger.until_s:
            try:
                await session(user_id, given)
            except (OSError, WebSocketException) as error:
                stranger.answers[f"closed: {error}"[:60]] += 1
                await asyncio.sleep(TICK_S)

    await asyncio.gather(*(guest(*one) for one in guests))


async def _read(socket: object, answers: Counter[str]) -> None:
    with suppress(WebSocketException):
        async for message in socket:  # type: ignore[attr-defined]  # its class has no public name
            answers[event_name(str(message))] += 1


def event_name(message: str) -> str:
    """The event that a message of the server's is."""
    return message[:80].partition('"t":"')[2].partition('"')[0]


def _envelope(event: str, **payload: object) -> str:
    ts = int(time.time() * 1000)
    return msgspec.json.encode({"v": 1, "t": event, "ts": ts, "payload": payload}).decode()


def _renewals(user_id: str, given: list[str]) -> list[str]:
    return [join_message(ROOM_ID, user_id, token) for token in given]


def _marked(user_id: str, given: list[str]) -> list[str]:
    user = {"userId": user_id, "displayName": MARKED_NAME, "avatarId": "default"}
    return [_envelope("join_room", roomId=ROOM_ID, user=user, realtimeToken=given[0])]


def _denied(user_id: str, given: list[str]) -> list[str]:
    del user_id, given
    return [_envelope("moderate", roomId=ROOM_ID, action="ban", userId="guest-nobody", reason="x")]


KINDS: Final[dict[str, Callable[[Stranger], Awaitable[None]]]] = {
    "GET /rooms/{random}": lambda one: _requests(one, lambda n: f"/rooms/nowhere-{n}"),
    LISTING: lambda one: _requests(one, lambda _: "/rooms"),
    "join_room, two tokens": lambda one: _messages(one, _renewals, 2),
    "join_room, marks": lambda one: _messages(one, _marked, 1),
    "moderate, denied": lambda one: _messages(one, _denied, 1),
}
"""Every flood by its name."""


async def flood(kind: str, port: int, seconds: float) -> Flooded:
    """Flood for so long; what came of it."""
    stranger = Stranger(port, seconds)
    await KINDS[kind](stranger)
    return Flooded(stranger.sent, dict(stranger.answers.most_common()))


def main(arguments: Sequence[str]) -> None:
    """Flood, and print the result as JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.flooding")
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    options = parser.parse_args(arguments)
    pin(0, GENERATOR_CORE)
    came = asyncio.run(flood(options.kind, options.port, options.seconds))
    print(msgspec.json.encode(came).decode(), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
