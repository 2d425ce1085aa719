"""What a flood costs somebody who walks: the echo of their moves, quiet and under each flood."""

import asyncio
import math
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

import httpx
import msgspec
from msgspec import Struct
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.flooding import KINDS, LISTING, Flooded
from benchmarks.load import Latency
from benchmarks.polling import latency
from benchmarks.servers import (
    REPOSITORY,
    ServerFailedError,
    VirtuBar,
    join_message,
    run_server,
)

WALKERS: Final = 10
RATE_HZ: Final = 10.0
ROOM_ID: Final = "bench-floor"
WALKED_BY: Final = "203.0.113.7"
SLACK_S: Final = 60.0
"""What starting a flood, and the last answers, may add to its own seconds."""
STRAGGLERS_S: Final = 2.0
PUBLIC_ROOMS: Final = 990
"""Beside the lobby and the room that is walked in: nearly as many as a server holds."""
LOOK_MS: Final = 100
"""Pause between two looks at `/healthz` while a flood runs."""
_ECHO: Final = '"t":"avatar_transform_broadcast"'


class FloodRun(Struct, frozen=True, kw_only=True):
    """What the walkers felt.

    Attributes:
        kind: the flood's name; `quiet` for none.
        echo: from before a walker's send to the arrival of their own broadcast.
        missing_per_thousand: echoes that never came.
        health_ms: the slowest answer of `/healthz`, which somebody asked all the while.
        flooded: what the stranger sent and heard; None when it was quiet.
    """

    kind: str
    echo: Latency
    missing_per_thousand: float
    health_ms: float
    flooded: Flooded | None


class Walker:
    """One member who walks in a circle and times the echo."""

    def __init__(self, socket: ClientConnection, user_id: str) -> None:
        self.times_us: list[int] = []
        self.sent = 0
        self._socket = socket
        self._sent_us: dict[int, int] = {}
        self._mine = f'"userId":"{user_id}"'
        self._reading = asyncio.create_task(self._read())

    async def close(self) -> None:
        """Go."""
        self._reading.cancel()
        await self._socket.close()

    async def walk(self, until_s: float) -> None:
        """Move at an even pace until then."""
        first = max(self._sent_us, default=0)
        started_s = time.monotonic()
        while time.monotonic() < until_s:
            seq = first + 1 + int((time.monotonic() - started_s) * RATE_HZ)
            if seq not in self._sent_us:
                await self._move(seq)
            await asyncio.sleep(0.2 / RATE_HZ)

    async def _move(self, seq: int) -> None:
        x, z = math.cos(seq / 10), math.sin(seq / 10)
        place = {"x": round(x, 3), "y": 0, "z": round(z, 3), "rotY": 0, "anim": "walk"}
        payload = {"roomId": ROOM_ID, "seq": seq, **place, "speaking": False}
        envelope = {"v": 1, "t": "avatar_transform", "ts": time.time_ns() // 1_000_000}
        message = msgspec.json.encode({**envelope, "payload": payload}).decode()
        self._sent_us[seq] = time.monotonic_ns() // 1000
        self.sent += 1
        await self._socket.send(message)

    async def _read(self) -> None:
        async for message in self._socket:
            at_us = time.monotonic_ns() // 1000
            text = str(message)
            if _ECHO in text and self._mine in text:
                seq = int(text.partition('"seq":')[2].partition(",")[0])
                self.times_us.append(at_us - self._sent_us[seq])


async def _join(url: str, api: httpx.AsyncClient) -> Walker:
    answer = await api.post("/rooms/join", json={"roomId": ROOM_ID})
    said = answer.raise_for_status().json()
    headers = {"X-Forwarded-For": WALKED_BY}
    socket = await connect(f"ws{url[4:]}/ws", additional_headers=headers, compression=None)
    await socket.send(join_message(ROOM_ID, said["userId"], said["realtimeToken"]))
    while '"t":"session"' not in str(await socket.recv()):
        pass
    return Walker(socket, said["userId"])


async def _look(api: httpx.AsyncClient, slowest_ms: list[float]) -> None:
    """Ask whether the server lives, again and again."""
    while True:
        asked_s = time.monotonic()
        with suppress(httpx.HTTPError):
            await api.get("/healthz")
        slowest_ms[0] = max(slowest_ms[0], (time.monotonic() - asked_s) * 1000)
        await asyncio.sleep(LOOK_MS / 1000)


async def _feel(url: str, kind: str | None, seconds: float) -> FloodRun:
    """Come in, let the flood begin, walk for so long."""
    headers = {"X-Forwarded-For": WALKED_BY}
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=SLACK_S) as api:
        walkers = [await _join(url, api) for _ in range(WALKERS)]
        slowest_ms = [0.0]
        async with _stranger(url, kind, seconds) as stranger:
            looking = asyncio.create_task(_look(api, slowest_ms))
            until_s = time.monotonic() + seconds
            await asyncio.gather(*(walker.walk(until_s) for walker in walkers))
            await asyncio.sleep(STRAGGLERS_S)
            looking.cancel()
            said = None if stranger is None else await stranger.communicate()
        await asyncio.gather(*(walker.close() for walker in walkers))
    times_us = [time_us for walker in walkers for time_us in walker.times_us]
    sent = sum(walker.sent for walker in walkers)
    return FloodRun(
        kind=kind or "quiet",
        echo=latency(times_us),
        missing_per_thousand=1000 * (sent - len(times_us)) / sent,
        health_ms=slowest_ms[0],
        flooded=None if said is None else msgspec.json.decode(said[0], type=Flooded),
    )


@asynccontextmanager
async def _stranger(
    url: str, kind: str | None, seconds: float
) -> AsyncIterator[asyncio.subprocess.Process | None]:
    """The one who floods, once they have begun; ended with the block."""
    if kind is None:
        yield None
        return
    port = url.rpartition(":")[2]
    words = ["-m", "benchmarks.flooding", kind, "--port", port]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *words,
        "--seconds",
        str(seconds + STRAGGLERS_S),
        stdout=asyncio.subprocess.PIPE,
        cwd=REPOSITORY,
    )
    try:
        assert process.stdout is not None
        if await process.stdout.readline() != b"ready\n":
            raise ServerFailedError("the flood did not begin")
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _furnish(url: str, rooms: int) -> None:
    """The room that is walked in and so many public ones, each made from an address of its own."""
    with httpx.Client(base_url=url) as api:
        for number in range(rooms + 1):
            made = {"roomId": f"bench-{number}", "name": f"The room {number} ".ljust(60, "~")}
            body = made if number else {"roomId": ROOM_ID}
            address = f"{11 + number % 80}.{number // 80}.{number % 250}.7"
            headers = {"X-Forwarded-For": address}
            api.post("/rooms", json=body, headers=headers).raise_for_status()


def measure(kind: str | None, seconds: float) -> FloodRun:
    """What ten walkers feel of one flood, or of none, on a server of their own.

    Raises:
        ServerFailedError: the server did not start, or the flood did not begin or end.
    """
    # Limits as shipped; the proxy is only believed in so that rooms come from many addresses.
    server = VirtuBar(VIRTUBAR_ADDRESS_LIMITS="on", VIRTUBAR_TRUSTED_PROXIES="127.0.0.1")
    with run_server(server) as running:
        url = f"http://127.0.0.1:{running.port}"
        try:
            _furnish(url, PUBLIC_ROOMS if kind == LISTING else 0)
            limit_s = seconds + SLACK_S
            return asyncio.run(asyncio.wait_for(_feel(url, kind, seconds), limit_s))
        except httpx.HTTPError as error:
            raise ServerFailedError(f"a request failed: {error!r}") from error
        except TimeoutError:
            raise ServerFailedError("it did not end") from None


EVERY: Final = (None, *KINDS)
"""Quiet first, then each flood."""
