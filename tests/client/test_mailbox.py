"""The bounded queue between connection and reader."""

import pytest

from virtubar.client.events import BarEvent, Delivery
from virtubar.client.mailbox import COALESCE_ABOVE, RELIABLE_MAX, Mailbox
from virtubar.errors import ReaderTooSlowError
from virtubar.protocol import events as wire


def put(mailbox: Mailbox, event: BarEvent) -> None:
    mailbox.put(Delivery(event, 0, 0.0))


def transform(user_id: str, seq: int) -> wire.AvatarTransformBroadcast:
    return wire.AvatarTransformBroadcast(user_id, seq, 0.0, 0.0, 0.0, 0.0, "walk", False)


def chat(number: int) -> wire.ChatBroadcast:
    return wire.ChatBroadcast("bob", "hello", f"m-{number}")


def take_all(mailbox: Mailbox) -> list[BarEvent]:
    return [mailbox.take().event for _ in range(len(mailbox))]


def seqs(events: list[BarEvent], user_id: str) -> list[int]:
    return [
        one.seq
        for one in events
        if isinstance(one, wire.AvatarTransformBroadcast) and one.user_id == user_id
    ]


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def behind() -> Mailbox:
    """A mailbox whose reader is just behind: one transform of Ann's and much of others'."""
    mailbox = Mailbox()
    put(mailbox, transform("ann", 0))
    for number in range(COALESCE_ABOVE - 1):
        put(mailbox, transform(f"guest-{number}", 0))
    return mailbox


def test_first_in_first_out(mailbox: Mailbox) -> None:
    """Order is the server's order."""
    events: list[BarEvent] = [chat(1), transform("ann", 1), chat(2), transform("ann", 2)]
    for event in events:
        put(mailbox, event)
    assert take_all(mailbox) == events


def test_taking_from_an_empty_one_raises(mailbox: Mailbox) -> None:
    """The shell asks for the length first."""
    with pytest.raises(IndexError):
        mailbox.take()


def test_every_sample_is_kept_below_the_mark(mailbox: Mailbox) -> None:
    """Smoothing wants them all."""
    for seq in range(COALESCE_ABOVE):
        put(mailbox, transform("ann", seq))
    assert seqs(take_all(mailbox), "ann") == list(range(COALESCE_ABOVE))


def test_transforms_coalesce_above_the_mark(behind: Mailbox) -> None:
    """Newest per member, in the older one's place."""
    for seq in range(1, 1_000):
        put(behind, transform("ann", seq))
    assert len(behind) == COALESCE_ABOVE
    assert seqs(take_all(behind), "ann") == [999]


def test_each_member_keeps_one(behind: Mailbox) -> None:
    """Coalescing never drops a member's newest transform."""
    for seq in range(10):
        for name in ("bob", "cat"):
            put(behind, transform(name, seq))
    events = take_all(behind)
    assert seqs(events, "bob") == [9]
    assert seqs(events, "cat") == [9]


@pytest.mark.parametrize(
    "barrier",
    [
        wire.MemberJoined(wire.MemberInfo("ann", "Ann", "default", 0, 0, 0, 0, "idle")),
        wire.MemberLeft("ann"),
        wire.RoomState("lobby", 0, []),
    ],
)
def test_a_transform_never_moves_before_its_members_announcement(
    behind: Mailbox, barrier: wire.ServerEvent
) -> None:
    """Or observers would reset their ordering after it instead of before (§5)."""
    put(behind, barrier)
    put(behind, transform("ann", 0))
    events = take_all(behind)
    assert events.index(barrier) < len(events) - 1
    assert isinstance(events[-1], wire.AvatarTransformBroadcast)
    assert events[-1].user_id == "ann"


def test_a_taken_transform_is_not_coalesced_into(behind: Mailbox) -> None:
    """What the reader has is out of reach; the next one gets its own place."""
    behind.take()
    put(behind, chat(1))
    put(behind, transform("ann", 5))
    assert seqs(take_all(behind), "ann") == [5]


def test_reliable_events_are_never_dropped_up_to_the_bound(mailbox: Mailbox) -> None:
    """The bound itself still fits."""
    for number in range(RELIABLE_MAX):
        put(mailbox, chat(number))
    assert take_all(mailbox) == [chat(number) for number in range(RELIABLE_MAX)]


def test_one_past_the_bound_raises(mailbox: Mailbox) -> None:
    """The reader is told, rather than robbed."""
    for number in range(RELIABLE_MAX):
        put(mailbox, chat(number))
    with pytest.raises(ReaderTooSlowError, match=f"{RELIABLE_MAX} events are unread"):
        put(mailbox, chat(RELIABLE_MAX))
    assert len(mailbox) == RELIABLE_MAX


def test_reading_makes_room_again(mailbox: Mailbox) -> None:
    """The bound counts what is unread, not what ever came."""
    for number in range(3 * RELIABLE_MAX):
        put(mailbox, chat(number))
        assert mailbox.take().event == chat(number)


def test_transforms_do_not_count_as_reliable(mailbox: Mailbox) -> None:
    """However many members move while nobody reads."""
    for number in range(2 * RELIABLE_MAX):
        put(mailbox, transform(f"guest-{number % 300}", number))
    assert len(mailbox) <= COALESCE_ABOVE + 300
