"""What one person may do how often, remembered for longer than a connection or a membership. Pure.

Limits belong to people and to addresses. Kept with a socket, or with a member, they would be full
again after every reconnect, or every leave and rejoin.
"""

from collections import OrderedDict
from collections.abc import Container
from typing import Final

from virtubar.protocol.constants import (
    CHAT_BURST,
    CHAT_RATE_HZ,
    EMOTE_BURST,
    EMOTE_RATE_HZ,
    SEAT_BURST,
    SEAT_RATE_HZ,
    SIGHT_BURST,
    SIGHT_RATE_HZ,
    TRANSFORM_BURST,
)
from virtubar.room.buckets import AddressBuckets, KeyedBuckets, TokenBucket

PEOPLE_MAX: Final = 4_096
"""People whose limits one room remembers, those who came longest ago forgotten first: more than a
room holds. Who would be forgotten on purpose has to come with that many identities, which the
limits on joining make slow."""
_LOOKED_AT: Final = 2
"""People looked at when somebody new comes, to be forgotten: one would only keep the number."""


class MemberLimits:
    """The limits of one person in one room (§4, §5, §6, §11).

    Attributes:
        moves: transforms, at the rate of the device.
        chat, emotes: what they say and show.
        seats: what they ask to sit on.
        sight: returns to sight, each of which costs a `room_state`.
    """

    __slots__ = ("chat", "emotes", "moves", "seats", "sight")

    def __init__(self, rate_hz: float, now_ms: float) -> None:
        self.moves = TokenBucket(rate_hz, TRANSFORM_BURST, now_ms)
        self.chat = TokenBucket(CHAT_RATE_HZ, CHAT_BURST, now_ms)
        self.emotes = TokenBucket(EMOTE_RATE_HZ, EMOTE_BURST, now_ms)
        self.seats = TokenBucket(SEAT_RATE_HZ, SEAT_BURST, now_ms)
        self.sight = TokenBucket(SIGHT_RATE_HZ, SIGHT_BURST, now_ms)

    def is_full(self, now_ms: float) -> bool:
        """Whether forgetting them would give nobody more than they have."""
        buckets = (self.moves, self.chat, self.emotes, self.seats, self.sight)
        return all(bucket.is_full(now_ms) for bucket in buckets)


class RoomLimits:
    """The limits of everybody who is in a room, or was there lately."""

    def __init__(self) -> None:
        self._people: OrderedDict[str, MemberLimits] = OrderedDict()

    def enter(
        self, user_id: str, rate_hz: float, now_ms: float, members: Container[str]
    ) -> MemberLimits:
        """What somebody who comes in has left: all of it, unless they were here just now.

        Args:
            rate_hz: of their transforms.
            members: who is in the room; their limits are not forgotten.
        """
        limits = self._people.get(user_id)
        if limits is None:
            self._forget(now_ms, members)
            limits = self._people[user_id] = MemberLimits(rate_hz, now_ms)
        else:
            limits.moves.set_rate(rate_hz, now_ms)
            self._people.move_to_end(user_id)
        return limits

    def _forget(self, now_ms: float, members: Container[str]) -> None:
        """Make place, looking at few, so that a crowd that comes costs no more than each alone."""
        people = self._people
        for _ in range(min(_LOOKED_AT, len(people))):
            user_id, limits = next(iter(people.items()))
            if user_id in members:
                people.move_to_end(user_id)
            elif limits.is_full(now_ms):
                del people[user_id]
            else:
                break
        if len(people) >= PEOPLE_MAX:
            people.popitem(last=False)

    def __len__(self) -> int:
        return len(self._people)


class ActorLimit:
    """One kind of act, limited by user and by address, over everything that they have open.

    Args:
        by_user: acts a second, and at once.
        by_address: the same, for all users from there together; None where addresses do not
            count.
    """

    def __init__(
        self, by_user: tuple[float, int], by_address: tuple[float, int] | None = None
    ) -> None:
        self._users = KeyedBuckets(*by_user)
        self._addresses = None if by_address is None else AddressBuckets(*by_address)

    def take(self, user_id: str, address: str | None, now_ms: float) -> float:
        """Count one act: 0 where it may be, else milliseconds to wait.

        The user is asked first, so that somebody over their own limit takes nothing from those
        behind the same address.

        Args:
            address: None where it does not count.
        """
        wait_ms = self._users.take(user_id, now_ms)
        if wait_ms > 0 or address is None or self._addresses is None:
            return wait_ms
        return self._addresses.take(address, now_ms)
