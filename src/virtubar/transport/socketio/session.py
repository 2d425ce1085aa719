"""One Socket.IO client: what its packets mean, whichever way they come.

Between a carrier (a WebSocket, or polling) and a Connection: towards the connection it is the
transport, towards the carrier the sink. The rules of the room are the connection's, the limits of
a socket the carrier's; here is only what Engine.IO and Socket.IO put around them.
"""

from collections.abc import Callable
from typing import Final, Protocol

from virtubar.live.ports import Dialect, Transport
from virtubar.protocol.constants import MESSAGE_MAX_BYTES, CloseCode
from virtubar.transport.frames import text_frame
from virtubar.transport.socketio import packets
from virtubar.transport.socketio.packets import Kind, Packet


class Application(Protocol):
    """What a session wants of the connection that it serves; see connection.Connection."""

    def message(self, data: bytes, now_ms: float, name: str | None = None) -> None:
        """An envelope came under that event name."""
        ...

    def garbled(self, message: str, now_ms: float) -> None:
        """Something came that is no event, for the reason given."""
        ...

    def present(self, token: str) -> None:
        """The client presented a realtimeToken."""
        ...

    def drained(self) -> None:
        """See ports.Sink."""
        ...

    def closed(self, *, left: bool) -> None:
        """See ports.Sink."""
        ...


class Session:
    """One Engine.IO session with the one Socket.IO socket in it.

    Args:
        session_id: what requests show to belong here: a secret of the client's.
        socket_id: the Socket.IO socket's, which nothing here depends on.
        ended: called once when it is over.

    Attributes:
        carrier: what packets come and go by now; set right after the making, and at an upgrade.
        application: the connection; likewise.
        probe: a WebSocket that may become the carrier, if one is being tried.
    """

    __slots__ = (
        "_connected",
        "_ended",
        "_left",
        "_over",
        "application",
        "carrier",
        "probe",
        "session_id",
        "socket_id",
    )

    carrier: Transport
    application: Application

    def __init__(self, session_id: str, socket_id: str, ended: Callable[[], None]) -> None:
        self.session_id = session_id
        self.socket_id = socket_id
        self.probe: Transport | None = None
        self._ended: Callable[[], None] | None = ended
        self._connected = False
        self._left = False
        self._over = False

    # The connection's transport

    @property
    def dialect(self) -> Dialect:
        """See ports.Transport."""
        return self.carrier.dialect

    @property
    def deflates(self) -> bool:
        """See ports.Transport."""
        return self.carrier.deflates

    @property
    def congested(self) -> bool:
        """See ports.Transport."""
        return self.carrier.congested

    def write(self, data: bytes) -> None:
        """See ports.Transport."""
        self.carrier.write(data)

    def expect_state(self, size_bytes: int) -> None:
        """See ports.Transport."""
        self.carrier.expect_state(size_bytes)

    def close(self, code: CloseCode, reason: str) -> None:
        """See ports.Transport."""
        self.carrier.close(code, reason)

    # The carrier's sink

    def message(self, data: bytes, now_ms: float) -> None:
        """One packet came."""
        if self._over:
            return
        packet = packets.read(data)
        if packet.kind is Kind.EVENT:
            self._event(packet, now_ms)
        elif packet.kind is not Kind.PONG:
            HANDLERS[packet.kind](self, packet, now_ms)

    def drained(self) -> None:
        """The carrier is not congested any more."""
        self.application.drained()

    def closed(self, *, left: bool) -> None:
        """The carrier is gone. A WebSocket's close code 1000 is a leave here too (§4): it is all
        that python-socketio's client sends."""
        self._left = self._left or left
        ended, self._ended = self._ended, None
        try:
            self._part()
        finally:
            if self.probe is not None:
                self.probe.close(CloseCode.NORMAL, "the session is over")
            if ended is not None:
                ended()

    def _part(self) -> None:
        """Tell the connection, once, and as soon as it is known."""
        over, self._over = self._over, True
        if not over:
            self.application.closed(left=self._left)

    # Upgrading

    def upgrade(self, socket: Transport, waiting: list[bytes]) -> None:
        """Go on over a WebSocket, beginning with what still waited to be polled."""
        was_congested = self.carrier.congested
        self.carrier, self.probe = socket, None
        if waiting:
            socket.write(b"".join(map(text_frame, waiting)))
        if was_congested and not socket.congested:
            self.application.drained()

    # Packets

    def _event(self, packet: Packet, now_ms: float) -> None:
        if not self._connected:
            self.close(CloseCode.PROTOCOL_ERROR, "no CONNECT yet")
        elif len(packet.data) > MESSAGE_MAX_BYTES:
            self.close(CloseCode.TOO_BIG, "too big")
        elif packet.kind is Kind.EVENT:
            self.application.message(packet.data, now_ms, packet.name)
        else:
            self.application.garbled(
                "An event is its name and one envelope, without acknowledgement.", now_ms
            )

    def _connect(self, packet: Packet, _now_ms: float) -> None:
        if self._connected:
            self.close(CloseCode.PROTOCOL_ERROR, "connected already")
            return
        try:
            token = packets.presented_token(packet.data)
        except ValueError:
            self._say(packets.refused("auth must be an object, and realtimeToken in it a string."))
            return
        self._connected = True
        if token:
            self.application.present(token)
        self._say(packets.connected(self.socket_id))

    def _refuse_namespace(self, packet: Packet, _now_ms: float) -> None:
        self._say(packets.refused("Invalid namespace", packet.name))

    def _disconnect(self, _packet: Packet, _now_ms: float) -> None:
        """The client leaves: as close code 1000 would say it (§4)."""
        self._left = True
        self._part()
        self.close(CloseCode.NORMAL, "left")

    def _engine_close(self, _packet: Packet, _now_ms: float) -> None:
        """The connection ends, which a page does without being asked: no leave."""
        self._part()
        self.close(CloseCode.NORMAL, "closed")

    def _ping(self, packet: Packet, _now_ms: float) -> None:
        self._say(packets.PONG + packet.data)

    def _binary(self, _packet: Packet, _now_ms: float) -> None:
        self.close(CloseCode.UNSUPPORTED_DATA, "text only")

    def _invalid(self, _packet: Packet, _now_ms: float) -> None:
        self.close(CloseCode.PROTOCOL_ERROR, "not a packet")

    def _say(self, packet: bytes) -> None:
        self.write(self.carrier.dialect.plain([packet]))

    @staticmethod
    def handlers() -> dict[Kind, Callable[["Session", Packet, float], None]]:
        """Who takes in which packet; events and pongs, which most are, are looked at before."""
        return {
            Kind.GARBLED: Session._event,
            Kind.CONNECT: Session._connect,
            Kind.REFUSED_NAMESPACE: Session._refuse_namespace,
            Kind.DISCONNECT: Session._disconnect,
            Kind.CLOSE: Session._engine_close,
            Kind.PING: Session._ping,
            Kind.BINARY: Session._binary,
            Kind.INVALID: Session._invalid,
        }


HANDLERS: Final = Session.handlers()
