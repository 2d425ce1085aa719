"""`/rooms/{roomId}/audit` and `/moderation/audit`: who did what, and who looked at what (§7)."""

from typing import Annotated, Any

from litestar import Request, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, QueryParameter
from msgspec import Struct

from virtubar.api.auditing import Views
from virtubar.api.authorization import Authorizer
from virtubar.api.errors import responses
from virtubar.api.oversight_bodies import AuditLineView, AuditPage
from virtubar.api.paging import PAGE_DEFAULT, Cursor, Limit, audit_before, page
from virtubar.api.parts import ApiParts
from virtubar.api.permissions import Right
from virtubar.auth.identities import Identity
from virtubar.errors import RequestRefusedError
from virtubar.protocol.constants import TIME_MS_MAX, USER_ID_PATTERN
from virtubar.room.records import AuditLine
from virtubar.storage.ports import AuditQuery

WhoId = Annotated[str | None, QueryParameter(name="actorId", pattern=USER_ID_PATTERN)]
AboutId = Annotated[str | None, QueryParameter(name="userId", pattern=USER_ID_PATTERN)]
WhatAction = Annotated[str | None, QueryParameter(name="action", pattern=r"^[a-z_]{1,32}$(?!\n)")]
FromMs = Annotated[int | None, QueryParameter(name="fromMs", ge=0, le=TIME_MS_MAX)]
ToMs = Annotated[int | None, QueryParameter(name="toMs", ge=0, le=TIME_MS_MAX)]


class _Filters(Struct, frozen=True, rename="camel", omit_defaults=True):
    """What lines are asked for, as the query and the audit of the view say it."""

    actor_id: str | None = None
    user_id: str | None = None
    action: str | None = None
    from_ms: int | None = None
    to_ms: int | None = None


def audit_routes(parts: ApiParts, views: Views) -> list[HTTPRouteHandler]:
    """The handlers of the audit."""
    authorizer = Authorizer(parts, views)
    return [_of_room(parts, authorizer), _of_everything(parts, authorizer)]


def _of_room(parts: ApiParts, authorizer: Authorizer) -> HTTPRouteHandler:
    @get(
        "/rooms/{room_id:str}/audit",
        guards=[authorizer.guard],
        tags=["Moderation"],
        security=[{"identity": []}],
        responses=responses(401, 403, 404, 422, 429, 503),
        summary="Read the audit of a room",
    )
    async def read_room_audit(  # noqa: PLR0913 - one argument a filter
        request: Request[Any, Any, Any],
        room_id: FromPath[str],
        *,
        actor_id: WhoId = None,
        user_id: AboutId = None,
        action: WhatAction = None,
        from_ms: FromMs = None,
        to_ms: ToMs = None,
        limit: Limit = PAGE_DEFAULT,
        cursor: Cursor = None,
    ) -> AuditPage:
        """What was done and looked at in the room, newest first."""
        authorized = await authorizer.authorize(request, room_id, Right.READ_AUDIT)
        filters = _Filters(actor_id, user_id, action, from_ms, to_ms)
        query = _query(filters, authorized.identity, room_id, limit, cursor)
        await authorizer.views.tell(
            authorized.identity,
            authorized.role,
            "view_audit",
            room_id=room_id,
            detail=_told(filters),
        )
        return await _found(parts, query, limit)

    return read_room_audit


def _of_everything(parts: ApiParts, authorizer: Authorizer) -> HTTPRouteHandler:
    @get(
        "/moderation/audit",
        guards=[authorizer.guard],
        tags=["Moderation"],
        security=[{"identity": []}],
        responses=responses(401, 403, 422, 429, 503),
        summary="Read the whole audit",
    )
    async def read_audit(
        request: Request[Any, Any, Any],
        *,
        actor_id: WhoId = None,
        user_id: AboutId = None,
        action: WhatAction = None,
        from_ms: FromMs = None,
        to_ms: ToMs = None,
        limit: Limit = PAGE_DEFAULT,
        cursor: Cursor = None,
    ) -> AuditPage:
        """What was done and looked at anywhere, newest first; for admins."""
        identity = await authorizer.with_right(request, Right.READ_WHOLE_AUDIT)
        filters = _Filters(actor_id, user_id, action, from_ms, to_ms)
        query = _query(filters, identity, None, limit, cursor)
        await authorizer.views.tell(identity, identity.role, "view_audit", detail=_told(filters))
        return await _found(parts, query, limit)

    return read_audit


def _query(
    filters: _Filters, viewer: Identity, room_id: str | None, limit: int, cursor: str | None
) -> AuditQuery:
    """One line more than is shown; raises RequestRefusedError, 422."""
    if (
        filters.from_ms is not None
        and filters.to_ms is not None
        and filters.from_ms > filters.to_ms
    ):
        raise RequestRefusedError(422, "invalid_field", "`fromMs`: it is after `toMs`.")
    return AuditQuery(
        room_id=room_id,
        actor_id=filters.actor_id,
        user_id=filters.user_id,
        action=filters.action,
        from_ms=filters.from_ms,
        to_ms=filters.to_ms,
        before_id=audit_before(cursor),
        hidden_from=viewer.user_id,
        limit=limit + 1,
    )


def _told(filters: _Filters) -> dict[str, Any]:
    """What the audit says of a view of it. The two people asked about are left out: an erased
    person's id must not live on in there."""
    named = {"actorId": filters.actor_id, "userId": filters.user_id}
    by = sorted(name for name, value in named.items() if value is not None)
    said = {"action": filters.action, "fromMs": filters.from_ms, "toMs": filters.to_ms}
    told: dict[str, Any] = {name: value for name, value in said.items() if value is not None}
    return told | ({"by": ",".join(by)} if by else {})


async def _found(parts: ApiParts, query: AuditQuery, limit: int) -> AuditPage:
    lines = await parts.storage.audit.find(query)
    shown, following = page(lines, limit, lambda line: line.audit_id)
    return AuditPage([_view(line) for line in shown], following)


def _view(line: AuditLine) -> AuditLineView:
    return AuditLineView(
        audit_id=line.audit_id,
        at_ms=line.at_ms,
        actor_id=line.actor_id,
        actor_role=line.actor_role,
        action=line.action,
        room_id=line.room_id,
        user_id=line.user_id,
        detail=line.detail,
        actor_name=line.actor_name,
        user_name=line.user_name,
    )
