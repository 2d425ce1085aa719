"""What a token and a `join_room` come to: whether they let somebody in, and as whom (§3); pure."""

from virtubar.auth.tokens import RealtimeClaims
from virtubar.errors import JoinRefusedError
from virtubar.protocol.constants import AuthCode
from virtubar.protocol.events import JoinRoom
from virtubar.room.member import Admission
from virtubar.room.ports import Sanctions
from virtubar.room.room import Room
from virtubar.room.text import clean_avatar_id, clean_display_name, fallback_name


def check_join(
    sanctions: Sanctions, claims: RealtimeClaims, payload: JoinRoom, wall_ms: int
) -> None:
    """See that the token is for what is asked, and that nothing keeps its bearer out.

    Raises:
        JoinRefusedError: ROOM_MISMATCH, USER_MISMATCH, BANNED or KICKED.
    """
    if payload.room_id != claims.room_id:
        raise JoinRefusedError(AuthCode.ROOM_MISMATCH, "The token is for another room.")
    if payload.user.user_id != claims.user_id:
        raise JoinRefusedError(AuthCode.USER_MISMATCH, "The token is another user's.")
    refusal = sanctions.refusal(claims.room_id, claims.user_id, claims.issued_at_ms, wall_ms)
    if refusal is not None:
        raise JoinRefusedError(refusal.code, refusal.reason or "You may not come in now.")


def admission_of(
    room: Room, claims: RealtimeClaims, payload: JoinRoom, now_ms: float, wall_ms: int
) -> Admission:
    """Who comes in, as the room is told."""
    return Admission(
        user_id=claims.user_id,
        display_name=_name_in(room, claims, payload),
        avatar_id=clean_avatar_id(payload.user.avatar_id),
        role=claims.role,
        device=claims.device,
        expires_at_ms=claims.expires_at_ms,
        expires_ms=now_ms + (claims.expires_at_ms - wall_ms),
        last_message_id=payload.last_message_id,
        is_bot=claims.is_bot,
    )


def _name_in(room: Room, claims: RealtimeClaims, payload: JoinRoom) -> str:
    """What somebody is called there: a member as before, a newcomer as the token or they say."""
    member = room.members.get(claims.user_id)
    if member is not None:
        return member.display_name
    name = clean_display_name(claims.display_name or payload.user.display_name)
    if name is None or not room.may_be_called(name):
        return fallback_name(claims.user_id)
    return name
