"""Whether there is a verdict at all, and with which code the command ends. Pure."""

from collections.abc import Mapping, Sequence
from typing import Final

from virtubar.loadtest.expectations import Verdict

EXIT_HELD: Final = 0
EXIT_BREACHED: Final = 1
EXIT_NO_VERDICT: Final = 2
LATE_MAX_MS: Final = 20.0
"""p99 of the generator's own lateness from which the ages are partly its own: a fifth of the 100 ms
that people begin to notice."""
BUSY_SHARE: Final = 0.95
"""Of one core, from which the generator can do no more: it has one thread."""


def bottleneck(values: Mapping[str, float | None], late_max_ms: float = LATE_MAX_MS) -> str:
    """Why the figures are the generator's and not the server's, in words; empty where they are not.

    Args:
        late_max_ms: what `late_p99` may be at most.
    """
    late_ms, cpu = values.get("late_p99"), values.get("generator_cpu")
    if late_ms is not None and late_ms > late_max_ms:
        return f"1 move in 100 was sent {late_ms:.1f} ms late or later (limit {late_max_ms:g} ms)"
    if cpu is not None and cpu > BUSY_SHARE:
        return f"it took {cpu:.0%} of a core (limit {BUSY_SHARE:.0%})"
    return ""


def exit_code(verdicts: Sequence[Verdict], why_bottleneck: str) -> int:
    """0 all held, 1 one or more breached, 2 the generator was the bottleneck: no verdict."""
    if why_bottleneck:
        return EXIT_NO_VERDICT
    breached = any(verdict.outcome != "held" for verdict in verdicts)
    return EXIT_BREACHED if breached else EXIT_HELD
