"""Bodies of requests and answers about reports; camelCase on the wire (§7)."""

from typing import Annotated, Any, Final

from msgspec import Meta, Struct

from virtubar.api.bodies import UserId
from virtubar.protocol.constants import REASON_MAX_CHARS
from virtubar.room.records import Report, ReportStatus

NOTE_MAX_CHARS: Final = 500


class ReportRequest(Struct, frozen=True, rename="camel"):
    """What a member says of another member.

    Attributes:
        user_id: who is reported.
        reason: what happened, in the reporter's words; something that can be read.
    """

    user_id: UserId
    reason: Annotated[str, Meta(min_length=1, max_length=REASON_MAX_CHARS)]


class ReportReceipt(Struct, frozen=True, rename="camel"):
    """The report is kept, with what the reporter saw and heard in the last five minutes."""

    report_id: str


class ReportView(Struct, frozen=True, rename="camel"):
    """A report without its evidence.

    Attributes:
        closed_ms: null while it is open.
        closed_by: null while it is open.
        note: of whoever closed it.
        reporter_name, reported_name, closed_by_name: what they were called when they reported,
            were reported, or closed it; null where nobody knew.
    """

    report_id: str
    room_id: str
    reporter_id: str
    reported_id: str
    reason: str
    made_ms: int
    status: ReportStatus
    closed_ms: int | None
    closed_by: str | None
    note: str
    reporter_name: str | None
    reported_name: str | None
    closed_by_name: str | None


class ReportWithEvidence(ReportView, frozen=True, rename="camel"):
    """A report with what the reporter could have seen and heard in the five minutes before it.

    Attributes:
        evidence: `fromMs` and `toMs`; `people`, names by user id; `events`, each with `atMs`,
            `kind` (`joined`, `left`, `chat`, `emote`), `userId` and, by kind, `text`, `emoteId`
            and `messageId`; `positions`, each with `atMs` and `places`, by user id x and z in
            whole metres.
    """

    evidence: dict[str, Any]


class ReportPage(Struct, frozen=True, rename="camel"):
    """Reports, newest first; `nextCursor` is null at the end."""

    items: list[ReportView]
    next_cursor: str | None


class CloseReportRequest(Struct, frozen=True, rename="camel"):
    """That a report is dealt with, and how."""

    note: Annotated[str, Meta(max_length=NOTE_MAX_CHARS)] = ""


def report_view(report: Report) -> ReportView:
    """A report as lists have it."""
    return ReportView(
        report_id=report.report_id,
        room_id=report.room_id,
        reporter_id=report.reporter_id,
        reported_id=report.reported_id,
        reason=report.reason,
        made_ms=report.made_ms,
        status=report.status,
        closed_ms=report.closed_ms,
        closed_by=report.closed_by,
        note=report.note,
        reporter_name=report.reporter_name,
        reported_name=report.reported_name,
        closed_by_name=report.closed_by_name,
    )
