"""From a request to somebody who may do what they ask for (§7)."""

import re
from typing import Any, Final

from litestar import Request
from litestar.handlers import BaseRouteHandler
from msgspec import Struct

from virtubar.api.auditing import Views
from virtubar.api.callers import Connection, recognise
from virtubar.api.parts import ApiParts
from virtubar.api.permissions import Right, may
from virtubar.api.request_limits import RequestLimits
from virtubar.auth.identities import Identity
from virtubar.errors import JoinRefusedError
from virtubar.protocol.constants import LOBBY_ID, ROOM_ID_PATTERN, AuthCode, Role
from virtubar.room.config import RoomConfig
from virtubar.room.ports import ForbiddenError

BY_ADDRESS: Final = (100.0, 400)
"""Requests a second, and at once: a whole staff may sit behind one router."""
BY_USER: Final = (10.0, 60)
_room_id = re.compile(ROOM_ID_PATTERN)


class Authorized(Struct, frozen=True):
    """Somebody who may do something in one room.

    Attributes:
        role: what they count as in that room.
    """

    identity: Identity
    role: Role


class Authorizer:
    """Lets those through who show an identity that has the right; keeps the audit of views.

    Args:
        by_user: requests a second, and at once.
        by_address: the same.
    """

    def __init__(
        self,
        parts: ApiParts,
        views: Views,
        by_user: tuple[float, int] = BY_USER,
        by_address: tuple[float, int] = BY_ADDRESS,
    ) -> None:
        self.views = views
        self._parts = parts
        self._limits = RequestLimits(parts, by_address, by_user)

    def guard(self, connection: Connection, handler: BaseRouteHandler) -> None:
        """Runs before the body is read; raises 503 or 429."""
        self._limits.guard(connection, handler)

    async def identify(self, request: Request[Any, Any, Any]) -> Identity:
        """Who calls; nobody becomes a guest here.

        Raises:
            TokenRefusedError: the identity token cannot be believed.
            RequestRefusedError: 401, there is none; 429, too many requests of this user.
        """
        identity = await recognise(request, self._parts)
        self._limits.admit(identity.user_id)
        return identity

    async def with_right(self, request: Request[Any, Any, Any], right: Right) -> Identity:
        """Somebody whose identity has a right over the whole server; raises ForbiddenError.

        A ban from the lobby, which is everybody's room, takes it away, as one from the server does.
        """
        identity = await self.identify(request)
        self.require(identity.role, right)
        self._require_welcome(identity, LOBBY_ID)
        return identity

    async def authorize(
        self, request: Request[Any, Any, Any], room_id: str, right: Right
    ) -> Authorized:
        """Somebody who has a right in a room.

        Raises:
            ForbiddenError: they have it not; whether the room exists is not said.
            JoinRefusedError: ROOM_NOT_FOUND, to those who may know.
        """
        return await self.in_room(await self.identify(request), room_id, right)

    async def in_room(self, identity: Identity, room_id: str, right: Right) -> Authorized:
        """The same for somebody who is known already."""
        if await find_room(self._parts, room_id) is None:
            self.require(identity.role, Right.KNOW_WHAT_EXISTS)
            raise room_not_found()
        return self._standing(identity, room_id, right)

    async def in_room_or_gone(self, identity: Identity, room_id: str, right: Right) -> Authorized:
        """The same for what outlives its room: then nobody owns it, and it is the staff's."""
        await find_room(self._parts, room_id)
        return self._standing(identity, room_id, right)

    def _standing(self, identity: Identity, room_id: str, right: Right) -> Authorized:
        role = self._parts.oversight.standing(room_id, identity.user_id, identity.role)
        self.require(role, right)
        self._require_welcome(identity, room_id)
        return Authorized(identity, role)

    def is_banned(self, identity: Identity, room_id: str) -> bool:
        """Whether somebody is banned from there: then they keep no order there, whatever role
        their token names."""
        wall_ms = self._parts.wall_ms()
        refusal = self._parts.sanctions.refusal(room_id, identity.user_id, wall_ms, wall_ms)
        return refusal is not None and refusal.code is AuthCode.BANNED

    def _require_welcome(self, identity: Identity, room_id: str) -> None:
        if self.is_banned(identity, room_id):
            raise ForbiddenError(room_id)

    @staticmethod
    def require(role: Role, right: Right) -> None:
        """Raise ForbiddenError where the role has not the right."""
        if not may(role, right):
            raise ForbiddenError(right)


async def find_room(parts: ApiParts, room_id: str) -> RoomConfig | None:
    """The room's settings, None where there is none: what cannot be an id is not looked up."""
    return await parts.rooms.open(room_id) if _room_id.match(room_id) else None


async def look_at_room(parts: ApiParts, room_id: str) -> RoomConfig | None:
    """The same for somebody who only looks: no room is brought to life for them."""
    return await parts.rooms.look(room_id) if _room_id.match(room_id) else None


def room_not_found() -> JoinRefusedError:
    """There is no such room."""
    return JoinRefusedError(AuthCode.ROOM_NOT_FOUND, "There is no room of that id.")
