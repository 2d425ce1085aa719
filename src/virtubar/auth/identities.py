"""Identities: who a caller of the HTTP API is: guest, operator, or known to a provider (§3)."""

import re
from typing import Annotated, Any, Final, Literal

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
from virtubar.protocol.constants import TOKEN_LEEWAY_MS, USER_ID_PATTERN, Role

GUEST_PREFIX: Final = "guest-"
GUEST_ID_PATTERN: Final = r"^guest-[0-9a-z]{16}\Z"
GUEST_LIFE_MS: Final = 180 * 86_400_000
"""Half a year: a regular keeps a name between seasons, a lost token ends some day."""
OPERATOR_LIFE_MS: Final = 12 * 3_600_000
"""An evening: an operator's token cannot be taken back."""
SYSTEM_ID: Final = "system"
"""What the audit calls the rules of a room: nobody's id."""
_ROLES_FROM_OUTSIDE: Final = (Role.ADMIN, Role.MODERATOR, Role.MEMBER)
"""Strongest first. `owner` is not among them: a room's record says who owns it, nobody else."""


class Identity(Struct, frozen=True):
    """Who the bearer of an identity token is.

    Attributes:
        role: what they may do in every room; GUEST for guests and nobody else.
        display_name: what the provider or the operator calls them, uncleaned; None for guests.
        external: whether a provider vouches for them.
        born_ms: wall time at which a guest was first made, to the ms; None for everybody else.
    """

    user_id: str
    role: Role
    display_name: str | None
    external: bool
    born_ms: int | None = None


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


class _Addressed(Struct, frozen=True):
    """What every token of ours says of its kind."""

    iss: str
    aud: str


class _GuestWire(_Addressed, frozen=True, omit_defaults=True):
    sub: Annotated[str, Meta(pattern=GUEST_ID_PATTERN)]
    iat: Seconds
    exp: Seconds
    born: Seconds | None = None


class _OperatorWire(_Addressed, frozen=True, omit_defaults=True):
    sub: Annotated[str, Meta(pattern=USER_ID_PATTERN)]
    role: Literal["moderator", "admin"]
    iat: Seconds
    exp: Seconds
    name: str | None = None


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
    """Guests' and operators' own tokens and, where a provider is set, its tokens.

    Args:
        secret: signs our own; see `Signer`.
        issuer: `iss` of our own. `aud` is `{issuer}:identity` for guests and `{issuer}:operator`
            for operators, so that no token of the same secret passes for one of another kind.
        external: whom else to believe.
    """

    def __init__(
        self, secret: str, *, issuer: str = "virtubar", external: ExternalProvider | None = None
    ) -> None:
        self._signer = Signer(secret)
        self._issuer = issuer
        self._guests = f"{issuer}:identity"
        self._operators = f"{issuer}:operator"
        self._external = None if external is None else (external, Signer(external.secret))

    def mint_guest(self, user_id: str, wall_ms: int, born_ms: int) -> str:
        """An identity token for a guest, good for half a year.

        Args:
            user_id: `guest-` and 16 of `[0-9a-z]`, unique.
            born_ms: wall time at which the guest was first made; kept whenever a token is minted
                anew, so that nobody gets younger.
        """
        claims = _GuestWire(
            iss=self._issuer,
            aud=self._guests,
            sub=user_id,
            iat=seconds(wall_ms),
            exp=seconds(wall_ms + GUEST_LIFE_MS),
            born=seconds(born_ms),
        )
        return self._signer.sign(claims)

    def mint_operator(
        self,
        user_id: str,
        role: Literal[Role.MODERATOR, Role.ADMIN],
        wall_ms: int,
        *,
        display_name: str | None = None,
        life_ms: int = OPERATOR_LIFE_MS,
    ) -> str:
        """An identity token for somebody who keeps order here, with no provider needed.

        Args:
            user_id: see `is_operator_id`.
            display_name: what the others see; None leaves it to the operator.

        Raises:
            ValueError: the id cannot be an operator's, or the role is not one of theirs.
        """
        if not is_operator_id(user_id):
            raise ValueError(f"{user_id!r} cannot be an operator's id")
        if role not in (Role.MODERATOR, Role.ADMIN):
            raise ValueError(f"an operator is moderator or admin, not {role}")
        claims = _OperatorWire(
            iss=self._issuer,
            aud=self._operators,
            sub=user_id,
            role="admin" if role is Role.ADMIN else "moderator",
            iat=seconds(wall_ms),
            exp=seconds(wall_ms + life_ms),
            name=display_name,
        )
        return self._signer.sign(claims)

    def verify(self, bearer: str, wall_ms: int) -> Identity:
        """Whom the token belongs to.

        Raises:
            TokenRefusedError: TOKEN_INVALID or TOKEN_EXPIRED; never another exception.
        """
        try:
            kind = self._signer.open(bearer, _Addressed)
        except TokenRefusedError:
            if self._external is None:
                raise
            return _known(*self._external, bearer, wall_ms)
        if kind.iss != self._issuer:
            raise token_invalid()
        if kind.aud == self._guests:
            return self._guest(bearer, wall_ms)
        if kind.aud == self._operators:
            return self._operator(bearer, wall_ms)
        raise token_invalid()

    def _guest(self, bearer: str, wall_ms: int) -> Identity:
        wire = self._signer.open(bearer, _GuestWire)
        issued_at_ms = milliseconds(wire.iat)
        check_times(issued_at_ms, milliseconds(wire.exp), wall_ms)
        # A clock that was put back between the two must not make a guest younger than the token.
        born_ms = issued_at_ms if wire.born is None else min(milliseconds(wire.born), issued_at_ms)
        return Identity(wire.sub, Role.GUEST, None, external=False, born_ms=born_ms)

    def _operator(self, bearer: str, wall_ms: int) -> Identity:
        wire = self._signer.open(bearer, _OperatorWire)
        check_times(milliseconds(wire.iat), milliseconds(wire.exp), wall_ms)
        if not is_operator_id(wire.sub):
            raise token_invalid()
        return Identity(wire.sub, Role(wire.role), wire.name, external=False)


def is_operator_id(user_id: str) -> bool:
    """Whether the id can be an operator's: a user id, no guest's, and not the system's own."""
    return re.match(USER_ID_PATTERN, user_id) is not None and not _is_ours(user_id)


def _is_ours(user_id: str) -> bool:
    """Whether the id is this server's to give."""
    return user_id.startswith(GUEST_PREFIX) or user_id == SYSTEM_ID


def _known(provider: ExternalProvider, signer: Signer, bearer: str, wall_ms: int) -> Identity:
    """Whom a provider's token belongs to; raises TokenRefusedError."""
    wire = signer.open(bearer, _Registered, own=False)
    if not _is_meant(wire, provider) or _is_ours(wire.sub):
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
