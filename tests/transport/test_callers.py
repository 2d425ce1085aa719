"""What HTTP connections may hold: how many of them, and what waits for their readers."""

import pytest

from virtubar.addresses import AddressPolicy
from virtubar.transport.callers import CALLERS_PER_SOCKET, Callers, UnsentAnswers

MAX_BYTES = 100


class FakeReader:
    """A connection that notes whether it was cut."""

    def __init__(self) -> None:
        self.is_cut = False

    def cut_off(self) -> None:
        """See callers.Reader."""
        self.is_cut = True


@pytest.fixture
def unsent() -> UnsentAnswers:
    """Answers of 100 bytes may wait."""
    return UnsentAnswers(MAX_BYTES)


def test_connections_of_an_address_are_counted() -> None:
    """Four for each socket that it may have, and one that ends makes room."""
    callers = Callers(AddressPolicy(["10.0.0.1"]), 2)
    admitted = [callers.admit("203.0.113.7") for _ in range(2 * CALLERS_PER_SOCKET + 1)]
    assert admitted == [True] * 2 * CALLERS_PER_SOCKET + [False]
    callers.release("203.0.113.7")
    assert callers.admit("203.0.113.7")
    assert all(callers.admit("10.0.0.1") for _ in range(100)), "everybody comes through a proxy"


def test_what_waits_is_bounded(unsent: UnsentAnswers) -> None:
    """At the limit nobody is cut; one byte past it somebody is, and what they held is free."""
    readers = [FakeReader(), FakeReader()]
    unsent.hold(readers[0], "a", 60)
    unsent.hold(readers[1], "a", 40)
    assert (unsent.total_bytes, [one.is_cut for one in readers]) == (100, [False, False])
    unsent.hold(readers[1], "a", 41)
    assert (unsent.total_bytes, [one.is_cut for one in readers]) == (41, [True, False])


def test_the_address_that_holds_most_pays(unsent: UnsentAnswers) -> None:
    """However long somebody else has waited: a crowd of idle readers is not their fault."""
    patient, crowd = FakeReader(), [FakeReader() for _ in range(9)]
    unsent.hold(patient, "home", 15)
    for reader in crowd:
        unsent.hold(reader, "crowd", 10)
    assert not patient.is_cut
    assert [reader.is_cut for reader in crowd] == [True] + [False] * 8


def test_one_answer_that_is_too_much_is_cut_itself(unsent: UnsentAnswers) -> None:
    """There is nobody else to cut."""
    reader = FakeReader()
    unsent.hold(reader, "a", MAX_BYTES + 1)
    assert (reader.is_cut, unsent.total_bytes) == (True, 0)


def test_what_was_taken_no_longer_counts(unsent: UnsentAnswers) -> None:
    """Each reader counts with what waits for them now, and once."""
    reader = FakeReader()
    unsent.hold(reader, "a", 80)
    unsent.hold(reader, "a", 30)
    assert unsent.total_bytes == 30
    unsent.release(reader)
    unsent.release(reader)
    assert unsent.total_bytes == 0
    unsent.hold(reader, "a", MAX_BYTES)
    assert not reader.is_cut
