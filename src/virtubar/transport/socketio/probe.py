"""A WebSocket that a polling client tries before it goes over to it (Engine.IO's upgrade)."""

from typing import Final

from virtubar.protocol.constants import CloseCode
from virtubar.runtime.timer import Timer
from virtubar.transport.frames import text_frame
from virtubar.transport.socketio import packets
from virtubar.transport.socketio.polling import PollingCarrier
from virtubar.transport.socketio.session import Session
from virtubar.transport.websocket import WebSocketTransport

UPGRADE_TIMEOUT_MS: Final = 10_000


class Probe:
    """The sink of a WebSocket until it carries the session; see ports.Sink.

    The client sends `2probe`, is answered, stops polling, and sends `5`. Packets go the old way
    until then. A session that ends meanwhile says its last words here: the client polls no more.
    """

    __slots__ = ("_answered", "_carrier", "_session", "_socket", "_timer", "wake_ms")

    def __init__(
        self,
        session: Session,
        carrier: PollingCarrier,
        socket: WebSocketTransport,
        timer: Timer,
        now_ms: float,
    ) -> None:
        self.wake_ms: float | None = None
        self._answered = False
        self._session = session
        self._carrier = carrier
        self._socket = socket
        self._timer = timer
        session.probe = socket
        timer.schedule(self, now_ms + UPGRADE_TIMEOUT_MS)

    def message(self, data: bytes, now_ms: float) -> None:
        """The probe, or the word that it is good."""
        del now_ms
        if data == packets.PROBE:
            self._answered = True
            self._carrier.start_probing()
            self._socket.write(text_frame(packets.PROBE_ANSWER))
        elif data == packets.UPGRADE and self._answered:
            self._timer.cancel(self)
            self._socket.sink = self._session
            is_over = self._carrier.is_closing
            self._session.upgrade(self._socket, self._carrier.hand_over())
            if is_over:
                self._socket.close(CloseCode.NORMAL, "the session is over")
        else:
            self._socket.close(CloseCode.PROTOCOL_ERROR, "neither probe nor upgrade")

    def wake(self, now_ms: float) -> None:
        """The client has had its time."""
        del now_ms
        self._socket.close(CloseCode.PROTOCOL_ERROR, "not upgraded in time")

    def drained(self) -> None:
        """Nothing is written but an answer."""

    def closed(self, *, left: bool) -> None:
        """The WebSocket is gone: the client polls on."""
        del left
        self._timer.cancel(self)
        self._carrier.probing = False
        self._session.probe = None
