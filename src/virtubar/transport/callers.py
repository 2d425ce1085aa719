"""What the HTTP connections of one address, and all of them together, may hold of a server."""

import asyncio
import socket
from collections import Counter
from typing import Final, Protocol

from virtubar.addresses import AddressCounts, AddressPolicy

CALLERS_PER_SOCKET: Final = 4
"""HTTP connections that an address may have for each socket it may have: a browser opens several
to load the page, and a whole party may load it at once."""
WRITE_HIGH_BYTES: Final = 16 * 1024
"""Of an answer that waits, from which the next request of its connection waits too. So a connection
holds one answer, and a few requests."""
KERNEL_UNSENT_BYTES: Final = 16 * 1024
"""Of an answer that the kernel takes before the peer's window has room for it. It would take up to
4 MiB from each connection, which no limit of ours sees; what is under way is not bounded by it."""
PROGRESS_MIN_BYTES: Final = 48 * 1024
"""Of an answer that must go out in RESPONSE_TIMEOUT_S, or all of it: the slowest phone does."""
UNSENT_MAX_BYTES: Final = 32 * 1024 * 1024
"""Of answers that wait for their readers, on all HTTP connections together. Past it a connection
of the address that holds most is cut, the one that has waited longest: a hundred phones that load
the largest file at once wait for less, and many that read nothing are their own crowd."""


class Callers:
    """How many HTTP connections each address has open; trusted proxies have any number.

    Args:
        sockets_per_address: None for no limit.
    """

    def __init__(self, addresses: AddressPolicy, sockets_per_address: int | None) -> None:
        self._addresses = addresses
        self._open = AddressCounts(
            None if sockets_per_address is None else sockets_per_address * CALLERS_PER_SOCKET
        )

    def admit(self, peer: str) -> bool:
        """Count one more, if it may be."""
        return self._addresses.is_proxy(peer) or self._open.admit(
            self._addresses.client(peer, None)
        )

    def release(self, peer: str) -> None:
        """One that was admitted is gone, or a WebSocket now, which is counted for itself."""
        if not self._addresses.is_proxy(peer):
            self._open.release(self._addresses.client(peer, None))


class Reader(Protocol):
    """A connection whose peer has an answer to take."""

    def cut_off(self) -> None:
        """End it, with whatever it still holds."""
        ...


class UnsentAnswers:
    """How much waits on connections whose readers do not keep up, and whose is cut for it.

    Args:
        max_bytes: of all of them together.
    """

    def __init__(self, max_bytes: int = UNSENT_MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._waiting: dict[Reader, tuple[str, int]] = {}  # those that wait longest first
        self._held: Counter[str] = Counter()
        self._total_bytes = 0

    @property
    def total_bytes(self) -> int:
        """What waits now."""
        return self._total_bytes

    def hold(self, reader: Reader, address: str, size_bytes: int) -> None:
        """So much waits for that reader now; cuts readers off until what waits is within bounds."""
        self._count(reader, address, size_bytes)
        while self._total_bytes > self._max_bytes:
            victim = self._longest_of(self._held.most_common(1)[0][0])
            self.release(victim)
            victim.cut_off()

    def release(self, reader: Reader) -> None:
        """Nothing waits for that reader any more."""
        address, size_bytes = self._waiting.pop(reader, ("", 0))
        self._take(address, size_bytes)

    def _count(self, reader: Reader, address: str, size_bytes: int) -> None:
        _, before = self._waiting.get(reader, (address, 0))
        self._take(address, before)
        self._waiting[reader] = (address, size_bytes)
        self._held[address] += size_bytes
        self._total_bytes += size_bytes

    def _take(self, address: str, size_bytes: int) -> None:
        self._total_bytes -= size_bytes
        self._held[address] -= size_bytes
        if self._held[address] <= 0:
            del self._held[address]

    def _longest_of(self, address: str) -> Reader:
        return next(reader for reader, (held_by, _) in self._waiting.items() if held_by == address)


def limit_kernel(transport: asyncio.BaseTransport, unsent_bytes: int) -> None:
    """Let the kernel take no more of what a connection has to say than so much beyond what is
    under way, where it can be told so (Linux, macOS); 0 is the system's own limit."""
    peer: socket.socket | None = transport.get_extra_info("socket")
    option = getattr(socket, "TCP_NOTSENT_LOWAT", None)
    if option is not None and peer is not None and peer.family in (socket.AF_INET, socket.AF_INET6):
        peer.setsockopt(socket.IPPROTO_TCP, option, unsent_bytes)
