"""Whether a request that changes something is made by a page that may (§1).

A browser sends a form, or plain text, to any site that a page names, without asking and with the
address of its user. So nothing is changed for a page of another site that was not let in, nor by
anything but JSON, for which a browser asks in advance. Who is no browser sends none of these
headers but the type of the body.
"""

from http import HTTPMethod
from typing import Final

from litestar.handlers import BaseRouteHandler

from virtubar.api.callers import Connection, own_host
from virtubar.api.errors import FRAMEWORK
from virtubar.api.parts import ApiParts
from virtubar.errors import RequestRefusedError
from virtubar.origins import is_cross_site, is_let_in

LOOKING: Final = frozenset({HTTPMethod.GET, HTTPMethod.HEAD, HTTPMethod.OPTIONS})
"""Methods that change nothing (RFC 9110 §9.2.1)."""
_JSON: Final = "application/json"


class OwnPages:
    """Asked before each request that changes something is read."""

    def __init__(self, parts: ApiParts) -> None:
        ours = () if parts.public_url is None else (parts.public_url,)
        self._allowed = (*parts.allowed_origins, *ours)
        self._parts = parts

    def guard(self, connection: Connection, _: BaseRouteHandler) -> None:
        """Raise 403 `origin_not_allowed` or 415 `unsupported_media_type`."""
        method = connection.scope["method"]  # type: ignore[typeddict-item]  # guards see HTTP only
        if method in LOOKING:
            return
        headers = connection.headers
        origin = headers.get("origin")
        if origin is None:
            foreign = is_cross_site(headers.get("sec-fetch-site"))
        else:
            foreign = not is_let_in(origin, own_host(connection, self._parts), self._allowed)
        if foreign:
            raise RequestRefusedError(
                403, "origin_not_allowed", "A page of another site may not do that here."
            )
        if (method != HTTPMethod.DELETE or _has_body(connection)) and not _is_json(connection):
            raise RequestRefusedError(415, *FRAMEWORK[415])


def _has_body(connection: Connection) -> bool:
    headers = connection.headers
    return "transfer-encoding" in headers or headers.get("content-length", "0").strip() != "0"


def _is_json(connection: Connection) -> bool:
    kind = connection.headers.get("content-type", "")
    return kind.partition(";")[0].strip().lower() == _JSON
