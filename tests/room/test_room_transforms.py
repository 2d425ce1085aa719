"""Moving: order, the throttle that keeps the last position, and who is shown what (§5)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from room.stage import Stage
from support.greeting import GREETING
from virtubar.protocol.constants import (
    TRANSFORM_BURST,
    TRANSFORM_RATE_HZ,
    AuthCode,
    Device,
    ErrorCode,
)
from virtubar.protocol.events import (
    AvatarTransform,
    AvatarTransformBroadcast,
    Error,
    HeartbeatAck,
    MemberJoined,
)
from virtubar.room.deadlines import STALE_MAX
from virtubar.room.ports import Mute, Refusal


@pytest.fixture
def stage() -> Stage:
    """A room with Ann and Bob in it."""
    stage = Stage()
    stage.enter("ann", "bob")
    return stage


def test_a_move_goes_to_everyone_its_mover_too(stage: Stage) -> None:
    """The echo to the sender is part of the protocol."""
    stage.move("ann", 3, x=1.0, z=2.0, rot_y=0.5, anim="wave", speaking=True)
    expected = AvatarTransformBroadcast("ann", 3, 1.0, 0.0, 2.0, 0.5, "wave", True)
    assert stage.told("ann") == [expected]
    assert stage.told("bob") == [expected]


def test_a_move_of_another_room_is_refused(stage: Stage) -> None:
    """`roomId` must be the room that the sender is in; nobody sees anything."""
    event = AvatarTransform("elsewhere", 1, 0.0, 0.0, 0.0, 0.0, "idle", False)
    reply = stage.room.handle("ann", event, 0, stage.now_ms, stage.wall_ms)
    assert isinstance(reply, Error)
    assert (reply.code, reply.event) == (ErrorCode.WRONG_ROOM, "avatar_transform")
    assert not stage.room.dirty


@pytest.mark.parametrize("stale", [4, 5])
def test_a_seq_that_does_not_rise_is_ignored_and_counted(stage: Stage, stale: int) -> None:
    """The same seq again is stale, and so is every lower one."""
    stage.move("ann", 5, x=1)
    stage.move("ann", stale, x=9)
    assert stage.moves("bob") == [("ann", 5)]
    assert stage.drops == {"stale_seq": 1}
    stage.move("ann", 6, x=2)
    assert stage.moves("bob") == [("ann", 6)]


def test_seqs_may_have_gaps(stage: Stage) -> None:
    """Rising is all that is asked of them."""
    for seq in (0, 7, 1000):
        stage.move("ann", seq)
    assert stage.moves("bob") == [("ann", 0), ("ann", 7), ("ann", 1000)]


def test_the_first_seq_after_a_resume_may_be_any(stage: Stage) -> None:
    """Where it is not above the last, the others are sent `member_joined` first to reset their
    ordering; the mover, who was sent a state, is not."""
    stage.move("ann", 50, x=1)
    stage.drain()
    stage.posts.clear()
    stage.join("ann")
    stage.move("ann", 50, x=2)
    joined, moved = stage.told("bob")
    assert isinstance(joined, MemberJoined)
    assert (joined.member.user_id, joined.member.x) == ("ann", 1.0)
    assert isinstance(moved, AvatarTransformBroadcast)
    assert (moved.seq, moved.x) == (50, 2.0)
    assert stage.names("ann") == [*GREETING, "avatar_transform_broadcast"]


def test_a_reset_of_the_order_says_when_it_was(stage: Stage) -> None:
    """Its time is the wall's, as of every event that is no move (§2)."""
    stage.move("ann", 9)
    stage.detach("ann")
    stage.join("ann")
    stage.live(1_000)
    stage.told("bob")
    stage.move("ann", 0)
    stage.drain()
    (again,) = [post for post in stage.posts["bob"] if isinstance(post.event, MemberJoined)]
    assert again.ts == stage.wall_ms


def test_a_first_seq_above_the_last_resets_nothing(stage: Stage) -> None:
    """The observers' ordering holds, so they are not told again."""
    stage.move("ann", 50)
    stage.drain()
    stage.posts.clear()
    stage.join("ann")
    stage.move("ann", 51)
    assert stage.names("bob") == ["avatar_transform_broadcast"]


def test_only_the_first_seq_of_a_connection_may_be_any(stage: Stage) -> None:
    """After it the order holds again."""
    stage.move("ann", 50)
    stage.join("ann")
    stage.move("ann", 1)
    stage.move("ann", 1)
    stage.move("ann", 0)
    assert stage.moves("bob") == [("ann", 50), ("ann", 1)]


def test_a_reset_and_its_moves_reach_a_newcomer_in_order(stage: Stage) -> None:
    """Someone who comes in between the old seqs and the new ones is reset as well."""
    stage.move("ann", 50)
    stage.join("cat")
    stage.move("ann", 51)
    stage.join("ann")
    stage.move("ann", 3)
    told = stage.told("cat")
    assert [str(event.EVENT) for event in told] == [
        *GREETING,
        "avatar_transform_broadcast",
        "member_joined",
        "avatar_transform_broadcast",
    ]


@pytest.mark.parametrize("device", list(Device))
def test_a_burst_of_five_goes_through_and_the_sixth_waits(device: Device) -> None:
    """At the limit all are sent; one past it is kept, and sent one period later, no sooner."""
    stage = Stage()
    stage.join("ann", device=device)
    stage.enter("bob")
    for seq in range(TRANSFORM_BURST + 1):
        stage.move("ann", seq, x=seq)
    assert stage.moves("bob") == [("ann", seq) for seq in range(TRANSFORM_BURST)]
    period_ms = 1000 / TRANSFORM_RATE_HZ[device]
    stage.live(period_ms - 1)
    assert stage.moves("bob") == []
    stage.live(1.001)
    assert stage.moves("bob") == [("ann", TRANSFORM_BURST)]


def test_of_the_moves_over_the_limit_the_newest_wins(stage: Stage) -> None:
    """Older ones are dropped and counted; the last position arrives."""
    for seq in range(20):
        stage.move("ann", seq, x=seq)
    stage.live(1000)
    assert stage.moves("bob") == [("ann", seq) for seq in (0, 1, 2, 3, 4, 19)]
    assert stage.room.members["ann"].x == 19
    assert stage.drops == {"throttled": 14}
    assert stage.room.members["ann"].pending is None


def test_a_throttled_move_is_not_shown_before_its_time(stage: Stage) -> None:
    """Where someone stands is where the room was told that they stand."""
    for seq in range(7):
        stage.move("ann", seq, x=seq)
    assert stage.room.members["ann"].x == 4


def test_a_later_move_takes_the_place_of_a_throttled_one(stage: Stage) -> None:
    """When there is a token again, the newest goes, and the older one never comes."""
    for seq in range(6):
        stage.move("ann", seq)
    stage.now_ms += 50
    stage.move("ann", 6)
    stage.live(1000)
    assert stage.moves("bob") == [("ann", seq) for seq in (0, 1, 2, 3, 4, 6)]


def test_a_stale_seq_does_not_replace_a_throttled_move(stage: Stage) -> None:
    """The order is judged by what was accepted, not by what was sent on."""
    for seq in (1, 2, 3, 4, 5, 10):
        stage.move("ann", seq, x=seq)
    stage.move("ann", 10, x=99)
    stage.move("ann", 6, x=98)
    stage.live(1000)
    assert stage.room.members["ann"].x == 10


def test_the_last_position_of_someone_lost_arrives(stage: Stage) -> None:
    """A throttled move says where its sender comes to rest, though they are gone."""
    for seq in range(8):
        stage.move("ann", seq, x=seq)
    stage.detach("ann")
    stage.live(1000)
    last = stage.told("bob")[-1]
    assert isinstance(last, AvatarTransformBroadcast)
    assert (last.seq, last.x) == (5, 7)


def test_the_last_position_of_the_old_connection_comes_before_the_new_one(stage: Stage) -> None:
    """A throttled move does not wait for a limit that would let the new connection's state and
    moves overtake it."""
    for seq in range(8):
        stage.move("ann", seq, x=seq)
    stage.join("ann")
    stage.move("ann", 0, x=30)
    stage.live(1000)
    moves = stage.moves("bob")
    assert moves[-2:] == [("ann", 7), ("ann", 0)]
    assert stage.moves("ann") == [("ann", 0)]


def test_a_throttled_move_of_someone_who_left_is_forgotten(stage: Stage) -> None:
    """Neither shown nor kept for their next visit."""
    for seq in range(8):
        stage.move("ann", seq, x=seq)
    stage.leave("ann")
    stage.join("ann")
    stage.live(1000)
    assert stage.moves("bob") == [("ann", seq) for seq in range(TRANSFORM_BURST)]


@given(
    device=st.sampled_from(list(Device)),
    gaps_ms=st.lists(st.integers(0, 120), min_size=1, max_size=60),
)
def test_nobody_is_shown_more_than_the_rate_and_the_last_always(
    device: Device, gaps_ms: list[int]
) -> None:
    """Whenever moves come: at most burst + rate x time of them go on, in order, the last one
    among them."""
    stage = Stage()
    stage.join("ann", device=device)
    stage.drain()
    shown = 0
    for seq, gap_ms in enumerate(gaps_ms):
        stage.live(gap_ms)
        stage.move("ann", seq, x=seq)
        shown += len(stage.moves("ann"))
        elapsed_s = sum(gaps_ms[: seq + 1]) / 1000
        assert shown <= TRANSFORM_BURST + elapsed_s * TRANSFORM_RATE_HZ[device] + 0.001
    stage.live(100)
    assert stage.room.members["ann"].x == len(gaps_ms) - 1


def test_a_minute_of_flooding_leaves_nothing_behind(stage: Stage) -> None:
    """Ten thousand moves over the limit: no more deadlines are kept than for two who do nothing."""
    most = 0
    for seq in range(10_000):
        stage.live(5)
        stage.move("ann", seq)
        stage.drain()
        most = max(most, len(stage.room._deadlines._heap))
    assert most <= 2 * 2 + STALE_MAX
    assert stage.drops["throttled"] > 7000


def test_a_hidden_page_is_shown_no_moves() -> None:
    """It gets everything else, and one state when it is seen again (§4)."""
    stage = Stage()
    stage.enter("ann", "bob")
    stage.show("bob", visible=False)
    stage.move("ann", 1, x=5)
    stage.say("ann")
    stage.join("cat")
    assert stage.names("bob") == ["chat_broadcast", "member_joined"]
    stage.show("bob", visible=True)
    assert stage.names("bob") == ["room_state"]
    stage.move("ann", 2)
    assert stage.moves("bob") == [("ann", 2)]


def test_moves_are_stamped_with_their_motion_time(stage: Stage) -> None:
    """`ts` of the broadcast is when the move was made: late by jitter, it is dated back (§1)."""
    stage.move("ann", 1, ts=stage.wall_ms - 1000)
    first_ms = stage.wall_ms
    stage.now_ms += 140
    stage.move("ann", 2, ts=first_ms - 900)
    stage.drain()
    assert [post.ts for post in stage.posts["bob"]] == [first_ms, first_ms + 100]


def test_a_throttled_move_keeps_its_motion_time(stage: Stage) -> None:
    """It was made when it came, not when it was let through."""
    for seq in range(6):
        stage.move("ann", seq)
    came_ms = stage.wall_ms
    stage.live(500)
    stage.drain()
    assert stage.posts["bob"][-1].ts == came_ms


def test_someone_muted_is_not_shown_speaking(stage: Stage) -> None:
    """A mute forces `speaking` to false (§7), for a throttled move as well."""
    for seq in range(6):
        stage.move("ann", seq, speaking=True)
    stage.room.mute("ann", Mute("loud", None), stage.now_ms, stage.wall_ms)
    stage.live(100)
    told = stage.told("bob")
    speaking = [event.speaking for event in told if isinstance(event, AvatarTransformBroadcast)]
    assert speaking == [True] * 5 + [False]


def test_what_a_receiver_missed_is_the_newest_of_each(stage: Stage) -> None:
    """`latest_since` gives a receiver who was left out the last move of everyone who moved."""
    stage.move("ann", 1)
    stage.move("bob", 1)
    stage.drain()
    since = stage.room._outbox.flush_number
    assert stage.room._flow._view.latest_since(since) == []
    stage.move("ann", 2)
    stage.drain()
    stage.move("ann", 3)
    stage.drain()
    (latest,) = stage.room._flow._view.latest_since(since)
    assert isinstance(latest.event, AvatarTransformBroadcast)
    assert (latest.event.user_id, latest.event.seq) == ("ann", 3)
    assert len(stage.room._flow._view.latest_since(since - 1)) == 2


def test_someone_who_left_and_came_back_has_no_latest_move(stage: Stage) -> None:
    """The moves of an earlier visit are not caught up with."""
    stage.move("ann", 1)
    stage.drain()
    stage.room.eject("ann", Refusal(AuthCode.KICKED, "", None), stage.wall_ms)
    stage.drain()
    stage.join("ann")
    assert stage.room._flow._view.latest_since(0) == []


@pytest.mark.parametrize("moves", [[], [4], [4, 9]])
def test_a_heartbeat_is_answered_with_the_last_accepted_seq(stage: Stage, moves: list[int]) -> None:
    """-1 before the first; the client's clock comes back as it was sent (§4)."""
    for seq in moves:
        stage.move("ann", seq)
    last: Any = moves[-1] if moves else -1
    assert stage.heartbeat("ann") == HeartbeatAck(12.5, stage.wall_ms, last)


def test_a_heartbeat_counts_a_throttled_move_as_accepted(stage: Stage) -> None:
    """It will be broadcast, so the client need not send it again."""
    for seq in range(9):
        stage.move("ann", seq)
    ack = stage.heartbeat("ann")
    assert isinstance(ack, HeartbeatAck)
    assert ack.last_seq == 8


def test_a_heartbeat_after_a_resume_tells_the_last_broadcast_seq(stage: Stage) -> None:
    """The new connection has had nothing accepted yet, but the room knows the user's last."""
    stage.move("ann", 6)
    stage.join("ann")
    ack = stage.heartbeat("ann")
    assert isinstance(ack, HeartbeatAck)
    assert ack.last_seq == 6
