"""What one person may do how often, remembered for longer than a connection or a membership. Pure.

Limits belong to people and to addresses. Kept with a socket, or with a member, they would be full
again after every reconnect, or every leave and rejoin.
"""

from collections import OrderedDict
from collections.abc import Container
from typing import Annotated, Final

from msgspec import Meta, Struct

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
from virtubar.room.buckets import AddressBuckets, BucketSnapshot, KeyedBuckets, TokenBucket
from virtubar.room.written import UserId

PEOPLE_MAX: Final = 4_096
"""People whose limits one room remembers, those who came longest ago forgotten first: more than a
room holds. Who would be forgotten on purpose has to come with that many identities, which the
limits on joining make slow."""
_LOOKED_AT: Final = 2
"""People looked at when somebody new comes, to be forgotten: one would only keep the number."""


class LimitsSnapshot(Struct, frozen=True, array_like=True):
    """What one person has left; None for a bucket that is full."""

    user_id: UserId
    rate_hz: Annotated[float, Meta(ge=1.0, le=1000.0)]
    moves: BucketSnapshot | None
    chat: BucketSnapshot | None
    emotes: BucketSnapshot | None
    seats: BucketSnapshot | None
    sight: BucketSnapshot | None


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

    def snapshot(self, user_id: str, now_ms: float) -> LimitsSnapshot:
        """What the person has left."""
        return LimitsSnapshot(
            user_id,
            self.moves.rate_hz,
            self.moves.snapshot(now_ms),
            self.chat.snapshot(now_ms),
            self.emotes.snapshot(now_ms),
            self.seats.snapshot(now_ms),
            self.sight.snapshot(now_ms),
        )

    @classmethod
    def restore(cls, snapshot: LimitsSnapshot, now_ms: float) -> "MemberLimits":
        """The limits of a person as they were written."""
        limits = cls(snapshot.rate_hz, now_ms)
        limits.moves.restore(snapshot.moves, now_ms)
        limits.chat.restore(snapshot.chat, now_ms)
        limits.emotes.restore(snapshot.emotes, now_ms)
        limits.seats.restore(snapshot.seats, now_ms)
        limits.sight.restore(snapshot.sight, now_ms)
        return limits

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

    def snapshot(self, now_ms: float) -> list[LimitsSnapshot]:
        """What everybody has left who does not have all of it."""
        return [
            limits.snapshot(user_id, now_ms)
            for user_id, limits in self._people.items()
            if not limits.is_full(now_ms)
        ]

    def restore(self, snapshot: list[LimitsSnapshot], now_ms: float) -> None:
        """Remember what was written; whoever is not in it has all of it."""
        for person in snapshot:
            self._people[person.user_id] = MemberLimits.restore(person, now_ms)

    def of_member(self, user_id: str, rate_hz: float, now_ms: float) -> MemberLimits:
        """What a member has left who was written down with them."""
        limits = self._people.get(user_id)
        if limits is None:
            limits = self._people[user_id] = MemberLimits(rate_hz, now_ms)
        return limits

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
