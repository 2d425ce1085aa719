"""`/rooms/{roomId}/settings` and `PATCH /rooms/{roomId}`: what a room is set to (§1, §7)."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from litestar import Request, get, patch
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody
from msgspec import UNSET

from virtubar.api.auditing import Views
from virtubar.api.authorization import Authorizer, find_room, room_not_found
from virtubar.api.decoding import StrictBody
from virtubar.api.errors import responses
from virtubar.api.oversight_bodies import ChangeRoomRequest, RoomSettings
from virtubar.api.parts import ApiParts
from virtubar.api.permissions import Right
from virtubar.errors import RequestRefusedError
from virtubar.protocol.constants import ROOM_NAME_MAX_CHARS, WORD_MAX_CHARS
from virtubar.room.config import RoomConfig
from virtubar.room.text import clean_display_name
from virtubar.room.words import tokens

CHANGES_BY_USER: Final = (0.5, 10)
CHANGES_BY_ADDRESS: Final = (2.0, 40)
"""Changes a second, and at once: each is a write and a line of the audit, and any guest may own a
room."""


def room_settings_routes(parts: ApiParts, views: Views) -> list[HTTPRouteHandler]:
    """The handlers of a room's settings."""
    looking = Authorizer(parts, views)
    changing = Authorizer(parts, views, CHANGES_BY_USER, CHANGES_BY_ADDRESS)
    return [_show(parts, looking), _change(parts, changing)]


def _show(parts: ApiParts, authorizer: Authorizer) -> HTTPRouteHandler:
    @get(
        "/rooms/{room_id:str}/settings",
        guards=[authorizer.guard],
        tags=["Moderation"],
        security=[{"identity": []}],
        responses=responses(401, 403, 404, 429, 503),
        summary="Look at everything a room is set to",
    )
    async def show_room_settings(
        request: Request[Any, Any, Any], room_id: FromPath[str]
    ) -> RoomSettings:
        """The settings, house rules among them."""
        authorized = await authorizer.authorize(request, room_id, Right.READ_SETTINGS)
        await authorizer.views.tell(
            authorized.identity, authorized.role, "view_settings", room_id=room_id
        )
        return _view(await _existing(parts, room_id))

    return show_room_settings


def _change(parts: ApiParts, authorizer: Authorizer) -> HTTPRouteHandler:
    @patch(
        "/rooms/{room_id:str}",
        dto=StrictBody[ChangeRoomRequest],
        return_dto=None,
        guards=[authorizer.guard],
        tags=["Moderation"],
        security=[{"identity": []}],
        responses=responses(400, 401, 403, 404, 413, 422, 429, 503),
        summary="Change what a room is set to",
    )
    async def change_room(
        request: Request[Any, Any, Any], room_id: FromPath[str], data: JSONBody[ChangeRoomRequest]
    ) -> RoomSettings:
        """Everybody in the room feels it at once; what is left out stays as it is."""
        authorized = await authorizer.authorize(request, room_id, Right.CHANGE_ROOM)
        fields = _changes(data)
        if data.chat_retention_days is not UNSET:
            check_retention(data.chat_retention_days, parts)
        if data.crowd_threshold is not UNSET:
            check_crowd(data.crowd_threshold, parts)
        by = authorized.identity.user_id, authorized.role
        changed = await parts.rooms.change(room_id, fields, *by)
        if changed is None:
            raise room_not_found()
        return _view(changed)

    return change_room


async def _existing(parts: ApiParts, room_id: str) -> RoomConfig:
    room = await find_room(parts, room_id)
    if room is None:
        raise room_not_found()
    return room


def clean_words(words: Sequence[str]) -> tuple[str, ...]:
    """Words as they are kept: visible text on one line, each once, in their order.

    Raises:
        RequestRefusedError: 422 where nothing is left of one that could be found in chat.
    """
    cleaned = []
    for word in words:
        clean = clean_display_name(word, WORD_MAX_CHARS)
        if clean is None or not any(map(tokens, clean)):
            raise RequestRefusedError(
                422, "invalid_field", "`words`: one of them has no letter or digit to look for."
            )
        cleaned.append(clean)
    return tuple(dict.fromkeys(cleaned))


def check_retention(days: int | None, parts: ApiParts) -> None:
    """See that a room stores chat for no longer than the server may; raises RequestRefusedError,
    422."""
    if days is not None and days > parts.chat_retention_days:
        raise RequestRefusedError(
            422,
            "invalid_field",
            f"`chatRetentionDays`: this server keeps chat for {parts.chat_retention_days} days at "
            "most.",
        )


def check_crowd(threshold: int | None, parts: ApiParts) -> None:
    """See that a room is a crowd no later than the server lets it be, since everybody pays for one
    in which all see all; raises RequestRefusedError, 422."""
    if threshold is not None and threshold > parts.crowd_threshold:
        raise RequestRefusedError(
            422,
            "invalid_field",
            f"`crowdThreshold`: on this server rooms of more than {parts.crowd_threshold} are "
            "crowds.",
        )


def _changes(data: ChangeRoomRequest) -> dict[str, Any]:
    """What is to be replaced in the room's settings, by their names there."""
    said = {
        name: value for name, value in msgspec.structs.asdict(data).items() if value is not UNSET
    }
    if "name" in said:
        said["name"] = clean_display_name(said["name"], ROOM_NAME_MAX_CHARS)
        if said["name"] is None:
            raise RequestRefusedError(422, "invalid_field", "`name`: there is nothing to show.")
    if "words" in said:
        said["words"] = clean_words(said["words"])
    if "slow_mode_seconds" in said:
        said["slow_mode_s"] = said.pop("slow_mode_seconds")
    for listed in ("emotes", "allowed_roles"):
        if said.get(listed) is not None:
            said[listed] = tuple(dict.fromkeys(said[listed]))
    return said


def _view(room: RoomConfig) -> RoomSettings:
    return RoomSettings(
        room_id=room.room_id,
        name=room.name,
        capacity=room.capacity,
        owner_id=room.owner_id,
        hearing_radius_m=room.hearing_radius_m,
        emotes=list(room.emotes),
        public=room.public,
        locked=room.locked,
        allowed_roles=None if room.allowed_roles is None else list(room.allowed_roles),
        slow_mode_seconds=room.slow_mode_s,
        words=list(room.words),
        guard=room.guard,
        chat_retention_days=room.chat_retention_days,
        crowd_threshold=room.crowd_threshold,
    )
