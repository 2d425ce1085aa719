"""What is remembered for reports, written down for another process, and read back (§7). Pure."""

from array import array
from collections.abc import Collection, Iterable, Mapping
from typing import Annotated, Final

from msgspec import Meta, Struct
from msgspec.structs import replace

from virtubar.errors import SnapshotRefusedError
from virtubar.protocol.constants import COORDINATE_MAX_M
from virtubar.protocol.events import ChatBroadcast
from virtubar.room.config import CAPACITY_MAX
from virtubar.room.happenings import (
    HAPPENED_MAX,
    SAID_MAX,
    SAMPLES_MAX,
    Happened,
    Heard,
    Kind,
    Sample,
)
from virtubar.room.listeners import Audience, Listeners
from virtubar.room.written import Count, EmoteId, MessageId, Name, Text, UserId, WallMs, rises

PEOPLE_MAX: Final = SAID_MAX + HAPPENED_MAX + SAMPLES_MAX * CAPACITY_MAX
"""People by name, where everybody who speaks, comes or is there is somebody else."""

_M = int(COORDINATE_MAX_M)
Person = Annotated[int, Meta(ge=0, lt=PEOPLE_MAX)]
"""The place of somebody, under the name of that time, in the list of people."""
Metres = Annotated[int, Meta(ge=-_M, le=_M)]


class HappenedSnapshot(Struct, frozen=True, array_like=True):
    """See Happened."""

    number: Count
    at_ms: WallMs
    kind: Kind
    person: Person
    emote_id: EmoteId | None


class HeardSnapshot(Struct, frozen=True, array_like=True):
    """See Heard."""

    number: Count
    spoken: Count
    at_ms: WallMs
    person: Person
    message_id: MessageId
    text: Text
    audience: Audience | None


class SampleSnapshot(Struct, frozen=True, array_like=True):
    """See Sample."""

    number: Count
    at_ms: WallMs
    people: Annotated[list[Person], Meta(max_length=CAPACITY_MAX)]
    places: Annotated[list[Metres], Meta(max_length=2 * CAPACITY_MAX)]


class EvidenceSnapshot(Struct, frozen=True):
    """The memory of one room.

    Attributes:
        count: the number of what happens next.
        since: each member, with the number of their coming in.
        people: who is spoken of, under which name.
    """

    count: Count
    since: Annotated[list[tuple[UserId, Count]], Meta(max_length=CAPACITY_MAX)]
    people: Annotated[list[tuple[UserId, Name]], Meta(max_length=PEOPLE_MAX)]
    said: Annotated[list[HeardSnapshot], Meta(max_length=SAID_MAX)]
    happened: Annotated[list[HappenedSnapshot], Meta(max_length=HAPPENED_MAX)]
    samples: Annotated[list[SampleSnapshot], Meta(max_length=SAMPLES_MAX)]

    def newer_half(self) -> "EvidenceSnapshot":
        """The same without the older half of what happened, and without whom only that named."""
        said = self.said[(len(self.said) + 1) // 2 :]
        happened = self.happened[(len(self.happened) + 1) // 2 :]
        samples = self.samples[(len(self.samples) + 1) // 2 :]
        named = {one.person for one in said} | {one.person for one in happened}
        named.update(*(one.people for one in samples))
        moved = {person: n for n, person in enumerate(sorted(named))}
        return EvidenceSnapshot(
            self.count,
            self.since,
            [self.people[person] for person in sorted(named)],
            [replace(one, person=moved[one.person]) for one in said],
            [replace(one, person=moved[one.person]) for one in happened],
            [replace(one, people=[moved[person] for person in one.people]) for one in samples],
        )

    @property
    def is_empty(self) -> bool:
        """Whether nothing that happened is in it."""
        return not (self.said or self.happened or self.samples)


class _People:
    """Numbers for people under their names, given as they are asked for."""

    def __init__(self) -> None:
        self.numbers: dict[tuple[str, str], int] = {}

    def number(self, user_id: str, name: str) -> int:
        return self.numbers.setdefault((user_id, name), len(self.numbers))


def evidence_snapshot(
    count: int,
    since: Mapping[str, int],
    said: Collection[Heard],
    happened: Iterable[Happened],
    samples: Iterable[Sample],
    listeners: Listeners,
) -> EvidenceSnapshot:
    """The memory of a room, for those who can still report something.

    Args:
        listeners: who can still ask for what was said.
    """
    people = _People()
    audiences = listeners.write((one.spoken, one.audience) for one in said)
    return EvidenceSnapshot(
        count,
        list(since.items()),
        said=[_heard(*one, people) for one in zip(said, audiences, strict=True)],
        happened=[_happened(one, people) for one in happened],
        samples=[_sample(one, people) for one in samples],
        people=list(people.numbers),
    )


def _heard(one: Heard, audience: bytes | None, people: _People) -> HeardSnapshot:
    person = people.number(one.user_id, one.name)
    chat = one.chat
    return HeardSnapshot(
        one.number, one.spoken, one.at_ms, person, chat.message_id, chat.text, audience
    )


def _happened(one: Happened, people: _People) -> HappenedSnapshot:
    person = people.number(one.user_id, one.name)
    return HappenedSnapshot(one.number, one.at_ms, one.kind, person, one.emote_id)


def _sample(one: Sample, people: _People) -> SampleSnapshot:
    persons = list(map(people.number, one.users, one.names))
    return SampleSnapshot(one.number, one.at_ms, persons, one.places.tolist())


def check_evidence(snapshot: EvidenceSnapshot) -> None:
    """Let a memory be read that can have come about.

    Raises:
        SnapshotRefusedError: it cannot.
    """
    persons = [one.person for one in snapshot.said] + [one.person for one in snapshot.happened]
    persons += [person for sample in snapshot.samples for person in sample.people]
    in_order = (
        rises([one.number for one in snapshot.said], snapshot.count)
        and rises([one.number for one in snapshot.happened], snapshot.count)
        and max((one.number for one in snapshot.samples), default=0) <= snapshot.count
    )
    whole = all(len(one.places) == 2 * len(one.people) for one in snapshot.samples)
    if max(persons, default=-1) >= len(snapshot.people) or not in_order or not whole:
        raise SnapshotRefusedError("bounds", "evidence that cannot be")


def heard_of(snapshot: EvidenceSnapshot, listeners: Listeners) -> list[Heard]:
    """What was said."""
    found = []
    for one in snapshot.said:
        user_id, name = snapshot.people[one.person]
        chat = ChatBroadcast(user_id, one.text, one.message_id)
        audience = listeners.read(one.audience)
        found.append(Heard(one.number, one.spoken, one.at_ms, chat, name, audience))
    return found


def happened_of(snapshot: EvidenceSnapshot) -> list[Happened]:
    """Who came, left and felt."""
    return [
        Happened(one.number, one.at_ms, one.kind, *snapshot.people[one.person], one.emote_id)
        for one in snapshot.happened
    ]


def samples_of(snapshot: EvidenceSnapshot) -> list[Sample]:
    """Who was where."""
    found = []
    for one in snapshot.samples:
        people = [snapshot.people[person] for person in one.people]
        users, names = tuple(user for user, _ in people), tuple(name for _, name in people)
        found.append(Sample(one.number, one.at_ms, users, names, array("h", one.places)))
    return found
