"""The opening handshake: who may open a socket (RFC 6455 §4.2, §1).

Pure functions over the request's bytes; the seam sends what they answer.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qs

import msgspec
from msgspec import Struct

from virtubar.origins import is_let_in

_GUID: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
WEBSOCKET_PATH: Final = "/ws"
SOCKETIO_PATH: Final = "/socket.io/"
_DEFLATE_PARAMETERS: Final[dict[str, tuple[str, ...]]] = {
    "client_no_context_takeover": ("",),
    "client_max_window_bits": ("", *map(str, range(8, 16))),
}
"""What an offer of compression may say, with which values: those about the client's side; the
server's window is shared by all receivers, so nobody can have it smaller or forgotten."""


class UpgradeRequest(Struct, frozen=True):
    """An HTTP request that asks for another protocol.

    Attributes:
        headers: names in lower case; values of repeated ones joined by a comma.
    """

    method: str
    path: str
    query: str
    headers: dict[str, str]


class Agreement(Struct, frozen=True):
    """What an accepted handshake agreed on.

    Attributes:
        subprotocol: None where the client offers none that the server has.
        token: what the URL or the Authorization header presented, if anything (§3).
    """

    response: bytes
    subprotocol: str | None
    deflates: bool
    token: str | None


class UpgradeRefusedError(Exception):
    """The handshake is refused, with an HTTP answer.

    Attributes:
        code: machine-readable, as every HTTP error's.
        retry_after_s: when to try again, where that helps.
    """

    def __init__(
        self, status: HTTPStatus, code: str, message: str, retry_after_s: int | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.retry_after_s = retry_after_s


def parse_request(data: bytes) -> UpgradeRequest:
    """The request in its bytes, as uvicorn rebuilt them from what its parser accepted."""
    head = data.split(b"\r\n\r\n", 1)[0].decode("latin-1")
    request_line, *lines = head.split("\r\n")
    method, target, _ = request_line.split(" ", 2)
    path, _, query = target.partition("?")
    headers: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        name, value = name.strip().lower(), value.strip()
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return UpgradeRequest(method, path, query, headers)


def agree(
    request: UpgradeRequest, *, compression: bool, subprotocols: Iterable[str | None] = ()
) -> Agreement:
    """Accept a WebSocket handshake.

    Args:
        subprotocols: what the server speaks, what it likes best first.

    Raises:
        UpgradeRefusedError: where it is not one (400, 405, 426).
    """
    headers = request.headers
    if request.method != "GET":
        raise UpgradeRefusedError(
            HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed", "A WebSocket opens with GET."
        )
    if headers.get("sec-websocket-version") != "13":
        raise UpgradeRefusedError(
            HTTPStatus.UPGRADE_REQUIRED, "unsupported_version", "Only WebSocket version 13."
        )
    key = headers.get("sec-websocket-key", "")
    if not _is_key(key):
        raise UpgradeRefusedError(
            HTTPStatus.BAD_REQUEST, "malformed", "Sec-WebSocket-Key is missing or malformed."
        )
    accept = base64.b64encode(hashlib.sha1(key.encode() + _GUID).digest()).decode()  # noqa: S324 - RFC 6455 §4.2.2 says SHA-1
    lines = [
        "HTTP/1.1 101 Switching Protocols",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Accept: {accept}",
    ]
    offered = _listed(headers.get("sec-websocket-protocol", ""))
    subprotocol = next((name for name in subprotocols if name in offered), None)
    if subprotocol is not None:
        lines.append(f"Sec-WebSocket-Protocol: {subprotocol}")
    deflates = compression and _offers_deflate(headers.get("sec-websocket-extensions", ""))
    if deflates:
        lines.append("Sec-WebSocket-Extensions: permessage-deflate; client_no_context_takeover")
    response = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
    return Agreement(response, subprotocol, deflates, presented_token(request.query, headers))


def check_origin(origin: str | None, host: str, allowed: Iterable[str]) -> None:
    """Let a page of ours open a socket, and no other site's (§1).

    Args:
        origin: the Origin header; browsers always send one, other clients rarely.
        host: the host and port by which the visitor reached us.
        allowed: further origins (`https://bar.example`), or `*` for all but `null`, which any
            page can make itself to be and which therefore has to be named.

    Raises:
        UpgradeRefusedError: 403, where the page is another site's.
    """
    if origin is not None and not is_let_in(origin, host, allowed):
        raise UpgradeRefusedError(
            HTTPStatus.FORBIDDEN, "origin_not_allowed", "This page may not open a socket here."
        )


def refusal_response(error: UpgradeRefusedError) -> bytes:
    """The refusal as a whole HTTP answer, in the shape of every error (§1)."""
    body: dict[str, str | int] = {"code": error.code, "message": error.message}
    lines = [f"HTTP/1.1 {error.status.value} {error.status.phrase}"]
    if error.retry_after_s is not None:
        body["retryAfterMs"] = error.retry_after_s * 1000
        lines.append(f"Retry-After: {error.retry_after_s}")
    if error.status is HTTPStatus.UPGRADE_REQUIRED:
        lines += ["Upgrade: websocket", "Sec-WebSocket-Version: 13"]
    if error.status is HTTPStatus.METHOD_NOT_ALLOWED:
        lines.append("Allow: GET")
    content = msgspec.json.encode(body)
    lines += [
        "Content-Type: application/json",
        f"Content-Length: {len(content)}",
        "Connection: close",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + content


def _is_key(key: str) -> bool:
    try:
        return len(base64.b64decode(key, validate=True)) == 16
    except (binascii.Error, ValueError):
        return False


def _listed(header: str) -> list[str]:
    return [item.strip() for item in header.split(",") if item.strip()]


def _offers_deflate(header: str) -> bool:
    """Whether an offer fits what we do: a shared window of 32 KiB on our side (RFC 7692 §7.1)."""
    for offer in _listed(header):
        name, *parameters = [part.strip().lower() for part in offer.split(";")]
        pairs = [parameter.partition("=")[::2] for parameter in parameters]
        given = {key.strip(): value.strip().strip('"') for key, value in pairs}
        if (
            name == "permessage-deflate"
            and len(given) == len(pairs)
            and all(value in _DEFLATE_PARAMETERS.get(key, ()) for key, value in given.items())
        ):
            return True
    return False


def presented_token(query: str, headers: Mapping[str, str]) -> str | None:
    """What a request presents as its realtimeToken, in its URL or as a bearer (§3)."""
    presented = parse_qs(query).get("realtimeToken", [None])[0]
    if presented:
        return presented
    scheme, _, bearer = headers.get("authorization", "").partition(" ")
    return bearer.strip() if scheme.lower() == "bearer" and bearer.strip() else None
