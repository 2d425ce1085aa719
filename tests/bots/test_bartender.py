"""The one behind the counter."""

import random
import re
from itertools import pairwise

import pytest

from virtubar.bots.actions import Move, Say, Show
from virtubar.bots.bartender import (
    ANSWER_PAUSE_MS,
    ANSWERS,
    ANSWERS_PER_MINUTE,
    GREETED_AGAIN_MS,
    GREETING_PAUSE_MS,
    GREETINGS,
    Bartender,
)
from virtubar.protocol.constants import CHAT_MAX_CHARS, NAME_MAX_CHARS
from virtubar.venue.bundled import BAR
from virtubar.venue.obstacles import Point, heading


class Shift:
    """A bartender at work."""

    def __init__(self) -> None:
        self.now_ms = 0.0
        self.bartender = Bartender(random.Random(1), 0.0)
        self.moves: list[Move] = []
        self.said: list[tuple[float, str]] = []
        self.shown: list[str] = []

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds * 15)):
            self.now_ms += 1_000.0 / 15.0
            for action in self.bartender.tick(self.now_ms):
                if isinstance(action, Move):
                    self.moves.append(action)
                elif isinstance(action, Say):
                    self.said.append((self.now_ms, action.text))
                elif isinstance(action, Show):
                    self.shown.append(action.emote_id)

    def arrive(self, *names: str) -> None:
        for name in names:
            self.bartender.notice_arrival(f"id-{name}", name, self.now_ms)

    def hear(self, name: str, text: str) -> None:
        self.bartender.hear(f"id-{name}", name, text, Point(0.0, 0.0), self.now_ms)


@pytest.fixture
def shift() -> Shift:
    return Shift()


def test_stays_behind_the_counter(shift: Shift) -> None:
    """All night, walking up and down."""
    shift.run(300)
    assert all(move.z == pytest.approx(-7.0) for move in shift.moves)
    assert all(BAR.counter.min_x <= move.x <= BAR.counter.max_x for move in shift.moves)
    assert len({round(move.x) for move in shift.moves}) > 3


def test_greets_a_newcomer_by_name(shift: Shift) -> None:
    """After a moment, with a wave."""
    shift.arrive("Ann")
    shift.run(0.5)
    assert shift.said == []
    shift.run(3.0)
    assert len(shift.said) == 1
    assert "Ann" in shift.said[0][1]
    assert shift.shown == ["wave"]


def test_greets_those_who_come_together_together(shift: Shift) -> None:
    """One line, not ten."""
    shift.arrive("Ann", "Bob")
    shift.run(4.0)
    [(_, text)] = shift.said
    assert "Ann and Bob" in text


def test_a_crowd_is_counted_rather_than_listed(shift: Shift) -> None:
    """The line stays short, whatever their names (§6)."""
    names = [f"{index}" * NAME_MAX_CHARS for index in range(10)]
    shift.arrive(*names)
    shift.run(4.0)
    [(_, text)] = shift.said
    assert "and 7 others" in text
    assert len(text) <= CHAT_MAX_CHARS


def test_greetings_are_spaced(shift: Shift) -> None:
    """A party that trickles in does not flood the chat."""
    for index in range(30):
        shift.arrive(f"Guest {index}")
        shift.run(1.0)
    times = [ms for ms, _ in shift.said]
    assert len(times) <= 30_000 / GREETING_PAUSE_MS + 1
    assert all(b - a >= GREETING_PAUSE_MS - 1 for a, b in pairwise(times))


def test_nobody_is_greeted_twice_in_a_short_time(shift: Shift) -> None:
    """A shaky connection is not a new guest, nor is a reset of their ordering (§5)."""
    shift.arrive("Ann")
    shift.run(10.0)
    shift.arrive("Ann")
    shift.run(10.0)
    assert len(shift.said) == 1
    shift.run(GREETED_AGAIN_MS / 1_000)
    shift.arrive("Ann")
    shift.run(10.0)
    assert len(shift.said) == 2


@pytest.mark.parametrize(
    "text", ["A beer, please!", "BEER", "got any wine?", "hi there", "Thanks!", "coffee"]
)
def test_answers_orders(shift: Shift, text: str) -> None:
    """Some words call for an answer, with the name."""
    shift.hear("Ann", text)
    shift.run(3.0)
    [(_, answer)] = shift.said
    assert "Ann" in answer


@pytest.mark.parametrize("text", ["", "what a night", "beerless", "🍺", "這裡很好"])
def test_does_not_mix_in_otherwise(shift: Shift, text: str) -> None:
    """Conversations between guests are theirs."""
    shift.hear("Ann", text)
    shift.run(3.0)
    assert shift.said == []


def test_looks_at_who_asks(shift: Shift) -> None:
    """Good bartenders do."""
    shift.hear("Ann", "beer")
    shift.run(1.5)
    move = shift.moves[-1]
    expected_rad = heading(Point(move.x, move.z), Point(0.0, 0.0))
    assert move.rot_y == pytest.approx(expected_rad, abs=0.01)


def test_one_guest_cannot_keep_the_bartender_talking(shift: Shift) -> None:
    """An answer every four seconds is service enough."""
    for _ in range(40):
        shift.hear("Ann", "beer")
        shift.run(0.5)
    assert len(shift.said) <= 20_000 / ANSWER_PAUSE_MS + 1


def test_many_guests_cannot_flood_the_room_through_the_bartender(shift: Shift) -> None:
    """Twelve answers a minute to everybody together."""
    for index in range(100):
        shift.hear(f"Guest {index}", "beer")
    shift.run(30.0)
    assert len(shift.said) == ANSWERS_PER_MINUTE


def test_a_name_with_braces_is_only_a_name(shift: Shift) -> None:
    """Guests' text is never a template."""
    shift.arrive("{0.__class__}")
    shift.hear("{}", "beer")
    shift.run(5.0)
    assert any("{0.__class__}" in text for _, text in shift.said)
    assert any("{}" in text for _, text in shift.said)


LINES = [text for _, answers in ANSWERS for text in answers] + list(GREETINGS)
KEYS = frozenset().union(*(keys for keys, _ in ANSWERS))


@pytest.mark.parametrize("line", LINES)
def test_no_line_calls_for_an_answer(line: str) -> None:
    """Two bartenders in one room would talk all night."""
    assert not set(re.findall(r"[a-z]+", line.lower())) & KEYS
