"""What is asked before a body is even read: is the server staying, is the caller too quick."""

import math

from litestar.handlers import BaseRouteHandler

from virtubar.api.callers import Caller, Connection, client_address
from virtubar.api.parts import ApiParts
from virtubar.errors import RequestRefusedError
from virtubar.room.buckets import AddressBuckets, KeyedBuckets

DRAINING_RETRY_MS = 2_000
"""Long enough for another process to have taken the port."""


class Admission:
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
        self._addresses = AddressBuckets(*by_address)
        self._users = KeyedBuckets(*by_user)

    def guard(self, connection: Connection, _: BaseRouteHandler) -> None:
        """Runs before the body is read, so that a flood costs little; raises 503 or 429."""
        if self._parts.draining():
            raise RequestRefusedError(
                503, "draining", "The server is about to stop.", DRAINING_RETRY_MS
            )
        if self._parts.address_limits:
            address = client_address(connection, self._parts)
            self._require(self._addresses.take(address, self._parts.now_ms()))

    def admit_user(self, caller: Caller) -> None:
        """Count one act of a returning user; raises 429. New guests count by address only."""
        if not caller.is_new:
            self.admit(caller.identity.user_id)

    def admit(self, user_id: str) -> None:
        """Count one act of somebody who is known; raises 429."""
        self._require(self._users.take(user_id, self._parts.now_ms()))

    @staticmethod
    def _require(wait_ms: float) -> None:
        if wait_ms > 0:
            raise RequestRefusedError(
                429, "rate_limited", "Too many requests; try again later.", math.ceil(wait_ms)
            )
