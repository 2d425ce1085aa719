"""The process: uvicorn as a room wants it, and structured logs."""

import asyncio
import contextlib
import gc
import io
import logging
import re
import socket
import sys
from collections.abc import Awaitable, Callable, Generator
from typing import Any, Final, TextIO, cast

import structlog
import uvicorn

_log = structlog.get_logger(__name__)
_order = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""What a terminal takes as an order, or a reader for another line or order of words."""
_LINES = ("exception", "stack")
"""What a log line says on several lines: tracebacks."""

SHUTDOWN_GRACE_S: Final = 2
"""For requests that are under way when the server stops; then their tasks are cancelled."""
Application = Callable[[Any, Any, Any], Awaitable[None]]
"""An ASGI application."""


def ends_quietly(app: Application) -> Application:
    """The application, whose requests end without an outcry when the server stops before them.

    uvicorn logs a cancelled request as a defect, with a traceback.
    """

    async def run(scope: Any, receive: Any, send: Any) -> None:
        try:
            await app(scope, receive, send)
        except asyncio.CancelledError:
            if scope["type"] != "http":
                raise
            _log.warning("request_cut_off", method=scope["method"])

    return run


class Server(uvicorn.Server):
    """uvicorn, stopping the way a room wants it: everyone is told, and the exit code is 0.

    Args:
        drain: what to do between the end of listening and uvicorn's own shutdown.
    """

    def __init__(self, config: uvicorn.Config, drain: Callable[[], "asyncio.Future[None]"]) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()
        self.stopping = asyncio.Event()
        self._drain = drain

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and say so."""
        await super().startup(sockets)
        host, port = self.servers[0].sockets[0].getsockname()[:2]
        _log.info("listening", host=host, port=port)
        self.listening.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Signals are the caller's; uvicorn would raise them again after the shutdown."""
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop listening, drain, then end what is left."""
        self.stopping.set()
        for server in self.servers:
            server.close()
        await self._drain()
        await super().shutdown(sockets)

    def stop(self) -> None:
        """Begin to stop; a second call cuts off what is still open."""
        if self.should_exit:
            self.force_exit = True
        self.should_exit = True


def set_startup_aside() -> None:
    """Take what starting has made out of the garbage collector's sight, for good.

    That is some 140 000 objects, mostly modules, which live as long as the process. With them a
    full collection stops everybody for about 0.1 s (docs/decisions/0013).
    """
    gc.collect()
    gc.freeze()


def escape_orders(
    _logger: object, _method: str, event: structlog.types.EventDict
) -> structlog.types.EventDict:
    """The log line with every order for a terminal in its texts spelt out, as in `\\x1b`.

    Much of what is logged came from a stranger in some way; JSON escapes it by itself, a console
    does what it is told. Tracebacks keep their lines.
    """
    for name, value in event.items():
        if isinstance(value, str) and not value.isprintable():
            lines = value.split("\n") if name in _LINES else [value]
            event[name] = "\n".join(_order.sub(_spelt, line) for line in lines)
    return event


def _spelt(order: re.Match[str]) -> str:
    return order[0].encode("unicode_escape").decode("ascii")


class LogStream:
    """Where the lines of the log go: what cannot be written is left out, and never raises.

    A full disk or a reader that is gone costs lines, not requests. With the next line that can be
    written comes one that says how many are missing.

    Args:
        raw: unbuffered, so that a line is out or lost when `write` returns.
        lost_line: the line that says so, by how many.
    """

    def __init__(self, raw: io.RawIOBase, encoding: str, lost_line: Callable[[int], str]) -> None:
        self._raw = raw
        self._encoding = encoding
        self._lost_line = lost_line
        self._lost_count = 0
        self._is_torn = False

    def write(self, text: str) -> int:
        """Write one line, its end included; how many characters it has."""
        if not self._put(text):
            self._lost_count += 1
        elif self._lost_count and self._put(f"{self._lost_line(self._lost_count)}\n"):
            self._lost_count = 0
        return len(text)

    def flush(self) -> None:
        """Nothing is held back."""

    def _put(self, line: str) -> bool:
        """Write it; False where at most a part of it could be."""
        start = "\n" if self._is_torn else ""
        data = f"{start}{line}".encode(self._encoding, "backslashreplace")
        try:
            # None where a pipe is full and does not wait.
            count = self._raw.write(data) or 0
        except OSError:
            return False
        if count:
            self._is_torn = count < len(data)
        return count == len(data)


def configure_logging(log_level: str, log_format: str) -> None:
    """Structured logs on standard error; uvicorn's and asyncio's warnings among them."""
    level = logging.getLevelNamesMapping()[log_level.upper()]
    render: structlog.types.Processor = (
        structlog.processors.JSONRenderer()
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    shared: list[structlog.types.Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        escape_orders,
    ]

    def lost_line(count: int) -> str:
        event: Any = {"event": "log_lines_lost", "count": count}
        for process in (*shared, render):
            event = process(None, "warning", event)
        return str(event)

    # Past the buffer of `sys.stderr`, which would keep what a full disk refuses, and end with 120.
    raw = io.FileIO(sys.stderr.fileno(), "w", closefd=False)
    stream = cast("TextIO", LogStream(raw, sys.stderr.encoding, lost_line))
    structlog.configure(
        processors=[*shared, render],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(stream),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(processor=render, foreign_pre_chain=shared)
    )
    logging.basicConfig(handlers=[handler], level=max(level, logging.WARNING), force=True)
