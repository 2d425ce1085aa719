"""One API for all bars of the tests, because making one takes a hundred times as long as asking it.

It is the real one, over the parts of whichever bar a request is for. What it keeps by itself are
rate limits, lists and views of a while ago: each bar opens a day after the one before, when all of
that is over. A test that changes the application, or what it is made of, has one of its own.
"""

from collections.abc import Awaitable
from contextvars import ContextVar
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from litestar import Litestar

from virtubar.api import ApiParts, create_api

if TYPE_CHECKING:
    from virtubar.storage.ports import Storage

DAY_MS = 86_400_000
_asking: ContextVar[ApiParts] = ContextVar("asking")


class SharedApi:
    """The API as it is for one bar: ASGI.

    Args:
        parts: of that bar, the usual ones; the first make the API.
    """

    _api: Litestar | None = None

    def __init__(self, parts: ApiParts) -> None:
        self._parts = parts
        if SharedApi._api is None:
            SharedApi._api = _api_of_all(parts)
        self._app = SharedApi._api

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        token = _asking.set(self._parts)
        try:
            await self._app(scope, receive, send)
        finally:
            _asking.reset(token)


class _PartsOfAsker:
    """The parts of the bar whose request runs; while the API is made there is none yet."""

    def __init__(self, made_of: ApiParts) -> None:
        self._made_of = made_of

    def __getattr__(self, name: str) -> Any:
        return getattr(_asking.get(self._made_of), name)


class _StorageOfAsker:
    """All of storage that the API takes when it is made."""

    async def answers(self) -> bool:
        return await _asking.get().storage.answers()


def _api_of_all(first: ApiParts) -> Litestar:
    made_of = replace(
        first,
        storage=cast("Storage", _StorageOfAsker()),
        checks={name: partial(_check, name) for name in first.checks},
        now_ms=lambda: _asking.get().now_ms(),
    )
    return create_api(cast("ApiParts", _PartsOfAsker(made_of)))


def _check(name: str) -> bool | Awaitable[bool]:
    """Ask what the bar has under that name."""
    return _asking.get().checks[name]()
