"""Who waits for whom: acts on one person for each other, and owners for staff."""

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from virtubar.moderation.turns import (
    OTHERS_PLACES,
    OTHERS_WAITING_MAX,
    PLACES,
    WAITING_MAX,
    Turns,
)


class Act(NamedTuple):
    """An act that waits; `number` tells it from others."""

    number: int
    person: str
    is_staff: bool = True
    room_id: str | None = "lobby"

    @property
    def key(self) -> tuple[str | None, str]:
        return self.room_id, self.person


def taken(turns: Turns[Act]) -> list[int]:
    """The numbers of those that may be done now."""
    found = []
    while (act := turns.take()) is not None:
        found.append(act.number)
    return found


def lined_up(*acts: Act) -> Turns[Act]:
    turns: Turns[Act] = Turns()
    for act in acts:
        turns.put(act)
    return turns


def test_different_people_do_not_wait_for_each_other() -> None:
    """Up to as many as there are places; one more waits for a place."""
    acts = [Act(n, f"u{n}") for n in range(PLACES + 1)]
    turns = lined_up(*acts)
    assert taken(turns) == list(range(PLACES))
    turns.done(acts[2])
    assert taken(turns) == [PLACES]


def test_one_person_is_dealt_with_in_order() -> None:
    """Whoever asks; what is of another scope is another matter."""
    first, second = Act(0, "bob", is_staff=False), Act(1, "bob")
    turns = lined_up(first, second, Act(2, "bob", room_id=None))
    assert taken(turns) == [0, 2]
    turns.done(first)
    assert taken(turns) == [1]


def test_staff_goes_before_owners() -> None:
    """However long these have waited."""
    owners = [Act(n, f"o{n}", is_staff=False) for n in range(10)]
    turns = lined_up(*owners, Act(10, "bob"), Act(11, "eve"))
    assert taken(turns) == [10, 11, 0, 1]


def test_owners_leave_places_to_the_staff() -> None:
    """There is always one for a moderator who comes now."""
    turns = lined_up(*(Act(n, f"o{n}", is_staff=False) for n in range(10)))
    assert len(taken(turns)) == OTHERS_PLACES < PLACES
    turns.put(Act(10, "bob"))
    assert taken(turns) == [10]


def test_what_is_before_staff_in_a_line_goes_with_it() -> None:
    """Else an owner's queue would be a way to make the staff wait."""
    owners = [Act(n, f"o{n}", is_staff=False) for n in range(OTHERS_PLACES)]
    before = Act(10, "bob", is_staff=False)
    turns = lined_up(*owners)
    assert len(taken(turns)) == OTHERS_PLACES
    turns.put(before)
    assert taken(turns) == []
    turns.put(Act(11, "bob"))
    assert taken(turns) == [10]
    turns.done(before)
    assert taken(turns) == [11]


def test_those_who_wait_are_bounded_and_owners_sooner() -> None:
    """At the limit there is place; past it there is none, and a crowd of owners fills its own."""
    turns: Turns[Act] = Turns()
    for number in range(OTHERS_WAITING_MAX):
        assert not turns.is_full(is_staff=False)
        turns.put(Act(number, f"o{number}", is_staff=False))
    assert turns.is_full(is_staff=False)
    for number in range(OTHERS_WAITING_MAX, WAITING_MAX):
        assert not turns.is_full(is_staff=True)
        turns.put(Act(number, f"u{number}"))
    assert turns.is_full(is_staff=True)
    turns.drop(turns.waiting[0])
    assert not turns.is_full(is_staff=True)


def test_acts_are_counted_by_room() -> None:
    """Those that wait, and those that are being done."""
    turns = lined_up(
        Act(0, "bob", room_id="nook"), Act(1, "bob", room_id="nook"), Act(2, "bob", room_id=None)
    )
    taken(turns)
    assert turns.count_in("nook") == 2
    assert turns.count_in(None) == 1
    assert turns.count_in("lobby") == 0


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.booleans(), st.sampled_from(["nook", None])),
        max_size=30,
    ),
    st.data(),
)
def test_every_act_gets_one_turn_and_nobody_two_at_once(
    asked: list[tuple[str, bool, str | None]], data: st.DataObject
) -> None:
    """In whichever order they end; each line in its own order."""
    acts = [Act(n, person, is_staff, room) for n, (person, is_staff, room) in enumerate(asked)]
    turns = lined_up(*acts)
    doing: list[Act] = []
    order: list[Act] = []
    while len(order) < len(acts):
        for number in taken(turns):
            doing.append(acts[number])
            order.append(acts[number])
        assert len(doing) <= PLACES
        assert len({act.key for act in doing}) == len(doing)
        ended = data.draw(st.sampled_from(doing))
        doing.remove(ended)
        turns.done(ended)
    for key in {act.key for act in acts}:
        numbers = [act.number for act in order if act.key == key]
        assert numbers == sorted(numbers)
    assert turns.waiting == []
