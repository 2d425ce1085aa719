"""Limits belong to people and addresses: neither a reconnect nor a rejoin gives a new burst."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from room.stage import Stage
from virtubar.protocol.constants import (
    CHAT_BURST,
    EMOTE_BURST,
    SEAT_BURST,
    SIGHT_BURST,
    TRANSFORM_BURST,
    Device,
)
from virtubar.protocol.events import AvatarTransformBroadcast, Error, RoomState
from virtubar.room.limits import PEOPLE_MAX, ActorLimit, RoomLimits


def leave_and_rejoin(stage: Stage) -> None:
    """The cheapest way to be somebody new."""
    stage.leave("ann")
    stage.enter("ann")


@pytest.mark.parametrize(
    ("do", "burst"),
    [
        (lambda stage: stage.say("ann", "hi"), CHAT_BURST),
        (lambda stage: stage.emote("ann"), EMOTE_BURST),
        (lambda stage: stage.sit("ann", f"seat-{uuid4().hex[:8]}"), SEAT_BURST),
    ],
    ids=["chat", "emotes", "seats"],
)
def test_what_is_said_shown_and_sat_on_is_limited_over_a_rejoin(
    do: Callable[[Stage], Any], burst: int
) -> None:
    """A burst, and not one more for having left in between (§6)."""
    stage = Stage()
    stage.enter("ann")
    for _ in range(burst):
        assert do(stage) is None
    leave_and_rejoin(stage)
    refused = do(stage)
    assert isinstance(refused, Error)
    assert refused.code == "rate_limited"
    assert refused.retry_after_ms
    stage.now_ms += refused.retry_after_ms
    assert do(stage) is None


def test_moves_are_limited_over_a_rejoin() -> None:
    """The moves of both memberships together stay within one burst (§5)."""
    stage = Stage()
    stage.enter("ann", "bob")
    for seq in range(TRANSFORM_BURST):
        stage.move("ann", seq)
    leave_and_rejoin(stage)
    stage.posts.clear()
    stage.move("ann", 0)
    assert not any(isinstance(e, AvatarTransformBroadcast) for e in stage.told("bob"))


def test_a_return_to_sight_is_limited_over_a_rejoin() -> None:
    """Each costs a whole `room_state` (§4)."""
    stage = Stage()
    stage.enter("ann")
    for _ in range(SIGHT_BURST):
        stage.show("ann", visible=False)
        stage.show("ann", visible=True)
        stage.drain()
    leave_and_rejoin(stage)
    stage.show("ann", visible=False)
    stage.show("ann", visible=True)
    assert not any(isinstance(event, RoomState) for event in stage.told("ann"))


def test_a_phone_that_was_a_desktop_has_the_rate_of_a_phone() -> None:
    """What was saved up stays; what comes back comes at the new device's rate (§5)."""
    limits = RoomLimits()
    first = limits.enter("ann", 20.0, 0.0, set())
    for _ in range(TRANSFORM_BURST):
        assert first.moves.take(0.0)
    again = limits.enter("ann", 15.0, 0.0, set())
    assert again is first
    assert not again.moves.take(1000 / 20.0)
    assert again.moves.take(1000 / 15.0 + 1)


def test_who_used_nothing_up_is_forgotten_when_others_come() -> None:
    """What is full says nothing: a night of visitors costs no memory."""
    limits = RoomLimits()
    for number in range(100):
        limits.enter(f"u{number}", 20.0, 0.0, set())
    assert len(limits) < 5


def test_who_used_something_up_is_remembered_until_it_came_back() -> None:
    """Then they are forgotten like the others."""
    limits = RoomLimits()
    ann = limits.enter("ann", 20.0, 0.0, set())
    ann.chat.take(0.0)
    limits.enter("bob", 20.0, 0.0, set())
    assert limits.enter("ann", 20.0, 999.0, set()) is ann
    for number in range(4):
        limits.enter(f"u{number}", 20.0, 60_000.0, set())
    assert limits.enter("ann", 20.0, 60_000.0, set()) is not ann


def test_who_is_there_keeps_their_limits_however_many_come() -> None:
    """A member's limits are the ones that a rejoin must find."""
    limits, members = RoomLimits(), {"ann"}
    ann = limits.enter("ann", 20.0, 0.0, members)
    for number in range(PEOPLE_MAX // 2):
        limits.enter(f"u{number}", 20.0, 0.0, members)
    assert limits.enter("ann", 20.0, 0.0, members) is ann


def test_people_who_are_remembered_are_bounded() -> None:
    """At the limit all are known; one more, and whoever came longest ago is not."""
    limits = RoomLimits()
    first = limits.enter("u0", 20.0, 0.0, set())
    first.chat.take(0.0)
    for number in range(1, PEOPLE_MAX):
        limits.enter(f"u{number}", 20.0, 0.0, set()).chat.take(0.0)
    assert len(limits) == PEOPLE_MAX
    limits.enter("one more", 20.0, 0.0, set()).chat.take(0.0)
    assert len(limits) == PEOPLE_MAX
    assert limits.enter("u0", 20.0, 0.0, set()) is not first


def test_the_room_asks_for_the_rate_of_the_device() -> None:
    """A token of a phone lets through what a phone may (§5)."""
    stage = Stage()
    stage.join("ann", device=Device.MOBILE)
    assert stage.room.members["ann"].rate_hz == 15.0
    for seq in range(TRANSFORM_BURST):
        stage.move("ann", seq)
    wait_ms = stage.room.members["ann"].move_bucket.wait_ms(stage.now_ms)
    assert wait_ms == pytest.approx(1000 / 15)


def test_an_act_counts_for_its_user_and_for_its_address() -> None:
    """One user has two; a whole address has three."""
    limit = ActorLimit((1.0, 2), (1.0, 3))
    assert [limit.take("ann", "a", 0.0) > 0 for _ in range(3)] == [False, False, True]
    assert [limit.take("bob", "a", 0.0) > 0 for _ in range(2)] == [False, True]
    assert limit.take("bob", "b", 1_000.0) == 0


def test_who_is_over_their_own_limit_takes_nothing_from_their_neighbours() -> None:
    """A hundred tries of one leave the address as it was after the one that counted."""
    limit = ActorLimit((0.001, 1), (0.001, 2))
    for _ in range(100):
        limit.take("ann", "a", 0.0)
    assert limit.take("bob", "a", 0.0) == 0


@pytest.mark.parametrize("of_address", [(), ((0.001, 1),)])
def test_where_addresses_do_not_count_only_the_user_does(
    of_address: tuple[tuple[float, int], ...],
) -> None:
    """Behind an address that tells nobody apart, or where the operator says so."""
    limit = ActorLimit((1.0, 1), *of_address)
    assert limit.take("ann", None, 0.0) == 0
    assert limit.take("bob", None, 0.0) == 0
    assert limit.take("bob", None, 0.0) == pytest.approx(1_000)
