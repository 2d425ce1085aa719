"""What patrons say, and how often. Pure; times in monotonic ms, chance passed in."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

T = TypeVar("T")

PAUSE_MIN_MS = 8_000.0
PAUSE_MAX_MS = 15_000.0
"""Between two lines of small talk, over all patrons together."""

EXCHANGES: tuple[tuple[str, ...], ...] = (
    ("Is this the good corner?", "Every corner is the good corner.", "Spoken like a regular."),
    ("Who picked this song?", "Not me, but I approve.", "Turn it up!"),
    ("Long day?", "The longest. Better now, though.", "That is what this place is for."),
    (
        "I love the lights in here.",
        "Makes everybody look mysterious.",
        "Even me?",
        "Especially you.",
    ),
    ("Anyone seen my jacket?", "Is it the blue one by the door?", "You are a lifesaver."),
    (
        "First time here?",
        "Third. The first two I just stood by the door.",
        "We have all been there.",
    ),
    ("What are you having?", "Something with ginger.", "Bold."),
    ("The dance floor looks lonely.", "After you.", "Give me two more songs."),
    (
        "Best seat in the house, this one.",
        "You say that about every seat.",
        "And I am always right.",
    ),
    ("Did it rain on your way?", "A little. I came in by the window anyway.", "There is a window?"),
    ("Trivia night is on Thursday, right?", "Right. Our team needs a fourth.", "Count me in."),
    ("I could stay here all night.", "Some of us do.", "I can tell."),
    ("How do you know everybody here?", "I say hello. That is the whole trick.", "Hello, then!"),
    ("That was a good one.", "I have better ones after midnight.", "I will hold you to that."),
    ("Slow night?", "Perfect night.", "Fair enough."),
    ("Do you think the plants are real?", "One of them is.", "Which one?", "We do not know."),
    ("My feet hurt.", "You have danced for an hour.", "Worth it."),
    ("Look who is here again!", "I only came for the company.", "Good answer."),
    ("Somebody should open a window.", "It is a virtual bar.", "Right. Then a virtual window."),
    ("Anybody up for darts?", "Last time you hit the lamp.", "It was asking for it."),
    ("Is that a new counter?", "Same counter, new shine.", "Looks great."),
    ("Tell me something nice.", "You have a great walk.", "Thank you, I practised."),
)


class Chance(Protocol):
    """What the bots need of `random.Random`."""

    def random(self) -> float:
        """0 ≤ n < 1."""
        ...

    def uniform(self, a: float, b: float, /) -> float:
        """Anything between the two."""
        ...

    def choice(self, seq: Sequence[T], /) -> T:
        """One of them."""
        ...


class SmallTalk:
    """Deals out lines, one every 8 to 15 s over all patrons.

    A conversation goes round: no line is spoken by the one who spoke the line before it, and the
    conversations come in random order without repeating until all were had.
    """

    def __init__(self, chance: Chance, now_ms: float) -> None:
        self._chance = chance
        self._due_ms = now_ms + self._pause_ms()
        self._left: list[tuple[str, ...]] = []
        self._lines: list[str] = []
        self._last_speaker: str | None = None

    def next_line(self, speakers: Sequence[str], now_ms: float) -> tuple[str, str] | None:
        """Who says what now; None while nobody should, or nobody is there.

        Args:
            speakers: ids of the patrons who could.
        """
        if now_ms < self._due_ms or not speakers:
            return None
        self._due_ms = now_ms + self._pause_ms()
        others = [one for one in speakers if one != self._last_speaker] or list(speakers)
        self._last_speaker = self._chance.choice(others)
        if not self._lines:
            self._lines = list(self._next_exchange())
        return self._last_speaker, self._lines.pop(0)

    def _next_exchange(self) -> tuple[str, ...]:
        if not self._left:
            self._left = list(EXCHANGES)
        exchange = self._chance.choice(self._left)
        self._left.remove(exchange)
        return exchange

    def _pause_ms(self) -> float:
        return self._chance.uniform(PAUSE_MIN_MS, PAUSE_MAX_MS)
