"""Who a link tells of what it hears."""

import asyncio


class Owner:
    """Remembers what the link told."""

    def __init__(self) -> None:
        self.messages: asyncio.Queue[bytes] = asyncio.Queue()
        self.binaries: asyncio.Queue[bytes] = asyncio.Queue()
        self.closed: asyncio.Queue[tuple[int, str]] = asyncio.Queue()

    def link_message(self, message: bytes) -> None:
        self.messages.put_nowait(message)

    def link_binary(self, message: bytes) -> None:
        self.binaries.put_nowait(message)

    def link_closed(self, code: int, reason: str) -> None:
        self.closed.put_nowait((code, reason))
