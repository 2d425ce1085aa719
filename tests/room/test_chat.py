"""Message ids that rise, and the chat that is kept for those who missed it (§6)."""

import uuid
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from virtubar.protocol.constants import CHAT_REPLAY_MAX, CHAT_REPLAY_MS
from virtubar.protocol.events import ChatBroadcast
from virtubar.room.chat import ChatHistory, MessageIds
from virtubar.room.listeners import LISTENERS_MAX

WALL_MS = 1_750_000_000_000


def all_ones(bits: int) -> int:
    """Chance at its highest."""
    return (1 << bits) - 1


def all_zeros(_bits: int) -> int:
    """Chance at its lowest."""
    return 0


@pytest.mark.parametrize("chance", [all_ones, all_zeros])
def test_an_id_is_a_uuid_of_version_7_with_its_time(chance: Callable[[int], int]) -> None:
    """RFC 9562 §5.7: 48 bits of milliseconds, version 7, the RFC's variant."""
    text = MessageIds(chance).next(WALL_MS)
    parsed = uuid.UUID(text)
    assert str(parsed) == text
    assert (parsed.version, parsed.variant) == (7, uuid.RFC_4122)
    assert parsed.int >> 80 == WALL_MS


def test_ids_of_one_millisecond_rise_whatever_chance_says() -> None:
    """The counter stands before the random bits."""
    chances = iter([all_ones(62), 0])
    ids = MessageIds(lambda _bits: next(chances))
    assert ids.next(WALL_MS) < ids.next(WALL_MS)


def test_ids_rise_past_the_end_of_the_counter() -> None:
    """4096 ids fit into a millisecond; the next borrows the millisecond that follows."""
    ids = MessageIds(all_zeros)
    many = [ids.next(WALL_MS) for _ in range(4096 + 2)]
    assert many == sorted(set(many))
    times = [uuid.UUID(text).int >> 80 for text in many]
    assert times == [WALL_MS] * 4096 + [WALL_MS + 1] * 2


def test_ids_go_on_from_a_borrowed_millisecond() -> None:
    """When the clock gets there, it is in use already."""
    ids = MessageIds(all_zeros)
    last = [ids.next(WALL_MS) for _ in range(4097)][-1]
    assert ids.next(WALL_MS + 1) > last
    assert uuid.UUID(ids.next(WALL_MS + 2)).int >> 80 == WALL_MS + 2


@given(st.lists(st.integers(0, 50), min_size=2, max_size=50))
def test_ids_rise_even_when_the_clock_goes_back(offsets_ms: list[int]) -> None:
    """However the clock jumps, a later id is a greater one, and none comes twice."""
    ids = MessageIds(all_zeros)
    made = [ids.next(WALL_MS + offset_ms) for offset_ms in offsets_ms]
    assert made == sorted(set(made))


class Bench:
    """A history and a clock."""

    def __init__(self) -> None:
        self.history = ChatHistory()
        self.now_ms = 1000.0
        self._ids = MessageIds(all_zeros)

    def say(self, text: str, audience: frozenset[str] | None = None) -> str:
        """Someone says it; its id."""
        chat = ChatBroadcast("ann", text, self._ids.next(WALL_MS))
        heard_by = self.history.listeners.audience(audience)
        self.history.add(chat, "Ann", heard_by, self.now_ms, WALL_MS + int(self.now_ms))
        return chat.message_id

    def missed(self, user: str, last: str = "") -> list[str]:
        """What the user is told of it."""
        return [chat.text for chat, _ in self.history.missed(user, last, self.now_ms)]


@pytest.fixture
def bench() -> Bench:
    """A history of its own for each test, with Bob listening."""
    bench = Bench()
    bench.history.enter("bob", bench.now_ms)
    return bench


def test_only_what_came_after_the_last_one_is_missed(bench: Bench) -> None:
    """The message with that id was seen; with it everything before it."""
    bench.say("one")
    seen = bench.say("two")
    bench.say("three")
    assert bench.missed("bob", seen) == ["three"]
    assert bench.missed("bob") == ["one", "two", "three"]


def test_a_message_comes_with_the_time_it_was_said(bench: Bench) -> None:
    """Wall time, for the envelope."""
    bench.say("one")
    said_ms = WALL_MS + int(bench.now_ms)
    bench.now_ms += 9000
    ((_, wall_ms),) = bench.history.missed("bob", "", bench.now_ms)
    assert wall_ms == said_ms


def test_two_hundred_messages_are_kept_and_no_more(bench: Bench) -> None:
    """The oldest makes place for the newest."""
    for n in range(CHAT_REPLAY_MAX):
        bench.say(f"n{n}")
    assert len(bench.missed("bob")) == CHAT_REPLAY_MAX
    bench.say("newest")
    missed = bench.missed("bob")
    assert (len(missed), missed[0], missed[-1]) == (CHAT_REPLAY_MAX, "n1", "newest")


def test_messages_are_missed_for_five_minutes(bench: Bench) -> None:
    """At five minutes still, a millisecond later no more."""
    bench.say("one")
    bench.now_ms += CHAT_REPLAY_MS
    assert bench.missed("bob") == ["one"]
    bench.now_ms += 1
    assert bench.missed("bob") == []


def test_someone_the_room_does_not_know_missed_nothing(bench: Bench) -> None:
    """Neither before entering nor for what was said before it."""
    bench.say("one")
    assert bench.missed("cat") == []
    bench.history.enter("cat", bench.now_ms)
    assert bench.missed("cat") == []
    bench.say("two")
    assert bench.missed("cat") == ["two"]


def test_entering_again_keeps_what_one_had(bench: Bench) -> None:
    """A resume or a replacement is no new beginning."""
    bench.say("one")
    bench.history.enter("bob", bench.now_ms)
    assert bench.missed("bob") == ["one"]


def test_leaving_gives_it_up(bench: Bench) -> None:
    """Present or dropped out."""
    bench.say("one")
    bench.history.listeners.leave("bob")
    bench.history.enter("bob", bench.now_ms)
    assert bench.missed("bob") == []
    bench.say("two")
    bench.history.listeners.drop_out("bob", bench.now_ms)
    bench.history.listeners.leave("bob")
    bench.history.enter("bob", bench.now_ms)
    assert bench.missed("bob") == []


@pytest.mark.parametrize(("away_ms", "known"), [(-1, True), (0, False)])
def test_dropping_out_is_remembered_for_five_minutes(
    bench: Bench, away_ms: int, known: bool
) -> None:
    """Counted from when they were last seen, not from when they came."""
    bench.now_ms += 60 * 60_000
    bench.history.listeners.drop_out("bob", bench.now_ms)
    bench.now_ms += 1000
    bench.say("one")
    bench.now_ms += CHAT_REPLAY_MS - 1000 + away_ms
    bench.history.enter("bob", bench.now_ms)
    assert bench.missed("bob") == (["one"] if known else [])


def test_someone_who_was_never_there_cannot_drop_out(bench: Bench) -> None:
    """Nothing is remembered of them."""
    bench.history.listeners.drop_out("cat", bench.now_ms)
    bench.say("one")
    bench.history.enter("cat", bench.now_ms)
    assert bench.missed("cat") == []


def test_the_longest_gone_are_forgotten_first_and_nobody_who_is_there(bench: Bench) -> None:
    """Thousands of passers-by do not cost the regular their chat."""
    bench.history.enter("cat", bench.now_ms)
    bench.say("one")
    bench.history.listeners.drop_out("cat", bench.now_ms)
    for n in range(LISTENERS_MAX - 1):
        bench.history.enter(f"u{n}", bench.now_ms)
        bench.history.listeners.drop_out(f"u{n}", bench.now_ms)
    bench.history.enter("cat", bench.now_ms)
    assert bench.missed("cat") == ["one"]
    bench.history.listeners.drop_out("cat", bench.now_ms)
    for n in range(LISTENERS_MAX):
        bench.history.enter(f"v{n}", bench.now_ms)
        bench.history.listeners.drop_out(f"v{n}", bench.now_ms)
    bench.history.enter("cat", bench.now_ms)
    assert bench.missed("cat") == []
    assert bench.missed("bob") == ["one"]
    assert len(bench.history.listeners._gone) <= LISTENERS_MAX


def test_what_was_out_of_earshot_is_not_missed(bench: Bench) -> None:
    """A message within a radius belongs to its audience."""
    bench.say("near", frozenset({"ann", "bob"}))
    bench.say("far", frozenset({"ann"}))
    assert bench.missed("bob") == ["near"]
