"""Realtime tokens: the right to enter one room as one user for a few minutes (§3)."""

from typing import Annotated, Final

from msgspec import Meta, Struct

from virtubar.auth.signing import (
    Seconds,
    Signer,
    TokenRefusedError,
    check_times,
    milliseconds,
    seconds,
    token_invalid,
)
from virtubar.protocol.constants import (
    ROOM_ID_PATTERN,
    TOKEN_LEEWAY_MS,
    TOKEN_LIFE_MS,
    USER_ID_PATTERN,
    Device,
    Role,
)

__all__ = [
    "REVOKED_MS",
    "TOKEN_LIFE_MAX_MS",
    "RealtimeClaims",
    "RealtimeTokens",
    "TokenRefusedError",
]

TOKEN_LIFE_MAX_MS: Final = 24 * 3_600_000
"""What an operator may set at most, for realtime tokens and for identities that they sign."""
REVOKED_MS: Final = TOKEN_LIFE_MAX_MS + TOKEN_LEEWAY_MS
"""No token is taken for longer, so a revocation need not be known for longer, in memory or in
storage."""


class RealtimeClaims(Struct, frozen=True):
    """What a realtime token lets its bearer do.

    Attributes:
        issued_at_ms: wall time; what was issued before a kick or a ban is revoked by it (§7).
        expires_at_ms: wall time; leeway comes on top of it.
        display_name: only for people whom an identity provider names: it wins over `join_room`'s.
        is_bot: whether a program enters, which everybody is told (`roles`).
    """

    user_id: str
    room_id: str
    role: Role
    device: Device
    issued_at_ms: int
    expires_at_ms: int
    token_id: str
    display_name: str | None
    is_bot: bool = False


class _Wire(Struct, frozen=True, omit_defaults=True):
    iss: str
    aud: str
    sub: Annotated[str, Meta(pattern=USER_ID_PATTERN)]
    room: Annotated[str, Meta(pattern=ROOM_ID_PATTERN)]
    role: Role
    device: Device
    iat: Seconds
    exp: Seconds
    jti: Annotated[str, Meta(min_length=1, max_length=128)]
    name: str | None = None
    bot: bool = False


class RealtimeTokens:
    """Mints and verifies realtime tokens.

    Args:
        secret: signs them; see `Signer`.
        issuer: `iss` of every token; `aud` is `{issuer}:realtime`, so that no other token of the
            same secret passes for one.
        life_ms: of a token that is not given another.
    """

    def __init__(
        self, secret: str, *, issuer: str = "virtubar", life_ms: int = TOKEN_LIFE_MS
    ) -> None:
        self._signer = Signer(secret)
        self._issuer = issuer
        self._audience = f"{issuer}:realtime"
        self._life_ms = life_ms

    def mint(  # noqa: PLR0913 - one claim each
        self,
        *,
        user_id: str,
        room_id: str,
        role: Role,
        device: Device,
        wall_ms: int,
        token_id: str,
        display_name: str | None = None,
        is_bot: bool = False,
        life_ms: int | None = None,
    ) -> tuple[str, int]:
        """A token issued at `wall_ms`, and the wall time at which it expires."""
        expires_at_ms = wall_ms + (self._life_ms if life_ms is None else life_ms)
        claims = _Wire(
            iss=self._issuer,
            aud=self._audience,
            sub=user_id,
            room=room_id,
            role=role,
            device=device,
            iat=seconds(wall_ms),
            exp=seconds(expires_at_ms),
            jti=token_id,
            name=display_name,
            bot=is_bot,
        )
        return self._signer.sign(claims), expires_at_ms

    def verify(self, token: str, wall_ms: int) -> RealtimeClaims:
        """The claims of a token that is good at `wall_ms`.

        Raises:
            TokenRefusedError: TOKEN_INVALID or TOKEN_EXPIRED; never another exception.
        """
        wire = self._signer.open(token, _Wire)
        if wire.iss != self._issuer or wire.aud != self._audience:
            raise token_invalid()
        issued_at_ms, expires_at_ms = milliseconds(wire.iat), milliseconds(wire.exp)
        check_times(issued_at_ms, expires_at_ms, wall_ms)
        return RealtimeClaims(
            user_id=wire.sub,
            room_id=wire.room,
            role=wire.role,
            device=wire.device,
            issued_at_ms=issued_at_ms,
            expires_at_ms=expires_at_ms,
            token_id=wire.jti,
            display_name=wire.name,
            is_bot=wire.bot,
        )
