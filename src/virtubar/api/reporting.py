"""Who may report whom, how often, and what goes with it (§7)."""

import math
from typing import Any, Final

from virtubar.api.parts import ApiParts
from virtubar.errors import RequestRefusedError

REPORTS_BY_USER: Final = (1 / 20, 3)
"""Each freezes five minutes of the room: three at once, then one in twenty seconds."""
REPORTS_BY_ADDRESS: Final = (1 / 60, 20)
"""The same for everybody at one address, since whoever wants to be somebody new is: a party's worth
at once, then one a minute, which is kept for a month."""
REPORTS_OF_PERSON: Final = (1 / 60, 20)
"""The same for guests' reports of one person: who has been reported that often is known to those
who keep order. People whom a provider vouches for are not counted, so that no crowd of guests can
keep them from being heard."""


def require_member(parts: ApiParts, room_id: str, reporter_id: str, reported_id: str) -> None:
    """Raise RequestRefusedError where the reporter can report nobody there, or not that one."""
    if reported_id == reporter_id:
        raise RequestRefusedError(422, "invalid_field", "`userId`: nobody reports themselves.")
    if not parts.rooms.contains(room_id, reporter_id):
        raise RequestRefusedError(
            403, "not_a_member", "Only those who are in the room can report somebody there."
        )


def require_rate(wait_ms: float) -> None:
    """Raise RequestRefusedError where a person has been reported too often lately."""
    if wait_ms > 0:
        raise RequestRefusedError(
            429,
            "rate_limited",
            "That person has been reported many times just now; those who keep order will see it.",
            math.ceil(wait_ms),
        )


def evidence_of(
    parts: ApiParts, room_id: str, reporter_id: str, reported_id: str
) -> dict[str, Any]:
    """What goes with the report; raises RequestRefusedError where there can be none."""
    evidence = parts.oversight.evidence(room_id, reporter_id, reported_id)
    if evidence is None:
        raise RequestRefusedError(
            404, "person_not_found", "You have not seen that person in the last five minutes."
        )
    return evidence
