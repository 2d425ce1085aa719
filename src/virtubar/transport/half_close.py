"""Hanging up so that the other side gets to read the last words (RFC 6455 §7.1.1).

Closing a socket while bytes lie unread in it, or come later, resets the connection, and a reset
may overtake what was written last. So our half is shut, whatever still comes is read and thrown
away, and the socket ends with the peer's half, or when the caller's limit is over.
"""

import asyncio
from collections.abc import Callable
from typing import Final

LINGER_S: Final = 2.0
"""For the peer to hang up too, after an HTTP refusal."""
_SCRATCH: Final = memoryview(bytearray(64 * 1024))
"""Where bytes go that nobody reads any more; one for all, since nobody reads it."""


class Discard(asyncio.BufferedProtocol):
    """Throws away what a peer still sends, in constant memory.

    Args:
        lost: called when the socket is gone.
    """

    __slots__ = ("_lost",)

    def __init__(self, lost: Callable[[], None]) -> None:
        self._lost = lost

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002 - asyncio's signature
        """A buffer that nobody reads."""
        return _SCRATCH

    def buffer_updated(self, nbytes: int) -> None:
        """Nothing."""

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """The peer is gone."""
        self._lost()


def switch(transport: asyncio.Transport, protocol: asyncio.BaseProtocol) -> None:
    """Set another protocol; pausing makes the loop ask the new one for its buffers."""
    transport.pause_reading()
    transport.set_protocol(protocol)
    transport.resume_reading()


def hang_up(transport: asyncio.Transport, lost: Callable[[], None]) -> None:
    """Shut our half after what was written, and read the peer's away until it ends.

    Args:
        lost: called when the socket is gone; nothing else is told of it.
    """
    switch(transport, Discard(lost))
    if not transport.is_closing() and transport.can_write_eof():
        transport.write_eof()


def hang_up_soon(transport: asyncio.Transport, lost: Callable[[], None]) -> None:
    """Hang up, and cut the peer off where it does not within LINGER_S."""
    limit = asyncio.get_running_loop().call_later(LINGER_S, transport.abort)

    def ended() -> None:
        limit.cancel()
        lost()

    hang_up(transport, ended)
