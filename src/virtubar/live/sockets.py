"""Every open socket of the process, and how they all end."""

import asyncio
import contextlib
import random
from collections import Counter
from typing import Final

import structlog

from virtubar.live.ports import Transport
from virtubar.protocol.constants import CloseCode

_log = structlog.get_logger(__name__)

_DRAIN_BATCH: Final = 200
_DRAIN_BATCH_S: Final = 0.05
"""Sockets closed at once in a drain, and between batches: everybody at once would come back at
once. 5 000 sockets take 1.25 s."""
_NAMES: Final = ("websocket", "socketio_websocket", "socketio_polling")
"""Of the dialects there are, so that the metrics have each of them from the start."""


class Sockets:
    """The sockets that are open.

    Attributes:
        open: each of them, joined to a room or not.
    """

    def __init__(self) -> None:
        self.open: set[Transport] = set()
        self._none = asyncio.Event()

    def by_transport(self) -> dict[str, int]:
        """How many there are of each kind."""
        counts = Counter(transport.dialect.name for transport in self.open)
        return {name: counts[name] for name in dict.fromkeys((*_NAMES, *counts))}

    def opened(self, transport: Transport) -> None:
        """A socket is open."""
        self.open.add(transport)

    def gone(self, transport: Transport) -> None:
        """A socket is gone."""
        self.open.discard(transport)
        if not self.open:
            self._none.set()

    async def drain(self, seconds: float) -> None:
        """Close every socket with 1001 in batches, and wait for their ends.

        Args:
            seconds: after which what is still open is left to be cut off.
        """
        loop = asyncio.get_running_loop()
        deadline_s = loop.time() + seconds
        waiting = list(self.open)
        random.shuffle(waiting)
        _log.info("draining", connections=len(waiting))
        for start in range(0, len(waiting), _DRAIN_BATCH):
            for transport in waiting[start : start + _DRAIN_BATCH]:
                transport.close(CloseCode.GOING_AWAY, "server draining")
            await asyncio.sleep(_DRAIN_BATCH_S)
        if self.open:
            self._none.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._none.wait(), max(0.0, deadline_s - loop.time()))
        _log.info("drained", left_open=len(self.open))
