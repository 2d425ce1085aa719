"""`/rooms/{roomId}/moderation`, `/bans`, `/mutes`: acts on people, and those that hold (§7)."""

from typing import Annotated, Any

from litestar import Request, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody, QueryParameter

from virtubar.api.auditing import Views
from virtubar.api.authorization import Authorizer, find_room, room_not_found
from virtubar.api.callers import client_address
from virtubar.api.decoding import StrictBody
from virtubar.api.errors import responses
from virtubar.api.oversight_bodies import (
    ModerationAnswer,
    ModerationRequest,
    SanctionPage,
    SanctionView,
)
from virtubar.api.paging import PAGE_DEFAULT, Cursor, Limit, page, record_before
from virtubar.api.parts import ApiParts
from virtubar.api.permissions import Right
from virtubar.room.ports import ModerationAct
from virtubar.room.records import Sanction, SanctionKind, Scope
from virtubar.room.text import clean_prose

WhichScope = Annotated[
    Scope,
    QueryParameter(name="scope", description="`server` are those of the whole server, for admins."),
]
"""Its argument is called `scope_`, because the framework keeps `scope` for itself."""


def moderation_routes(parts: ApiParts, views: Views) -> list[HTTPRouteHandler]:
    """The handlers of acts on people and of the lists of those that hold."""
    lists = Authorizer(parts, views)
    return [
        _moderate(parts, lists),
        _bans(parts, lists),
        _mutes(parts, lists),
    ]


def _moderate(parts: ApiParts, authorizer: Authorizer) -> HTTPRouteHandler:
    @post(
        "/rooms/{room_id:str}/moderation",
        dto=StrictBody[ModerationRequest],
        return_dto=None,
        status_code=200,
        guards=[authorizer.guard],
        tags=["Moderation"],
        security=[{"identity": []}],
        responses=responses(400, 401, 403, 404, 409, 413, 422, 429, 503),
        summary="Kick, ban, mute, unmute or unban somebody",
    )
    async def moderate(
        request: Request[Any, Any, Any],
        room_id: FromPath[str],
        data: JSONBody[ModerationRequest],
    ) -> ModerationAnswer:
        """When this answers, the act is stored and audited, and the person is out, or silent."""
        identity = await authorizer.identify(request)
        if await find_room(parts, room_id) is None:
            authorizer.require(identity.role, Right.KNOW_WHAT_EXISTS)
            raise room_not_found()
        seconds = data.duration_seconds
        act = ModerationAct(
            verb=data.action,
            room_id=room_id,
            user_id=data.user_id,
            actor_id=identity.user_id,
            actor_role=identity.role,
            reason=clean_prose(data.reason),
            duration_ms=None if seconds is None else seconds * 1000,
            scope=data.scope,
            address=client_address(request, parts),
            actor_name=identity.display_name,
        )
        done = await parts.moderation.moderate(act)
        return ModerationAnswer(
            data.action, data.user_id, data.scope, done.sanction_id, done.until_ms
        )

    return moderate


def _bans(parts: ApiParts, authorizer: Authorizer) -> HTTPRouteHandler:
    @get(
        "/rooms/{room_id:str}/bans",
        guards=[authorizer.guard],
        tags=["Moderation"],
        security=[{"identity": []}],
        responses=responses(401, 403, 404, 422, 429, 503),
        summary="List the bans that hold",
    )
    async def list_bans(
        request: Request[Any, Any, Any],
        room_id: FromPath[str],
        scope_: WhichScope = "room",
        limit: Limit = PAGE_DEFAULT,
        cursor: Cursor = None,
    ) -> SanctionPage:
        """Who may not come in, why and until when; newest first."""
        room = await _readable(authorizer, request, room_id, scope_, "view_bans")
        return await _holding(parts, SanctionKind.BAN, room, limit, cursor)

    return list_bans


def _mutes(parts: ApiParts, authorizer: Authorizer) -> HTTPRouteHandler:
    @get(
        "/rooms/{room_id:str}/mutes",
        guards=[authorizer.guard],
        tags=["Moderation"],
        security=[{"identity": []}],
        responses=responses(401, 403, 404, 422, 429, 503),
        summary="List the mutes that hold",
    )
    async def list_mutes(
        request: Request[Any, Any, Any],
        room_id: FromPath[str],
        scope_: WhichScope = "room",
        limit: Limit = PAGE_DEFAULT,
        cursor: Cursor = None,
    ) -> SanctionPage:
        """Who may not speak, why and until when; newest first."""
        room = await _readable(authorizer, request, room_id, scope_, "view_mutes")
        return await _holding(parts, SanctionKind.MUTE, room, limit, cursor)

    return list_mutes


async def _readable(
    authorizer: Authorizer,
    request: Request[Any, Any, Any],
    room_id: str,
    scope: Scope,
    action: str,
) -> str | None:
    """The room whose sanctions the caller may read, None for the server's; audits the view."""
    authorized = await authorizer.authorize(request, room_id, Right.READ_SANCTIONS)
    if scope == "server":
        authorizer.require(authorized.identity.role, Right.READ_SERVER_SANCTIONS)
    room = room_id if scope == "room" else None
    await authorizer.views.tell(authorized.identity, authorized.role, action, room_id=room)
    return room


async def _holding(
    parts: ApiParts, kind: SanctionKind, room_id: str | None, limit: int, cursor: str | None
) -> SanctionPage:
    before_id = record_before(cursor)
    found = await parts.storage.sanctions.holding(
        kind, room_id, parts.wall_ms(), limit=limit + 1, before_id=before_id
    )
    shown, following = page(found, limit, lambda sanction: sanction.sanction_id)
    return SanctionPage([_view(sanction) for sanction in shown], following)


def _view(sanction: Sanction) -> SanctionView:
    return SanctionView(
        sanction_id=sanction.sanction_id,
        kind=sanction.kind,
        scope=sanction.scope,
        room_id=sanction.room_id,
        user_id=sanction.user_id,
        actor_id=sanction.actor_id,
        actor_role=sanction.actor_role,
        reason=sanction.reason,
        made_ms=sanction.made_ms,
        until_ms=sanction.until_ms,
        user_name=sanction.user_name,
        actor_name=sanction.actor_name,
    )
