"""Coming in has a limit by person and by address, whatever it is done with (§3)."""

import pytest

from live.bench import HubBench, Visitor
from virtubar.errors import JoinRefusedError
from virtubar.live.join_limits import (
    JOIN_BURST,
    JOIN_RATE_HZ,
    JOINS_BY_ADDRESS,
    ROOM_JOIN_BURST,
    ROOM_JOIN_RATE_HZ,
    VISIT_BURST,
    VISIT_RATE_HZ,
    VISITS_BY_ADDRESS,
    JoinLimits,
)
from virtubar.moderation.sanctions import sanction_of
from virtubar.protocol.constants import (
    JOIN_ATTEMPTS_MAX,
    AuthCode,
    CloseCode,
    Role,
)
from virtubar.protocol.events import AuthError, ChatBroadcast, JoinRoom, JoinUser, LocalChat
from virtubar.room.config import RoomConfig
from virtubar.room.deadlines import STALE_MAX
from virtubar.room.ports import ModerationAct

LONG_MS = 9 * 3_600_000


def refused(
    limits: JoinLimits,
    kind: str,
    user: str,
    address: str | None,
    now_ms: float,
    room_id: str = "lobby",
) -> bool:
    """Whether one more is one too many."""
    check = limits.check_join if kind == "join" else limits.check_visit
    try:
        check(room_id, user, address, now_ms)
    except JoinRefusedError as error:
        return error.code is AuthCode.TOO_MANY_ATTEMPTS
    return False


@pytest.mark.parametrize(
    ("kind", "rate_hz", "burst"),
    [("join", ROOM_JOIN_RATE_HZ, ROOM_JOIN_BURST), ("visit", VISIT_RATE_HZ, VISIT_BURST)],
)
def test_one_person_comes_in_so_often_and_no_more(kind: str, rate_hz: float, burst: int) -> None:
    """The whole burst into one room; one more is refused; one again when its time has come, not
    before. Others, and other rooms, do not feel it."""
    limits = JoinLimits(addresses=True)
    assert not any(refused(limits, kind, "ann", None, 0.0) for _ in range(burst))
    assert refused(limits, kind, "ann", None, 0.0)
    assert not refused(limits, kind, "bob", None, 0.0)
    assert not refused(limits, kind, "ann", None, 0.0, "attic")
    period_ms = 1000 / rate_hz
    assert refused(limits, kind, "ann", None, period_ms - 1)
    assert not refused(limits, kind, "ann", None, period_ms)


def test_one_person_comes_into_all_rooms_together_so_often_and_no_more() -> None:
    """One room after the other, past the burst of all of them."""
    limits = JoinLimits(addresses=True)
    for n in range(JOIN_BURST):
        assert not refused(limits, "join", "ann", None, 0.0, f"room-{n}")
    assert refused(limits, "join", "ann", None, 0.0, "room-x")
    assert not refused(limits, "join", "ann", None, 1000 / JOIN_RATE_HZ, "room-x")


@pytest.mark.parametrize(
    ("kind", "burst"), [("join", JOINS_BY_ADDRESS[1]), ("visit", VISITS_BY_ADDRESS[1])]
)
def test_a_crowd_at_one_address_comes_in_so_often_and_no_more(kind: str, burst: int) -> None:
    """Others at other addresses do not feel it, nor do any where addresses do not count."""
    limits = JoinLimits(addresses=True)
    for n in range(burst):
        assert not refused(limits, kind, f"guest-{n}", "192.0.2.1", 0.0)
    assert refused(limits, kind, "ann", "192.0.2.1", 0.0)
    assert not refused(limits, kind, "bob", "192.0.2.2", 0.0)
    off = JoinLimits(addresses=False)
    assert not any(refused(off, kind, f"guest-{n}", "192.0.2.1", 0.0) for n in range(burst + 1))


@pytest.fixture
def bench() -> HubBench:
    """A hub of its own for each test, with a second room."""
    bench = HubBench()
    bench.hub.create(RoomConfig("attic", "Attic"))
    return bench


def token(bench: HubBench, user: str, room_id: str = "lobby", life_ms: int = LONG_MS) -> str:
    """A token that lasts."""
    return bench.token(user, room_id=room_id, life_ms=life_ms)


def codes(visitor: Visitor) -> list[str]:
    """With which codes the visitor was refused."""
    return [one.code for one in visitor.transport.events() if isinstance(one, AuthError)]


def test_two_tokens_in_turn_come_to_an_end(bench: HubBench) -> None:
    """Each shows another end, again and again: past the burst it is refused, then closed 4008; the
    room keeps one deadline for it."""
    ann = bench.enter("ann", life_ms=LONG_MS)
    tokens = [token(bench, "ann", life_ms=LONG_MS + n) for n in range(2)]
    for n in range(ROOM_JOIN_BURST - 1):
        bench.join(ann, tokens[n % 2])
    assert codes(ann) == []
    for n in range(JOIN_ATTEMPTS_MAX):
        bench.join(ann, tokens[n % 2])
    assert set(codes(ann)) == {AuthCode.TOO_MANY_ATTEMPTS}
    assert ann.transport.closed is CloseCode.JOIN_TIMEOUT
    live = bench.hub.live("lobby")
    assert live is not None
    assert len(live.room._deadlines._heap) <= 2 + STALE_MAX


def test_to_and_fro_between_two_rooms_has_an_end(bench: HubBench) -> None:
    """Whoever looks on in one of them sees so many come, not a hundred a second; over another
    socket it does not begin anew."""
    bob = bench.enter("bob", life_ms=LONG_MS)
    ann = bench.open("ann")
    rooms = ("lobby", "attic")
    tokens = [token(bench, "ann", room_id) for room_id in rooms]
    for n in range(2 * VISIT_BURST):
        bench.join(ann, tokens[n % 2], rooms[n % 2])
        bench.loop.advance(100)
    seen = [name for name in bob.names() if name == "member_joined"]
    assert len(seen) == VISIT_BURST
    bench.join(ann, tokens[0])
    assert codes(ann) == [AuthCode.TOO_MANY_ATTEMPTS]
    assert bench.hub.contains("attic", "ann"), "refused, and where it was"
    again = bench.open("ann")
    bench.join(again, tokens[0])
    assert codes(again) == [AuthCode.TOO_MANY_ATTEMPTS]
    assert "member_joined" not in bob.names()


def test_a_door_that_is_shut_costs_no_visit(bench: HubBench) -> None:
    """Whoever waits at a full room is let in when there is place."""
    bench.hub.create(RoomConfig("box", "Box", capacity=1))
    bob = bench.open("bob")
    bench.join(bob, token(bench, "bob", "box"), "box")
    ann = bench.open("ann")
    for n in range(VISIT_BURST + 1):
        if n == JOIN_ATTEMPTS_MAX - 1:
            ann = bench.open("ann")
        bench.join(ann, token(bench, "ann", "box"), "box")
    assert codes(ann) == [AuthCode.ROOM_FULL] * 2
    bob.connection.closed(left=True)
    bench.join(ann, token(bench, "ann", "box"), "box")
    assert bench.hub.contains("box", "ann")


def test_missed_chat_cannot_be_drawn_in_a_loop(bench: HubBench) -> None:
    """A resume asks for all of it with `lastMessageId: ""`; that is a join, and joins have an
    end: after the burst one in two seconds."""
    ann = bench.enter("ann", life_ms=LONG_MS)
    bench.send(ann, LocalChat("lobby", "hello", "local"))
    bench.loop.advance(100)
    good, heard = token(bench, "ann"), 0
    user = JoinUser("ann", "Ann", "fox")
    for _ in range(10 * ROOM_JOIN_BURST):
        visitor = bench.open("ann")
        bench.send(visitor, JoinRoom("lobby", user, good, last_message_id=""))
        bench.loop.advance(50)
        heard += sum(isinstance(one, ChatBroadcast) for one in visitor.transport.events())
        visitor.connection.closed(left=False)
    assert ROOM_JOIN_BURST - 1 <= heard <= ROOM_JOIN_BURST + 10 * ROOM_JOIN_RATE_HZ


def test_somebody_muted_who_goes_to_and_fro_leaves_nothing_behind(bench: HubBench) -> None:
    """A mute of years is one deadline while they are in, and none when they are gone."""
    act = ModerationAct("mute", "lobby", "ann", "root", Role.ADMIN, "", 10**11)
    wall_ms = bench.clock.wall_ms()
    bench.book.apply(sanction_of(act, sanction_id="s", wall_ms=wall_ms, address=None), wall_ms)
    live = bench.hub.live("lobby")
    assert live is not None
    for _ in range(300):
        ann = bench.open("ann")
        bench.join(ann, token(bench, "ann"))
        bench.loop.advance(10_000)
        ann.connection.closed(left=True)
    assert "ann" not in live.room.members
    assert len(live.room._deadlines._heap) <= STALE_MAX
    assert live.room.next_deadline() is None
