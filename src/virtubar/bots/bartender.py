"""The one behind the counter: greets newcomers by name and answers orders. Pure."""

import math
import re
from collections import OrderedDict

from virtubar.bots import floor
from virtubar.bots.actions import Action
from virtubar.bots.body import Body
from virtubar.bots.smalltalk import Chance
from virtubar.venue.obstacles import Point, heading

GREETING_PAUSE_MS = 5_000.0
"""Between two greetings: those who come together are greeted together."""
GREETED_AGAIN_MS = 600_000.0
"""Who comes back within ten minutes has not really been away."""
GREETED_MAX = 1_000
"""People remembered as greeted, oldest forgotten first."""
NAMES_AT_ONCE = 3
ANSWER_PAUSE_MS = 4_000.0
"""Between two answers to the same person."""
ANSWERS_PER_MINUTE = 12
"""To everybody together, so that nobody makes the bartender flood the room."""
MINUTE_MS = 60_000.0
MOVE_MIN_MS, MOVE_MAX_MS = 8_000.0, 25_000.0

GREETINGS = (
    "Welcome, {}! Make yourself at home.",
    "Good to see you, {}!",
    "Look who is here: {}! Come on in.",
    "{}! There is a free seat waiting for you.",
)
ANSWERS: tuple[tuple[frozenset[str], tuple[str, ...]], ...] = (
    (
        frozenset({"beer", "pint", "ale", "lager"}),
        ("One cold one, coming right up, {}.", "Here you go, {}. Mind the foam."),
    ),
    (
        frozenset({"wine", "prosecco", "champagne"}),
        ("A glass of the red, {}. Good choice.", "To the good things, {}."),
    ),
    (
        frozenset({"cocktail", "mojito", "martini", "negroni", "drink"}),
        ("Shaken, {}. Always shaken.", "One house special for {}."),
    ),
    (
        frozenset({"water", "juice", "lemonade", "soda", "cola"}),
        ("Wise, {}. Here is a big one.", "With ice and a slice, {}."),
    ),
    (
        frozenset({"coffee", "espresso", "tea"}),
        ("Fresh and hot, {}.", "Strong as the night is long, {}."),
    ),
    (frozenset({"hello", "hi", "hey"}), ("Evening, {}!", "There you are, {}!")),
    (frozenset({"thanks", "thank", "thx"}), ("Any time, {}.", "My pleasure, {}.")),
    (frozenset({"bye", "goodnight"}), ("Safe home, {}!", "See you soon, {}.")),
    (
        frozenset({"help", "menu"}),
        ("Order at the counter, dance on the right, sit anywhere, {}.",),
    ),
)
"""What one says to whom says one of these words. No answer holds a word that calls for another:
two bartenders would talk all night."""
_WORD = re.compile(r"[a-z]+")


class Bartender(Body):
    """Walks up and down behind the counter and looks after people."""

    def __init__(self, chance: Chance, now_ms: float) -> None:
        super().__init__(chance, chance.choice(floor.BARTENDER_SPOTS), now_ms)
        self._move_ms = now_ms + chance.uniform(MOVE_MIN_MS, MOVE_MAX_MS)
        self._newcomers: list[str] = []
        self._greeting_ms = now_ms
        self._greeted: OrderedDict[str, float] = OrderedDict()
        self._answered: dict[str, float] = {}
        self._answers_ms: list[float] = []

    def tick(self, now_ms: float) -> list[Action]:
        """What to do now: a Move always, more where it is due."""
        if now_ms >= self._move_ms:
            spot = self.chance.choice(floor.BARTENDER_SPOTS)
            self.walker.go([spot.at], spot.heading_rad)
            self._move_ms = now_ms + self.chance.uniform(MOVE_MIN_MS, MOVE_MAX_MS)
        if self._newcomers and now_ms >= self._greeting_ms:
            self._greet(now_ms)
        return self.live(now_ms, "idle")

    def notice_arrival(self, user_id: str, name: str, now_ms: float) -> None:
        """Somebody came in; they are greeted in a moment, with those who come beside them."""
        greeted_ms = self._greeted.get(user_id, -math.inf)
        if now_ms - greeted_ms < GREETED_AGAIN_MS:
            return
        self._greeted[user_id] = now_ms
        self._greeted.move_to_end(user_id)
        if len(self._greeted) > GREETED_MAX:
            self._greeted.popitem(last=False)
        if not self._newcomers:
            moment_ms = now_ms + self.chance.uniform(1_000.0, 2_500.0)
            self._greeting_ms = max(self._greeting_ms, moment_ms)
        self._newcomers.append(name)

    def hear(self, user_id: str, name: str, text: str, at: Point | None, now_ms: float) -> None:
        """Somebody said something; some words call for an answer.

        Args:
            at: where they are, to look there.
        """
        words = set(_WORD.findall(text.lower()))
        answers = next((answers for keys, answers in ANSWERS if words & keys), None)
        if answers is None or not self._may_answer(user_id, now_ms):
            return
        if at is not None:
            self.walker.look(heading(self.walker.at, at))
        delay_ms = self.chance.uniform(900.0, 2_200.0)
        self.say(self.chance.choice(answers).format(name), now_ms + delay_ms)

    def _may_answer(self, user_id: str, now_ms: float) -> bool:
        self._answers_ms = [ms for ms in self._answers_ms if now_ms - ms < MINUTE_MS]
        self._answered = {
            one: ms for one, ms in self._answered.items() if now_ms - ms < ANSWER_PAUSE_MS
        }
        if user_id in self._answered or len(self._answers_ms) >= ANSWERS_PER_MINUTE:
            return False
        self._answered[user_id] = now_ms
        self._answers_ms.append(now_ms)
        return True

    def _greet(self, now_ms: float) -> None:
        names, self._newcomers = self._newcomers, []
        self._greeting_ms = now_ms + GREETING_PAUSE_MS
        self.say(self.chance.choice(GREETINGS).format(_listed(names)), now_ms)
        self.show("wave", now_ms)


def _listed(names: list[str]) -> str:
    """Ann; Ann and Bob; Ann, Bob, Cat and 4 others: short enough for one line (§6)."""
    shown = names[:NAMES_AT_ONCE]
    more = len(names) - len(shown)
    if more:
        shown.append(f"{more} others" if more > 1 else "one more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
