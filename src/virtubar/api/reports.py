"""Reports: `/rooms/{roomId}/reports` and `/moderation/reports` (§7)."""

from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody, QueryParameter

from virtubar.api.auditing import About, Views, audit_entry, writing
from virtubar.api.authorization import Authorized, Authorizer
from virtubar.api.decoding import StrictBody
from virtubar.api.errors import responses
from virtubar.api.paging import PAGE_DEFAULT, Cursor, Limit, is_record_id, page, record_before
from virtubar.api.parts import ApiParts
from virtubar.api.permissions import Right
from virtubar.api.report_bodies import (
    NOTE_MAX_CHARS,
    CloseReportRequest,
    ReportPage,
    ReportReceipt,
    ReportRequest,
    ReportView,
    ReportWithEvidence,
    report_view,
)
from virtubar.api.reporting import (
    REPORTS_BY_ADDRESS,
    REPORTS_BY_USER,
    REPORTS_OF_PERSON,
    evidence_of,
    require_member,
    require_rate,
)
from virtubar.auth.identities import Identity
from virtubar.errors import RequestRefusedError
from virtubar.room.buckets import KeyedBuckets
from virtubar.room.records import Report, ReportStatus
from virtubar.room.text import clean_prose

Status = Annotated[ReportStatus | None, QueryParameter(name="status", description="Absent, both.")]


def report_routes(parts: ApiParts, views: Views) -> list[HTTPRouteHandler]:
    """The handlers of reports."""
    authorizer = Authorizer(parts, views)
    reporting = Authorizer(parts, views, REPORTS_BY_USER, REPORTS_BY_ADDRESS)
    return [
        _report(parts, reporting, KeyedBuckets(*REPORTS_OF_PERSON)),
        _of_room(parts, authorizer),
        _of_everything(parts, authorizer),
        _one(parts, authorizer),
        _close(parts, authorizer),
    ]


def _report(parts: ApiParts, authorizer: Authorizer, about: KeyedBuckets) -> HTTPRouteHandler:
    @post(
        "/rooms/{room_id:str}/reports",
        dto=StrictBody[ReportRequest],
        return_dto=None,
        guards=[authorizer.guard],
        tags=["Moderation"],
        security=[{"identity": []}],
        responses=responses(400, 401, 403, 404, 413, 422, 429, 503),
        summary="Report somebody",
    )
    async def report_person(
        request: Request[Any, Any, Any], room_id: FromPath[str], data: JSONBody[ReportRequest]
    ) -> ReportReceipt:
        """For members: what they saw and heard in the last five minutes goes with it."""
        identity = await authorizer.identify(request)
        reporter_id = identity.user_id
        require_member(parts, room_id, reporter_id, data.user_id)
        if identity.born_ms is not None:
            require_rate(about.take(data.user_id, parts.now_ms()))
        report = _made(parts, room_id, reporter_id, data)
        entry = audit_entry(
            parts,
            identity,
            parts.oversight.standing(room_id, reporter_id, identity.role),
            "report",
            room_id=room_id,
            user_id=data.user_id,
            detail={"reportId": report.report_id},
        )
        with writing():
            await parts.storage.reports.add(report, entry)
        return ReportReceipt(report.report_id)

    return report_person


def _of_room(parts: ApiParts, authorizer: Authorizer) -> HTTPRouteHandler:
    @get(
        "/rooms/{room_id:str}/reports",
        guards=[authorizer.guard],
        tags=["Moderation"],
        security=[{"identity": []}],
        responses=responses(401, 403, 404, 422, 429, 503),
        summary="List the reports of a room",
    )
    async def list_room_reports(
        request: Request[Any, Any, Any],
        room_id: FromPath[str],
        status: Status = None,
        limit: Limit = PAGE_DEFAULT,
        cursor: Cursor = None,
    ) -> ReportPage:
        """Reports that were made in the room, without their evidence, newest first."""
        authorized = await authorizer.authorize(request, room_id, Right.READ_REPORTS)
        before_id = record_before(cursor)
        await authorizer.views.tell(
            authorized.identity, authorized.role, "view_reports", room_id=room_id
        )
        return await _listed(parts, authorized.identity, room_id, status, limit, before_id)

    return list_room_reports


def _of_everything(parts: ApiParts, authorizer: Authorizer) -> HTTPRouteHandler:
    @get(
        "/moderation/reports",
        guards=[authorizer.guard],
        tags=["Moderation"],
        security=[{"identity": []}],
        responses=responses(401, 403, 422, 429, 503),
        summary="List the reports of all rooms",
    )
    async def list_reports(
        request: Request[Any, Any, Any],
        status: Status = None,
        limit: Limit = PAGE_DEFAULT,
        cursor: Cursor = None,
    ) -> ReportPage:
        """Reports without their evidence, newest first; for moderators and admins."""
        identity = await authorizer.with_right(request, Right.READ_ALL_REPORTS)
        before_id = record_before(cursor)
        await authorizer.views.tell(identity, identity.role, "view_reports")
        return await _listed(parts, identity, None, status, limit, before_id)

    return list_reports


def _one(parts: ApiParts, authorizer: Authorizer) -> HTTPRouteHandler:
    @get(
        "/moderation/reports/{report_id:str}",
        guards=[authorizer.guard],
        tags=["Moderation"],
        security=[{"identity": []}],
        responses=responses(401, 403, 404, 429, 503),
        summary="Read a report with its evidence",
    )
    async def show_report(
        request: Request[Any, Any, Any], report_id: FromPath[str]
    ) -> ReportWithEvidence:
        """For those who may oversee the room that it was made in."""
        report, authorized = await _overseen(
            parts, authorizer, request, report_id, Right.READ_REPORTS
        )
        await authorizer.views.tell(
            authorized.identity,
            authorized.role,
            "view_report",
            **_about(report),
        )
        shown = msgspec.structs.asdict(report_view(report))
        return ReportWithEvidence(**shown, evidence=report.evidence)

    return show_report


def _close(parts: ApiParts, authorizer: Authorizer) -> HTTPRouteHandler:
    @post(
        "/moderation/reports/{report_id:str}/close",
        dto=StrictBody[CloseReportRequest],
        return_dto=None,
        status_code=200,
        guards=[authorizer.guard],
        tags=["Moderation"],
        security=[{"identity": []}],
        responses=responses(400, 401, 403, 404, 409, 413, 422, 429, 503),
        summary="Close a report",
    )
    async def close_report(
        request: Request[Any, Any, Any],
        report_id: FromPath[str],
        data: JSONBody[CloseReportRequest],
    ) -> ReportView:
        """That it is dealt with, by whom and how; it stays until its time is over."""
        report, authorized = await _overseen(
            parts, authorizer, request, report_id, Right.CLOSE_REPORTS
        )
        return report_view(await _closed(parts, authorized, report, data.note))

    return close_report


async def _closed(parts: ApiParts, by: Authorized, report: Report, raw_note: str) -> Report:
    """Store that the report is dealt with; the report as it is then.

    Raises:
        RequestRefusedError: 409 where it was already.
    """
    entry = audit_entry(parts, by.identity, by.role, "close_report", **_about(report))
    note = clean_prose(raw_note, NOTE_MAX_CHARS)
    with writing():
        closed = await parts.storage.reports.close(report.report_id, note, entry)
    if not closed:
        raise RequestRefusedError(409, "report_closed", "The report is closed already.")
    return msgspec.structs.replace(
        report,
        status="closed",
        closed_ms=entry.at_ms,
        closed_by=entry.actor_id,
        closed_by_name=entry.actor_name,
        note=note,
    )


def _about(report: Report) -> About:
    """What the audit says of whoever does something to a report."""
    return {
        "room_id": report.room_id,
        "user_id": report.reported_id,
        "user_name": report.reported_name,
        "detail": {"reportId": report.report_id},
    }


def _made(parts: ApiParts, room_id: str, reporter_id: str, data: ReportRequest) -> Report:
    """What is reported, with what the reporter saw and heard."""
    return Report(
        report_id=parts.new_record_id(),
        room_id=room_id,
        reporter_id=reporter_id,
        reported_id=data.user_id,
        evidence=evidence_of(parts, room_id, reporter_id, data.user_id),
        reason=_reason(data.reason),
        made_ms=parts.wall_ms(),
        reporter_name=parts.oversight.name_of(room_id, reporter_id),
        reported_name=parts.oversight.name_of(room_id, data.user_id),
    )


def _reason(raw: str) -> str:
    reason = clean_prose(raw)
    if not reason:
        raise RequestRefusedError(422, "invalid_field", "`reason`: there is nothing to read.")
    return reason


async def _overseen(
    parts: ApiParts,
    authorizer: Authorizer,
    request: Request[Any, Any, Any],
    report_id: str,
    right: Right,
) -> tuple[Report, Authorized]:
    """The report, and the caller who has that right in its room.

    A report outlives its room; then it is the staff's. Nobody learns of one about themselves: for
    them there is none of that id.

    Raises:
        ForbiddenError: no such right, or no such report and the caller may not know.
        RequestRefusedError: 404 to those who may know.
    """
    identity = await authorizer.identify(request)
    report = await parts.storage.reports.get(report_id) if is_record_id(report_id) else None
    if report is None or report.reported_id == identity.user_id:
        authorizer.require(identity.role, Right.KNOW_WHAT_EXISTS)
        raise RequestRefusedError(404, "report_not_found", "There is no report of that id.")
    return report, await authorizer.in_room_or_gone(identity, report.room_id, right)


async def _listed(
    parts: ApiParts,
    viewer: Identity,
    room_id: str | None,
    status: ReportStatus | None,
    limit: int,
    before_id: str | None,
) -> ReportPage:
    """A page of what others than the viewer were reported for."""
    found = await parts.storage.reports.find(
        room_id,
        status,
        limit=limit + 1,
        before_id=before_id,
        hidden_from=viewer.user_id,
    )
    shown, following = page(found, limit, lambda report: report.report_id)
    return ReportPage([report_view(report) for report in shown], following)
