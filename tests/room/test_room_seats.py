"""Asking for a seat in a room, and what everybody hears of it (§11)."""

import pytest

from room.stage import Stage
from support.greeting import GREETING
from virtubar.protocol.constants import (
    LEAVE_GRACE_MS,
    SEAT_BURST,
    SEAT_RATE_HZ,
    AuthCode,
    ErrorCode,
)
from virtubar.protocol.events import Error, SeatChanged, Seats, ServerEvent
from virtubar.room.ports import Refusal


@pytest.fixture
def stage() -> Stage:
    """Ann and Bob, who have read everything; Ann sits on the stool."""
    stage = Stage()
    stage.enter("ann", "bob")
    assert stage.sit("ann", "stool") is None
    stage.drain()
    stage.posts.clear()
    return stage


def seats_of(stage: Stage, user: str) -> list[tuple[str, str]]:
    """The seats that a newcomer was told."""
    told = stage.told(user)
    assert [str(event.EVENT) for event in told[: len(GREETING)]] == [*GREETING]
    (seats,) = [event for event in told if isinstance(event, Seats)]
    return seats.taken


def code_of(reply: ServerEvent | None) -> str:
    """Of an event that was refused."""
    assert isinstance(reply, Error)
    assert reply.event == "seat"
    return reply.code


def test_the_room_hears_who_sits_where_the_sitter_too() -> None:
    """The answer to `seat` is everybody's `seat_changed`."""
    stage = Stage()
    stage.enter("ann", "bob")
    assert stage.sit("ann", "stool") is None
    assert stage.told("ann") == stage.told("bob") == [SeatChanged("ann", "stool")]


def test_a_taken_seat_is_refused_to_its_asker_alone(stage: Stage) -> None:
    """`seat_taken`, and nobody else notices."""
    assert code_of(stage.sit("bob", "stool")) == ErrorCode.SEAT_TAKEN
    assert stage.told("ann") == stage.told("bob") == []


def test_asking_for_the_own_seat_again_changes_nothing(stage: Stage) -> None:
    """Nor does giving up what one does not have; nobody hears of it."""
    for _ in range(2 * SEAT_BURST):
        assert stage.sit("ann", "stool") is None
        assert stage.sit("bob", None) is None
    assert stage.told("bob") == []


def test_taking_another_seat_is_told_once(stage: Stage) -> None:
    """One `seat_changed` says both: the first is free."""
    assert stage.sit("ann", "chair") is None
    assert stage.sit("bob", "stool") is None
    assert stage.told("bob") == [SeatChanged("ann", "chair"), SeatChanged("bob", "stool")]


def test_giving_up_frees_the_seat(stage: Stage) -> None:
    """At once, for the next."""
    assert stage.sit("ann", None) is None
    assert stage.sit("bob", "stool") is None
    assert stage.told("ann") == [SeatChanged("ann", None), SeatChanged("bob", "stool")]


def test_walking_away_frees_the_seat_after_the_move_that_did(stage: Stage) -> None:
    """Over 1.5 m from where one sat down; the move is told first."""
    start = stage.room.members["ann"].x, stage.room.members["ann"].z
    stage.move("ann", 1, start[0] + 1.5, start[1])
    assert stage.names("bob") == ["avatar_transform_broadcast"]
    stage.move("ann", 2, start[0] + 1.6, start[1])
    assert stage.names("bob") == ["avatar_transform_broadcast", "seat_changed"]


def test_where_one_sits_down_is_the_newest_place_one_has_sent(stage: Stage) -> None:
    """A move that the rate still holds back counts, or it would free the seat when it comes."""
    for seq in range(1, 20):
        stage.move("bob", seq, float(seq))
    assert stage.room.members["bob"].pending is not None
    assert stage.sit("bob", "chair") is None
    stage.live(1_000.0)
    assert SeatChanged("bob", None) not in stage.told("ann")
    assert stage.room.members["bob"].x == 19.0


def test_a_newcomer_is_told_the_seats_as_they_are_when_it_hears(stage: Stage) -> None:
    """Changes of the same flush are in `seats` already, and come once."""
    stage.join("cat")
    stage.sit("bob", "chair")
    stage.sit("ann", None)
    assert seats_of(stage, "cat") == [("chair", "bob")]
    stage.sit("ann", "stool")
    assert stage.told("cat") == [SeatChanged("ann", "stool")]


def test_a_seat_whose_holder_leaves_before_the_flush_is_not_told(stage: Stage) -> None:
    """`seats` names nobody whom the state does not have."""
    stage.join("cat")
    stage.leave("ann")
    assert seats_of(stage, "cat") == []


def test_leaving_frees_the_seat_without_a_word_of_its_own(stage: Stage) -> None:
    """`member_left` says it."""
    stage.leave("ann")
    assert stage.names("bob") == ["member_left"]
    assert stage.sit("bob", "stool") is None


def test_whoever_is_thrown_out_sits_nowhere(stage: Stage) -> None:
    """As one who leaves."""
    stage.room.eject("ann", Refusal(AuthCode.KICKED, "out", None), stage.wall_ms)
    assert stage.sit("bob", "stool") is None


def test_a_seat_is_kept_through_the_grace_and_free_after_it(stage: Stage) -> None:
    """Whoever comes back in time sits where they sat (§4)."""
    stage.detach("ann")
    stage.expire_after(LEAVE_GRACE_MS - 1)
    assert code_of(stage.sit("bob", "stool")) == ErrorCode.SEAT_TAKEN
    stage.join("ann")
    assert seats_of(stage, "ann") == [("stool", "ann")]
    stage.detach("ann")
    stage.expire_after(LEAVE_GRACE_MS)
    assert stage.sit("bob", "stool") is None


def test_seats_have_a_rate_of_their_own() -> None:
    """Four at once, then two a second; over it the answer says when again."""
    stage = Stage()
    stage.enter("ann")
    for turn in range(SEAT_BURST):
        assert stage.sit("ann", f"seat-{turn}") is None
    refused = stage.sit("ann", "one-more")
    assert code_of(refused) == ErrorCode.RATE_LIMITED
    assert isinstance(refused, Error)
    assert refused.retry_after_ms == 1000 / SEAT_RATE_HZ
    assert stage.sit("ann", None) is None, "giving up is never too often"
    stage.now_ms += refused.retry_after_ms
    assert stage.sit("ann", "one-more") is None


def test_refusals_count_for_the_rate() -> None:
    """Nobody tries every seat of the house in a second."""
    stage = Stage()
    stage.enter("ann", "bob")
    stage.sit("ann", "stool")
    codes = [code_of(stage.sit("bob", "stool")) for _ in range(SEAT_BURST + 1)]
    assert codes == [ErrorCode.SEAT_TAKEN] * SEAT_BURST + [ErrorCode.RATE_LIMITED]
