"""Who can hear what is said, and what an audience is made of (§6)."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from virtubar.errors import SnapshotRefusedError
from virtubar.protocol.constants import CHAT_REPLAY_MS
from virtubar.room.listeners import Gone, Listeners, Present

USERS = "abcdef"


def copied(listeners: Listeners, count: int, now_ms: float) -> Listeners:
    """The same people, written down and read back."""
    types = tuple[list[Present], list[Gone]]
    data = msgspec.msgpack.encode(listeners.snapshot(now_ms))
    other = Listeners()
    present, gone = msgspec.msgpack.decode(data, type=types)
    other.restore(present, gone, count, now_ms)
    return other


def may_ask(listeners: Listeners, user: str, number: int, audience: int | None) -> bool:
    """Whether the person, who is in, could hear that message and can ask for it."""
    first, bit = listeners.right_of(user, number + 1)
    return number >= first and (audience is None or audience & bit != 0)


def test_whoever_gets_the_place_of_another_does_not_get_what_they_heard() -> None:
    """The place of somebody who left is the next one's, and what was said before is not."""
    listeners = Listeners()
    listeners.enter("ann", 0, 0.0)
    listeners.enter("bob", 0, 0.0)
    audience = listeners.audience({"ann", "bob"})
    listeners.leave("bob")
    listeners.enter("cat", 1, 1.0)
    assert listeners.audience({"cat"}) == 2, "the place that Bob had"
    assert may_ask(listeners, "ann", 0, audience)
    assert not may_ask(listeners, "cat", 0, audience)
    assert listeners.write([(0, audience)]) == [b"\x01"], "who left is not written"


def test_places_do_not_grow_with_those_who_come_and_go() -> None:
    """An audience has as many bits as there were people at once."""
    listeners = Listeners()
    listeners.enter("ann", 0, 0.0)
    for n in range(1000):
        listeners.enter(f"user-{n}", n, 0.0)
        listeners.leave(f"user-{n}")
    listeners.enter("bob", 1000, 0.0)
    assert listeners.audience(["ann", "bob"]) == 0b11


def test_a_member_who_was_forgotten_is_in_no_audience() -> None:
    """Whoever is erased while they are in hears, but it is not remembered."""
    listeners = Listeners()
    listeners.enter("ann", 0, 0.0)
    listeners.leave("ann")
    assert listeners.audience(["ann"]) == 0
    assert listeners.right_of("ann", 7) == (7, 0)


@pytest.mark.parametrize(
    ("present", "gone"),
    [
        ([("ann", 0, 0), ("bob", 0, 0)], []),
        ([("ann", 0, 0), ("ann", 0, 1)], []),
        ([("ann", 0, 0)], [("ann", 0, 1, 5.0)]),
        ([("ann", 0, 0)], [("bob", 0, 0, 5.0)]),
        ([("ann", 4, 0)], []),
    ],
)
def test_people_who_cannot_be_are_refused(present: list[Present], gone: list[Gone]) -> None:
    """Twice, in another's place, or hearing what was not said."""
    with pytest.raises(SnapshotRefusedError):
        Listeners().restore(present, gone, 3, 0.0)


class Model:
    """The same with sets: who may ask for which message."""

    def __init__(self) -> None:
        self.present: dict[str, int] = {}
        self.gone: dict[str, tuple[int, float]] = {}
        self.said: list[frozenset[str]] = []

    def enter(self, user: str, now_ms: float) -> None:
        """Somebody comes, or comes back."""
        if user not in self.present:
            first, seen_ms = self.gone.pop(user, (len(self.said), now_ms))
            is_late = seen_ms <= now_ms - CHAT_REPLAY_MS
            self.present[user] = len(self.said) if is_late else first

    def drop_out(self, user: str, now_ms: float) -> None:
        """Somebody's time is over."""
        if user in self.present:
            self.gone[user] = (self.present.pop(user), now_ms)

    def leave(self, user: str) -> None:
        """Somebody goes."""
        self.present.pop(user, None)
        self.gone.pop(user, None)

    def may_ask(self, user: str, number: int) -> bool:
        """Whether a member could hear that message, and can ask for it."""
        return number >= self.present[user] and user in self.said[number]


ACTS = st.tuples(
    st.sampled_from(["enter", "enter", "drop out", "leave", "say", "copy", "wait"]),
    st.sampled_from(USERS),
    st.sets(st.sampled_from(USERS)),
)


@given(st.lists(ACTS, max_size=40))
def test_bits_say_the_same_as_sets_whoever_comes_goes_and_is_written_down(
    acts: list[tuple[str, str, set[str]]],
) -> None:
    """Each member may ask for exactly what they could hear since they came."""
    listeners, model, audiences, now_ms = Listeners(), Model(), list[int | None](), 0.0
    for act, user, near in acts:
        now_ms += 1.0
        if act == "enter":
            listeners.enter(user, len(audiences), now_ms)
            model.enter(user, now_ms)
        elif act == "drop out":
            listeners.drop_out(user, now_ms)
            model.drop_out(user, now_ms)
        elif act == "leave":
            listeners.leave(user)
            model.leave(user)
        elif act == "say":
            heard_by = frozenset(near & model.present.keys())
            audiences.append(listeners.audience(heard_by))
            model.said.append(heard_by)
        elif act == "copy":
            written = listeners.write(enumerate(audiences))
            listeners = copied(listeners, len(audiences), now_ms)
            audiences = [listeners.read(one) for one in written]
        else:
            now_ms += CHAT_REPLAY_MS / 2
        for member in model.present:
            for number, audience in enumerate(audiences):
                asks = may_ask(listeners, member, number, audience)
                assert asks == model.may_ask(member, number)
