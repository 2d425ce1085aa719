"""Whether storage is worth asking. Pure.

    CLOSED ──a write hangs──▶ OPEN ──REST_MS──▶ TRYING ──it answers──▶ CLOSED
                               ▲                  │
                               └────it hangs──────┘

A database that refuses is asked every time, for that costs nothing. One that does not answer costs
whoever asks the whole deadline; so while it is known to hang, everybody is told at once, and one
act in each REST_MS tries it for TRY_MS.
"""

from typing import Final

SLOW_MS: Final = 1_000.0
"""A write that fails after longer than this hung, whatever it says in the end."""
REST_MS: Final = 2_000.0
"""How long nobody tries a database that hung: as long as callers are told to wait."""
TRY_MS: Final = 2_000.0
"""What the one that tries it again may wait: a database that is well answers in milliseconds."""


class Circuit:
    """What is known of the storage's health by the acts that asked it."""

    def __init__(self) -> None:
        self._rests_until_ms: float | None = None
        self._trying = False

    @property
    def is_open(self) -> bool:
        """Whether storage hung when it was last asked."""
        return self._rests_until_ms is not None

    def refuses(self, now_ms: float) -> bool:
        """Whether to tell whoever asks at once that storage does not answer."""
        until_ms = self._rests_until_ms
        return until_ms is not None and (self._trying or now_ms < until_ms)

    def begin(self, now_ms: float, deadline_ms: float) -> float:
        """Somebody asks, whom `refuses` let through: until when they may wait.

        Args:
            deadline_ms: of their own.
        """
        if self._rests_until_ms is None:
            return deadline_ms
        self._trying = True
        return min(deadline_ms, now_ms + TRY_MS)

    def answered(self) -> None:
        """Storage did what was asked, or refused it soon: it does not hang."""
        self._rests_until_ms = None
        self._trying = False

    def hung(self, now_ms: float) -> None:
        """Storage did not answer in time."""
        self._rests_until_ms = now_ms + REST_MS
        self._trying = False

    def gave_up(self) -> None:
        """Whoever tried never came to ask, or was cancelled: it says nothing of the storage, and
        the next one tries."""
        self._trying = False
