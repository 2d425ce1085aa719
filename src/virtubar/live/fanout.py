"""What a room has to say, to its receivers: one encoding of each event, one write a receiver.

Nobody feels what breaks for somebody else (§2): an event that cannot be encoded is left out, and a
receiver that cannot be written to is closed with 1011; both are logged with their ids. A `try` that
nothing is raised in costs nothing.
"""

from typing import TYPE_CHECKING

import structlog
from msgspec import Struct

from virtubar.live.encoding import FlushEncoder
from virtubar.protocol.events import AvatarTransformBroadcast
from virtubar.room.outcomes import Flush
from virtubar.room.parts import Part, PartKind, Route
from virtubar.room.room import Room
from virtubar.runtime.metrics import Metrics

if TYPE_CHECKING:
    from virtubar.live.ports import Dialect, RoomConnection, Stream, Transport

_log = structlog.get_logger(__name__)
_MOVE = AvatarTransformBroadcast.EVENT
_SHARED_MIN = 2
"""Receivers from which on compressing pays: a buffer for one is sent plain, which any may get."""


class _Sorted(Struct):
    """A route, and the transports of its receivers by dialect: those that take it plain, and those
    that take it compressed."""

    route: Route
    plain: "dict[Dialect, list[Transport]]"
    deflating: "dict[Dialect, list[Transport]]"


class FanOut:
    """The receivers of one room.

    Attributes:
        connections: the connection of each connected member, by userId.
    """

    def __init__(self, room: Room, metrics: Metrics) -> None:
        self.connections: dict[str, RoomConnection] = {}
        self._room = room
        self._metrics = metrics
        self._streams: dict[Dialect, Stream] = {}

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
        for stream in self._streams.values():
            stream.rest()

    def look_who_reads(self) -> None:
        """Whoever was left out of transforms, and keeps up again, is caught up by the flush that
        is about to be drained."""
        cursors = self._room.cursors
        for user_id in cursors.behind if cursors.by_user else ():
            connection = self.connections.get(user_id)
            if connection is not None and not connection.transport.congested:
                cursors.catch_up(user_id)

    def deliver(self, flush: Flush) -> None:
        """Send one flush."""
        encoder = FlushEncoder(self._room.indices)
        found: list[_Sorted] = []
        for route in flush.routes:
            try:
                found.append(self._sort(route, encoder, flush.number))
            except Exception:
                # What a receiver or an event breaks ends further in.
                _log.exception("delivery_failed", room_id=self._room.config.room_id)
        streams = self._streams_of(found)
        for one in found:
            try:
                self._send_sorted(one, encoder, streams)
            except Exception:
                _log.exception("delivery_failed", room_id=self._room.config.room_id)
        self._count(flush.routes)
        if flush.coalesced:
            self._metrics.drops["coalesced"] += flush.coalesced
        if encoder.failures:
            self._report(encoder)

    def _sort(self, route: Route, encoder: FlushEncoder, number: int) -> _Sorted:
        """Who keeps up, by dialect; who does not gets all but the transforms at once (§5)."""
        connections, is_still = self.connections, route.is_still
        plain: list[Transport] = []
        deflating: list[Transport] = []
        for user_id in route.receivers:
            connection = connections.get(user_id)
            if connection is None:
                continue  # an earlier route of this flush could not be written to it
            transport = connection.transport
            if transport.congested and not is_still and self._leave_out(user_id, route, number):
                self._send([transport], route.still(), encoder, transport.dialect)
            elif transport.deflates:
                deflating.append(transport)
            else:
                plain.append(transport)
        return _Sorted(route, _by_dialect(plain), _by_dialect(deflating))

    def _send_sorted(
        self, found: _Sorted, encoder: FlushEncoder, streams: "dict[Dialect, Stream]"
    ) -> None:
        parts = found.route.parts
        for dialect, transports in found.plain.items():
            self._send(transports, parts, encoder, dialect)
        for dialect, transports in found.deflating.items():
            stream = streams.get(dialect) if found.route.is_current else None
            self._send_packed(transports, parts, encoder, dialect, stream)

    def _count(self, routes: list[Route]) -> None:
        """Each event once for each receiver that it was for."""
        received: dict[Part, int] = {}
        for route in routes:
            receivers = len(route.receivers)
            for part in route.parts:
                received[part] = received.get(part, 0) + receivers
        counts = self._metrics.events_out
        for part, receivers in received.items():
            moves = part.moves
            if moves:
                counts[_MOVE] += moves * receivers
            if moves < len(part.posts):
                for event in [post.event for post in part.posts]:
                    if type(event) is not AvatarTransformBroadcast:
                        counts[event.EVENT] += receivers

    def _streams_of(self, found: list[_Sorted]) -> "dict[Dialect, Stream]":
        """The stream of each dialect that what is shared goes through, ready for who reads it."""
        current = [one for one in found if one.route.is_current]
        readers: dict[Dialect, list[Transport]] = {}
        for one in current:
            for dialect, transports in one.deflating.items():
                known = readers.get(dialect)
                readers[dialect] = transports if known is None else known + transports
        if not readers:
            return {}
        receivers = sum([len(one.route.receivers) for one in current])
        if receivers < _SHARED_MIN:
            return {}
        for dialect, transports in readers.items():
            if dialect not in self._streams:
                self._streams[dialect] = dialect.stream()
            self._streams[dialect].read_by(transports)
        return {dialect: self._streams[dialect] for dialect in readers}

    def _leave_out(self, user_id: str, route: Route, number: int) -> bool:
        """Whether there are transforms on the route, which the receiver is not to have."""
        moves = sum([part.moves for part in route.parts])
        if moves:
            self._room.cursors.fall_behind(user_id, number)
            self._metrics.drops["coalesced"] += moves
        return moves > 0

    def _send(
        self,
        transports: "list[Transport]",
        parts: tuple[Part, ...],
        encoder: FlushEncoder,
        dialect: "Dialect",
    ) -> None:
        """The parts uncompressed, for each of them."""
        data = encoder.plain(parts, dialect)
        if parts and _has_state(parts):
            for transport in transports:
                transport.expect_state(len(data))
        self._write(transports, data)

    def _send_packed(
        self,
        transports: "list[Transport]",
        parts: tuple[Part, ...],
        encoder: FlushEncoder,
        dialect: "Dialect",
        stream: "Stream | None",
    ) -> None:
        """The parts for receivers that inflate: what is shared by all who are current through
        their stream, a whole room on its own, the rest plain."""
        data = dialect.joined([self._packed(part, encoder, dialect, stream) for part in parts])
        if dialect in self._streams and any(part.kind is PartKind.PACKED for part in parts):
            self._streams[dialect].rest()  # what comes may not refer back past this
        if _has_state(parts):
            for transport in transports:
                self._forget(dialect, transport)
                transport.expect_state(len(data))
        self._write(transports, data)

    def _forget(self, dialect: "Dialect", transport: "Transport") -> None:
        """The transport was sent something compressed that no other was."""
        if dialect in self._streams:
            self._streams[dialect].forget(transport)

    def _packed(
        self, part: Part, encoder: FlushEncoder, dialect: "Dialect", stream: "Stream | None"
    ) -> bytes:
        if part.kind is PartKind.STATE:
            return encoder.alone(part, dialect)
        if part.kind is PartKind.PACKED:
            return encoder.packed(part, dialect)
        if part.kind is not PartKind.SHARED or stream is None:
            return encoder.part(part, dialect)
        try:
            return encoder.streamed(part, dialect, stream)
        except Exception:
            _log.exception("deflate_failed", room_id=self._room.config.room_id)
            stream.rest()
            return encoder.part(part, dialect)

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


def _by_dialect(transports: "list[Transport]") -> "dict[Dialect, list[Transport]]":
    """The same, by what they speak."""
    if not transports:
        return {}
    first = transports[0].dialect
    if not [one for one in transports if one.dialect is not first]:
        return {first: transports}
    found: dict[Dialect, list[Transport]] = {}
    for transport in transports:
        found.setdefault(transport.dialect, []).append(transport)
    return found
