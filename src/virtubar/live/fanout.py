"""What a room has to say, to its receivers: one encoding of each event, one write a receiver.

Nobody feels what breaks for somebody else (§2): an event that cannot be encoded is left out, and a
receiver that cannot be written to is closed with 1011; both are logged with their ids. A `try` that
nothing is raised in costs nothing.
"""

from typing import TYPE_CHECKING

import structlog

from virtubar.live.wire import DeflateStream, FlushEncoder, Wire
from virtubar.protocol.events import AvatarTransformBroadcast, RoomState
from virtubar.room.outbox import Delivery, Post
from virtubar.room.room import Room
from virtubar.runtime.metrics import Metrics

if TYPE_CHECKING:
    from virtubar.live.ports import RoomConnection, Transport

_log = structlog.get_logger(__name__)
_SHARED_MIN = 2
"""Receivers from which on compressing pays: a buffer for one is sent plain, which any may get."""
_WIRES = tuple(Wire)


class FanOut:
    """The receivers of one room, and what each of them is behind with.

    Attributes:
        connections: the connection of each connected member, by userId.
    """

    def __init__(self, room: Room, metrics: Metrics) -> None:
        self.connections: dict[str, RoomConnection] = {}
        self._room = room
        self._metrics = metrics
        self._deflate = [DeflateStream() for _ in _WIRES]
        # Who was left out of transforms, and since which flush.
        self._behind: dict[str, int] = {}

    def connect(self, user_id: str, connection: "RoomConnection") -> None:
        """The member is at this connection now; the one before it is told. What that was behind
        with is over, since the state that comes first has it all."""
        previous = self.connections.get(user_id)
        self.connections[user_id] = connection
        self._behind.pop(user_id, None)
        if previous is None:
            return
        try:
            previous.replaced()
        except Exception:  # what breaks there is not the new one's
            room_id = self._room.config.room_id
            _log.exception("replacing_failed", room_id=room_id, user_id=user_id)

    def is_behind(self, user_id: str) -> bool:
        """Whether the member was left out of transforms, and is to be caught up."""
        return user_id in self._behind

    def rest(self) -> None:
        """Nothing is said for a while: let the compressors go."""
        for stream in self._deflate:
            stream.rest()

    def deliver(self, deliveries: list[Delivery], number: int) -> None:
        """Send the deliveries of that flush, and catch up whoever keeps up again."""
        encoder = FlushEncoder()
        for delivery in deliveries:
            try:
                self._deliver(delivery, encoder, number)
            except Exception:
                # What a receiver or an event breaks ends further in.
                _log.exception("delivery_failed", room_id=self._room.config.room_id)
        self._report(encoder)
        if self._behind:
            self._catch_up()

    def _deliver(self, delivery: Delivery, encoder: FlushEncoder, number: int) -> None:
        posts = delivery.posts
        plain, deflating = self._sorted(delivery, encoder, number)
        with_state = _begins_with_state(posts)
        for wire in _WIRES:
            if with_state:
                for transport in (*plain[wire], *deflating[wire]):
                    self._send_state(transport, posts, encoder)
                continue
            if len(delivery.receivers) < _SHARED_MIN:
                plain[wire] += deflating[wire]
            elif deflating[wire]:
                self._write(deflating[wire], self._deflated(posts, encoder, wire, deflating[wire]))
            if plain[wire]:
                self._write(plain[wire], encoder.plain(posts, wire))
        counts, receivers = self._metrics.events_out, len(delivery.receivers)
        for post in posts:
            counts[post.event.EVENT] += receivers

    def _sorted(
        self, delivery: Delivery, encoder: FlushEncoder, number: int
    ) -> "tuple[list[list[Transport]], list[list[Transport]]]":
        """Who keeps up, by wire: those who take it plain, and those who take it compressed."""
        connections, behind = self.connections, self._behind
        plain: list[list[Transport]] = [[] for _ in _WIRES]
        deflating: list[list[Transport]] = [[] for _ in _WIRES]
        for user_id in delivery.receivers:
            connection = connections.get(user_id)
            if connection is None:
                continue  # an earlier delivery of this flush could not be written to it
            transport = connection.transport
            if transport.congested or user_id in behind:
                self._deliver_behind(user_id, delivery.posts, encoder, number)
            elif transport.deflates:
                deflating[transport.wire].append(transport)
            else:
                plain[transport.wire].append(transport)
        return plain, deflating

    def _send_state(self, transport: "Transport", posts: list[Post], encoder: FlushEncoder) -> None:
        """A whole room to one receiver: compressed where it may be, with the time that it needs."""
        wire = transport.wire
        if transport.deflates:
            self._deflate[wire].forget(transport)
            data = encoder.state(posts, wire)
        else:
            data = encoder.plain(posts, wire)
        transport.expect_state(len(data))
        self._write([transport], data)

    def _deflated(
        self, posts: list[Post], encoder: FlushEncoder, wire: Wire, receivers: "list[Transport]"
    ) -> bytes:
        """The posts compressed for exactly those; plain, which any may get, where that fails."""
        stream = self._deflate[wire]
        try:
            return stream.frames(encoder.payloads(posts, wire), receivers)
        except Exception:
            _log.exception("deflate_failed", room_id=self._room.config.room_id)
            stream.rest()
            return encoder.plain(posts, wire)

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

    def _deliver_behind(
        self, user_id: str, posts: list[Post], encoder: FlushEncoder, number: int
    ) -> None:
        """A receiver that does not keep up gets everything but the transforms (§5)."""
        rest = [post for post in posts if not isinstance(post.event, AvatarTransformBroadcast)]
        if len(rest) < len(posts):
            self._behind.setdefault(user_id, number)
            self._metrics.drops["coalesced"] += len(posts) - len(rest)
        if rest:
            transport = self.connections[user_id].transport
            if _begins_with_state(rest):
                self._send_state(transport, rest, encoder)
            else:
                self._write([transport], encoder.plain(rest, transport.wire))

    def _catch_up(self) -> None:
        """Whoever keeps up again gets the newest transform of each who moved meanwhile."""
        for user_id, since in list(self._behind.items()):
            connection = self.connections.get(user_id)
            if connection is None:
                del self._behind[user_id]
            elif not connection.transport.congested:
                del self._behind[user_id]
                self._send_latest(user_id, connection.transport, since)

    def _send_latest(self, user_id: str, transport: "Transport", since: int) -> None:
        member = self._room.members.get(user_id)
        posts = self._room.latest_since(since)
        if posts and member is not None and member.visible:
            encoder = FlushEncoder()
            self._write([transport], encoder.plain(posts, transport.wire))
            self._report(encoder)


def _begins_with_state(posts: list[Post]) -> bool:
    """Whether the posts are for somebody who comes in, or comes back into sight (§3, §4)."""
    return bool(posts) and isinstance(posts[0].event, RoomState)
