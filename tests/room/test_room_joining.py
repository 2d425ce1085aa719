"""Coming in, coming back, coming over another connection, and going (§3, §4)."""

import pytest

from room.stage import EPOCH_MS, LIFE_MS, ROOM_ID, START_MS, Stage
from support.greeting import GREETING
from virtubar.errors import JoinRefusedError
from virtubar.protocol.constants import LEAVE_GRACE_MS, SEQ_MAX, AuthCode, Device, Role
from virtubar.protocol.events import (
    AvatarTransformBroadcast,
    MemberJoined,
    MemberLeft,
    RoomState,
    Session,
)
from virtubar.room.spawn import spawn_point


def state_of(stage: Stage, user: str) -> RoomState:
    """The first thing that the person was told, which must be the room's state."""
    state = stage.told(user)[0]
    assert isinstance(state, RoomState)
    return state


def test_a_newcomer_is_told_the_state_and_then_its_session() -> None:
    """`room_state` comes first and lists the newcomer, too, at its spawn point; `session` next."""
    stage = Stage()
    assert stage.join("ann", role=Role.MEMBER, device=Device.MOBILE) == "new"
    state, session, *_ = stage.told("ann")
    assert isinstance(state, RoomState)
    assert (state.room_id, state.server_time_ms) == (ROOM_ID, EPOCH_MS)
    (ann,) = state.members
    spawn = spawn_point(0)
    assert (ann.user_id, ann.display_name, ann.avatar_id) == ("ann", "Ann", "fox")
    assert (ann.x, ann.y, ann.z, ann.rot_y) == (spawn.x, spawn.y, spawn.z, spawn.rot_y)
    assert ann.anim == "idle"
    assert session == Session("ann", "member", -1, False, 15.0, EPOCH_MS + LIFE_MS, False)


def test_the_others_are_told_of_a_newcomer_once() -> None:
    """`member_joined` goes to those who are there, with where the newcomer stands."""
    stage = Stage()
    stage.enter("ann")
    stage.join("bob")
    (joined,) = stage.told("ann")
    assert joined == MemberJoined(stage.room.members["bob"].info())
    assert stage.told("ann") == []


def test_people_who_come_in_at_once_are_told_of_each_other_by_the_state() -> None:
    """The state of a flush lists everyone, so nobody is announced to a newcomer a second time."""
    stage = Stage()
    stage.join("ann")
    stage.join("bob")
    assert stage.names("ann") == [*GREETING]
    assert stage.names("bob") == [*GREETING]
    stage.join("cat")
    assert len(state_of(stage, "cat").members) == 3


def test_each_newcomer_stands_somewhere_else() -> None:
    """The n-th person to come in gets the n-th place, also where others have left."""
    stage = Stage()
    stage.enter("ann")
    stage.leave("ann")
    stage.join("ann")
    member = stage.room.members["ann"]
    assert (member.x, member.z) == (spawn_point(1).x, spawn_point(1).z)


def test_a_full_room_refuses_one_more_and_tells_nobody() -> None:
    """`room_full` at the capacity, not one before it."""
    stage = Stage(capacity=2)
    stage.enter("ann", "bob")
    with pytest.raises(JoinRefusedError) as refused:
        stage.join("cat")
    assert refused.value.code is AuthCode.ROOM_FULL
    assert not stage.room.dirty
    assert "cat" not in stage.room.members
    stage.leave("bob")
    assert stage.join("cat") == "new"


def test_a_place_in_its_grace_is_taken() -> None:
    """The capacity counts those who may come back, and they may come back into a full room."""
    stage = Stage(capacity=1)
    stage.enter("ann")
    stage.detach("ann")
    with pytest.raises(JoinRefusedError):
        stage.join("bob")
    assert stage.join("ann") == "resumed"


def test_whoever_leaves_is_gone_at_once() -> None:
    """A clean close is a `member_left` to the others and nothing to the one who left."""
    stage = Stage()
    stage.enter("ann", "bob")
    stage.leave("bob")
    assert stage.told("ann") == [MemberLeft("bob")]
    assert stage.told("bob") == []
    assert stage.join("bob") == "new"


def test_a_lost_connection_keeps_the_place_for_twenty_seconds() -> None:
    """Nobody sees a leave; one millisecond before the end of the grace the member is there."""
    stage = Stage()
    stage.enter("ann", "bob")
    stage.detach("bob")
    assert stage.names("ann") == ["avatar_transform_broadcast"]
    stage.expire_after(LEAVE_GRACE_MS - 1)
    assert stage.told("ann") == []
    stage.expire_after(1)
    assert stage.told("ann") == [MemberLeft("bob")]
    assert "bob" not in stage.room.members


def test_the_grace_is_over_at_its_moment_not_when_someone_looks() -> None:
    """`next_deadline` says when; looking then, once, is enough."""
    stage = Stage()
    stage.enter("ann", "bob")
    stage.detach("bob")
    assert stage.room.next_deadline() == START_MS + LEAVE_GRACE_MS
    stage.live(LEAVE_GRACE_MS)
    assert stage.told("ann")[1:] == [MemberLeft("bob")]


def test_a_resume_is_silent_and_keeps_the_position() -> None:
    """The others notice nothing, and the last known transform wins over any spawn rule; the move
    with which the lost member came to rest counts."""
    stage = Stage()
    stage.enter("ann", "bob")
    stage.move("bob", 7, x=4.25, z=-1.5, anim="dance")
    stage.detach("bob")
    stage.drain()
    stage.posts.clear()
    stage.expire_after(LEAVE_GRACE_MS - 1)
    assert stage.join("bob") == "resumed"
    assert stage.told("ann") == []
    state, session, *_ = stage.told("bob")
    assert isinstance(state, RoomState)
    bob = next(member for member in state.members if member.user_id == "bob")
    assert (bob.x, bob.z, bob.anim) == (4.25, -1.5, "idle")
    assert isinstance(session, Session)
    assert (session.resumed, session.last_seq) == (True, 8)


def test_whoever_is_lost_comes_to_rest_for_the_others() -> None:
    """Nobody walks or speaks on whose connection is gone: one last move, where they were, with the
    next seq; newcomers are shown the same (§4)."""
    stage = Stage()
    stage.enter("ann", "bob")
    stage.move("bob", 7, x=4.25, z=-1.5, rot_y=1.0, speaking=True)
    stage.drain()
    stage.posts.clear()
    stage.detach("bob")
    rest = AvatarTransformBroadcast("bob", 8, 4.25, 0.0, -1.5, 1.0, "idle", False)
    assert stage.told("ann") == [rest]
    stage.join("cat")
    shown = next(info for info in state_of(stage, "cat").members if info.user_id == "bob")
    assert (shown.x, shown.z, shown.rot_y, shown.anim) == (4.25, -1.5, 1.0, "idle")


def test_whoever_is_lost_comes_to_rest_where_the_throttled_move_went() -> None:
    """The newest move, which waited for the limit, says where; it is not sent after the rest."""
    stage = Stage()
    stage.enter("ann", "bob")
    for step in range(8):
        stage.move("bob", 10 * step, x=step, speaking=True)
    stage.detach("bob")
    stage.live(1000)
    *_, before, rest = stage.told("ann")
    assert isinstance(before, AvatarTransformBroadcast)
    assert isinstance(rest, AvatarTransformBroadcast)
    assert (before.seq, before.x, before.speaking) == (40, 4, True)
    assert (rest.seq, rest.x, rest.anim, rest.speaking) == (41, 7, "idle", False)


def test_the_rest_of_somebody_lost_is_no_older_than_what_they_did() -> None:
    """Its motion time is the moment of the loss, and no move of the next connection is below it."""
    stage = Stage()
    stage.enter("ann", "bob")
    stage.move("bob", 1)
    stage.expire_after(400)
    stage.detach("bob")
    lost_ms = stage.wall_ms
    stage.join("bob")
    stage.move("bob", 3, ts=lost_ms - 10_000)
    stage.expire_after(20)
    stage.move("bob", 4, ts=lost_ms - 9_990)
    stage.drain()
    told = stage.posts["ann"]
    times = [post.ts for post in told if isinstance(post.event, AvatarTransformBroadcast)]
    assert times == [lost_ms - 400, lost_ms, lost_ms, lost_ms + 10]


def test_after_the_last_seq_there_is_the_rest_begins_anew() -> None:
    """A number above 2^53 - 1 is none that a client may be sent: observers are reset first."""
    stage = Stage()
    stage.enter("ann", "bob")
    stage.move("bob", SEQ_MAX, x=3)
    stage.drain()
    stage.posts.clear()
    stage.detach("bob")
    again, rest = stage.told("ann")
    assert isinstance(again, MemberJoined)
    assert isinstance(rest, AvatarTransformBroadcast)
    assert (rest.seq, rest.x, rest.anim) == (0, 3, "idle")
    stage.join("bob")
    _, session, *_ = stage.told("bob")
    assert isinstance(session, Session)
    assert session.last_seq == 0


def test_whoever_is_replaced_does_not_come_to_rest() -> None:
    """The member goes on over another connection, in the middle of a step."""
    stage = Stage()
    stage.enter("ann", "bob")
    stage.move("bob", 7)
    stage.join("bob")
    assert stage.moves("ann") == [("bob", 7)]


def test_a_resume_ends_the_grace() -> None:
    """The deadline of the grace comes, and finds the member back."""
    stage = Stage()
    stage.enter("ann", "bob")
    stage.detach("bob")
    stage.expire_after(LEAVE_GRACE_MS - 1)
    stage.join("bob")
    stage.expire_after(LEAVE_GRACE_MS)
    assert "bob" in stage.room.members
    assert "member_left" not in stage.names("ann")


def test_a_second_loss_has_a_whole_grace_again() -> None:
    """The first grace does not count into the second."""
    stage = Stage()
    stage.enter("ann", "bob")
    stage.detach("bob")
    stage.expire_after(15_000)
    stage.join("bob")
    stage.detach("bob")
    stage.expire_after(LEAVE_GRACE_MS - 1)
    assert "bob" in stage.room.members
    stage.expire_after(1)
    assert "bob" not in stage.room.members


def test_another_connection_replaces_the_first_and_nobody_notices() -> None:
    """It gets the state and `session.resumed`; the others get nothing."""
    stage = Stage()
    stage.enter("ann", "bob")
    assert stage.join("bob") == "replaced"
    assert stage.told("ann") == []
    state, session, *_ = stage.told("bob")
    assert isinstance(state, RoomState)
    assert isinstance(session, Session)
    assert session.resumed


def test_someone_lost_gets_nothing_until_back() -> None:
    """A detached member is no receiver, though still in everyone's state."""
    stage = Stage()
    stage.enter("ann", "bob")
    stage.detach("bob")
    stage.say("ann")
    assert stage.told("bob") == []
    stage.join("cat")
    assert {member.user_id for member in state_of(stage, "cat").members} == {"ann", "bob", "cat"}


def test_a_loss_before_the_first_flush_leaves_nothing_to_send() -> None:
    """A newcomer who is gone again is not welcomed; the others hear of the join and the rest."""
    stage = Stage()
    stage.enter("ann")
    stage.join("bob")
    stage.detach("bob")
    assert stage.names("ann") == ["member_joined", "avatar_transform_broadcast"]
    assert stage.told("bob") == []


def test_a_visit_between_two_flushes_is_told_whole() -> None:
    """A join and a leave in one flush are both told, in their order."""
    stage = Stage()
    stage.enter("ann")
    stage.join("bob")
    stage.leave("bob")
    assert stage.names("ann") == ["member_joined", "member_left"]
    assert stage.told("bob") == []


def test_a_newcomer_is_not_told_what_happened_in_an_earlier_visit() -> None:
    """Someone moves, leaves and comes back while another comes in: the moves of the earlier visit
    are older than the state, and their order would break that of the new ones."""
    stage = Stage()
    stage.enter("bob")
    stage.join("ann")
    stage.move("bob", 100, x=9)
    stage.emote("bob")
    stage.leave("bob")
    stage.join("bob")
    stage.move("bob", 0, x=1)
    assert stage.names("ann") == [*GREETING, "avatar_transform_broadcast"]


def test_a_newcomer_is_not_told_of_the_deeds_of_those_who_are_gone() -> None:
    """Neither a move nor an emote of someone whom the state does not list; but what was said is
    said."""
    stage = Stage()
    stage.enter("bob")
    stage.join("ann")
    stage.move("bob", 1)
    stage.emote("bob")
    stage.say("bob", "bye")
    stage.leave("bob")
    assert stage.names("ann") == [*GREETING, "chat_broadcast"]


def test_the_role_and_the_rate_of_a_resume_are_those_of_its_token() -> None:
    """A member who comes back on a phone is limited as a phone."""
    stage = Stage()
    stage.enter("ann")
    stage.detach("ann")
    stage.join("ann", role=Role.MODERATOR, device=Device.MOBILE)
    _, session, *_ = stage.told("ann")
    assert isinstance(session, Session)
    assert (session.role, session.rate_hz) == ("moderator", 15.0)


def test_a_resume_tells_the_end_of_its_own_token() -> None:
    """Not that of the token before it."""
    stage = Stage()
    stage.enter("ann")
    stage.detach("ann")
    stage.expire_after(1000)
    stage.join("ann", life_ms=7000)
    _, session, *_ = stage.told("ann")
    assert isinstance(session, Session)
    assert session.expires_at_ms == EPOCH_MS + 8000


def test_a_room_with_nothing_to_say_is_clean() -> None:
    """`dirty` says whether `drain` would hand anything out, and a drain hands it out once."""
    stage = Stage()
    dirty = [stage.room.dirty]
    stage.join("ann")
    dirty.append(stage.room.dirty)
    stage.drain()
    dirty.append(stage.room.dirty)
    assert dirty == [False, True, False]
    assert stage.room.drain(stage.now_ms, stage.wall_ms).routes == []
