"""One direction of a client's network: what is put in comes out when it would arrive. A shell."""

import asyncio
from collections import deque
from collections.abc import Callable

from virtubar.client.driver import now_ms
from virtubar.loadtest.network import Way

Action = Callable[[float], None]
"""What is done with a message, told when it arrived: its own time, not that of the timer."""


class DelayLine:
    """Messages on their way, first in, first out.

    Attributes:
        waiting_bytes: what is on its way.
    """

    def __init__(self, way: Way) -> None:
        self.waiting_bytes = 0
        self._way = way
        self._loop = asyncio.get_running_loop()
        self._line: deque[tuple[float, int, Action]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    def put(self, size_bytes: int, action: Action) -> None:
        """Send one message off."""
        self._line.append((self._way.arrival_ms(now_ms(), size_bytes), size_bytes, action))
        self.waiting_bytes += size_bytes
        if self._timer is None:
            self._arm()

    def close(self) -> None:
        """Forget what is on its way."""
        self._line.clear()
        self.waiting_bytes = 0
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _arm(self) -> None:
        wait_ms = max(0.0, self._line[0][0] - now_ms())
        self._timer = self._loop.call_later(wait_ms / 1000.0, self._fire)

    def _fire(self) -> None:
        self._timer = None
        while self._line and self._line[0][0] <= now_ms():
            at_ms, size_bytes, action = self._line.popleft()
            self.waiting_bytes -= size_bytes
            action(at_ms)
        if self._line and self._timer is None:
            self._arm()
