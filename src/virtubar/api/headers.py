"""Headers of every answer: what browsers must not do with it, and who else may read it."""

from typing import Final

from litestar.datastructures import MutableScopeHeaders
from litestar.types import Message, Scope

_SECURITY: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
"""Defaults; a handler that serves a page sets its own policy."""

_PREFLIGHT: Final = {
    "Access-Control-Allow-Methods": "GET, POST, PATCH, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type",
    "Access-Control-Max-Age": "600",
}


def page_policy(public_url: str | None) -> str:
    """The Content-Security-Policy of our own pages: nothing inline, nothing from elsewhere.

    The page opens its socket at `realtimeUrl`, which may be on another host where a public URL is
    set.
    """
    sockets = "" if public_url is None else f" {public_url} ws{public_url.removeprefix('http')}"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        "font-src 'self'; media-src 'self'; worker-src 'self' blob:; manifest-src 'self'; "
        f"connect-src 'self'{sockets}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


class AnswerHeaders:
    """Puts headers on whatever goes out, refusals of unknown paths among it.

    Args:
        allowed_origins: whose pages may read answers of `/rooms` and `/moderation`; `*` is
            anybody's but those of `null`. Nothing here uses cookies, so credentials are never
            allowed.
    """

    def __init__(self, allowed_origins: tuple[str, ...]) -> None:
        self._origins = frozenset(allowed_origins)

    async def before_send(self, message: Message, scope: Scope) -> None:
        """Complete the headers of one answer."""
        if message["type"] != "http.response.start":
            return
        headers = MutableScopeHeaders.from_message(message)
        for name, value in _SECURITY.items():
            headers.setdefault(name, value)
        for name, value in self.sharing(scope).items():
            if name == "Vary":
                vary(headers, value)
            else:
                headers[name] = value

    def sharing(self, scope: Scope) -> dict[str, str]:
        """The CORS headers that the request's origin gets: none unless it was named."""
        if not self._origins or not _is_shared(scope):
            return {}
        headers = {"Vary": "Origin"}
        origin = header(scope, b"origin")
        if origin in self._origins:
            headers["Access-Control-Allow-Origin"] = origin
        elif "*" in self._origins and origin != "null":
            headers["Access-Control-Allow-Origin"] = "*"
        return headers

    def preflight(self, scope: Scope) -> dict[str, str] | None:
        """The headers that answer a browser's question in advance; None where it is not one."""
        if scope.get("method") != "OPTIONS" or not header(scope, b"access-control-request-method"):
            return None
        sharing = self.sharing(scope)
        return sharing | _PREFLIGHT if "Access-Control-Allow-Origin" in sharing else None


def vary(headers: MutableScopeHeaders, name: str) -> None:
    """Say that the answer depends on that header of the request, beside what it says already."""
    said = headers.get("vary")
    headers["Vary"] = name if said is None else f"{said}, {name}"


def header(scope: Scope, name: bytes) -> str:
    """The first header of that (lower-case) name, empty where there is none."""
    values = (value.decode("latin-1") for key, value in scope["headers"] if key == name)
    return next(values, "")


def _is_shared(scope: Scope) -> bool:
    path = scope["path"]
    return path == "/rooms" or path.startswith(("/rooms/", "/moderation/"))
