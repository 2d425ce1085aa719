"""`/healthz`, `/readyz`, `/metrics`: for those who run the server."""

import asyncio
from collections.abc import Callable
from typing import Final

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from virtubar.api.bodies import Health, Readiness
from virtubar.api.errors import responses
from virtubar.api.parts import ApiParts, Check
from virtubar.api.request_limits import DRAINING_RETRY_MS
from virtubar.errors import RequestRefusedError

METRICS_TYPE: Final = "text/plain; version=0.0.4"
"""Of the text exposition; the framework adds the charset."""
CHECK_TIMEOUT_S: Final = 2.0
"""A check that says nothing for so long has failed: whoever asks waits no longer either."""


CHECKED_MS: Final = 1_000.0
"""How long an answer of the checks counts: however often somebody asks, the database is asked once
a second."""


class Checks:
    """What must be well for guests to be sent here, by name.

    Args:
        now_ms: the clock, monotonic.
    """

    def __init__(self, every: dict[str, Check], now_ms: Callable[[], float]) -> None:
        self._every = every
        self._now_ms = now_ms
        self._turn = asyncio.Lock()
        self._checked_ms: float | None = None
        self._passed: dict[str, bool] = {}

    async def passed(self) -> dict[str, bool]:
        """Which pass, as they were asked within the last second; within CHECK_TIMEOUT_S."""
        async with self._turn:
            now_ms = self._now_ms()
            if self._checked_ms is None or now_ms - self._checked_ms >= CHECKED_MS:
                answers = await asyncio.gather(*map(_passes, self._every.values()))
                self._passed = dict(zip(self._every, answers, strict=True))
                self._checked_ms = self._now_ms()
            return self._passed


def health_routes(parts: ApiParts) -> list[HTTPRouteHandler]:
    """The handlers of `/healthz`, `/readyz` and `/metrics`."""
    return [_health(), _readiness(parts), _metrics(parts)]


def _health() -> HTTPRouteHandler:
    @get("/healthz", sync_to_thread=False, tags=["Operation"], summary="Is the process alive?")
    def healthz() -> Health:
        """Looks at this process only: a service that is away must not get it restarted."""
        return Health("ok")

    return healthz


def _readiness(parts: ApiParts) -> HTTPRouteHandler:
    checks = Checks({"storage": parts.storage.answers, **parts.checks}, parts.now_ms)

    @get(
        "/readyz",
        tags=["Operation"],
        responses=responses(503),
        summary="Should guests be sent here?",
    )
    async def readyz() -> Readiness:
        """503 while the server drains or a check fails; the message says which."""
        passed = await checks.passed()
        failed = sorted(name for name, well in passed.items() if not well)
        if parts.draining():
            failed.insert(0, "draining")
        if failed:
            raise RequestRefusedError(
                503, "not_ready", f"Not ready: {', '.join(failed)}.", DRAINING_RETRY_MS
            )
        return Readiness("ready", passed)

    return readyz


async def _passes(check: Check) -> bool:
    answer = check()
    if isinstance(answer, bool):
        return answer
    try:
        async with asyncio.timeout(CHECK_TIMEOUT_S):
            return await answer
    except TimeoutError:
        return False


def _metrics(parts: ApiParts) -> HTTPRouteHandler:
    @get(
        "/metrics",
        sync_to_thread=False,
        tags=["Operation"],
        media_type="text/plain",
        summary="Figures for Prometheus",
    )
    def metrics() -> Response[bytes]:
        """The Prometheus text exposition."""
        return Response(parts.metrics_text(), media_type=METRICS_TYPE)

    return metrics
