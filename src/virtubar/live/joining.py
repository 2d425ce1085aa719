"""What a token and a `join_room` come to: whether they let somebody in, and as whom (§3); pure."""

from virtubar.auth.tokens import RealtimeClaims, RealtimeTokens
from virtubar.errors import JoinRefusedError
from virtubar.live.join_limits import JoinLimits
from virtubar.live.ports import Transport
from virtubar.protocol.constants import AuthCode
from virtubar.protocol.events import JoinRoom
from virtubar.room.member import Admission
from virtubar.room.ports import Mute, Sanctions
from virtubar.room.room import Room
from virtubar.room.text import clean_avatar_id, clean_display_name, fallback_name


class JoinRules:
    """Who may come in, over whatever socket.

    Args:
        limits: how often.
    """

    def __init__(self, *, tokens: RealtimeTokens, sanctions: Sanctions, limits: JoinLimits) -> None:
        self._tokens = tokens
        self._sanctions = sanctions
        self._limits = limits

    def verify(self, token: str | None, wall_ms: int) -> RealtimeClaims:
        """What a presented token says.

        Raises:
            JoinRefusedError: where none was presented.
            TokenRefusedError: where it is not, or no more, a token of ours.
        """
        if not token:
            raise JoinRefusedError(AuthCode.TOKEN_MISSING, "Ask /rooms/join for a token first.")
        return self._tokens.verify(token, wall_ms)

    def check(
        self,
        claims: RealtimeClaims,
        payload: JoinRoom,
        address: str | None,
        now_ms: float,
        wall_ms: int,
    ) -> None:
        """See that the token is for what is asked, and that nothing keeps its bearer out; counts.

        Args:
            address: from where, None where addresses do not count.

        Raises:
            JoinRefusedError: TOO_MANY_ATTEMPTS, ROOM_MISMATCH, USER_MISMATCH, BANNED or KICKED.
        """
        self._limits.check_join(claims.room_id, claims.user_id, address, now_ms)
        if payload.room_id != claims.room_id:
            raise JoinRefusedError(AuthCode.ROOM_MISMATCH, "The token is for another room.")
        if payload.user.user_id != claims.user_id:
            raise JoinRefusedError(AuthCode.USER_MISMATCH, "The token is another user's.")
        refusal = self._sanctions.refusal(
            claims.room_id, claims.user_id, claims.issued_at_ms, wall_ms
        )
        if refusal is not None:
            raise JoinRefusedError(refusal.code, refusal.reason or "You may not come in now.")

    def check_visit(
        self, room: Room, admission: Admission, address: str | None, now_ms: float
    ) -> None:
        """See that somebody may become a member who is none; one whom the room takes counts.

        Raises:
            JoinRefusedError: the room's reason, or TOO_MANY_ATTEMPTS.
        """
        if admission.user_id not in room.members:
            room.check_entry(admission)
            room_id = room.config.room_id
            self._limits.check_visit(room_id, admission.user_id, address, now_ms)

    def mute(self, room_id: str, user_id: str, wall_ms: int) -> Mute | None:
        """The mute that holds for somebody in the room, if any."""
        return self._sanctions.mute(room_id, user_id, wall_ms)


def admission_of(
    room: Room,
    claims: RealtimeClaims,
    payload: JoinRoom,
    transport: Transport,
    now_ms: float,
    wall_ms: int,
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
        move_bytes=transport.dialect.move_bytes(deflates=transport.deflates),
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
