"""What went on in a room in the last 5 minutes, for the case that somebody is reported (§7).

Kept in memory only, and handed out only as what one reporter could have seen and heard: since they
came in, within their earshot, with the people who were near. Costs a line for each join, leave,
emote and message, and a sample of everybody's place every 10 s; nothing when somebody moves.
"""

from array import array
from collections import deque
from collections.abc import Collection, Iterator
from heapq import nsmallest
from typing import Any, Final, Literal, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from virtubar.protocol.events import ChatBroadcast
from virtubar.room.member import Member

WINDOW_MS: Final = 5 * 60_000
SAMPLE_INTERVAL_MS: Final = 10_000
SAMPLES_MAX: Final = WINDOW_MS // SAMPLE_INTERVAL_MS + 1
SAID_MAX: Final = 2_000
"""Messages kept in a room: seven a second for 5 minutes, more than anybody reads. With a hearing
radius and 250 people in earshot of everything that is 6 MB, without one it is 1 MB."""
HAPPENED_MAX: Final = 4_000
"""Joins, leaves and emotes kept in a room: 0.5 MB. Apart from what was said, so that nobody can
push their words out of memory with emotes."""
SHOWN_MAX: Final = 500
"""Events of the reported, and as many of all others, in one report: the newest of them."""
NEAREST_MAX: Final = 50
"""People in one sample of a report, beside the reporter and the reported: those nearest to the
middle of the square that the reporter stands in."""
SQUARE_M: Final = 8
"""Everybody in one square is shown the same people, so that what many report is stored once
(storage.evidence); as wide as what one takes in at a glance."""

Kind = Literal["joined", "left", "emote"]


class _Happened(Struct, frozen=True, gc=False):
    """`number` is the place in the order of everything that happened."""

    number: int
    at_ms: int
    kind: Kind
    user_id: str
    name: str
    emote_id: str | None = None

    def shown(self) -> dict[str, Any]:
        """The event as JSON values."""
        shown: dict[str, Any] = {"atMs": self.at_ms, "kind": self.kind, "userId": self.user_id}
        return shown if self.emote_id is None else {**shown, "emoteId": self.emote_id}


class _Heard(Struct, frozen=True):
    """`number` is as above; `spoken` is the message's in the chat's history."""

    number: int
    spoken: int
    at_ms: int
    chat: ChatBroadcast
    name: str
    audience: tuple[str, ...] | None

    @property
    def user_id(self) -> str:
        """Who said it."""
        return self.chat.user_id

    def shown(self) -> dict[str, Any]:
        """The message as JSON values."""
        return {
            "atMs": self.at_ms,
            "kind": "chat",
            "userId": self.chat.user_id,
            "messageId": self.chat.message_id,
            "text": self.chat.text,
        }


class _Sample(Struct, frozen=True):
    """Where everybody was: `places` holds x and z of each in turn, whole metres."""

    number: int
    at_ms: int
    users: tuple[str, ...]
    names: tuple[str, ...]
    places: "array[int]"

    def near(self, user_id: str, other_id: str) -> "dict[str, Any]":
        """The places of those near the user, of the user and of the other, as JSON values.

        Whoever of the two is not among those near is named by `apart`, where there is one.
        """
        xs, zs = self.places[::2], self.places[1::2]
        here = self.users.index(user_id)
        x, z = _middle(xs[here]), _middle(zs[here])
        squares = [(xs[n] - x) ** 2 + (zs[n] - z) ** 2 for n in range(len(xs))]
        near = nsmallest(NEAREST_MAX, range(len(xs)), key=squares.__getitem__)
        apart = [n for n, user in enumerate(self.users) if user in (user_id, other_id)]
        apart = [n for n in apart if n not in near]
        places = {self.users[n]: [xs[n], zs[n]] for n in (*near, *apart)}
        shown = {"atMs": self.at_ms, "places": places}
        return shown | {"apart": [self.users[n] for n in apart]} if apart else shown


def _middle(at_m: int) -> float:
    """The middle of the square that a coordinate is in."""
    return (at_m // SQUARE_M + 0.5) * SQUARE_M


_Kept = TypeVar("_Kept", _Happened, _Heard, _Sample)


class Evidence:
    """The memory of one room."""

    def __init__(self) -> None:
        self._said: deque[_Heard] = deque(maxlen=SAID_MAX)
        self._happened: deque[_Happened] = deque(maxlen=HAPPENED_MAX)
        self._samples: deque[_Sample] = deque(maxlen=SAMPLES_MAX)
        self._count = 0
        # member → number of their coming in; bounded by the room's capacity
        self._since: dict[str, int] = {}

    # What goes on

    def joined(self, member: Member, wall_ms: int) -> None:
        """Somebody came in and sees from now on."""
        self._since[member.user_id] = self._count
        self._note(member, wall_ms, "joined")

    def left(self, member: Member, wall_ms: int) -> None:
        """Somebody is gone, in whatever way."""
        self._since.pop(member.user_id, None)
        self._note(member, wall_ms, "left")

    def emoted(self, member: Member, emote_id: str, wall_ms: int) -> None:
        """Somebody showed a feeling."""
        self._note(member, wall_ms, "emote", emote_id)

    def _note(self, member: Member, wall_ms: int, kind: Kind, emote_id: str | None = None) -> None:
        self._happened.append(
            _Happened(self._count, wall_ms, kind, member.user_id, member.display_name, emote_id)
        )
        self._count += 1

    def said(
        self,
        spoken: int,
        chat: ChatBroadcast,
        name: str,
        audience: Collection[str] | None,
        wall_ms: int,
    ) -> None:
        """Somebody said something; `spoken` is its number in the chat's history."""
        heard_by = None if audience is None else tuple(audience)
        self._said.append(_Heard(self._count, spoken, wall_ms, chat, name, heard_by))
        self._count += 1

    def sample(self, members: Collection[Member], wall_ms: int) -> None:
        """Note where everybody is, and forget what is older than 5 minutes."""
        if members:
            self._samples.append(self._look(members, wall_ms))
        self.forget(wall_ms)

    def forget(self, wall_ms: int) -> None:
        """Let go of what is older than 5 minutes."""
        oldest_ms = wall_ms - WINDOW_MS
        for kept in (self._said, self._happened, self._samples):
            while kept and kept[0].at_ms < oldest_ms:
                kept.popleft()

    def shift(self, step_ms: int) -> None:
        """The machine's clock was set by so much: what happened, happened then, and is kept for 5
        minutes as before."""
        self._said = _moved(self._said, step_ms)
        self._happened = _moved(self._happened, step_ms)
        self._samples = _moved(self._samples, step_ms)

    def name_of(self, user_id: str) -> str | None:
        """What somebody was called who came, went or showed a feeling lately; None for others."""
        events = reversed(self._happened)
        return next((event.name for event in events if event.user_id == user_id), None)

    def forget_person(self, user_id: str) -> None:
        """Keep nothing of what the person said, did, or where they were. Samples that they are in
        go whole: a place that is missing would tell of them too."""
        said = [heard for heard in self._said if heard.user_id != user_id]
        happened = [event for event in self._happened if event.user_id != user_id]
        samples = [sample for sample in self._samples if user_id not in sample.users]
        self._said = deque(said, maxlen=SAID_MAX)
        self._happened = deque(happened, maxlen=HAPPENED_MAX)
        self._samples = deque(samples, maxlen=SAMPLES_MAX)
        self._since.pop(user_id, None)

    def _look(self, members: Collection[Member], wall_ms: int) -> _Sample:
        places = array("h")
        for member in members:
            places.append(round(member.x))
            places.append(round(member.z))
        users = tuple(member.user_id for member in members)
        names = tuple(member.display_name for member in members)
        return _Sample(self._count, wall_ms, users, names, places)

    # What a report gets

    def gather(
        self,
        reporter_id: str,
        reported_id: str,
        members: Collection[Member],
        first_heard: int,
        wall_ms: int,
    ) -> dict[str, Any] | None:
        """What the reporter could have seen and heard, as JSON values.

        Args:
            members: everybody in the room now.
            first_heard: number of the first message that the reporter could hear.

        Returns:
            `{fromMs, toMs, people, events, positions}`, a position being `{atMs, places, apart?}`;
            `apart` are those whom other reports of that time need not show. None where the
            reporter is no member, or neither met the reported in those 5 minutes nor does now.
        """
        since = self._since.get(reporter_id)
        if since is None:
            return None
        self.forget(wall_ms)
        events: list[_Happened | _Heard] = [*self._seen(since)]
        events += self._heard(reporter_id, first_heard)
        samples = [sample for sample in self._samples if sample.number > since]
        samples.append(self._look(members, wall_ms))
        people = {event.user_id: event.name for event in events}
        for sample in samples:
            people.update(zip(sample.users, sample.names, strict=True))
        if reported_id not in people:
            return None
        shown = _newest(events, reported_id)
        positions = [one.near(reporter_id, reported_id) for one in samples]
        positions[-1]["apart"] = sorted(positions[-1]["places"])  # of this very moment
        named = {event.user_id for event in shown}.union(*(one["places"] for one in positions))
        return {
            "fromMs": wall_ms - WINDOW_MS,
            "toMs": wall_ms,
            "people": {user: name for user, name in people.items() if user in named},
            "events": [event.shown() for event in shown],
            "positions": positions,
        }

    def _seen(self, since: int) -> Iterator[_Happened]:
        return (event for event in self._happened if event.number >= since)

    def _heard(self, user_id: str, first: int) -> Iterator[_Heard]:
        return (
            event
            for event in self._said
            if event.spoken >= first and (event.audience is None or user_id in event.audience)
        )


def _moved(kept: deque[_Kept], step_ms: int) -> deque[_Kept]:
    return deque((replace(one, at_ms=one.at_ms + step_ms) for one in kept), maxlen=kept.maxlen)


def _newest(events: list[_Happened | _Heard], reported_id: str) -> list[_Happened | _Heard]:
    """As many events as a report holds, in their order; nobody's noise displaces the reported."""
    ordered = sorted(events, key=lambda event: event.number)
    theirs = [event for event in ordered if event.user_id == reported_id]
    others = [event for event in ordered if event.user_id != reported_id]
    chosen = theirs[-SHOWN_MAX:] + others[-SHOWN_MAX:]
    return sorted(chosen, key=lambda event: event.number)
