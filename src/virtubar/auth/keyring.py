"""When to fetch a provider's keys anew, and how long to believe the old ones; pure.

Keys are fetched when somebody needs them, never for their own sake.
"""

import math
from typing import Final

from virtubar.auth.keys import KeySet, WantedKey

FRESH_MS: Final = 10 * 60_000
"""So long a key goes on being believed that the provider has withdrawn."""
REFRESH_MS: Final = 30_000
"""Between two fetches while there are keys: nobody makes us flood a provider by naming keys."""
RETRY_MS: Final = 5_000
"""The same while there are none: nobody can come in until one succeeds."""
STALE_MAX_MS: Final = 24 * 3_600_000
"""So long the last keys are good while no newer ones can be had."""


class Keyring:
    """The newest keys of one provider. Times are monotonic, in ms."""

    def __init__(self) -> None:
        self._keys = KeySet()
        self._fetched_ms = -math.inf
        self._tried_ms = -math.inf

    def keys(self, now_ms: float) -> KeySet | None:
        """What to verify with, None where nothing is known or it is too old."""
        return self._keys if now_ms < self._fetched_ms + STALE_MAX_MS else None

    def is_due(self, wanted: WantedKey, now_ms: float) -> bool:
        """Whether to fetch before a token that wants this key is judged."""
        if self.wait_ms(now_ms) > 0:
            return False
        if now_ms >= self._fetched_ms + FRESH_MS:
            return True
        return self._keys.find(wanted) is None

    def wait_ms(self, now_ms: float) -> float:
        """How long not to fetch again, 0 for not at all."""
        pause_ms = RETRY_MS if self.keys(now_ms) is None else REFRESH_MS
        return max(0.0, self._tried_ms + pause_ms - now_ms)

    def take(self, keys: KeySet, now_ms: float) -> None:
        """A fetch succeeded: these are the provider's keys now, and no others."""
        self._keys = keys
        self._fetched_ms = self._tried_ms = now_ms

    def fail(self, now_ms: float) -> None:
        """A fetch failed: what there was goes on."""
        self._tried_ms = now_ms
