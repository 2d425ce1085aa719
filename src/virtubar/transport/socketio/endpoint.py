"""`/socket.io/` over HTTP: what polling clients ask and bring; an ASGI application.

uvicorn runs each request in a task of its own; nothing here makes one for an event.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from http import HTTPStatus
from typing import Any, Final

import msgspec
from zlib_ng import zlib_ng

from virtubar.protocol.constants import CloseCode
from virtubar.transport.messages import MessageRefusedError
from virtubar.transport.socketio import packets
from virtubar.transport.socketio.packets import BODY_MAX_BYTES
from virtubar.transport.socketio.polling import PollingCarrier
from virtubar.transport.socketio.sessions import Query, Sessions, unknown_session
from virtubar.transport.upgrade import SOCKETIO_PATH, UpgradeRefusedError

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Any, Any, Any], Awaitable[None]]

ANSWER_PACKETS_MAX: Final = 16
"""What python-engineio reads of one answer (`Payload.max_decode_packets`); the rest waits for the
next request."""
_UNBOUNDED_AGENTS: Final = ("Mozilla/", "node-XMLHttpRequest")
COMPRESS_MIN_BYTES: Final = 1024
"""Below it an answer fits a packet of the network as it is."""
_GZIP_LEVEL: Final = 2
"""Fifty moves are 11 KB, or 1.9 KB after 21 µs; level 1 makes 2.5 KB in 14 µs, level 6 1.7 KB in
36 µs."""
_GZIP_WINDOW: Final = 31
_PACKETS: Final = "text/plain; charset=UTF-8"
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
_PREFLIGHT: Final = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Authorization, Content-Type",
    "Access-Control-Max-Age": "600",
}


class Answer(msgspec.Struct, frozen=True):
    """What a request is answered with."""

    body: bytes
    status: HTTPStatus = HTTPStatus.OK
    headers: Mapping[str, str] = {}


class Request:
    """One HTTP request, as far as it matters here.

    Attributes:
        headers: names in lower case; values of repeated ones joined by a comma.
    """

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.method = str(scope["method"])
        self.query = bytes(scope["query_string"]).decode("latin-1")
        self.scheme = str(scope["scheme"])
        client = scope["client"]
        self.peer = str(client[0]) if client else "unix"
        self.headers: dict[str, str] = {}
        for raw_name, raw_value in scope["headers"]:
            name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
            self.headers[name] = f"{self.headers[name]}, {value}" if name in self.headers else value
        self.receive = receive

    async def body(self) -> bytes | None:
        """All of it, None where it is too large.

        Raises:
            ConnectionError: the client went away in the middle.
        """
        parts: list[bytes] = []
        size = 0
        while True:
            message = await self.receive()
            if message["type"] != "http.request":
                raise ConnectionError
            size += len(message["body"])
            if size <= BODY_MAX_BYTES:
                parts.append(message["body"])
            if not message["more_body"]:
                return b"".join(parts) if size <= BODY_MAX_BYTES else None


class SocketIoEndpoint:
    """Answers `/socket.io/`, and leaves every other path to another application."""

    def __init__(self, sessions: Sessions, other: App) -> None:
        self._sessions = sessions
        self._other = other

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one ASGI connection."""
        if scope["type"] != "http" or scope["path"] != SOCKETIO_PATH:
            await self._other(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            answer = await self._answer(request)
        except UpgradeRefusedError as error:
            self._sessions.metrics.refusals[error.code] += 1
            answer = _refusal(error)
        except ConnectionError:
            return
        headers = {**_HEADERS, **answer.headers, **self._sharing(request)}
        headers["Content-Length"] = str(len(answer.body))
        raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": int(answer.status), "headers": raw})
        await send({"type": "http.response.body", "body": answer.body})

    async def _answer(self, request: Request) -> Answer:
        """Do what is asked.

        Raises:
            UpgradeRefusedError: where it may not be, or makes no sense.
            ConnectionError: nobody waits for the answer any more.
        """
        policy = self._sessions.policy
        if request.method == "OPTIONS":
            policy.check_origin(request.headers, request.peer, request.scheme)
            return Answer(b"", HTTPStatus.NO_CONTENT, _PREFLIGHT)
        query = Query(request.query)
        if query.transport != "polling" or request.method not in ("GET", "POST"):
            raise _bad("Polling is GET and POST with transport=polling.")
        if query.session_id is None:
            if request.method != "GET":
                raise _bad("A session begins with GET.")
            address = policy.check(request.headers, request.peer, request.scheme)
            opening = self._sessions.open_polling(request.headers, request.query, address)
            return Answer(opening, headers={"Content-Type": _PACKETS})
        policy.check_origin(request.headers, request.peer, request.scheme)
        if request.method == "POST" and self._sessions.has_parted(query.session_id):
            return _farewell(await request.body())
        _, carrier = self._sessions.polling(query.session_id)
        try:
            if request.method == "POST":
                return await self._post(request, carrier)
            return await self._poll(request, carrier)
        except MessageRefusedError as error:
            raise _refused(error) from None

    async def _post(self, request: Request, carrier: PollingCarrier) -> Answer:
        carrier.begin_post()
        try:
            body = await request.body()
        except ConnectionError:
            carrier.lost()
            raise
        carrier.end_post(body)
        return _taken()

    async def _poll(self, request: Request, carrier: PollingCarrier) -> Answer:
        waiting = carrier.poll()
        if waiting is not None and not await _wait(waiting, request):
            # What an answer would hold would be lost.
            carrier.lost()
            raise ConnectionError
        packets_max = answer_packets_max(request.headers.get("user-agent", ""))
        return self._packed(carrier.take(packets_max), request)

    def _packed(self, body: bytes, request: Request) -> Answer:
        headers = {"Content-Type": _PACKETS}
        accepted = request.headers.get("accept-encoding", "")
        if (
            self._sessions.policy.compression
            and len(body) >= COMPRESS_MIN_BYTES
            and "gzip" in (item.partition(";")[0].strip() for item in accepted.split(","))
        ):
            packer = zlib_ng.compressobj(_GZIP_LEVEL, zlib_ng.DEFLATED, _GZIP_WINDOW)
            body = packer.compress(body) + packer.flush()
            headers["Content-Encoding"] = "gzip"
        return Answer(body, headers=headers)

    def _sharing(self, request: Request) -> dict[str, str]:
        """The CORS headers: a page that may open a socket may read its answers too."""
        origin = request.headers.get("origin")
        if origin is None:
            return {}
        try:
            self._sessions.policy.check_origin(request.headers, request.peer, request.scheme)
        except UpgradeRefusedError:
            return {"Vary": "Origin"}
        return {"Vary": "Origin", "Access-Control-Allow-Origin": origin}


def answer_packets_max(user_agent: str) -> int | None:
    """How many packets a client takes in one answer; None for as many as there are.

    Browsers and npm's client in Node take any number. Anybody else may be python-engineio, which
    drops the connection at an answer of more than 16.
    """
    return None if user_agent.startswith(_UNBOUNDED_AGENTS) else ANSWER_PACKETS_MAX


async def _wait(waiting: "asyncio.Future[None]", request: Request) -> bool:
    """Wait until there is an answer; whether there is still somebody to give it to."""
    try:
        await request.body()
    except ConnectionError:
        return False
    # The request is whole; the next thing that uvicorn has to say is that the client went away.
    gone = asyncio.ensure_future(request.receive())
    try:
        await asyncio.wait((waiting, gone), return_when=asyncio.FIRST_COMPLETED)
        return not gone.done()
    finally:
        gone.cancel()


def _taken() -> Answer:
    return Answer(b"ok", headers={"Content-Type": "text/plain"})


def _farewell(body: bytes | None) -> Answer:
    """The answer to a POST for a session that has just ended: only a good-bye is taken.

    Raises:
        UpgradeRefusedError: 400, it is anything else.
    """
    if body is None or packets.split(body)[-1] != packets.ENGINE_CLOSE:
        raise unknown_session()
    return _taken()


def _bad(message: str) -> UpgradeRefusedError:
    return UpgradeRefusedError(HTTPStatus.BAD_REQUEST, "malformed", message)


def _refused(error: MessageRefusedError) -> UpgradeRefusedError:
    if error.code is CloseCode.TOO_BIG:
        return UpgradeRefusedError(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", "Too large a message."
        )
    return _bad(f"The session is over: {error.reason}.")


def _refusal(error: UpgradeRefusedError) -> Answer:
    """The refusal in the shape of every error (§1)."""
    content: dict[str, str | int] = {"code": error.code, "message": error.message}
    headers = {"Content-Type": "application/json"}
    if error.retry_after_s is not None:
        content["retryAfterMs"] = error.retry_after_s * 1000
        headers["Retry-After"] = str(error.retry_after_s)
    return Answer(msgspec.json.encode(content), error.status, headers)
