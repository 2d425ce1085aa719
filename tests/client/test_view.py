"""What the client knows of the room (§4 to §7)."""

import pytest

from virtubar.client.view import CHAT_IDS_KEPT, RoomView
from virtubar.protocol import events as wire


def info(user_id: str, x: float = 0.0) -> wire.MemberInfo:
    return wire.MemberInfo(user_id, user_id.title(), "fox", x, 0.0, 0.0, 0.0, "idle")


def transform(user_id: str, seq: int, x: float) -> wire.AvatarTransformBroadcast:
    return wire.AvatarTransformBroadcast(user_id, seq, x, 0.0, 1.0, 0.5, "walk", True)


@pytest.fixture
def view() -> RoomView:
    view = RoomView()
    view.see(wire.RoomState("lobby", 5_000, [info("ann"), info("bob", 2.0)]), 1_000.0)
    return view


def test_room_state_replaces_everybody(view: RoomView) -> None:
    """Who is not in it is not in the room (§3)."""
    view.see(wire.RoomState("lobby", 6_000, [info("cat")]), 2_000.0)
    assert list(view.members) == ["cat"]


def test_room_state_seeds_the_clock(view: RoomView) -> None:
    """A first guess at the server's time."""
    assert view.clock.offset_ms == 4_000.0


def test_members_come_and_go(view: RoomView) -> None:
    """member_joined and member_left (§4)."""
    view.see(wire.MemberJoined(info("cat", 3.0)), 0.0)
    assert view.members["cat"].x == 3.0
    view.see(wire.MemberLeft("cat"), 0.0)
    assert "cat" not in view.members


def test_a_transform_moves_its_member(view: RoomView) -> None:
    """All of it is kept (§5)."""
    view.see(transform("bob", 7, 4.0), 0.0)
    bob = view.members["bob"]
    assert (bob.x, bob.z, bob.rot_y, bob.anim, bob.speaking, bob.seq) == (
        4.0,
        1.0,
        0.5,
        "walk",
        True,
        7,
    )


def test_the_seats_are_those_of_the_server(view: RoomView) -> None:
    """`seats` replaces all, `seat_changed` one person's, who sits nowhere else (§11)."""
    view.see(wire.Seats([("stool", "ann"), ("chair", "bob")]), 0.0)
    view.see(wire.SeatChanged("bob", "bench"), 0.0)
    view.see(wire.SeatChanged("ann", None), 0.0)
    assert view.seats == {"bench": "bob"}
    view.see(wire.Seats([("stool", "bob")]), 0.0)
    assert view.seats == {"stool": "bob"}


def test_whoever_leaves_leaves_the_seat(view: RoomView) -> None:
    """`member_left` says it, no event of its own does (§11)."""
    view.see(wire.Seats([("stool", "ann"), ("chair", "bob")]), 0.0)
    view.see(wire.MemberLeft("bob"), 0.0)
    assert view.seats == {"stool": "ann"}


@pytest.mark.parametrize("seq", [6, 7])
def test_a_stale_transform_changes_nothing(view: RoomView, seq: int) -> None:
    """Seq rises per user (§5)."""
    view.see(transform("bob", 7, 4.0), 0.0)
    view.see(transform("bob", seq, 9.0), 0.0)
    assert view.members["bob"].x == 4.0


def test_a_new_announcement_resets_the_ordering(view: RoomView) -> None:
    """The re-announce rule: lower seqs count again after member_joined (§5)."""
    view.see(transform("bob", 900, 4.0), 0.0)
    view.see(wire.MemberJoined(info("bob", 4.0)), 0.0)
    view.see(transform("bob", 0, 5.0), 0.0)
    assert view.members["bob"].x == 5.0


def test_a_transform_of_nobody_is_ignored(view: RoomView) -> None:
    """It conjures up no member."""
    view.see(transform("ghost", 1, 0.0), 0.0)
    assert "ghost" not in view.members


def test_the_map_stays_the_same_object(view: RoomView) -> None:
    """Applications hold on to it."""
    members = view.members
    view.see(wire.RoomState("lobby", 0, [info("cat")]), 0.0)
    assert members is view.members


def test_remembered_messages_are_bounded(view: RoomView) -> None:
    """Two whole replays are remembered, the oldest is forgotten first (§6)."""
    for number in range(CHAT_IDS_KEPT + 1):
        assert view.see(wire.ChatBroadcast("bob", "hi", f"m-{number}"), 0.0)
    assert not view.see(wire.ChatBroadcast("bob", "hi", "m-1"), 0.0)
    assert view.see(wire.ChatBroadcast("bob", "hi", "m-0"), 0.0)


def test_heartbeats_set_the_clock(view: RoomView) -> None:
    """The echoed time and the server's own (§4)."""
    view.see(wire.HeartbeatAck(1_000.0, 5_510, -1), 1_020.0)
    assert view.clock.offset_ms == 4_500.0
    assert view.clock.round_trip_ms == 20.0


def test_roles_say_who_keeps_order_and_who_is_a_bot(view: RoomView) -> None:
    """Until a server says so everybody is a guest and a person; who is not here is passed over."""
    assert (view.members["ann"].role, view.members["ann"].is_bot) == ("guest", False)
    view.see(
        wire.Roles([("ann", "moderator", False), ("bob", "guest", True), ("x", "admin", False)]),
        0.0,
    )
    assert (view.members["ann"].role, view.members["bob"].is_bot) == ("moderator", True)
    assert set(view.members) == {"ann", "bob"}


def test_roles_outlive_a_reset_and_another_state(view: RoomView) -> None:
    """Neither brings them anew: only a membership that begins does (§3)."""
    view.see(wire.Roles([("ann", "moderator", False), ("bob", "guest", True)]), 0.0)
    view.see(wire.MemberJoined(info("ann")), 0.0)
    view.see(wire.RoomState("lobby", 6_000, [info("ann"), info("bob")]), 0.0)
    assert (view.members["ann"].role, view.members["bob"].is_bot) == ("moderator", True)
    view.see(wire.MemberLeft("bob"), 0.0)
    view.see(wire.MemberJoined(info("bob")), 0.0)
    assert not view.members["bob"].is_bot
