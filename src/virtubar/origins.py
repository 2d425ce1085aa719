"""Origins: the pages that requests come from, and which of them are let in (RFC 6454). Pure."""

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

ANY_ORIGIN: Final = "*"
NULL_ORIGIN: Final = "null"
"""What pages without an origin of their own send, as sandboxed frames and files do. Any page can
make itself to be that, so it is let in only where it is named."""
DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_origin = re.compile(
    r"([a-z][a-z0-9+.-]{0,31})://(?:[a-z0-9_.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::[0-9]{1,5})?\Z"
)


def plain_origin(text: str) -> str:
    """An origin as browsers send it: lower case, without the scheme's own port.

    Args:
        text: `scheme://host[:port]`, a slash behind it is forgiven; or `null`, or `*`.

    Raises:
        ValueError: it is anything else.
    """
    origin = text.lower().removesuffix("/")
    if origin in (ANY_ORIGIN, NULL_ORIGIN):
        return origin
    parsed = _origin.match(origin)
    if not parsed:
        raise ValueError("must be scheme://host[:port] without a path")
    port = DEFAULT_PORTS.get(parsed[1])
    return origin if port is None else origin.removesuffix(f":{port}")


def web_origin(url: str) -> str:
    """The same for a web site: http or https, and nothing else.

    Raises:
        ValueError: it is anything else.
    """
    if urlsplit(url).scheme not in DEFAULT_PORTS:
        raise ValueError("must be http(s)://host[:port] without a path")
    return plain_origin(url)


def is_let_in(origin: str, host: str, allowed: Iterable[str]) -> bool:
    """Whether a page of that origin may use a server.

    Args:
        origin: the Origin header.
        host: the host and port by which the visitor reached the server.
        allowed: further origins, or `*` for all but `null`.
    """
    named = {entry.lower().rstrip("/") for entry in allowed}
    if origin.lower() in named:
        return True
    return (ANY_ORIGIN in named and origin.lower() != NULL_ORIGIN) or _is_same(origin, host)


def is_cross_site(fetch_site: str | None) -> bool:
    """Whether a browser says that another site's page made the request, by `Sec-Fetch-Site`.

    Asked where there is no Origin, which says more.
    """
    return fetch_site is not None and fetch_site.strip().lower() == "cross-site"


def _is_same(origin: str, host: str) -> bool:
    """Whether the page came from that very host, by http or https."""
    try:
        page, ours = urlsplit(origin), urlsplit(f"//{host}")
        port = DEFAULT_PORTS.get(page.scheme)
        same = (page.hostname, page.port or port) == (ours.hostname, ours.port or port)
    except ValueError:
        return False
    # No browser sends a path, nor a user.
    return same and bool(page.hostname and port) and not page.path and page.username is None
