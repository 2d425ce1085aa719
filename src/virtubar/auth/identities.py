"""Identities: who a caller of the HTTP API is: guest, operator, or known to a provider (§3)."""

from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from virtubar.auth.keys import NO_KEYS, KeySet, WantedKey
from virtubar.auth.people import GUEST_PREFIX, Identity, is_operator_id
from virtubar.auth.providers import ExternalProvider, Provider
from virtubar.auth.signing import (
    Seconds,
    Signer,
    TokenRefusedError,
    check_times,
    milliseconds,
    seconds,
    token_invalid,
)
from virtubar.protocol.constants import USER_ID_PATTERN, Role

__all__ = ["GUEST_PREFIX", "ExternalProvider", "Identities", "Identity", "is_operator_id"]

GUEST_ID_PATTERN: Final = r"^guest-[0-9a-z]{16}\Z"
GUEST_LIFE_MS: Final = 180 * 86_400_000
"""Half a year: a regular keeps a name between seasons, a lost token ends some day."""
OPERATOR_LIFE_MS: Final = 12 * 3_600_000
"""An evening: an operator's token cannot be taken back."""


class _Addressed(Struct, frozen=True):
    """What every token of ours says of its kind."""

    iss: str
    aud: str


class _GuestWire(_Addressed, frozen=True, omit_defaults=True):
    sub: Annotated[str, Meta(pattern=GUEST_ID_PATTERN)]
    iat: Seconds
    exp: Seconds
    born: Seconds | None = None
    bot: bool = False


class _OperatorWire(_Addressed, frozen=True, omit_defaults=True):
    sub: Annotated[str, Meta(pattern=USER_ID_PATTERN)]
    role: Literal["moderator", "admin"]
    iat: Seconds
    exp: Seconds
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
        self._provider = None if external is None else Provider(external)

    def mint_guest(self, user_id: str, wall_ms: int, born_ms: int, *, is_bot: bool = False) -> str:
        """An identity token for a guest, good for half a year.

        Args:
            user_id: `guest-` and 16 of `[0-9a-z]`, unique.
            born_ms: wall time at which the guest was first made; kept whenever a token is minted
                anew, so that nobody gets younger.
            is_bot: whether it is a program's; kept as well, so that nobody becomes a person.
        """
        claims = _GuestWire(
            iss=self._issuer,
            aud=self._guests,
            sub=user_id,
            iat=seconds(wall_ms),
            exp=seconds(wall_ms + GUEST_LIFE_MS),
            born=seconds(born_ms),
            bot=is_bot,
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

    def wanted_key(self, bearer: str) -> WantedKey | None:
        """Which of the provider's keys `verify` will want for the token, None where none.

        Says nothing of whether the token is good.
        """
        return None if self._provider is None else self._provider.wanted_key(bearer)

    def verify(self, bearer: str, wall_ms: int, keys: KeySet = NO_KEYS) -> Identity:
        """Whom the token belongs to.

        Args:
            keys: the provider's, where it signs with keys of its own.

        Raises:
            TokenRefusedError: TOKEN_INVALID or TOKEN_EXPIRED; never another exception.
        """
        try:
            kind = self._signer.open(bearer, _Addressed)
        except TokenRefusedError:
            if self._provider is None:
                raise
            return self._provider.verify(bearer, wall_ms, keys)
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
        return Identity(
            wire.sub, Role.GUEST, None, external=False, born_ms=born_ms, is_bot=wire.bot
        )

    def _operator(self, bearer: str, wall_ms: int) -> Identity:
        wire = self._signer.open(bearer, _OperatorWire)
        check_times(milliseconds(wire.iat), milliseconds(wire.exp), wall_ms)
        if not is_operator_id(wire.sub):
            raise token_invalid()
        return Identity(wire.sub, Role(wire.role), wire.name, external=False)
