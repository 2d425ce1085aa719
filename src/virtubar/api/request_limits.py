"""What is asked before a body is even read: is the server staying, is the caller too quick."""

import math
from collections.abc import Callable
from typing import Final

from litestar.handlers import BaseRouteHandler

from virtubar.api.callers import Caller, Connection, client_address
from virtubar.api.parts import ApiParts
from virtubar.errors import RequestRefusedError
from virtubar.room.buckets import AddressBuckets, KeyedBuckets

LOOKS_BY_ADDRESS: Final = (100.0, 400)
"""Requests a second by address, and at once, of each kind that anybody may make who says nothing of
themselves: a whole party behind one router asks for less."""
FILES_BY_ADDRESS: Final = (500.0, 5_000)
"""Of the page and its files, which are in memory: a party of 200 loads twenty each at once."""
DRAINING_RETRY_MS = 2_000
"""Long enough for another process to have taken the port."""


class RequestLimits:
    """One kind of act, limited by address and by user.

    Args:
        parts: says whether the server drains and whether addresses are limited.
        by_address: tokens a second and burst; the networks around an address have some times as
            many (addresses.wider).
        by_user: the same.
    """

    def __init__(
        self, parts: ApiParts, by_address: tuple[float, int], by_user: tuple[float, int]
    ) -> None:
        self._parts = parts
        self._from_address = limited(parts, by_address)
        self._users = KeyedBuckets(*by_user)

    def guard(self, connection: Connection, _: BaseRouteHandler) -> None:
        """Runs before the body is read, so that a flood costs little; raises 503 or 429."""
        if self._parts.draining():
            raise RequestRefusedError(
                503, "draining", "The server is about to stop.", DRAINING_RETRY_MS
            )
        self._from_address(connection, _)

    def admit_user(self, caller: Caller) -> None:
        """Count one act of a returning user; raises 429. New guests count by address only."""
        if not caller.is_new:
            self.admit(caller.identity.user_id)

    def admit(self, user_id: str) -> None:
        """Count one act of somebody who is known; raises 429."""
        _require(self._users.take(user_id, self._parts.now_ms()))


def limited(
    parts: ApiParts, by_address: tuple[float, int]
) -> Callable[[Connection, BaseRouteHandler], None]:
    """A guard that counts one act by the caller's address, where addresses are limited; raises 429.

    Args:
        by_address: tokens a second and burst.
    """
    addresses = AddressBuckets(*by_address)

    def guard(connection: Connection, _: BaseRouteHandler) -> None:
        if parts.address_limits:
            _require(addresses.take(client_address(connection, parts), parts.now_ms()))

    return guard


def _require(wait_ms: float) -> None:
    if wait_ms > 0:
        raise RequestRefusedError(
            429, "rate_limited", "Too many requests; try again later.", math.ceil(wait_ms)
        )
