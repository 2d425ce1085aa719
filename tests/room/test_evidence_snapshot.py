"""What is remembered for reports, written down: which half is kept, and what cannot be (§7)."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from virtubar.errors import SnapshotRefusedError
from virtubar.room.evidence_snapshot import (
    EvidenceSnapshot,
    HappenedSnapshot,
    HeardSnapshot,
    SampleSnapshot,
    check_evidence,
    happened_of,
    heard_of,
    samples_of,
)
from virtubar.room.listeners import Listeners

PEOPLE = [(name.lower(), name) for name in ("Ann", "Bob", "Cat", "Dan", "Eve", "Flo", "Gus", "Hal")]
LISTENERS = Listeners()
for _user in ("ann", "bob"):
    LISTENERS.enter(_user, 0, 0.0)


def heard(number: int, person: int) -> HeardSnapshot:
    """Somebody said something that the second of the listeners heard."""
    return HeardSnapshot(number, number, 1_000 + number, person, f"m{number}", "Hello", b"\x02")


def happened(number: int, person: int) -> HappenedSnapshot:
    """Somebody came in."""
    return HappenedSnapshot(number, 1_000 + number, "joined", person, None)


def sample(number: int, *people: int) -> SampleSnapshot:
    """Where these were."""
    return SampleSnapshot(number, 1_000 + number, list(people), [*people, *people])


def memory(**changes: Any) -> EvidenceSnapshot:
    """A room's, with the last number in use."""
    whole = EvidenceSnapshot(
        count=14,
        since=[("ann", 0), ("bob", 3)],
        people=PEOPLE,
        said=[heard(1, 7), heard(4, 0), heard(6, 1), heard(9, 5), heard(12, 3)],
        happened=[happened(0, 6), happened(3, 0), happened(5, 3), happened(13, 1)],
        samples=[sample(2, 2, 4), sample(8, 0, 2), sample(14, 1, 5)],
    )
    return replace(whole, **changes)


def test_the_newer_half_is_of_each_kind_what_came_last() -> None:
    """Of an odd number the smaller half; who, when, what and who heard it are as they were."""
    whole = memory()
    half = whole.newer_half()
    assert heard_of(half, LISTENERS) == heard_of(whole, LISTENERS)[3:]
    assert happened_of(half) == happened_of(whole)[2:]
    assert samples_of(half) == samples_of(whole)[2:]
    assert (half.count, half.since) == (whole.count, whole.since)
    check_evidence(half)


def test_whom_only_the_older_half_named_is_named_no_more() -> None:
    """Each of the others once, whether they spoke, came or were there."""
    named = memory().newer_half().people
    assert named == [PEOPLE[1], PEOPLE[3], PEOPLE[5]]
    samples = memory(said=[], happened=[], samples=[sample(1, 0), sample(2, 4)])
    assert samples.newer_half().people == [PEOPLE[4]]


def test_half_of_one_is_nothing() -> None:
    """So that whoever halves it often enough has made it small."""
    one = memory(said=[heard(1, 0)], happened=[happened(0, 1)], samples=[sample(2, 2)])
    assert not one.is_empty
    assert one.newer_half().is_empty
    assert one.newer_half().people == []


@pytest.mark.parametrize("kind", ["said", "happened", "samples"])
def test_a_memory_of_one_kind_alone_is_not_empty(kind: str) -> None:
    """Each of the three takes place."""
    others: dict[str, list[Any]] = {
        other: [] for other in ("said", "happened", "samples") if other != kind
    }
    assert not memory(**others).is_empty


def test_a_memory_up_to_its_count_and_to_the_last_of_its_people_can_be() -> None:
    """What happens next has the number of the count; a sample may have it already."""
    check_evidence(memory())
    check_evidence(
        memory(
            count=3,
            people=PEOPLE[:2],
            said=[heard(2, 1)],
            happened=[happened(0, 0)],
            samples=[sample(3, 1)],
        )
    )
    check_evidence(memory(count=0, people=[], said=[], happened=[], samples=[]))


@pytest.mark.parametrize(
    "change",
    [
        lambda: memory(said=[heard(14, 0)]),
        lambda: memory(said=[heard(2, 0), heard(2, 1)]),
        lambda: memory(said=[heard(2, 0), heard(1, 1)]),
        lambda: memory(happened=[happened(14, 0)]),
        lambda: memory(happened=[happened(2, 0), happened(2, 1)]),
        lambda: memory(samples=[sample(15, 0)]),
        lambda: memory(samples=[sample(15, 0), sample(1, 0)]),
        lambda: memory(said=[heard(1, len(PEOPLE))]),
        lambda: memory(happened=[happened(1, len(PEOPLE))]),
        lambda: memory(samples=[sample(1, 0, len(PEOPLE))]),
        lambda: memory(samples=[replace(sample(1, 0), places=[1])]),
        lambda: memory(samples=[replace(sample(1, 0), places=[1, 2, 3])]),
    ],
)
def test_a_memory_that_cannot_have_come_about_is_refused(
    change: Callable[[], EvidenceSnapshot],
) -> None:
    """Numbers past the count or not rising, people who are not named, half a place."""
    with pytest.raises(SnapshotRefusedError) as refused:
        check_evidence(change())
    assert refused.value.fault == "bounds"
