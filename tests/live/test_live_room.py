"""A live room flushes soon, writes once to each receiver, and keeps slow ones from the rest."""

import pytest

from live.bench import DIALECTS, HubBench, Visitor
from support.greeting import GREETING
from virtubar.live.budget import FLUSH_INTERVAL_MIN_MS
from virtubar.live.ports import Dialect
from virtubar.protocol.constants import (
    EXPIRY_GRACE_MS,
    LEAVE_GRACE_MS,
    TOKEN_LEEWAY_MS,
    AuthCode,
    CloseCode,
)
from virtubar.protocol.events import (
    AvatarTransform,
    AvatarTransformBroadcast,
    LocalChat,
    Presence,
)
from virtubar.room.ports import Refusal


def move(seq: int, x: float = 0.0) -> AvatarTransform:
    """A move in the lobby."""
    return AvatarTransform("lobby", seq, x, 0.0, 0.0, 0.0, "walk", False)


def seqs(visitor: Visitor) -> list[tuple[str, int]]:
    """Whose moves were sent to a visitor, with their seq."""
    return [
        (event.user_id, event.seq)
        for event in visitor.transport.events()
        if isinstance(event, AvatarTransformBroadcast)
    ]


@pytest.fixture
def bench() -> HubBench:
    """A hub of its own for each test."""
    return HubBench()


def test_a_quiet_room_is_flushed_at_once(bench: HubBench) -> None:
    """The first event after a pause waits for nothing but the loop."""
    ann, bob = bench.enter("ann"), bench.enter("bob")
    ann.names()
    bench.send(ann, move(1))
    bench.loop.advance(0)
    assert seqs(bob) == [("ann", 1)]


def test_a_deadline_before_a_flush_does_not_lose_it(bench: HubBench) -> None:
    """A throttled move is let through at 50 ms, and what was said before goes out at 60 with it."""
    ann, bob = bench.enter("ann"), bench.enter("bob")
    ann.names()
    bench.hub._budget.interval_ms = 60.0
    for seq in range(1, 7):
        bench.send(ann, move(seq))
    bench.loop.advance(0)
    assert seqs(bob) == [("ann", seq) for seq in range(1, 6)]
    bench.loop.advance(10)
    bench.send(bob, move(1))
    bench.loop.advance(49)
    assert seqs(bob) == []
    bench.loop.advance(1)
    assert seqs(bob) == [("bob", 1), ("ann", 6)]


def test_events_that_follow_wait_for_one_interval(bench: HubBench) -> None:
    """At the least interval, not before it; and together."""
    ann, bob = bench.enter("ann"), bench.enter("bob")
    bench.send(ann, move(1))
    bench.loop.advance(0)
    bob.names()
    bench.send(ann, move(2))
    bench.send(ann, move(3))
    bench.loop.advance(FLUSH_INTERVAL_MIN_MS - 1)
    assert seqs(bob) == []
    bench.loop.advance(1)
    assert seqs(bob) == [("ann", 2), ("ann", 3)]


def test_a_congested_receiver_gets_all_but_the_moves(bench: HubBench) -> None:
    """Chat goes to it; when it reads again, one move of each who moved, the newest."""
    ann, bob = bench.enter("ann"), bench.enter("bob")
    ann.names()
    bob.transport.congested = True
    for seq in range(3):
        bench.send(ann, move(seq))
        bench.loop.advance(100)
    bench.send(ann, LocalChat("lobby", "hello", "local"))
    bench.loop.advance(100)
    assert bob.names() == ["chat_broadcast"]
    assert bench.metrics.drops["coalesced"] == 3
    assert seqs(ann) == [("ann", 0), ("ann", 1), ("ann", 2)]
    bob.transport.congested = False
    bob.connection.drained()
    bench.loop.advance(100)
    assert seqs(bob) == [("ann", 2)]
    bench.send(ann, move(3))
    bench.loop.advance(100)
    assert seqs(bob) == [("ann", 3)]


def test_a_slow_receiver_gets_no_move_twice(bench: HubBench) -> None:
    """Where somebody moves between its reading again and its catching up."""
    ann, bob = bench.enter("ann"), bench.enter("bob")
    bob.transport.congested = True
    bench.send(ann, move(1))
    bench.loop.advance(100)
    bob.transport.congested = False
    bench.send(ann, move(2))
    bench.loop.advance(100)
    assert seqs(bob) == [("ann", 2)]


def test_a_slow_receiver_that_hid_its_page_is_not_caught_up(bench: HubBench) -> None:
    """A hidden page gets no moves, late ones neither."""
    ann, bob = bench.enter("ann"), bench.enter("bob")
    bob.transport.congested = True
    bench.send(ann, move(1))
    bench.loop.advance(100)
    bench.send(bob, Presence(False))
    bob.transport.congested = False
    bob.connection.drained()
    bench.loop.advance(100)
    assert seqs(bob) == []


def test_a_slow_receiver_can_be_kicked(bench: HubBench) -> None:
    """Even when it reads again just then: it is told, closed, and the room goes on."""
    ann, bob = bench.enter("ann"), bench.enter("bob")
    bob.transport.congested = True
    bench.send(ann, move(1))
    bench.loop.advance(100)
    bob.transport.congested = False
    ann.names()
    bench.hub.eject("lobby", "bob", Refusal(AuthCode.KICKED, "out", None))
    assert bob.names() == ["moderation_action", "moderation_details"]
    assert bob.transport.closed is CloseCode.KICKED
    assert ann.names() == ["member_left"]


def test_a_membership_that_ended_is_told_of_before_its_next_event(bench: HubBench) -> None:
    """In a crowded room the flush may be some time off; what the connection sends meanwhile finds
    it unjoined, not in a room that does not know it (§3)."""
    ann = bench.enter("ann", life_ms=1000)
    bob = bench.enter("bob")
    live = bench.hub._live["lobby"]
    live._budget.interval_ms = 50.0
    end_ms = 1000 - 60 - 60 + EXPIRY_GRACE_MS
    bench.loop.advance(end_ms - 5)
    bench.send(bob, move(1))
    bench.loop.advance(4)
    assert "ann" in live.room.members
    bench.send(bob, move(2))
    bench.loop.advance(2)
    assert "ann" not in live.room.members
    assert ann.transport.closed is None
    ann.names()
    bench.send(ann, move(1))
    assert ann.names() == ["error"]
    assert ann.transport.closed is None
    bench.join(ann, bench.token("ann"))
    bench.loop.advance(100)
    assert ann.names()[: len(GREETING)] == [*GREETING]


def test_a_lost_member_is_gone_after_the_grace(bench: HubBench) -> None:
    """The hub's timer looks at the room's deadlines, with nobody doing anything."""
    ann, bob = bench.enter("ann"), bench.enter("bob")
    bob.connection.closed(left=False)
    ann.names()
    bench.loop.advance(LEAVE_GRACE_MS - 1)
    assert ann.names() == ["avatar_transform_broadcast"]
    bench.loop.advance(60)
    assert ann.names() == ["member_left"]


def test_an_expired_token_is_refused_after_its_leeway(bench: HubBench) -> None:
    """`join_room` with a token that was good a moment ago (§3)."""
    token = bench.token("ann", life_ms=1000)
    bench.loop.advance(1000 + TOKEN_LEEWAY_MS + 1)
    ann = bench.open("ann")
    bench.join(ann, token)
    assert ann.names() == ["auth_error"]


def test_a_group_of_receivers_shares_one_buffer(bench: HubBench) -> None:
    """Those who take compression and those who do not each get theirs; both are counted."""
    ann, bob, cat = bench.enter("ann"), bench.enter("bob"), bench.enter("cat")
    cat.transport.deflates = True
    bench.loop.advance(100)
    for visitor in (ann, bob, cat):
        visitor.transport._frames = b""
    before = bench.metrics.events_out["avatar_transform_broadcast"]
    bench.send(ann, move(1))
    bench.loop.advance(100)
    assert ann.transport._frames == bob.transport._frames
    assert cat.transport._frames[0] == 0xC1
    assert bench.metrics.events_out["avatar_transform_broadcast"] - before == 3


@pytest.mark.parametrize("slow", DIALECTS)
def test_every_dialect_carries_the_same_room(bench: HubBench, slow: Dialect) -> None:
    """Moves, chat, what is left out under congestion and what makes up for it: the same events."""
    ann = bench.enter("ann")
    names = ("bob", "cat", "dan", "eve")
    others = [bench.enter_in(dialect, name) for name, dialect in zip(names, DIALECTS, strict=True)]
    for visitor in others:
        visitor.transport.events()
    bench.send(ann, move(1))
    bench.send(ann, LocalChat("lobby", "hello", "local"))
    bench.loop.advance(100)
    heard = [visitor.transport.events() for visitor in others]
    assert heard[0] == heard[1] == heard[2] == heard[3]
    assert len(heard[0]) == 2
    behind = others[DIALECTS.index(slow)]
    behind.transport.congested = True
    for seq in range(2, 5):
        bench.send(ann, move(seq))
        bench.loop.advance(100)
    assert behind.transport.events() == []
    behind.transport.congested = False
    behind.connection.drained()
    bench.loop.advance(100)
    assert seqs(behind) == [("ann", 4)]
