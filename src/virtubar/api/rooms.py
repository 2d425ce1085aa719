"""`/rooms`: look at rooms and make them (§1)."""

from typing import Annotated, Any, Final

import msgspec
from litestar import MediaType, Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody, QueryParameter

from virtubar.api.authorization import look_at_room, room_not_found
from virtubar.api.bodies import (
    ROOM_ID_SCHEMA,
    CreatedRoom,
    CreateRoomRequest,
    RoomList,
    RoomView,
    room_view,
)
from virtubar.api.callers import client_address, identify
from virtubar.api.decoding import StrictBody
from virtubar.api.encodings import encoded_answer
from virtubar.api.errors import responses
from virtubar.api.join import check_sanctions
from virtubar.api.parts import ApiParts
from virtubar.api.request_limits import LOOKS_BY_ADDRESS, RequestLimits, limited
from virtubar.api.room_list import PAGE_DEFAULT, PAGE_MAX, RoomPages
from virtubar.api.room_settings import check_crowd, check_retention, clean_words
from virtubar.errors import RequestRefusedError
from virtubar.protocol.constants import EMOTE_IDS, ROOM_NAME_MAX_CHARS
from virtubar.room.config import RoomConfig
from virtubar.room.text import clean_display_name

CREATED_BY_ADDRESS: Final = (1.0, 30)
"""Rooms a second by address, and at once: rooms stay, so they are scarcer than joins."""
CREATED_BY_USER: Final = (0.1, 5)
Limit = Annotated[int, QueryParameter(ge=1, le=PAGE_MAX, description="How many rooms at most.")]
After = Annotated[
    str | None,
    QueryParameter(pattern=ROOM_ID_SCHEMA, description="`next` of the page before."),
]
RESERVED_IDS: Final = frozenset({"join"})
"""`/rooms/join` is not a room."""


def room_routes(parts: ApiParts) -> list[HTTPRouteHandler]:
    """The handlers of `/rooms` and `/rooms/{roomId}`."""
    pages = RoomPages(parts)
    return [_list(parts, pages), _show(parts), _create(parts, pages)]


def _list(parts: ApiParts, pages: RoomPages) -> HTTPRouteHandler:
    @get(
        "/rooms",
        sync_to_thread=False,
        guards=[limited(parts, LOOKS_BY_ADDRESS)],
        tags=["Rooms"],
        responses={200: ResponseSpec(RoomList, generate_examples=False), **responses(422, 429)},
        summary="List the public rooms",
    )
    def list_rooms(
        request: Request[Any, Any, Any], limit: Limit = PAGE_DEFAULT, after: After = None
    ) -> Response[bytes]:
        """The public rooms by id, a page at a time, and how many are inside. The list is up to a
        second old."""
        accepted = request.headers.get("accept-encoding", "")
        return encoded_answer(accepted, pages.page(limit, after), {}, MediaType.JSON)

    return list_rooms


def _show(parts: ApiParts) -> HTTPRouteHandler:
    @get(
        "/rooms/{room_id:str}",
        guards=[limited(parts, LOOKS_BY_ADDRESS)],
        tags=["Rooms"],
        responses=responses(404, 429, 503),
        summary="Look at one room",
    )
    async def show_room(room_id: FromPath[str]) -> RoomView:
        """The room, public or not: who has its id may see it."""
        room = await look_at_room(parts, room_id)
        if room is None:
            raise room_not_found()
        return _view(parts, room)

    return show_room


def _create(parts: ApiParts, pages: RoomPages) -> HTTPRouteHandler:
    limits = RequestLimits(parts, CREATED_BY_ADDRESS, CREATED_BY_USER)

    @post(
        "/rooms",
        dto=StrictBody[CreateRoomRequest],
        return_dto=None,
        guards=[limits.guard],
        tags=["Rooms"],
        security=[{}, {"identity": []}],
        responses=responses(400, 401, 403, 409, 413, 422, 429, 503),
        summary="Make a room",
    )
    async def create_room(
        request: Request[Any, Any, Any], data: JSONBody[CreateRoomRequest]
    ) -> CreatedRoom:
        """A new room that the caller owns; without an identity token they become a guest first.

        Whoever is banned from the server makes none.
        """
        caller = await identify(request, parts)
        limits.admit_user(caller)
        room = _room(parts, data, caller.identity.user_id)
        check_sanctions(parts, room.room_id, caller.identity, client_address(request, parts))
        await parts.rooms.create(room)
        pages.forget()
        shown = msgspec.structs.asdict(_view(parts, room))
        return CreatedRoom(**shown, identity_token=caller.identity_token)

    return create_room


def _room(parts: ApiParts, data: CreateRoomRequest, owner_id: str) -> RoomConfig:
    if data.room_id in RESERVED_IDS:
        raise RequestRefusedError(422, "invalid_field", "`roomId`: this id is reserved.")
    check_retention(data.chat_retention_days, parts)
    check_crowd(data.crowd_threshold, parts)
    room_id = data.room_id or parts.new_id()
    return RoomConfig(
        room_id=room_id,
        name=clean_display_name(data.name or "", ROOM_NAME_MAX_CHARS) or room_id,
        capacity=data.capacity or parts.room_capacity,
        hearing_radius_m=data.hearing_radius_m,
        emotes=EMOTE_IDS if data.emotes is None else tuple(dict.fromkeys(data.emotes)),
        owner_id=owner_id,
        public=data.public,
        locked=data.locked,
        allowed_roles=(
            None if data.allowed_roles is None else tuple(dict.fromkeys(data.allowed_roles))
        ),
        slow_mode_s=data.slow_mode_seconds,
        words=clean_words(data.words),
        guard=data.guard,
        chat_retention_days=data.chat_retention_days,
        crowd_threshold=data.crowd_threshold,
    )


def _view(parts: ApiParts, room: RoomConfig) -> RoomView:
    room_id = room.room_id
    return room_view(room, parts.rooms.occupancy(room_id), parts.rooms.bots(room_id))
