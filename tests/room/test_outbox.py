"""What goes out, in which order, and to whom (docs/protocol.md §3)."""

from virtubar.protocol.events import MemberInfo, RoomState
from virtubar.room.outbox import Outbox, Receivers


def test_newcomers_of_one_flush_share_one_state() -> None:
    """The encoder goes by post: one post for all is one encoding of a state that may be large."""
    users = ("ada", "grace", "linus")
    members = [MemberInfo(user, user, "default", 0.0, 0.0, 0.0, 0.0, "idle") for user in users]
    outbox = Outbox()
    for user in users:
        outbox.welcome(user, [])
    deliveries = outbox.drain(Receivers(users, ()), RoomState("lobby", 7, members))
    assert [delivery.receivers for delivery in deliveries] == [(user,) for user in users]
    assert len({id(delivery.posts[0]) for delivery in deliveries}) == 1
    assert deliveries[0].posts[0].ts == 7
