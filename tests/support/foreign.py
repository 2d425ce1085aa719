"""Guests who use Socket.IO clients that nobody here wrote: npm's in Node, and python-socketio's."""

import asyncio
import contextlib
import json
import os
from pathlib import Path
from typing import Any, Literal

import aiohttp
import socketio  # type: ignore[import-untyped]  # it has no types

from support.guest import RECEIVE_TIMEOUT_S, Event, Guest

ROOT = Path(__file__).parents[2]
Settings = Literal["default", "websocket", "polling"]
FAST_RECONNECT = {"reconnectionDelay": 50, "reconnectionDelayMax": 100}


class ForeignGuest(Guest):
    """What a test does with a guest, over somebody else's client.

    Attributes:
        ended: why the client says it was disconnected.
        carrier: what the client says it sends over: `polling` or `websocket`.
    """

    def __init__(self, http_url: str, joined: dict[str, Any]) -> None:
        self.http_url = http_url
        self.joined = joined
        self.seq = 0
        self.carrier = ""
        self.ended: asyncio.Queue[str] = asyncio.Queue()
        self.connected: asyncio.Queue[str] = asyncio.Queue()
        self.events: asyncio.Queue[Event] = asyncio.Queue()

    def take(self, name: str, args: tuple[Any, ...] | list[Any]) -> None:
        """An event came: its name is the envelope's, and the envelope its one argument (§1)."""
        (envelope,) = args
        assert name == envelope["t"]
        self.events.put_nowait(envelope)

    async def receive(self) -> Event:
        """The next event, whatever it is."""
        return await asyncio.wait_for(self.events.get(), RECEIVE_TIMEOUT_S)

    async def send(self, event: str, ts: int | None = None, **payload: Any) -> None:
        """Emit one envelope with that payload."""
        stamp = 1 if ts is None else ts
        await self.emit(event, {"v": 1, "t": event, "ts": stamp, "payload": payload})

    async def emit(self, name: str, envelope: Any) -> None:
        """Emit anything under a name."""
        raise NotImplementedError

    async def end(self) -> None:
        """See to it that the client is gone."""
        raise NotImplementedError


class PythonGuest(ForeignGuest):
    """python-socketio's client."""

    def __init__(self, http_url: str, joined: dict[str, Any]) -> None:
        super().__init__(http_url, joined)
        # its own would be left open by the client
        self._http = aiohttp.ClientSession()
        self.client = socketio.AsyncClient(
            handle_sigint=False, reconnection=False, http_session=self._http
        )
        self.client.on("*", lambda name, *args: self.take(name, args))
        self.client.on("disconnect", self.ended.put_nowait)

    async def open(self, url: str, settings: Settings, auth: dict[str, Any]) -> None:
        """Connect."""
        transports = None if settings == "default" else [settings]
        await self.client.connect(url, transports=transports, auth=auth)
        self.carrier = self.client.transport()

    async def emit(self, name: str, envelope: Any) -> None:
        """Emit anything under a name."""
        await self.client.emit(name, envelope)

    async def leave(self) -> None:
        """Go, and say so."""
        await self.client.disconnect()

    async def end(self) -> None:
        """See to it that the client is gone."""
        await self.client.disconnect()
        await self._http.close()


class NodeGuest(ForeignGuest):
    """npm's client, in a Node of its own."""

    process: asyncio.subprocess.Process
    _reader: asyncio.Task[None]

    async def open(self, url: str, settings: Settings, auth: dict[str, Any]) -> None:
        """Connect."""
        options: dict[str, Any] = {"auth": auth, **FAST_RECONNECT}
        if settings != "default":
            options["transports"] = [settings]
        base = url.removesuffix("/socket.io/")
        command = ("scripts/with-node", "apps/web", "node", "scripts/socketio-guest.mjs")
        self.process = await asyncio.create_subprocess_exec(
            *command,
            base,
            json.dumps(options),
            cwd=ROOT,
            env=os.environ,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        self._reader = asyncio.create_task(self._listen())
        await asyncio.wait_for(self.connected.get(), 3 * RECEIVE_TIMEOUT_S)

    async def _listen(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            told = json.loads(line)
            if "name" in told:
                self.take(told["name"], told["args"])
            elif "disconnected" in told:
                self.ended.put_nowait(told["disconnected"])
            elif "upgraded" in told:
                self.carrier = told["upgraded"]
            elif "connected" in told:
                self.carrier = told["connected"]
                self.connected.put_nowait(told["connected"])

    async def _command(self, **command: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(command).encode() + b"\n")
        await self.process.stdin.drain()

    async def emit(self, name: str, envelope: Any) -> None:
        """Emit anything under a name."""
        await self._command(emit=[name, envelope])

    async def leave(self) -> None:
        """Go, and say so."""
        await self._command(disconnect=True)

    async def end(self) -> None:
        """See to it that the client is gone."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.process.wait(), RECEIVE_TIMEOUT_S)
        if self.process.returncode is None:
            self.process.kill()
        await self._reader
