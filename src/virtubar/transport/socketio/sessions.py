"""The Socket.IO sessions of a server: how they begin, by a request or a socket, and go over."""

import secrets
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qs

from virtubar.protocol.constants import SUBPROTOCOL
from virtubar.runtime.clock import Clock
from virtubar.runtime.metrics import Metrics
from virtubar.transport.connection import Connection, ConnectionParts
from virtubar.transport.frames import text_frame
from virtubar.transport.picows_adapter import Caller, PicowsAdapter
from virtubar.transport.policy import SeamPolicy
from virtubar.transport.socketio import packets
from virtubar.transport.socketio.dialect import FRAMED
from virtubar.transport.socketio.polling import PollingCarrier
from virtubar.transport.socketio.probe import Probe
from virtubar.transport.socketio.session import Session
from virtubar.transport.upgrade import (
    UpgradeRefusedError,
    UpgradeRequest,
    agree,
    presented_token,
)
from virtubar.transport.websocket import CLOSE_TIMEOUT_MS, WebSocketTransport

ENGINE_VERSION: Final = "4"
_SESSION_ID_BYTES: Final = 16
_QUERY_FIELDS_MAX: Final = 32
PARTED_MAX: Final = 1024
"""Sessions that are remembered after their end, the oldest forgotten first."""


class Query:
    """What the query of a request to `/socket.io/` asks for.

    Attributes:
        session_id: None where a session is to begin.

    Raises:
        UpgradeRefusedError: 400, another version of Engine.IO or no transport of it.
    """

    def __init__(self, query: str) -> None:
        try:
            given = parse_qs(query, max_num_fields=_QUERY_FIELDS_MAX)
        except ValueError:
            raise UpgradeRefusedError(
                HTTPStatus.BAD_REQUEST, "malformed", "The query cannot be read."
            ) from None
        self.session_id = given.get("sid", [None])[0]
        self.transport = given.get("transport", [""])[0]
        if given.get("EIO") != [ENGINE_VERSION]:
            raise UpgradeRefusedError(
                HTTPStatus.BAD_REQUEST,
                "unsupported_version",
                "This server speaks Engine.IO 4 (EIO=4), as Socket.IO clients from 3.0 on do.",
            )
        if self.transport not in ("polling", "websocket"):
            raise UpgradeRefusedError(
                HTTPStatus.BAD_REQUEST, "malformed", "transport is polling or websocket."
            )


class Sessions:
    """Every Socket.IO session that is open, by its id."""

    def __init__(
        self, *, parts: ConnectionParts, policy: SeamPolicy, clock: Clock, metrics: Metrics
    ) -> None:
        self.policy = policy
        self.metrics = metrics
        self._parts = parts
        self._clock = clock
        self._open: dict[str, Session] = {}
        # when each session ended whose client was told so, oldest first
        self._parted: dict[str, float] = {}

    def polling(self, session_id: str | None) -> tuple[Session, PollingCarrier]:
        """The session that polls under that id.

        Raises:
            UpgradeRefusedError: 400, where there is none, or it has a WebSocket by now.
        """
        session = self._open.get(session_id or "")
        if session is None or not isinstance(session.carrier, PollingCarrier):
            raise unknown_session()
        return session, session.carrier

    def has_parted(self, session_id: str) -> bool:
        """Whether that session's client was told of its end so lately that its own good-bye, which
        npm's client posts then, may still come."""
        ended_ms = self._parted.get(session_id)
        return ended_ms is not None and self._clock.now_ms() < ended_ms + CLOSE_TIMEOUT_MS

    def open_polling(self, headers: Mapping[str, str], query: str, address: str) -> bytes:
        """Begin a session that polls; the body of the answer.

        Raises:
            UpgradeRefusedError: where there are too many sockets.
        """
        self.policy.admit(address)
        session = self._new(lambda: self.policy.release(address))
        session.carrier = PollingCarrier(
            session, clock=self._clock, timer=self._parts.hub.timer, metrics=self.metrics
        )
        session.application = Connection(
            self._parts, session, presented_token(query, headers), address
        )
        return packets.handshake(session.session_id, upgrades=True)

    def open_socket(self, caller: Caller, request: UpgradeRequest, rest: bytes) -> None:
        """Answer the handshake of a WebSocket: it begins a session, or may take one over.

        Raises:
            UpgradeRefusedError: where it may not be opened.
        """
        query = Query(request.query)
        if query.transport != "websocket":
            raise UpgradeRefusedError(
                HTTPStatus.BAD_REQUEST, "malformed", "A WebSocket has transport=websocket."
            )
        address = self.policy.check(request.headers, caller.peer, caller.scheme)
        agreement = agree(request, compression=self.policy.compression, subprotocols=(SUBPROTOCOL,))
        if query.session_id is None:
            self.policy.admit(address)
            session = self._new(lambda: self.policy.release(address))
            adapter = PicowsAdapter(caller.transport, caller.state, _nothing)
            socket = self._socket(caller, adapter, deflates=agreement.deflates)
            session.carrier = socket
            session.application = Connection(self._parts, session, agreement.token, address)
            socket.sink = session
            opening = text_frame(packets.handshake(session.session_id, upgrades=False))
            adapter.start(socket, agreement.response + opening, rest)
            return
        session, carrier = self.polling(query.session_id)
        if session.probe is not None:
            raise UpgradeRefusedError(
                HTTPStatus.BAD_REQUEST, "unknown_session", "Another WebSocket is being tried."
            )
        adapter = PicowsAdapter(caller.transport, caller.state, _nothing)
        socket = self._socket(caller, adapter, deflates=agreement.deflates)
        socket.sink = Probe(session, carrier, socket, self._parts.hub.timer, self._clock.now_ms())
        adapter.start(socket, agreement.response, rest)

    def _socket(
        self, caller: Caller, adapter: PicowsAdapter, *, deflates: bool
    ) -> WebSocketTransport:
        return WebSocketTransport(
            caller.transport,
            deflates=deflates,
            clock=self._clock,
            timer=self._parts.hub.timer,
            metrics=self.metrics,
            ended=adapter.ended,
            dialect=FRAMED,
        )

    def _part(self, session_id: str) -> None:
        if len(self._parted) >= PARTED_MAX:
            del self._parted[next(iter(self._parted))]
        self._parted[session_id] = self._clock.now_ms()

    def _new(self, release: Callable[[], None]) -> Session:
        session_id = secrets.token_urlsafe(_SESSION_ID_BYTES)

        def ended() -> None:
            carrier = self._open.pop(session_id).carrier
            if isinstance(carrier, PollingCarrier) and carrier.told_end:
                self._part(session_id)
            release()

        session = Session(session_id, secrets.token_urlsafe(_SESSION_ID_BYTES), ended)
        self._open[session_id] = session
        return session


def unknown_session() -> UpgradeRefusedError:
    """The refusal of a request for a session that is not there, or not polling."""
    return UpgradeRefusedError(
        HTTPStatus.BAD_REQUEST, "unknown_session", "No session polls under this sid."
    )


def _nothing() -> None:
    """What there is to release when a socket of a session is gone: the session is counted."""
