"""The composition root: makes every part of a server and ties them together."""

import asyncio
import signal
from dataclasses import dataclass

import structlog
import uvloop

from virtubar.composition import Making, foundation, seam, uvicorn_config
from virtubar.errors import ConfigurationError
from virtubar.live.hub import Hub
from virtubar.process import (
    Server,
    configure_logging,
    set_startup_aside,
)
from virtubar.protocol.constants import LOBBY_ID
from virtubar.runtime.clock import Clock
from virtubar.services import Services, build_services
from virtubar.settings import Settings

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class App:
    """A server with all its parts."""

    settings: Settings
    hub: Hub
    server: Server
    services: Services
    taken: list[str]
    """Why another server has the database now, where one has."""

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens, once it does."""
        host, port = self.server.servers[0].sockets[0].getsockname()[:2]
        return str(host), int(port)

    async def run(self) -> None:
        """Serve until `stop`.

        Raises:
            ConfigurationError: the storage cannot serve, or is another server's by now, and what
                to do about it.
            StorageError: it does not answer.
        """
        try:
            await self.services.open()
            await self._serve()
        finally:
            await self.services.close()
        for reason in self.taken:
            raise ConfigurationError(reason)

    async def _serve(self) -> None:
        bots = asyncio.create_task(self._bots()) if self.settings.demo_bots else None
        try:
            await self.server.serve()
        finally:
            if bots is not None:
                self.server.stopping.set()
                await bots

    async def _bots(self) -> None:
        """Demo patrons come in once the server listens, and go when it begins to stop."""
        from virtubar.bots.runner import run_bots  # noqa: PLC0415 - only a demo needs the client

        stopping = self.server.stopping
        await _first(self.server.listening, stopping)
        if stopping.is_set():
            return
        host, port = self.address
        if host in ("0.0.0.0", "::"):
            host = "127.0.0.1" if host == "0.0.0.0" else "::1"
        base_url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        try:
            await run_bots(base_url, LOBBY_ID, self.settings.demo_bots, stop=stopping, direct=True)
        except Exception:
            # The bar goes on without company.
            _log.exception("demo_bots_failed")


async def _first(*events: asyncio.Event) -> None:
    """Wait until one of the events is set."""
    waits = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()


def build(settings: Settings, clock: Clock | None = None) -> App:
    """Make a server; needs a running event loop. Storage is opened by `App.run`.

    Args:
        clock: the process's own where None.
    """
    making = Making(settings, clock or Clock())
    services = build_services(foundation(making))
    hub = services.hub
    server = Server(
        uvicorn_config(making, services, seam(making, services)),
        lambda: asyncio.ensure_future(hub.drain(settings.drain_seconds)),
    )
    making.server = server
    return App(settings, hub, server, services, making.taken)


def serve(settings: Settings) -> int:
    """Run a server until SIGTERM or SIGINT; the exit code: 0, or 3 where it could not start."""
    configure_logging(settings.log_level, settings.log_format)
    if settings.secret_is_random:
        _log.warning(
            "random_secret",
            hint="tokens end with this process; set VIRTUBAR_SECRET to keep them",
        )

    async def main() -> int:
        app = build(settings)
        set_startup_aside()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, app.server.stop)
        await app.run()
        return 0

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        try:
            return runner.run(main())
        except SystemExit as error:
            return int(error.code or 0)
