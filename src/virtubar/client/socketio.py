"""The client's other connection: Socket.IO over polling, then a WebSocket where one gets through.

For networks that let no WebSocket through. Slower and larger than `link`, which is the default;
needs `pip install virtubar[socketio]`. A shell around python-engineio's client: it polls, upgrades
and answers pings. The envelopes are cut out of the packets as they came, and are read by the same
codec as over the raw socket.
"""

import asyncio
import contextlib
import logging
from typing import Any, Final

import msgspec

from virtubar.client.link import (
    CLOSE_TIMEOUT_S,
    HANDSHAKE_TIMEOUT_S,
    MESSAGE_MAX_BYTES,
    LinkOwner,
)
from virtubar.errors import ClientError
from virtubar.protocol.constants import CloseCode, ServerEventName
from virtubar.protocol.events import Closing

logger = logging.getLogger(__name__)
_PACKET_BYTES: Final = 256
"""Of a transform's packet: python-engineio tells how many wait, and not how large they are."""
_ABNORMAL: Final = 1006


class _Envelope(msgspec.Struct, frozen=True):
    payload: Closing


_event_decoder: Final = msgspec.json.Decoder(tuple[str, msgspec.Raw])
_closing_decoder: Final = msgspec.json.Decoder(_Envelope)
_sent_decoder: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])


class SocketIoLink:
    """One Socket.IO connection; see link.Link for what its methods promise."""

    def __init__(self, owner: LinkOwner, proxy: str | None = None) -> None:
        engineio, aiohttp = _libraries()
        self._owner: LinkOwner | None = owner
        self._loop = asyncio.get_running_loop()
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(), cookie_jar=aiohttp.DummyCookieJar(), proxy=proxy
        )
        self._engine = engineio.AsyncClient(
            logger=_quiet,
            http_session=self._session,
            handle_sigint=False,
            request_timeout=HANDSHAKE_TIMEOUT_S,
            websocket_extra_options={"max_msg_size": MESSAGE_MAX_BYTES, "compress": 0},
        )
        self._engine.on("message", self._packet)
        self._engine.on("disconnect", self._disconnected)
        self._let_in: asyncio.Future[None] = self._loop.create_future()
        self._gone = asyncio.Event()
        self._outgoing: asyncio.Queue[str] = asyncio.Queue()
        self._writer: asyncio.Task[None] | None = None
        self._parting: asyncio.Task[None] | None = None
        self._close = (_ABNORMAL, "")

    async def open(self, url: str) -> None:
        """Connect, and be let into the namespace.

        Raises:
            OSError: nobody answers there, or not as Socket.IO does.
            TimeoutError: not in HANDSHAKE_TIMEOUT_S.
        """
        engineio, aiohttp = _libraries()
        try:
            async with asyncio.timeout(HANDSHAKE_TIMEOUT_S):
                await self._engine.connect(url, engineio_path="socket.io")
                self._writer = self._loop.create_task(self._write())
                await self._engine.send("0")
                await self._let_in
        except (engineio.exceptions.EngineIOError, aiohttp.ClientError) as error:
            await self._end()
            raise ConnectionRefusedError(str(error)) from error
        except BaseException:
            await self._end()
            raise

    @property
    def unsent_bytes(self) -> int:
        """What has not been handed to the network yet, about."""
        engine = self._engine
        waiting = self._outgoing.qsize() + (engine.queue.qsize() if engine.queue else 0)
        return int(waiting) * _PACKET_BYTES

    def send(self, message: bytes) -> None:
        """Write one envelope as an event of its name."""
        name = bytes(_sent_decoder.decode(message)["t"]).decode()
        self._outgoing.put_nowait(f"2[{name},{message.decode()}]")

    def close(self, code: int) -> None:
        """Say good-bye and let go: the owner hears nothing more of this link."""
        self._owner = None
        if self._parting is None:
            self._parting = self._loop.create_task(self._part(code))

    def cut(self) -> None:
        """Drop the connection where it is, without a word."""
        connector = self._session.connector
        if connector is not None:
            for task in (self._engine.read_loop_task, self._engine.write_loop_task):
                if task is not None:
                    task.cancel()
            self._loop.create_task(self._session.close()).add_done_callback(
                lambda _: self._lost(_ABNORMAL, "")
            )

    async def wait_closed(self) -> None:
        """Wait until the connection is gone; the way it went was told to the owner."""
        await self._gone.wait()
        await self.wait_goodbye()

    async def wait_goodbye(self) -> None:
        """Wait until the end after `close`, and cut the connection where that takes too long."""
        if self._parting is not None:
            # python-engineio says that it is over before it has said so to the server
            await asyncio.wait({self._parting}, timeout=CLOSE_TIMEOUT_S)
        await self._end()

    # What python-engineio tells

    def _packet(self, packet: str | bytes) -> None:
        """One Socket.IO packet came; python-engineio has cut off that it is a message."""
        if not isinstance(packet, str):
            logger.warning("the server sent a binary packet")
        elif packet.startswith("2["):
            self._event(packet[1:])
        elif packet.startswith("0"):
            if not self._let_in.done():
                self._let_in.set_result(None)
        elif packet.startswith("4"):
            if not self._let_in.done():
                self._let_in.set_exception(ConnectionRefusedError(packet[1:200]))
        elif not packet.startswith("1"):
            logger.warning("the server sent a packet that is no event")

    def _event(self, packet: str) -> None:
        try:
            name, envelope = _event_decoder.decode(packet)
            if name == ServerEventName.CLOSING:
                closing = _closing_decoder.decode(envelope).payload
                self._close = (closing.code, closing.reason)
                return
        except msgspec.MsgspecError as error:
            logger.warning("unreadable packet from the server: %s", error)
            return
        if self._owner is not None:
            self._owner.link_message(bytes(envelope))

    def _disconnected(self, reason: str) -> None:
        """The connection is gone; what came before it is still being handed over."""
        if not self._let_in.done():
            self._let_in.set_exception(ConnectionResetError(reason))
        self._loop.call_soon(self._lost, *self._close)

    def _lost(self, code: int, reason: str) -> None:
        self._gone.set()
        code, reason = self._close if self._close[0] != _ABNORMAL else (code, reason)
        owner, self._owner = self._owner, None
        if owner is not None:
            owner.link_closed(code, reason)

    # Inside

    async def _write(self) -> None:
        while True:
            await self._engine.send(await self._outgoing.get())

    async def _part(self, code: int) -> None:
        """Leave with a DISCONNECT, or end the connection in a way that is no leave (§4)."""
        engine = self._engine
        if code == CloseCode.NORMAL:
            while not self._outgoing.empty():
                await engine.send(self._outgoing.get_nowait())
            await engine.send("1")
        elif engine.current_transport == "websocket":
            await engine.ws.close(code=code)
        await engine.disconnect(abort=code != CloseCode.NORMAL)

    async def _end(self) -> None:
        if self._writer is not None:
            self._writer.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._session.close()
        self._gone.set()


_quiet = logging.getLogger("virtubar.client.engineio")
_quiet.setLevel(logging.CRITICAL)  # python-engineio logs what it then raises or tells anyway


def _libraries() -> tuple[Any, Any]:
    """python-engineio and aiohttp, which only this transport needs.

    Raises:
        ClientError: they are not installed.
    """
    try:
        import aiohttp  # noqa: PLC0415 - an extra
        import engineio  # type: ignore[import-untyped]  # noqa: PLC0415 - an extra; it has no types
    except ImportError as error:
        message = 'transport="socketio" needs more: pip install "virtubar[socketio]"'
        raise ClientError(message) from error
    return engineio, aiohttp


async def open_socketio(url: str, owner: LinkOwner, proxy: str | None = None) -> SocketIoLink:
    """A link that is let in.

    Args:
        url: `socketioUrl` of the ticket.
        proxy: the http(s) proxy to go through, None to connect directly.

    Raises:
        OSError, TimeoutError: as of SocketIoLink.open.
        ClientError: the libraries for it are not installed.
    """
    link = SocketIoLink(owner, proxy)
    await link.open(url)
    return link
