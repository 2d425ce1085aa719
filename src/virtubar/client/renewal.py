"""When a joined client renews its token (§3). Pure: times and chance are arguments."""

from collections.abc import Callable

from virtubar.protocol.constants import (
    RENEW_ANSWER_MS,
    RENEW_EARLY,
    RENEW_SOONEST_MS,
    RENEW_SPREAD,
)


class Renewal:
    """Says when (`due_ms`, None for never) and whether a refusal calls for another try.

    Args:
        chance: gives numbers, 0 ≤ n < 1.
    """

    def __init__(self, chance: Callable[[], float]) -> None:
        self._chance = chance
        self.due_ms: float | None = None
        self._tries = 0
        self._asked = False

    def schedule(self, life_ms: float, now_ms: float) -> None:
        """A token was taken that expires in `life_ms`, negative where the clocks disagree."""
        early_ms = life_ms * (RENEW_EARLY + RENEW_SPREAD * self._chance())
        self.due_ms = now_ms + max(RENEW_SOONEST_MS, life_ms - early_ms)
        self._tries = 0
        self._asked = False

    def begin(self, now_ms: float) -> None:
        """A ticket is being asked for."""
        self._tries += 1
        self._asked = True
        self.due_ms = now_ms + RENEW_ANSWER_MS

    def answered(self) -> None:
        """The ticket came, or was refused; what matters next is the room's answer."""
        self._asked = False

    def is_first_refusal(self) -> bool:
        """Whether the token expired before any renewal began: the next one is due at once."""
        return self._tries == 0

    def is_under_way(self) -> bool:
        """Whether a ticket is being asked for, so that a refusal of the old one changes nothing."""
        return self._asked

    def retry(self, at_ms: float) -> None:
        """The renewal failed; try again then."""
        self.due_ms = at_ms

    def stop(self) -> None:
        """There is no membership to renew."""
        self.due_ms = None
        self._asked = False
