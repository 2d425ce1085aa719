"""Identities: who a caller of the HTTP API is, guest or known to a provider elsewhere (§3)."""

from typing import Annotated, Any, Final

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
from virtubar.protocol.constants import TOKEN_LEEWAY_MS, USER_ID_PATTERN, AuthCode, Role

GUEST_PREFIX: Final = "guest-"
GUEST_ID_PATTERN: Final = r"^guest-[0-9a-z]{16}\Z"
GUEST_LIFE_MS: Final = 180 * 86_400_000
"""Half a year: a regular keeps a name between seasons, a lost token ends some day."""
_ROLES_FROM_OUTSIDE: Final = (Role.ADMIN, Role.MODERATOR, Role.MEMBER)
"""Strongest first. `owner` is not among them: a room's record says who owns it, nobody else."""


class Identity(Struct, frozen=True):
    """Who the bearer of an identity token is.

    Attributes:
        role: what they may do in every room.
        display_name: the provider's name for them, uncleaned; None for guests.
        external: whether a provider vouches for them.
    """

    user_id: str
    role: Role
    display_name: str | None
    external: bool


class ExternalProvider(Struct, frozen=True):
    """An identity provider that shares a secret with this server (HS256).

    Attributes:
        issuer: what `iss` must be; None accepts any.
        audience: what must be in `aud`; None accepts only tokens without one, since a token for
            somebody else must not work here (RFC 7519 §4.1.3).
        role_claim: the claim with a role's name, or a list of them.
    """

    secret: str
    issuer: str | None = None
    audience: str | None = None
    role_claim: str = "role"


class _GuestWire(Struct, frozen=True):
    iss: str
    aud: str
    sub: Annotated[str, Meta(pattern=GUEST_ID_PATTERN)]
    iat: Seconds
    exp: Seconds


class _Registered(Struct, frozen=True):
    """The claims of a provider's token that have one meaning everywhere (RFC 7519 §4.1)."""

    sub: Annotated[str, Meta(pattern=USER_ID_PATTERN)]
    iat: Seconds
    exp: Seconds
    iss: str | None = None
    aud: str | list[str] | None = None
    nbf: Seconds = 0
    name: str | None = None


class Identities:
    """Guests' own tokens and, where a provider is set, its tokens.

    Args:
        secret: signs guests' tokens; see `Signer`.
        issuer: `iss` of guests' tokens; `aud` is `{issuer}:identity`.
        external: whom else to believe.
    """

    def __init__(
        self, secret: str, *, issuer: str = "virtubar", external: ExternalProvider | None = None
    ) -> None:
        self._signer = Signer(secret)
        self._issuer = issuer
        self._audience = f"{issuer}:identity"
        self._external = None if external is None else (external, Signer(external.secret))

    def mint_guest(self, user_id: str, wall_ms: int) -> str:
        """An identity token for a guest, good for half a year.

        Args:
            user_id: `guest-` and 16 of `[0-9a-z]`, unique.
        """
        claims = _GuestWire(
            iss=self._issuer,
            aud=self._audience,
            sub=user_id,
            iat=seconds(wall_ms),
            exp=seconds(wall_ms + GUEST_LIFE_MS),
        )
        return self._signer.sign(claims)

    def verify(self, bearer: str, wall_ms: int) -> Identity:
        """Whom the token belongs to.

        Raises:
            TokenRefusedError: TOKEN_INVALID or TOKEN_EXPIRED; never another exception.
        """
        try:
            return self._guest(bearer, wall_ms)
        except TokenRefusedError as refused:
            if refused.code is AuthCode.TOKEN_EXPIRED or self._external is None:
                raise
        return _known(*self._external, bearer, wall_ms)

    def _guest(self, bearer: str, wall_ms: int) -> Identity:
        wire = self._signer.open(bearer, _GuestWire)
        if wire.iss != self._issuer or wire.aud != self._audience:
            raise token_invalid()
        check_times(milliseconds(wire.iat), milliseconds(wire.exp), wall_ms)
        return Identity(wire.sub, Role.GUEST, None, external=False)


def _known(provider: ExternalProvider, signer: Signer, bearer: str, wall_ms: int) -> Identity:
    """Whom a provider's token belongs to; raises TokenRefusedError."""
    wire = signer.open(bearer, _Registered, own=False)
    if not _is_meant(wire, provider) or wire.sub.startswith(GUEST_PREFIX):
        raise token_invalid()
    check_times(milliseconds(wire.iat), milliseconds(wire.exp), wall_ms)
    if milliseconds(wire.nbf) > wall_ms + TOKEN_LEEWAY_MS:
        raise token_invalid()
    everything = signer.open(bearer, dict[str, Any], own=False)
    return Identity(
        wire.sub, _strongest(everything.get(provider.role_claim)), wire.name, external=True
    )


def _is_meant(wire: _Registered, provider: ExternalProvider) -> bool:
    """Whether the provider made the token, and made it for this server."""
    if provider.issuer is not None and wire.iss != provider.issuer:
        return False
    if wire.aud is None:
        return provider.audience is None
    named = [wire.aud] if isinstance(wire.aud, str) else wire.aud
    return provider.audience in named


def _strongest(claimed: object) -> Role:
    """The strongest role that a claim names; MEMBER where it names none that is known."""
    names = claimed if isinstance(claimed, list) else [claimed]
    return next((role for role in _ROLES_FROM_OUTSIDE if role in names), Role.MEMBER)
