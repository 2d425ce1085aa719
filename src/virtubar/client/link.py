"""One WebSocket of the client's, whole messages in and out. A shell around picows.

Plain frames: permessage-deflate is not asked for, so nothing is ever inflated here. Pings are
answered by picows itself.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Protocol

from picows import WSFrame, WSListener, WSMsgType, WSProtocolError, WSTransport, ws_connect

from virtubar.protocol.constants import SUBPROTOCOL, CloseCode

MESSAGE_MAX_BYTES = 4 * 1024 * 1024
"""A `room_state` of a thousand members is under 300 KB; over this the server has gone mad, and the
socket is closed 1009."""
HANDSHAKE_TIMEOUT_S = 10.0
CLOSE_TIMEOUT_S = 2.0
"""How long the server may take to answer a close frame before the connection is cut."""

logger = logging.getLogger(__name__)
_picows_log = logging.getLogger("virtubar.client.socket")
_picows_log.setLevel(logging.WARNING)  # picows tells of every connection at INFO

_CLOSE_CODE_BYTES = 2
_NO_STATUS = 1005
_ABNORMAL = 1006


class LinkOwner(Protocol):
    """Whoever opened the link; after `Link.close` it hears nothing more."""

    def link_message(self, message: bytes) -> None:
        """A whole text message came; not checked for UTF-8 yet."""
        ...

    def link_binary(self, message: bytes) -> None:
        """A whole binary message came."""
        ...

    def link_closed(self, code: int, reason: str) -> None:
        """The connection is gone; told once."""
        ...


class Connection(Protocol):
    """An open connection of the client's, whatever it speaks; class Link says what these do."""

    @property
    def unsent_bytes(self) -> int:
        """See Link."""
        ...

    def send(self, message: bytes) -> None:
        """See Link."""
        ...

    def close(self, code: int) -> None:
        """See Link."""
        ...

    def cut(self) -> None:
        """See Link."""
        ...

    async def wait_closed(self) -> None:
        """See Link."""
        ...

    async def wait_goodbye(self) -> None:
        """See Link."""
        ...


class _BrokenError(Exception):
    def __init__(self, code: CloseCode, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Link(WSListener):
    """What picows calls; reassembles messages and remembers how the connection ended.

    Args:
        takes_binary: whether binary messages were asked for; else they end the connection.
    """

    def __init__(self, owner: LinkOwner, *, takes_binary: bool = False) -> None:
        super().__init__()
        self._owner: LinkOwner | None = owner
        self._takes_binary = takes_binary
        self._transport: WSTransport | None = None
        self._parts: list[bytes] = []
        self._parts_bytes = 0
        self._binary = False
        self._close = (_ABNORMAL, "")

    @property
    def unsent_bytes(self) -> int:
        """What the operating system has not taken yet."""
        if self._transport is None or self._transport.is_disconnected:
            return 0
        return self._transport.underlying_transport.get_write_buffer_size()

    def send(self, message: bytes) -> None:
        """Write one text message; on a socket that is closing it is lost."""
        if self._transport is not None:
            self._transport.send(WSMsgType.TEXT, message)

    def pause_reading(self) -> None:
        """Take no more from the server, so that it notices a slow line; pings wait too."""
        if self._transport is not None and not self._transport.is_disconnected:
            self._transport.underlying_transport.pause_reading()

    def resume_reading(self) -> None:
        """Read on."""
        if self._transport is not None and not self._transport.is_disconnected:
            self._transport.underlying_transport.resume_reading()

    def close(self, code: int) -> None:
        """Say good-bye and let go: the owner hears nothing more of this link."""
        self._owner = None
        if self._transport is not None and not self._transport.is_disconnected:
            _send_close(self._transport, code)

    def cut(self) -> None:
        """Drop the connection where it is, without a close frame."""
        if self._transport is not None:
            self._transport.disconnect(graceful=False)

    async def wait_closed(self) -> None:
        """Wait until the connection is gone; the way it went was told to the owner."""
        if self._transport is None:
            return
        try:
            await self._transport.wait_disconnected()
        except WSProtocolError as error:
            logger.warning("the server broke the WebSocket protocol: %s", error)

    async def wait_goodbye(self) -> None:
        """Wait for the answer to `close`, and cut the connection where none comes in time."""
        try:
            async with asyncio.timeout(CLOSE_TIMEOUT_S):
                await self.wait_closed()
        except TimeoutError:
            self.cut()

    # picows calls these

    def on_ws_connected(self, transport: WSTransport) -> None:
        """The handshake is done."""
        self._transport = transport

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """One frame came; what picows does not check is checked here."""
        try:
            self._take(transport, frame)
        except _BrokenError as error:
            self._close = (error.code, error.reason)
            _send_close(transport, error.code)
            transport.disconnect()

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        """The connection is gone."""
        del transport
        owner, self._owner = self._owner, None
        if owner is not None:
            owner.link_closed(*self._close)

    def pause_writing(self) -> None:
        """The server reads slowly; `unsent_bytes` tells."""

    def resume_writing(self) -> None:
        """The server reads again."""

    def _take(self, transport: WSTransport, frame: WSFrame) -> None:
        kind = frame.msg_type
        is_plain = not (frame.rsv1 or frame.rsv2 or frame.rsv3)
        if kind is WSMsgType.TEXT and frame.fin and is_plain and not self._parts:
            # Nearly all that comes; the frame is within MESSAGE_MAX_BYTES, which picows sees to
            if self._owner is not None:
                self._owner.link_message(frame.get_payload_as_bytes())
        elif kind is WSMsgType.CLOSE:
            self._close = _close_of(frame.get_payload_as_bytes())
            code = self._close[0]
            _send_close(transport, CloseCode.NORMAL if code == _NO_STATUS else code)
            transport.disconnect()
        elif kind in (WSMsgType.PING, WSMsgType.PONG):
            return
        elif not is_plain:
            raise _BrokenError(CloseCode.PROTOCOL_ERROR, "not a plain frame")
        elif kind is WSMsgType.BINARY and not self._takes_binary:
            raise _BrokenError(CloseCode.PROTOCOL_ERROR, "a binary message that nobody asked for")
        else:
            self._take_data(frame, kind)

    def _take_data(self, frame: WSFrame, kind: WSMsgType) -> None:
        if (kind is WSMsgType.CONTINUATION) != bool(self._parts):
            raise _BrokenError(CloseCode.PROTOCOL_ERROR, "fragments out of order")
        if kind is not WSMsgType.CONTINUATION:
            self._binary = kind is WSMsgType.BINARY
        payload = frame.get_payload_as_bytes()
        self._parts_bytes += len(payload)
        if self._parts_bytes > MESSAGE_MAX_BYTES:
            raise _BrokenError(CloseCode.TOO_BIG, "message too big")
        if not frame.fin:
            self._parts.append(payload)
            return
        message = b"".join([*self._parts, payload]) if self._parts else payload
        self._parts.clear()
        self._parts_bytes = 0
        if self._owner is None:
            return
        if self._binary:
            self._owner.link_binary(message)
        else:
            self._owner.link_message(message)


def _close_of(payload: bytes) -> tuple[int, str]:
    if len(payload) < _CLOSE_CODE_BYTES:
        return _NO_STATUS, ""
    return int.from_bytes(payload[:2], "big"), payload[2:].decode(errors="replace")


def _send_close(transport: WSTransport, code: int) -> None:
    """picows's own `send_close` knows only the codes of RFC 6455."""
    transport.send(WSMsgType.CLOSE, code.to_bytes(2, "big"))


async def open_link(
    url: str,
    make: Callable[[], Link],
    proxy: str | None = None,
    subprotocols: Sequence[str] = (SUBPROTOCOL,),
) -> Link:
    """A link whose handshake is done.

    Args:
        proxy: the http(s) proxy to ask for a tunnel, None to connect directly.
        subprotocols: what is offered, best first.

    Raises:
        OSError: nobody listens there, or the connection broke.
        picows.WSError: what listens there does not speak WebSocket, or refused.
        TimeoutError: it did not answer in HANDSHAKE_TIMEOUT_S.
    """
    transport, link = await ws_connect(
        make,
        url,
        logger_name=_picows_log,
        websocket_handshake_timeout=HANDSHAKE_TIMEOUT_S,
        max_frame_size=MESSAGE_MAX_BYTES,
        max_redirects=0,
        extra_headers={"Sec-WebSocket-Protocol": ", ".join(subprotocols)},
        proxy=proxy,
    )
    if not isinstance(link, Link) or transport.is_disconnected:
        raise ConnectionResetError("the server closed the connection during the handshake")
    return link
