"""Who calls: the address that a request counts for, the host it used, the identity it shows."""

from typing import Any, Final

from litestar import Request
from litestar.connection import ASGIConnection
from msgspec import Struct

from virtubar.api.parts import ApiParts
from virtubar.auth.identities import GUEST_PREFIX, Identity
from virtubar.errors import RequestRefusedError
from virtubar.protocol.constants import AuthCode, Device, Role

Connection = ASGIConnection[Any, Any, Any, Any]
_BEARER: Final = "bearer"


class Caller(Struct, frozen=True):
    """Who calls.

    Attributes:
        identity_token: for the caller to keep: a fresh one for every guest, so that regulars never
            expire; None for operators and for those whom a provider vouches for.
        is_new: whether the guest was made for this request.
    """

    identity: Identity
    identity_token: str | None
    is_new: bool


def client_address(connection: Connection, parts: ApiParts) -> str:
    """The key for limits per address; see AddressPolicy."""
    return parts.addresses.client(_peer(connection), _joined(connection, "x-forwarded-for"))


def base_url(request: Request[Any, Any, Any], parts: ApiParts) -> str:
    """`http(s)://host[:port]` as the caller reaches this server (§1).

    Raises:
        RequestRefusedError: 400 where no public URL is set and `Host` is not a host.
    """
    if parts.public_url is not None:
        return parts.public_url
    scheme, host = _scheme_and_host(request, parts)
    if not host:
        raise RequestRefusedError(400, "malformed", "The Host header is not a host.")
    return f"{scheme}://{host}"


def own_host(connection: Connection, parts: ApiParts) -> str:
    """The `host[:port]` that the caller asked; empty where it is no host."""
    return _scheme_and_host(connection, parts)[1]


def _scheme_and_host(connection: Connection, parts: ApiParts) -> tuple[str, str]:
    return parts.addresses.scheme_and_host(
        _peer(connection),
        connection.scope["scheme"],
        connection.headers.get("host", ""),
        _joined(connection, "x-forwarded-proto"),
        _joined(connection, "x-forwarded-host"),
    )


async def identify(
    request: Request[Any, Any, Any], parts: ApiParts, *, as_bot: bool = False
) -> Caller:
    """Who calls; somebody without an identity token becomes a new guest.

    Args:
        as_bot: whether the caller says that it is a program; a guest made for it stays one.

    Raises:
        RequestRefusedError: 422, a person says that they are a program.
        TokenRefusedError: there is a token, and it cannot be believed.
        RequestRefusedError: 503, it may be a provider's, whose keys cannot be had.
    """
    token, wall_ms = _bearer(request), parts.wall_ms()
    if token is None:
        user_id = f"{GUEST_PREFIX}{parts.new_id()}"
        identity = Identity(
            user_id, Role.GUEST, None, external=False, born_ms=wall_ms, is_bot=as_bot
        )
    else:
        identity = await _verified(token, parts)
        if as_bot and not identity.is_bot:
            raise RequestRefusedError(422, "invalid_field", "`bot`: this identity is a person's.")
    if identity.born_ms is None:
        return Caller(identity, None, is_new=False)
    kept = parts.identities.mint_guest(
        identity.user_id, wall_ms, identity.born_ms, is_bot=identity.is_bot
    )
    return Caller(identity, kept, is_new=token is None)


async def recognise(request: Request[Any, Any, Any], parts: ApiParts) -> Identity:
    """Who calls, where nobody may come unknown; makes no guest.

    Raises:
        RequestRefusedError: 401 `token_missing` without an identity token; 503, it may be a
            provider's, whose keys cannot be had.
        TokenRefusedError: there is a token, and it cannot be believed.
    """
    token = _bearer(request)
    if token is None:
        raise RequestRefusedError(401, AuthCode.TOKEN_MISSING, "An identity token is needed here.")
    return await _verified(token, parts)


async def _verified(token: str, parts: ApiParts) -> Identity:
    """Whom the token belongs to; waits only where a provider's keys have to be fetched."""
    wanted = parts.identities.wanted_key(token)
    if wanted is None or parts.provider_keys is None:
        return parts.identities.verify(token, parts.wall_ms())
    keys = await parts.provider_keys.for_token(wanted)
    return parts.identities.verify(token, parts.wall_ms(), keys)


def _bearer(request: Request[Any, Any, Any]) -> str | None:
    """The identity token, None where there is none.

    Only `Bearer` counts: a proxy with a password of its own may leave another scheme there.
    """
    scheme, _, token = request.headers.get("authorization", "").strip().partition(" ")
    return token.strip() if scheme.lower() == _BEARER else None


def device_of(request: Request[Any, Any, Any], said: Device | None) -> Device:
    """The rate class: what the body says, else what the browser does, else desktop (§3)."""
    if said is not None:
        return said
    mobile = request.headers.get("sec-ch-ua-mobile", "").strip() == "?1"
    return Device.MOBILE if mobile else Device.DESKTOP


def _peer(connection: Connection) -> str:
    client = connection.scope["client"]
    return "" if client is None else client[0]


def _joined(connection: Connection, header: str) -> str | None:
    values = connection.headers.getall(header, [])
    return ",".join(values) if values else None
