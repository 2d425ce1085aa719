"""The bounded queue between the connection and the application that reads it. Pure."""

from collections import deque

from virtubar.client.events import Delivery
from virtubar.errors import ReaderTooSlowError
from virtubar.protocol.events import (
    AvatarTransformBroadcast,
    MemberJoined,
    MemberLeft,
    RoomState,
)

COALESCE_ABOVE = 512
"""Unread deliveries above which a member's transforms are coalesced: about a second of a room of
30. Below it every sample is kept, because smoothing wants them all."""
RELIABLE_MAX = 4096
"""Unread events other than transforms: over it the reader is closed with ReaderTooSlowError, for
none of them may be dropped. A quarter of an hour of a lively room."""


class Mailbox:
    """First in, first out; transforms coalesce newest per member once the reader is behind.

    Holds at most COALESCE_ABOVE transforms plus one a member, plus RELIABLE_MAX other events.
    A coalesced transform keeps the place of the older one, yet never moves across its member's
    `member_joined` or `member_left`, nor across a `room_state`.
    """

    def __init__(self) -> None:
        self._cells: deque[list[Delivery]] = deque()
        self._newest: dict[str, list[Delivery]] = {}
        self._reliable = 0

    def __len__(self) -> int:
        return len(self._cells)

    def put(self, delivery: Delivery) -> None:
        """Take one in.

        Raises:
            ReaderTooSlowError: RELIABLE_MAX events are unread already; this one is not taken.
        """
        event = delivery.event
        if isinstance(event, AvatarTransformBroadcast):
            self._put_transform(event.user_id, delivery)
            return
        if self._reliable >= RELIABLE_MAX:
            raise ReaderTooSlowError(self._reliable)
        self._reliable += 1
        if isinstance(event, MemberJoined):
            self._newest.pop(event.member.user_id, None)
        elif isinstance(event, MemberLeft):
            self._newest.pop(event.user_id, None)
        elif isinstance(event, RoomState):
            self._newest.clear()
        self._cells.append([delivery])

    def _put_transform(self, user_id: str, delivery: Delivery) -> None:
        if len(self._cells) >= COALESCE_ABOVE:
            unread = self._newest.get(user_id)
            if unread is not None:
                unread[0] = delivery
                return
        cell = [delivery]
        self._cells.append(cell)
        self._newest[user_id] = cell

    def take(self) -> Delivery:
        """Give the oldest one out; IndexError where there is none."""
        cell = self._cells.popleft()
        event = cell[0].event
        if not isinstance(event, AvatarTransformBroadcast):
            self._reliable -= 1
        elif self._newest.get(event.user_id) is cell:
            del self._newest[event.user_id]
        return cell[0]
