"""Acts of moderation as a socket asks for them, and what it is told of them (§7)."""

from virtubar.errors import VirtuBarError
from virtubar.protocol.constants import ErrorCode, Role
from virtubar.protocol.events import Error, Moderate, ModerationDone
from virtubar.room.outcomes import refuse
from virtubar.room.ports import (
    ActsLimitedError,
    ForbiddenError,
    ModerationAct,
    ModerationOutcome,
    SanctionsFullError,
)
from virtubar.room.text import clean_prose


def act_of(
    event: Moderate, room_id: str, actor_id: str, actor_role: Role, address: str | None
) -> ModerationAct:
    """What a member of the room asks for.

    Args:
        address: from where.
    """
    seconds = event.duration_seconds
    return ModerationAct(
        verb=event.action,
        room_id=room_id,
        user_id=event.user_id,
        actor_id=actor_id,
        actor_role=actor_role,
        reason=clean_prose(event.reason),
        duration_ms=None if seconds is None else seconds * 1000,
        scope=event.scope,
        address=address,
    )


def answer_to(
    event: Moderate, outcome: ModerationOutcome | VirtuBarError
) -> ModerationDone | Error:
    """What whoever asked is told; never what exists and what does not."""
    if isinstance(outcome, ModerationOutcome):
        return ModerationDone(
            event.action, event.user_id, event.scope, outcome.until_ms, event.request_id
        )
    if isinstance(outcome, ForbiddenError):
        return refuse(event, ErrorCode.FORBIDDEN, "You may not do that.")
    if isinstance(outcome, ActsLimitedError):
        return refuse(event, ErrorCode.RATE_LIMITED, str(outcome), outcome.retry_after_ms)
    if isinstance(outcome, SanctionsFullError):
        return refuse(event, ErrorCode.TOO_MANY_SANCTIONS, str(outcome))
    return refuse(event, ErrorCode.NOT_STORED, str(outcome))
