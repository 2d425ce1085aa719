"""`POST /rooms/join`: from an identity to the right to enter one room (§3)."""

from typing import Any

from litestar import Request, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from virtubar.api.authorization import find_room, room_not_found
from virtubar.api.bodies import JoinAnswer, JoinRequest
from virtubar.api.callers import Caller, base_url, client_address, device_of, identify
from virtubar.api.decoding import StrictBody
from virtubar.api.errors import SanctionedError, responses
from virtubar.api.parts import ApiParts
from virtubar.api.request_limits import RequestLimits
from virtubar.auth.identities import Identity
from virtubar.protocol.constants import Device, Role
from virtubar.room.config import RoomConfig, crowd_threshold
from virtubar.room.entry import check_entry
from virtubar.room.text import clean_display_name, fallback_name

_BELOW_OWNER = (Role.GUEST, Role.MEMBER)


def join_routes(parts: ApiParts) -> list[HTTPRouteHandler]:
    """The handler of `POST /rooms/join`."""
    limits = RequestLimits(
        parts,
        by_address=(parts.joins_per_second, parts.joins_burst),
        by_user=(parts.user_joins_per_second, parts.user_joins_burst),
    )

    @post(
        "/rooms/join",
        dto=StrictBody[JoinRequest],
        return_dto=None,
        status_code=200,
        guards=[limits.guard],
        tags=["Rooms"],
        security=[{}, {"identity": []}],
        responses=responses(400, 401, 403, 404, 409, 413, 422, 429, 503),
        summary="Get the right to enter a room",
    )
    async def join_room(request: Request[Any, Any, Any], data: JSONBody[JoinRequest]) -> JoinAnswer:
        """A token for one room and the URLs to present it at.

        Without an identity token the caller becomes a new guest; the answer's `identityToken`
        keeps them the same guest next time.
        """
        url = base_url(request, parts)
        caller = await identify(request, parts, as_bot=data.bot)
        limits.admit_user(caller)
        address = client_address(request, parts)
        room = await _room_for(parts, data.room_id, caller.identity, address)
        home = await parts.placement.claim(room.room_id)
        device = device_of(request, data.device)
        return _answer(parts, caller, room, device, home.url or url)

    return [join_room]


async def _room_for(parts: ApiParts, room_id: str, identity: Identity, address: str) -> RoomConfig:
    """The room that the caller may come into now, and that they are about to.

    Raises:
        RequestRefusedError: there is none.
        JoinRefusedError: see check_caller.
    """
    parts.staff_seen(identity.user_id, identity.role)
    room = await find_room(parts, room_id)
    if room is None:
        raise room_not_found()
    check_caller(parts, room, identity, address)
    if identity.born_ms is not None:
        parts.remember_address(identity.user_id, address)
    return room


def _answer(
    parts: ApiParts, caller: Caller, room: RoomConfig, device: Device, url: str
) -> JoinAnswer:
    """A fresh token for the room, and where to present it."""
    identity = caller.identity
    token, expires_at_ms = parts.tokens.mint(
        user_id=identity.user_id,
        room_id=room.room_id,
        role=role_in(room, identity),
        device=device,
        wall_ms=parts.wall_ms(),
        token_id=parts.new_id(),
        display_name=provided_name(identity),
        is_bot=identity.is_bot,
    )
    return JoinAnswer(
        realtime_token=token,
        expires_at_ms=expires_at_ms,
        user_id=identity.user_id,
        room_id=room.room_id,
        realtime_url=f"ws{url.removeprefix('http')}/ws",
        socketio_url=f"{url}/socket.io/",
        identity_token=caller.identity_token,
        wire="compact" if _is_crowd(parts, room) else "json",
    )


def _is_crowd(parts: ApiParts, room: RoomConfig) -> bool:
    return parts.rooms.occupancy(room.room_id) > crowd_threshold(room, parts.crowd_threshold)


def check_caller(parts: ApiParts, room: RoomConfig, identity: Identity, address: str) -> None:
    """Whether the caller may come in now: sanctions first, then the rule of both doors (§3).

    Args:
        address: see AddressPolicy.client.

    Raises:
        JoinRefusedError: BANNED, KICKED, or what room.entry has against it.
    """
    check_sanctions(parts, room.room_id, identity, address)
    check_entry(
        room,
        parts.oversight.standing(room.room_id, identity.user_id, identity.role),
        is_member=parts.rooms.contains(room.room_id, identity.user_id),
        occupancy=parts.rooms.occupancy(room.room_id),
    )


def check_sanctions(parts: ApiParts, room_id: str, identity: Identity, address: str) -> None:
    """Whether nothing that holds keeps the caller out of that room.

    For a new guest a ban of another guest from the same address counts too (§7).

    Args:
        address: see AddressPolicy.client.

    Raises:
        SanctionedError: BANNED or KICKED.
    """
    wall_ms = parts.wall_ms()
    refusal = parts.sanctions.refusal(room_id, identity.user_id, wall_ms, wall_ms)
    if refusal is None and identity.born_ms is not None:
        marks = parts.address_marks(address)
        if marks:
            refusal = parts.sanctions.address_refusal(room_id, marks, identity.born_ms, wall_ms)
    if refusal is not None:
        raise SanctionedError(refusal)


def role_in(room: RoomConfig, identity: Identity) -> Role:
    """The identity's role, raised to OWNER in a room of their own."""
    if room.owner_id == identity.user_id and identity.role in _BELOW_OWNER:
        return Role.OWNER
    return identity.role


def provided_name(identity: Identity) -> str | None:
    """The provider's name for the user, cleaned; None where `join_room` chooses one."""
    if identity.display_name is None:
        return None
    return clean_display_name(identity.display_name) or fallback_name(identity.user_id)
