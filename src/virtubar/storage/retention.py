"""How long what is stored stays. Pure."""

from msgspec import Struct

from virtubar.auth.tokens import REVOKED_MS

DAY_MS = 86_400_000


class Retention(Struct, frozen=True, kw_only=True):
    """Days after which things go, each at least 1, but chat's, which may be 0: not kept.

    Attributes:
        chat_days: at most; less where its room says so.
        report_days: with their evidence, open or closed.
        sanction_days: after a sanction has ended or was lifted; none that holds ever goes.
        room_days: after a room's last use; with its chat.
        staff_days: after a moderator or an admin was last seen.
        salt_days: after that an address that was hashed is anybody's.
    """

    chat_days: int = 7
    report_days: int = 30
    sanction_days: int = 30
    audit_days: int = 365
    room_days: int = 90
    staff_days: int = 365
    salt_days: int = 2

    def chat_days_of(self, room_days: int | None) -> int:
        """Days that a room's chat is kept: its own, and never more than the operator allows."""
        return self.chat_days if room_days is None else min(room_days, self.chat_days)


class Cutoffs(Struct, frozen=True, kw_only=True):
    """Wall ms before which things go now; chat goes by its rooms' days."""

    reports_ms: int
    sanctions_ms: int
    audit_ms: int
    rooms_ms: int
    staff_ms: int
    salts_ms: int


def cutoffs(retention: Retention, wall_ms: int) -> Cutoffs:
    """What a retention means at a moment."""
    return Cutoffs(
        reports_ms=wall_ms - retention.report_days * DAY_MS,
        # One that still revokes tokens stays, whatever became of it.
        sanctions_ms=wall_ms - max(retention.sanction_days * DAY_MS, REVOKED_MS),
        audit_ms=wall_ms - retention.audit_days * DAY_MS,
        rooms_ms=wall_ms - retention.room_days * DAY_MS,
        staff_ms=wall_ms - retention.staff_days * DAY_MS,
        salts_ms=wall_ms - retention.salt_days * DAY_MS,
    )
