"""What an identity provider elsewhere says of somebody, and whether to believe it (§3)."""

import re
from ipaddress import ip_address
from typing import Annotated, Any, Final

from msgspec import Meta, Struct

from virtubar.auth.keys import KeySet, WantedKey
from virtubar.auth.people import Identity, is_reserved
from virtubar.auth.signing import (
    Seconds,
    Signer,
    check_times,
    decode_claims,
    milliseconds,
    token_invalid,
)
from virtubar.protocol.constants import TOKEN_LEEWAY_MS, USER_ID_PATTERN, Role

ROLES_FROM_OUTSIDE: Final = (Role.ADMIN, Role.MODERATOR, Role.MEMBER)
"""Strongest first. `owner` is not among them: a room's record says who owns it, nobody else."""

_keys_url = re.compile(
    r"(?P<scheme>https?)://(?P<host>[A-Za-z0-9_.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])"
    r"(?::[0-9]{1,5})?(?:/[!\"$-~]*)?\Z"
)


class ExternalProvider(Struct, frozen=True):
    """An identity provider, and how far to believe it.

    Attributes:
        secret: what it shares with this server (HS256); None where it signs with keys of its own
            (RS256, ES256, EdDSA), whose public halves it publishes. Never both.
        issuer: what `iss` must be; None accepts any.
        audience: what must be in `aud`; None accepts only tokens without one, since a token for
            somebody else must not work here (RFC 7519 §4.1.3).
        role_claim: the claim with a role's name, or a list of them: a claim of exactly that name
            or, where there is none, a path of names with dots between them.
        roles: what its names for roles mean here, from ROLES_FROM_OUTSIDE; empty means that its
            names are ours. A name that is not among them means nothing.
    """

    secret: str | None
    issuer: str | None = None
    audience: str | None = None
    role_claim: str = "role"
    roles: dict[str, Role] = {}


class _Registered(Struct, frozen=True):
    """The claims that have one meaning everywhere (RFC 7519 §4.1)."""

    sub: Annotated[str, Meta(pattern=USER_ID_PATTERN)]
    iat: Seconds
    exp: Seconds
    iss: str | None = None
    aud: str | list[str] | None = None
    nbf: Seconds = 0
    name: str | None = None


class Provider:
    """Verifies the tokens of one provider."""

    def __init__(self, given: ExternalProvider) -> None:
        self._given = given
        self._signer = None if given.secret is None else Signer(given.secret)
        self._roles = given.roles or {role.value: role for role in ROLES_FROM_OUTSIDE}

    def wanted_key(self, bearer: str) -> WantedKey | None:
        """Which key `verify` will want for the token, None where none."""
        return WantedKey.of(bearer) if self._signer is None else None

    def verify(self, bearer: str, wall_ms: int, keys: KeySet) -> Identity:
        """Whom the token belongs to.

        Args:
            keys: those that the provider has published; not looked at where it shares a secret.

        Raises:
            TokenRefusedError: TOKEN_INVALID or TOKEN_EXPIRED; never another exception.
        """
        payload = keys.read(bearer) if self._signer is None else self._signer.read(bearer)
        wire = decode_claims(payload, _Registered)
        if not self._is_meant(wire) or is_reserved(wire.sub):
            raise token_invalid()
        check_times(milliseconds(wire.iat), milliseconds(wire.exp), wall_ms)
        if milliseconds(wire.nbf) > wall_ms + TOKEN_LEEWAY_MS:
            raise token_invalid()
        claimed = _claim(decode_claims(payload, dict[str, Any]), self._given.role_claim)
        return Identity(wire.sub, self._strongest(claimed), wire.name, external=True)

    def _is_meant(self, wire: _Registered) -> bool:
        """Whether the provider made the token, and made it for this server."""
        if self._given.issuer is not None and wire.iss != self._given.issuer:
            return False
        if wire.aud is None:
            return self._given.audience is None
        named = [wire.aud] if isinstance(wire.aud, str) else wire.aud
        return self._given.audience in named

    def _strongest(self, claimed: object) -> Role:
        """The strongest role that a claim names; MEMBER where it names none that is known."""
        names = claimed if isinstance(claimed, list) else [claimed]
        meant = {self._roles.get(name) for name in names if isinstance(name, str)}
        return next((role for role in ROLES_FROM_OUTSIDE if role in meant), Role.MEMBER)


def _claim(claims: dict[str, Any], path: str) -> object:
    """The claim of that name, else what the names between its dots lead to; None for nothing."""
    if path in claims:
        return claims[path]
    found: object = claims
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found


def keys_url(text: str) -> str:
    """The URL of a provider's keys; ValueError where others could put in keys of theirs."""
    parts = _keys_url.match(text)
    if parts is None:
        raise ValueError("must be https://host[:port]/path")
    if parts["scheme"] == "http" and not _is_loopback(parts["host"].strip("[]")):
        raise ValueError("must be https; http only to this machine")
    return text


def named_role(text: str) -> tuple[str, Role]:
    """`name=role` as a provider's name and our role; ValueError where it is anything else."""
    name, _, role = (part.strip() for part in text.rpartition("="))
    known = {one.value: one for one in ROLES_FROM_OUTSIDE}
    if not name or role not in known:
        raise ValueError("must be name=role, with member, moderator or admin for the role")
    return name, known[role]


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
