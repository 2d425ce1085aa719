"""Walkers: members who move all the time and read everything without looking at it.

A crowd of them costs the test's process next to nothing, so that what is measured is the server.
"""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from support.raw import KEY, Place, event, join_message, text

_numbers = itertools.count(1)


class Walker:
    """One member who moves.

    Attributes:
        read_bytes: what has come so far.
    """

    def __init__(self, server: Place, rate_hz: float, headers: str = "") -> None:
        self.user_id = f"walker-{next(_numbers)}"
        self.read_bytes = 0
        self._server = server
        self._rate_hz = rate_hz
        self._headers = headers

    async def walk(self) -> None:
        """Come in, and move until cancelled."""
        netloc = urlsplit(self._server.http_url).netloc
        host, _, port = netloc.partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        try:
            writer.write(
                f"GET /ws HTTP/1.1\r\nHost: {netloc}\r\nUpgrade: websocket\r\n"
                f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n{self._headers}"
                f"Sec-WebSocket-Key: {KEY}\r\n\r\n".encode()
            )
            await reader.readuntil(b"\r\n\r\n")
            writer.write(text(join_message(self._server, self.user_id)))
            await asyncio.gather(self._read(reader), self._move(writer))
        finally:
            writer.close()

    async def _read(self, reader: asyncio.StreamReader) -> None:
        while chunk := await reader.read(65536):
            self.read_bytes += len(chunk)

    async def _move(self, writer: asyncio.StreamWriter) -> None:
        for seq in itertools.count(1):
            message = event(
                "avatar_transform",
                roomId="lobby",
                seq=seq,
                x=seq % 100 / 7,
                y=0,
                z=seq % 77 / 9,
                rotY=seq % 6,
                anim="walk",
                speaking=False,
            )
            writer.write(text(message))
            await asyncio.sleep(1 / self._rate_hz)


@asynccontextmanager
async def crowd(server: Place, size: int, rate_hz: float) -> AsyncIterator[list[Walker]]:
    """So many walkers in the lobby for as long as the block lasts."""
    walkers = [Walker(server, rate_hz) for _ in range(size)]
    tasks = [asyncio.create_task(walker.walk()) for walker in walkers]
    try:
        while not all(walker.read_bytes for walker in walkers):
            assert not any(task.done() for task in tasks), "a walker did not come in"
            await asyncio.sleep(0.01)
        yield walkers
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
