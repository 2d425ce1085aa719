"""A real server on a free port, in a thread with its own event loop, on a clock that tests move.

Nothing is faked: uvicorn, picows, the rooms and the API run as in production. Only time can be
advanced, so that no test waits for a grace of 20 s.
"""

import asyncio
import tempfile
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import uvloop

from support.sqlite import migrated
from virtubar.app import App, build
from virtubar.runtime.clock import Clock
from virtubar.settings import Settings

T = TypeVar("T")
TEST_SECRET = "a secret for tests, longer than 32 bytes"


class SkewedClock(Clock):
    """The real clock plus what a test has advanced it by, in ms.

    Attributes:
        held_ms: what the real clock counts as while it is held; None while it runs.
        step_ms: by how much somebody has set the machine's clock.
    """

    __slots__ = ("_start_ms", "held_ms", "skew_ms", "step_ms")

    def __init__(self) -> None:
        super().__init__()
        self._start_ms = self._ahead_ms
        self.step_ms = 0
        self.skew_ms = 0.0
        self.held_ms: float | None = None

    def now_ms(self) -> float:
        """Monotonic milliseconds, advanced."""
        return (super().now_ms() if self.held_ms is None else self.held_ms) + self.skew_ms

    def wall_ms(self) -> int:
        """Epoch milliseconds, advanced."""
        return int(self.now_ms() + self._start_ms) + self.step_ms

    def hold(self) -> None:
        """Stand still: from now on only `skew_ms` moves it, by exactly as much as a test says."""
        self.held_ms = super().now_ms()

    def release(self) -> None:
        """Run on from where it stands."""
        if self.held_ms is not None:
            self.skew_ms -= super().now_ms() - self.held_ms
            self.held_ms = None


class RunningServer:
    """A server that serves until `stop`.

    Attributes:
        error: what it ended with, None for nothing.
    """

    def __init__(self, settings: Settings) -> None:
        self.clock = SkewedClock()
        self.app: App
        self.loop: asyncio.AbstractEventLoop
        self._ready = threading.Event()
        self.error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, args=(settings,), name="server")

    def start(self) -> None:
        """Come back when it listens; raises what kept it from it."""
        self._thread.start()
        self._ready.wait(20)
        if self.error is not None:
            raise self.error
        assert self.app.server.started

    def _run(self, settings: Settings) -> None:
        async def main() -> None:
            self.loop = asyncio.get_running_loop()
            self.app = build(settings, self.clock)
            waiter = asyncio.create_task(self._announce())
            await self.app.run()
            await waiter

        try:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(main())
        except BaseException as error:
            self.error = error
        finally:
            self._ready.set()

    async def _announce(self) -> None:
        await self.app.server.listening.wait()
        self._ready.set()

    @property
    def http_url(self) -> str:
        """The base of the API."""
        return "http://{}:{}".format(*self.app.address)

    @property
    def ws_url(self) -> str:
        """The socket's URL."""
        return "ws://{}:{}/ws".format(*self.app.address)

    def call(self, function: Callable[[], T]) -> T:
        """Run something in the server's thread, between two of its callbacks."""
        result: Future[T] = Future()

        def run() -> None:
            try:
                result.set_result(function())
            except BaseException as error:
                result.set_exception(error)

        self.loop.call_soon_threadsafe(run)
        return result.result(10)

    def finish_acts(self) -> None:
        """Come back when every act of moderation that was asked for is done, or refused, and every
        room that a socket waits for is there, or is not to be had."""
        self.run(self.app.services.registry.settle())
        self.run(self.app.services.moderation.close())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something that waits in the server's loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(10)

    @contextmanager
    def held_clock(self) -> Iterator[None]:
        """For as long as the block lasts no time passes but by `advance`, so rates are exact."""
        self.call(self.clock.hold)
        try:
            yield
        finally:
            self.call(self.clock.release)

    def advance(self, ms: float) -> None:
        """Let that much time pass for the server, and everything due in it happen.

        In steps of at most a second, so that deadlines that lead to others keep their order.
        """
        left = ms
        while left > 0:
            step = min(1000.0, left)
            left -= step

            def move(step: float = step) -> None:
                self.clock.skew_ms += step
                self.app.hub.timer.run()

            self.call(move)

    def ended(self, timeout_s: float) -> None:
        """Come back when it has ended by itself."""
        self._thread.join(timeout_s)
        assert not self._thread.is_alive(), "the server goes on"

    def stop(self) -> None:
        """Drain and end."""
        if self._thread.is_alive():
            self.loop.call_soon_threadsafe(self.app.server.stop)
            self._thread.join(20)
        assert not self._thread.is_alive(), "the server did not stop"


@contextmanager
def running_server(**overrides: Any) -> Iterator[RunningServer]:
    """A server with these settings, for as long as the block lasts; its database goes with it."""
    with tempfile.TemporaryDirectory() as folder:
        given: dict[str, Any] = {
            "port": 0,
            "secret": TEST_SECRET,
            "address_limits": False,
            "drain_seconds": 2,
            **overrides,
        }
        given.setdefault("database_url", migrated(Path(folder)))
        server = RunningServer(Settings.load(**given))
        server.start()
        try:
            yield server
        finally:
            server.stop()
