"""What a request offers to become, and where it was sent to (RFC 9110 §7.8, RFC 9112 §3.2). Pure.

httptools takes every `Upgrade` for a promise: it stops at the end of the head, whatever the offer
is, and reads no body. A server may ignore an offer, and must where the request is HTTP/1.0. So the
head of a request whose offer is not taken is read once more, without the offer.
"""

from collections.abc import Sequence
from typing import Final

Headers = Sequence[tuple[bytes, bytes]]
"""As they came, names in lower case."""

_OFFER: Final = frozenset({b"upgrade", b"http2-settings"})
"""Headers that say something of the offer and nothing of the request."""
_CONNECTION: Final = b"connection"


def wants_socket(method: bytes, version: str, headers: Headers) -> bool:
    """Whether the request is the opening of a WebSocket, which is then agreed on or refused.

    A handshake is a GET without a body, of HTTP/1.1 (RFC 6455 §4.1); whatever came behind the head
    of one with a body would be taken for frames.
    """
    return (
        method == b"GET"
        and version == "1.1"
        and b"websocket" in _listed(headers, b"upgrade")
        and not _has_body(headers)
    )


def without_offer(method: bytes, target: bytes, version: str, headers: Headers) -> bytes:
    """The head of the same request, offering nothing."""
    lines = [b"%s %s HTTP/%s" % (method, target, version.encode())]
    for name, value in headers:
        if name == _CONNECTION:
            kept = [item for item in _items(value) if item.lower() not in _OFFER]
            lines += [b"connection: %s" % b", ".join(kept)] if kept else []
        elif name not in _OFFER:
            lines.append(b"%s: %s" % (name, value))
    return b"\r\n".join((*lines, b"", b""))


def split_target(target: bytes) -> tuple[bytes, bytes | None]:
    """The path and query of a request's target, and its host where it is in the absolute form.

    As proxies are asked, and as every server must understand; the host in it is the one that
    counts (RFC 9112 §3.2.2).
    """
    scheme, separator, rest = target.partition(b"://")
    if not separator or scheme.lower() not in (b"http", b"https", b"ws", b"wss"):
        return target, None
    end = min((at for at in map(rest.find, (b"/", b"?", b"#")) if at >= 0), default=len(rest))
    path = rest[end:].partition(b"#")[0]
    return path if path.startswith(b"/") else b"/" + path, rest[:end].rpartition(b"@")[2]


def with_host(headers: Headers, host: bytes) -> list[tuple[bytes, bytes]]:
    """The headers with that host instead of theirs."""
    return [(b"host", host), *(header for header in headers if header[0] != b"host")]


def _listed(headers: Headers, wanted: bytes) -> set[bytes]:
    return {item.lower() for name, value in headers if name == wanted for item in _items(value)}


def _items(value: bytes) -> list[bytes]:
    return [item for item in map(bytes.strip, value.split(b",")) if item]


def _has_body(headers: Headers) -> bool:
    return any(
        name == b"transfer-encoding" or (name == b"content-length" and value.strip(b"0 \t"))
        for name, value in headers
    )
