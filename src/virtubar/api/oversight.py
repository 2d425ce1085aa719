"""`/moderation/me`, `/moderation/overview`, `/rooms/{roomId}/live`: looking over rooms (§7)."""

from typing import Annotated, Any, Final

from litestar import Request, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, QueryParameter

from virtubar.api.auditing import Views
from virtubar.api.authorization import Authorizer, room_not_found
from virtubar.api.errors import responses
from virtubar.api.join import provided_name
from virtubar.api.oversight_bodies import Me, Overview
from virtubar.api.paging import RECORD_ID_PATTERN
from virtubar.api.parts import ApiParts
from virtubar.api.permissions import Right, may
from virtubar.auth.identities import Identity
from virtubar.protocol.constants import Role
from virtubar.room.ports import RoomLook

LOOKS_BY_USER: Final = (10.0, 20)
"""A page looks four times a second, and may be open twice."""
After = Annotated[
    str | None,
    QueryParameter(
        name="after",
        pattern=RECORD_ID_PATTERN,
        description="`messageId` of the last message known; absent, all that is remembered.",
    ),
]


def oversight_routes(parts: ApiParts, views: Views) -> list[HTTPRouteHandler]:
    """The handlers of looks at rooms, and of who the caller is."""
    authorizer = Authorizer(parts, views)
    looks = Authorizer(parts, views, LOOKS_BY_USER)
    return [_me(parts, authorizer), _overview(parts, authorizer), _live(parts, looks)]


def _me(parts: ApiParts, authorizer: Authorizer) -> HTTPRouteHandler:
    @get(
        "/moderation/me",
        guards=[authorizer.guard],
        tags=["Moderation"],
        security=[{"identity": []}],
        responses=responses(401, 429, 503),
        summary="Who am I?",
    )
    async def show_me(request: Request[Any, Any, Any]) -> Me:
        """Whom the identity token belongs to, and their role."""
        identity = await authorizer.identify(request)
        parts.staff_seen(identity.user_id, identity.role)
        return Me(identity.user_id, identity.role, provided_name(identity), identity.external)

    return show_me


def _overview(parts: ApiParts, authorizer: Authorizer) -> HTTPRouteHandler:
    @get(
        "/moderation/overview",
        guards=[authorizer.guard],
        tags=["Moderation"],
        security=[{"identity": []}],
        responses=responses(401, 429, 503),
        summary="Look over the live rooms",
    )
    async def show_overview(request: Request[Any, Any, Any]) -> Overview:
        """The rooms with members that the caller may oversee, in figures; none, to most people."""
        identity = await authorizer.identify(request)
        everything = may(identity.role, Right.SEE_ALL_ROOMS)
        rooms = [
            room
            for room in parts.oversight.overview()
            if (everything or may(_standing(parts, identity, room.room_id), Right.LOOK_IN))
            and not authorizer.is_banned(identity, room.room_id)
        ]
        if rooms:
            await authorizer.views.tell(identity, identity.role, "view_overview")
        return Overview(parts.wall_ms(), rooms)

    return show_overview


def _standing(parts: ApiParts, identity: Identity, room_id: str) -> Role:
    return parts.oversight.standing(room_id, identity.user_id, identity.role)


def _live(parts: ApiParts, authorizer: Authorizer) -> HTTPRouteHandler:
    @get(
        "/rooms/{room_id:str}/live",
        guards=[authorizer.guard],
        tags=["Moderation"],
        security=[{"identity": []}],
        responses=responses(401, 403, 404, 422, 429, 503),
        summary="Look into a room",
    )
    async def look_into_room(
        request: Request[Any, Any, Any], room_id: FromPath[str], after: After = None
    ) -> RoomLook:
        """Who is where, and what is said, now. Made to be asked up to four times a second."""
        authorized = await authorizer.authorize(request, room_id, Right.LOOK_IN)
        identity = authorized.identity
        await authorizer.views.tell(identity, authorized.role, "view_room", room_id=room_id)
        look = parts.oversight.look(room_id, identity.user_id, identity.role, after)
        if look is None:
            raise room_not_found()
        return look

    return look_into_room
