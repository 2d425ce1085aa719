"""Which member has which seat (§11)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from virtubar.protocol.constants import SEAT_REACH_M
from virtubar.room.seats import SeatPlan

HERE = (2.0, 0.0, -1.0)
USERS = st.sampled_from(["ann", "bob", "cat"])
SEATS = st.sampled_from(["chair", "stool", "bench"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("take"), USERS, SEATS),
        st.tuples(st.just("give_up"), USERS, st.none()),
        st.tuples(st.just("move"), USERS, st.floats(-4.0, 4.0)),
    ),
    max_size=40,
)


@pytest.fixture
def plan() -> SeatPlan:
    """Ann has the chair, and sat down here."""
    plan = SeatPlan()
    assert plan.take("ann", "chair", HERE)
    return plan


def test_a_seat_is_given_to_one_alone(plan: SeatPlan) -> None:
    """Whoever asks for a taken seat gets nothing, and keeps what they had."""
    assert plan.take("bob", "stool", HERE)
    assert not plan.take("bob", "chair", HERE)
    assert plan.taken() == [("chair", "ann"), ("stool", "bob")]


def test_whoever_takes_another_seat_frees_the_first(plan: SeatPlan) -> None:
    """Nobody sits on two."""
    assert plan.take("ann", "stool", HERE)
    assert plan.taken() == [("stool", "ann")]
    assert plan.take("bob", "chair", HERE)


def test_a_seat_that_is_given_up_is_free(plan: SeatPlan) -> None:
    """Once; there is nothing to give up then."""
    assert plan.give_up("ann")
    assert not plan.give_up("ann")
    assert plan.holder("chair") is None


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_one_keeps_the_seat_within_reach_and_loses_it_beyond(plan: SeatPlan, axis: int) -> None:
    """At 1.5 m from where one sat down it is still one's own, a millimetre on it is not."""
    place = list(HERE)
    place[axis] = HERE[axis] + SEAT_REACH_M
    assert not plan.move("ann", (place[0], place[1], place[2]))
    place[axis] += 0.001
    assert plan.move("ann", (place[0], place[1], place[2]))
    assert plan.taken() == []


def test_reach_is_measured_from_where_one_sat_down(plan: SeatPlan) -> None:
    """Not from the last step: small ones add up."""
    x, y, z = HERE
    assert not plan.move("ann", (x + 1.0, y, z))
    assert plan.move("ann", (x + 2.0, y, z))


def test_whoever_has_no_seat_loses_none(plan: SeatPlan) -> None:
    """Others may go wherever they like."""
    assert not plan.move("bob", (99.0, 0.0, 0.0))
    assert plan.holder("chair") == "ann"


@given(steps=STEPS)
def test_two_people_never_have_one_seat_nor_one_person_two(
    steps: list[tuple[str, str, str | float | None]],
) -> None:
    """Whatever is asked in whatever order; a plain dict of rules agrees."""
    plan = SeatPlan()
    at = dict.fromkeys(("ann", "bob", "cat"), 0.0)
    expected: dict[str, tuple[str, float]] = {}
    for what, user, detail in steps:
        if what == "take":
            seat = str(detail)
            free = all(held != seat for held, _ in expected.values())
            assert plan.take(user, seat, (at[user], 0.0, 0.0)) == free
            if free:
                expected[user] = (seat, at[user])
        elif what == "give_up":
            assert plan.give_up(user) == (expected.pop(user, None) is not None)
        else:
            at[user] = float(detail or 0.0)
            gone = user in expected and abs(at[user] - expected[user][1]) > SEAT_REACH_M
            assert plan.move(user, (at[user], 0.0, 0.0)) == gone
            if gone:
                del expected[user]
        assert {user: seat for seat, user in plan.taken()} == {
            user: seat for user, (seat, _) in expected.items()
        }
        assert {user: one.seat_id for user, one in plan.sitting.items()} == {
            user: seat for user, (seat, _) in expected.items()
        }
