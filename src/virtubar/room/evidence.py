"""What went on in a room in the last 5 minutes, for the case that somebody is reported (§7).

Kept in memory only, and handed out only as what one reporter could have seen and heard: since they
came in, within their earshot, with the people who were near. Costs a line for each join, leave,
emote and message, and a sample of everybody's place every 10 s; nothing when somebody moves.
"""

from array import array
from collections import deque
from collections.abc import Collection, Iterator
from typing import Any, Final, TypeVar

from msgspec.structs import replace

from virtubar.protocol.events import ChatBroadcast
from virtubar.room.evidence_snapshot import (
    EvidenceSnapshot,
    check_evidence,
    evidence_snapshot,
    happened_of,
    heard_of,
    samples_of,
)
from virtubar.room.happenings import (
    HAPPENED_MAX,
    SAID_MAX,
    SAMPLES_MAX,
    WINDOW_MS,
    Happened,
    Heard,
    Kind,
    Sample,
)
from virtubar.room.listeners import Listeners
from virtubar.room.member import Member

SHOWN_MAX: Final = 500
"""Events of the reported, and as many of all others, in one report: the newest of them."""
_Kept = TypeVar("_Kept", Happened, Heard, Sample)


class Evidence:
    """The memory of one room."""

    def __init__(self) -> None:
        self._said: deque[Heard] = deque(maxlen=SAID_MAX)
        self._happened: deque[Happened] = deque(maxlen=HAPPENED_MAX)
        self._samples: deque[Sample] = deque(maxlen=SAMPLES_MAX)
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
            Happened(self._count, wall_ms, kind, member.user_id, member.display_name, emote_id)
        )
        self._count += 1

    def said(
        self,
        spoken: int,
        chat: ChatBroadcast,
        name: str,
        audience: int | None,
        wall_ms: int,
    ) -> None:
        """Somebody said something; `spoken` is its number in the chat's history."""
        self._said.append(Heard(self._count, spoken, wall_ms, chat, name, audience))
        self._count += 1

    def sample(self, members: Collection[Member], wall_ms: int) -> None:
        """Note where everybody is, and forget what is older than 5 minutes."""
        if members:
            self._samples.append(self._look(members, wall_ms))
        self.forget(wall_ms)

    def snapshot(self, listeners: Listeners) -> EvidenceSnapshot:
        """What is remembered, for those who can still report something."""
        return evidence_snapshot(
            self._count, self._since, self._said, self._happened, self._samples, listeners
        )

    def restore(self, snapshot: EvidenceSnapshot, listeners: Listeners) -> None:
        """Remember what was written.

        Raises:
            SnapshotRefusedError: it cannot have happened so.
        """
        check_evidence(snapshot)
        self._said.extend(heard_of(snapshot, listeners))
        self._happened.extend(happened_of(snapshot))
        self._samples.extend(samples_of(snapshot))
        self._since.update(snapshot.since)
        self._count = snapshot.count

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

    def _look(self, members: Collection[Member], wall_ms: int) -> Sample:
        places = array("h")
        for member in members:
            places.append(round(member.x))
            places.append(round(member.z))
        users = tuple(member.user_id for member in members)
        names = tuple(member.display_name for member in members)
        return Sample(self._count, wall_ms, users, names, places)

    # What a report gets

    def gather(
        self,
        reporter_id: str,
        reported_id: str,
        members: Collection[Member],
        right: tuple[int, int],
        wall_ms: int,
    ) -> dict[str, Any] | None:
        """What the reporter could have seen and heard, as JSON values.

        Args:
            members: everybody in the room now.
            right: of the reporter to what was said; see Listeners.right_of.

        Returns:
            `{fromMs, toMs, people, events, positions}`, a position being `{atMs, places, apart?}`;
            `apart` are those whom other reports of that time need not show. None where the
            reporter is no member, or neither met the reported in those 5 minutes nor does now.
        """
        since = self._since.get(reporter_id)
        if since is None:
            return None
        self.forget(wall_ms)
        events: list[Happened | Heard] = [*self._seen(since), *self._heard(*right)]
        samples = [sample for sample in self._samples if sample.number > since]
        samples.append(self._look(members, wall_ms))
        people = _people(events, samples)
        if reported_id not in people:
            return None
        shown = _newest(events, reported_id)
        positions = [one.near(reporter_id, reported_id) for one in samples]
        positions[-1]["apart"] = sorted(positions[-1]["places"])  # of this very moment
        report = _shown(shown, positions, people)
        return {"fromMs": wall_ms - WINDOW_MS, "toMs": wall_ms, **report}

    def _seen(self, since: int) -> Iterator[Happened]:
        return (event for event in self._happened if event.number >= since)

    def _heard(self, first: int, bit: int) -> Iterator[Heard]:
        return (
            event
            for event in self._said
            if event.spoken >= first and (event.audience is None or event.audience & bit)
        )


def _moved(kept: deque[_Kept], step_ms: int) -> deque[_Kept]:
    return deque((replace(one, at_ms=one.at_ms + step_ms) for one in kept), maxlen=kept.maxlen)


def _people(events: list[Happened | Heard], samples: list[Sample]) -> dict[str, str]:
    """What those who did something, or were there, were called last."""
    people = {event.user_id: event.name for event in events}
    for sample in samples:
        people.update(zip(sample.users, sample.names, strict=True))
    return people


def _shown(
    events: list[Happened | Heard], positions: list[dict[str, Any]], people: dict[str, str]
) -> dict[str, Any]:
    """The events and positions as JSON values, with the names of those who are in them."""
    named = {event.user_id for event in events}.union(*(one["places"] for one in positions))
    return {
        "people": {user: name for user, name in people.items() if user in named},
        "events": [event.shown() for event in events],
        "positions": positions,
    }


def _newest(events: list[Happened | Heard], reported_id: str) -> list[Happened | Heard]:
    """As many events as a report holds, in their order; nobody's noise displaces the reported."""
    ordered = sorted(events, key=lambda event: event.number)
    theirs = [event for event in ordered if event.user_id == reported_id]
    others = [event for event in ordered if event.user_id != reported_id]
    chosen = theirs[-SHOWN_MAX:] + others[-SHOWN_MAX:]
    return sorted(chosen, key=lambda event: event.number)
