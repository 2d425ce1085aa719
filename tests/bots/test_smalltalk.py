"""What patrons say, and how often."""

import random
from itertools import pairwise

import pytest

from virtubar.bots.smalltalk import EXCHANGES, PAUSE_MAX_MS, PAUSE_MIN_MS, SmallTalk
from virtubar.protocol.constants import CHAT_MAX_CHARS

NAMES = ["ada", "bruno", "chiara"]


def evening(minutes: float, names: list[str], seed: int = 1) -> list[tuple[float, str, str]]:
    """Every line of an evening as (ms, who, what)."""
    talk = SmallTalk(random.Random(seed), 0.0)
    lines = []
    for ms in range(0, int(minutes * 60_000), 100):
        line = talk.next_line(names, float(ms))
        if line is not None:
            lines.append((float(ms), *line))
    return lines


def test_one_line_every_eight_to_fifteen_seconds() -> None:
    """Over all patrons together, however many they are."""
    times = [ms for ms, _, _ in evening(30, NAMES)]
    pauses = [b - a for a, b in pairwise(times)]
    assert min(pauses) >= PAUSE_MIN_MS - 100
    assert max(pauses) <= PAUSE_MAX_MS + 100


def test_nobody_answers_themselves() -> None:
    """A conversation needs two."""
    assert all(a[1] != b[1] for a, b in pairwise(evening(30, NAMES)))


def test_one_alone_still_talks() -> None:
    """To themselves, then."""
    assert len(evening(5, ["ada"])) > 15


def test_an_empty_room_is_silent() -> None:
    """And the talk begins as soon as somebody is there."""
    talk = SmallTalk(random.Random(1), 0.0)
    assert talk.next_line([], 60_000.0) is None
    assert talk.next_line(["ada"], 60_100.0) is not None


def test_conversations_keep_their_order() -> None:
    """A line is followed by its answer."""
    spoken = [text for _, _, text in evening(60, NAMES)]
    position = 0
    while position < len(spoken) - 4:
        exchange = next(one for one in EXCHANGES if one[0] == spoken[position])
        length = min(len(exchange), len(spoken) - position)
        assert tuple(spoken[position : position + length]) == exchange[:length]
        position += len(exchange)


def test_nothing_is_repeated_before_everything_was_said() -> None:
    """Nobody likes a bore."""
    lines = sum(len(one) for one in EXCHANGES)
    spoken = [text for _, _, text in evening(30, NAMES)][:lines]
    assert len(set(spoken)) == len(spoken)


def test_the_same_seed_tells_the_same_evening() -> None:
    """Bots can be replayed."""
    assert evening(10, NAMES, seed=4) == evening(10, NAMES, seed=4)
    assert evening(10, NAMES, seed=4) != evening(10, NAMES, seed=5)


@pytest.mark.parametrize("text", [text for exchange in EXCHANGES for text in exchange])
def test_every_line_fits_the_chat(text: str) -> None:
    """1 to 240 characters (§6)."""
    assert 1 <= len(text.strip()) <= CHAT_MAX_CHARS
