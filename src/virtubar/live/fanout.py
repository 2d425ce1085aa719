"""What a room has to say, to its receivers: one encoding of each event, one write a receiver.

Nobody feels what breaks for somebody else (§2): an event that cannot be encoded is left out, and a
receiver that cannot be written to is closed with 1011; both are logged with their ids. A `try` that
nothing is raised in costs nothing.
"""

from typing import TYPE_CHECKING, NamedTuple

import structlog

from virtubar.live.wire import DeflateStream, FlushEncoder, Wire
from virtubar.room.outcomes import Flush
from virtubar.room.parts import Part, PartKind, Route
from virtubar.room.room import Room
from virtubar.runtime.metrics import Metrics

if TYPE_CHECKING:
    from virtubar.live.ports import RoomConnection, Transport

_log = structlog.get_logger(__name__)
_SHARED_MIN = 2
"""Receivers from which on compressing pays: a buffer for one is sent plain, which any may get."""
_WIRES = tuple(Wire)


class _Sorted(NamedTuple):
    """A route, and the transports of its receivers by wire: those that take it plain, and those
    that take it compressed."""

    route: Route
    plain: "list[list[Transport]]"
    deflating: "list[list[Transport]]"


class FanOut:
    """The receivers of one room.

    Attributes:
        connections: the connection of each connected member, by userId.
    """

    def __init__(self, room: Room, metrics: Metrics) -> None:
        self.connections: dict[str, RoomConnection] = {}
        self._room = room
        self._metrics = metrics
        self._streams = [DeflateStream() for _ in _WIRES]

    def connect(self, user_id: str, connection: "RoomConnection") -> None:
        """The member is at this connection now; the one before it is told."""
        previous = self.connections.get(user_id)
        self.connections[user_id] = connection
        if previous is None:
            return
        try:
            previous.replaced()
        except Exception:  # what breaks there is not the new one's
            room_id = self._room.config.room_id
            _log.exception("replacing_failed", room_id=room_id, user_id=user_id)

    def rest(self) -> None:
        """Nothing is said for a while: let the compressors go."""
        for stream in self._streams:
            stream.rest()

    def look_who_reads(self) -> None:
        """Whoever was left out of transforms, and keeps up again, is caught up by the flush that
        is about to be drained."""
        for user_id in self._room.behind:
            connection = self.connections.get(user_id)
            if connection is not None and not connection.transport.congested:
                self._room.catch_up(user_id)

    def deliver(self, flush: Flush) -> None:
        """Send one flush."""
        encoder = FlushEncoder()
        found: list[_Sorted] = []
        shared = 0
        for route in flush.routes:
            if route.is_current:
                shared += len(route.receivers)
            try:
                found.append(self._sort(route, encoder, flush.number))
            except Exception:
                # What a receiver or an event breaks ends further in.
                _log.exception("delivery_failed", room_id=self._room.config.room_id)
        for wire in _WIRES:
            for one in found:
                if one.plain[wire] or one.deflating[wire]:
                    self._deliver(found, wire, encoder, shared)
                    break
        if flush.coalesced:
            self._metrics.drops["coalesced"] += flush.coalesced
        if encoder.failures:
            self._report(encoder)

    def _sort(self, route: Route, encoder: FlushEncoder, number: int) -> _Sorted:
        """Who keeps up, by wire; who does not gets everything but the transforms at once (§5)."""
        connections = self.connections
        plain: list[list[Transport]] = [[] for _ in _WIRES]
        deflating: list[list[Transport]] = [[] for _ in _WIRES]
        for user_id in route.receivers:
            connection = connections.get(user_id)
            if connection is None:
                continue  # an earlier route of this flush could not be written to it
            transport = connection.transport
            if (
                transport.congested
                and not route.is_still
                and self._leave_out(user_id, route, number)
            ):
                self._send([transport], route.still(), encoder, transport.wire)
            elif transport.deflates:
                deflating[transport.wire].append(transport)
            else:
                plain[transport.wire].append(transport)
        counts, receivers = self._metrics.events_out, len(route.receivers)
        for part in route.parts:
            for post in part.posts:
                counts[post.event.EVENT] += receivers
        return _Sorted(route, plain, deflating)

    def _leave_out(self, user_id: str, route: Route, number: int) -> bool:
        """Whether there are transforms on the route, which the receiver is not to have."""
        posts = sum(len(part.posts) for part in route.parts)
        moves = posts - sum(len(part.posts) for part in route.still())
        if moves:
            self._room.fall_behind(user_id, number)
            self._metrics.drops["coalesced"] += moves
        return moves > 0

    def _deliver(
        self, found: list[_Sorted], wire: Wire, encoder: FlushEncoder, receivers: int
    ) -> None:
        """Everything for the receivers of one wire.

        Args:
            receivers: how many, of all wires, get what is shared.
        """
        current = [one.deflating[wire] for one in found if one.route.is_current]
        readers = current[0] if len(current) == 1 else [each for one in current for each in one]
        stream = self._streams[wire] if readers and receivers >= _SHARED_MIN else None
        if stream is not None:
            stream.read_by(readers)
        for route, plain, deflating in found:
            try:
                if plain[wire]:
                    self._send(plain[wire], route.parts, encoder, wire)
                if deflating[wire]:
                    shared = stream if route.is_current else None
                    self._send_packed(deflating[wire], route.parts, encoder, wire, shared)
            except Exception:
                # What a receiver or an event breaks ends further in.
                _log.exception("delivery_failed", room_id=self._room.config.room_id)

    def _send(
        self,
        transports: "list[Transport]",
        parts: tuple[Part, ...],
        encoder: FlushEncoder,
        wire: Wire,
    ) -> None:
        """The parts uncompressed, for each of them."""
        data = encoder.plain(parts, wire)
        if parts and _has_state(parts):
            for transport in transports:
                transport.expect_state(len(data))
        self._write(transports, data)

    def _send_packed(
        self,
        transports: "list[Transport]",
        parts: tuple[Part, ...],
        encoder: FlushEncoder,
        wire: Wire,
        stream: DeflateStream | None,
    ) -> None:
        """The parts for receivers that inflate: what is shared by all who are current through
        their stream, a whole room on its own, the rest plain."""
        data = encoder.join([self._packed(part, encoder, wire, stream) for part in parts], wire)
        if _has_state(parts):
            for transport in transports:
                self._streams[wire].forget(transport)
                transport.expect_state(len(data))
        self._write(transports, data)

    def _packed(
        self, part: Part, encoder: FlushEncoder, wire: Wire, stream: DeflateStream | None
    ) -> bytes:
        if part.kind is PartKind.STATE:
            return encoder.state(part, wire)
        if part.kind is not PartKind.SHARED or stream is None:
            return encoder.part(part, wire)
        try:
            return encoder.streamed(part, wire, stream)
        except Exception:
            _log.exception("deflate_failed", room_id=self._room.config.room_id)
            stream.rest()
            return encoder.part(part, wire)

    def _write(self, transports: "list[Transport]", data: bytes) -> None:
        """The same bytes for each of them."""
        if not data:
            return  # nothing of it could be encoded
        for transport in transports:
            try:
                transport.write(data)
            except Exception:
                self._fail(transport)

    def _fail(self, transport: "Transport") -> None:
        """A receiver could not be written to: it alone ends, at once, so that it gets nothing out
        of order; called while its exception is handled."""
        room_id = self._room.config.room_id
        for user_id, connection in list(self.connections.items()):
            if connection.transport is transport:
                _log.exception("receiver_failed", room_id=room_id, user_id=user_id)
                try:
                    connection.failed()
                except Exception:  # so broken that it cannot be closed either
                    _log.exception("receiver_not_closed", room_id=room_id, user_id=user_id)

    def _report(self, encoder: FlushEncoder) -> None:
        for post, error in encoder.failures:
            self._metrics.drops["not_encoded"] += 1
            _log.error(
                "event_not_encoded",
                room_id=self._room.config.room_id,
                t=str(post.event.EVENT),
                exc_info=error,
            )


def _has_state(parts: tuple[Part, ...]) -> bool:
    """Whether somebody comes in with them, or comes back into sight (§3, §4)."""
    return parts[0].kind is PartKind.STATE or parts[-1].kind is PartKind.STATE
