"""Text messages from frames: fragments, compression, UTF-8 (RFC 6455 §5.4, §8.1; RFC 7692 §7.2.2).

picows gives frames; everything about messages is here. No sockets, no clock.
"""

from typing import Final

from picows import WSFrame, WSMsgType
from zlib_ng import zlib_ng

from virtubar.protocol.constants import FRAGMENTS_MAX, CloseCode

_INFLATE_TAIL: Final = b"\x00\x00\xff\xff"
_TEXT = WSMsgType.TEXT


class MessageRefusedError(Exception):
    """What the peer sent is no message; the connection is closed with that code."""

    def __init__(self, code: CloseCode, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Fragments:
    """The message that is coming in fragments: at most 16 of them, and so large together (§2)."""

    __slots__ = ("_deflated", "_max_bytes", "_parts", "_size_bytes")

    def __init__(self, max_bytes: int, *, deflated: bool) -> None:
        self._max_bytes = max_bytes
        self._deflated = deflated
        self._parts: list[bytes] = []
        self._size_bytes = 0

    def add(self, payload: bytes) -> None:
        """Take one more in.

        Raises:
            MessageRefusedError: 1009, past either limit.
        """
        self._parts.append(payload)
        self._size_bytes += len(payload)
        if self._size_bytes > self._max_bytes or len(self._parts) > FRAGMENTS_MAX:
            raise MessageRefusedError(CloseCode.TOO_BIG, "too big")

    def join(self) -> bytes:
        """The whole message.

        Raises:
            MessageRefusedError: where it cannot be inflated.
        """
        whole = b"".join(self._parts)
        return inflate(whole, self._max_bytes) if self._deflated else whole


def check_frame(frame: WSFrame, *, continues: bool, deflates: bool) -> None:
    """See that a data frame may come now.

    Args:
        continues: whether a fragmented message is under way.
        deflates: whether compression was negotiated; RSV1 then marks a first frame.

    Raises:
        MessageRefusedError: 1002 for reserved bits and fragment order, 1003 for binary.
    """
    first = frame.msg_type != WSMsgType.CONTINUATION
    if frame.rsv2 or frame.rsv3 or (frame.rsv1 and not (first and deflates)):
        raise MessageRefusedError(CloseCode.PROTOCOL_ERROR, "reserved bits")
    if first is continues:
        raise MessageRefusedError(CloseCode.PROTOCOL_ERROR, "fragment order")
    if first and frame.msg_type != _TEXT:
        raise MessageRefusedError(CloseCode.UNSUPPORTED_DATA, "text only")


def inflate(packed: bytes, max_bytes: int) -> bytes:
    """The message in a compressed one; no more of it than `max_bytes` is ever made.

    Raises:
        MessageRefusedError: 1007 where it is no deflate stream, 1009 where it holds too much.
    """
    inflater = zlib_ng.decompressobj(-15)
    try:
        data = inflater.decompress(packed + _INFLATE_TAIL, max_bytes + 1)
    except zlib_ng.error:  # type: ignore[misc]  # the stub gives an instance for the class
        raise MessageRefusedError(CloseCode.INVALID_UTF8, "bad compression") from None
    if len(data) > max_bytes:
        raise MessageRefusedError(CloseCode.TOO_BIG, "too big")
    return data


def check_text(data: bytes) -> None:
    """See that a message is UTF-8.

    Raises:
        MessageRefusedError: 1007.
    """
    try:
        data.decode()
    except UnicodeDecodeError:
        raise MessageRefusedError(CloseCode.INVALID_UTF8, "not UTF-8") from None
