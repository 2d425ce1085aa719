"""`/rooms/{roomId}/chat`: what was said in a room, as far as it is stored (§7)."""

from typing import Annotated, Any

from litestar import Request, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, QueryParameter

from virtubar.api.auditing import Views
from virtubar.api.authorization import Authorizer, find_room, room_not_found
from virtubar.api.errors import responses
from virtubar.api.oversight_bodies import ChatPage
from virtubar.api.paging import PAGE_DEFAULT, Cursor, Limit, page, record_before
from virtubar.api.parts import ApiParts
from virtubar.api.permissions import Right
from virtubar.protocol.constants import USER_ID_PATTERN
from virtubar.room.ports import HeardLine
from virtubar.room.records import ChatRecord
from virtubar.storage.retention import DAY_MS, Retention

Speaker = Annotated[
    str | None,
    QueryParameter(
        name="userId", pattern=USER_ID_PATTERN, description="Whose messages; absent, everybody's."
    ),
]


def chat_routes(parts: ApiParts, views: Views) -> list[HTTPRouteHandler]:
    """The handler that reads stored chat."""
    authorizer = Authorizer(parts, views)

    @get(
        "/rooms/{room_id:str}/chat",
        guards=[authorizer.guard],
        tags=["Moderation"],
        security=[{"identity": []}],
        responses=responses(401, 403, 404, 422, 429, 503),
        summary="Read the stored chat of a room",
    )
    async def read_room_chat(
        request: Request[Any, Any, Any],
        room_id: FromPath[str],
        user_id: Speaker = None,
        limit: Limit = PAGE_DEFAULT,
        cursor: Cursor = None,
    ) -> ChatPage:
        """What was said in the room and is still kept, newest first; nothing where the room stores
        no chat. What was said a moment ago is in it."""
        authorized = await authorizer.authorize(request, room_id, Right.READ_CHAT)
        before_id = record_before(cursor)
        kept_days = await _kept_days(parts, room_id)
        shown, following = await _kept(parts, room_id, kept_days, user_id, limit, before_id)
        await authorizer.views.tell(
            authorized.identity,
            authorized.role,
            "view_chat",
            room_id=room_id,
            # Of whom nothing is stored may have been erased: their id must not come back.
            user_id=user_id if shown else None,
        )
        return ChatPage([_view(message) for message in shown], following)

    return [read_room_chat]


async def _kept_days(parts: ApiParts, room_id: str) -> int:
    room = await find_room(parts, room_id)
    if room is None:
        raise room_not_found()
    return Retention(chat_days=parts.chat_retention_days).chat_days_of(room.chat_retention_days)


async def _kept(
    parts: ApiParts,
    room_id: str,
    kept_days: int,
    user_id: str | None,
    limit: int,
    before_id: str | None,
) -> tuple[list[ChatRecord], str | None]:
    """A page of messages and the cursor to the next. What is too old to be kept is not shown,
    though it is deleted only later.

    Raises:
        StorageError: it cannot be read, or what was said lately cannot be stored.
    """
    if kept_days == 0:
        return [], None
    await parts.store_chat()
    found = await parts.storage.chat.recent(
        room_id, limit=limit + 1, before_id=before_id, user_id=user_id
    )
    messages, following = page(found, limit, lambda message: message.message_id)
    oldest_ms = parts.wall_ms() - kept_days * DAY_MS
    shown = [message for message in messages if message.said_ms >= oldest_ms]
    return shown, following if len(shown) == len(messages) else None


def _view(message: ChatRecord) -> HeardLine:
    return HeardLine(
        message_id=message.message_id,
        user_id=message.user_id,
        display_name=message.display_name,
        text=message.text,
        said_ms=message.said_ms,
    )
