"""`virtubar audit`, `chat`, `reports` and `erase`: what is written down, and forgetting it."""

import sys
from typing import Annotated, Any, Final

import typer

from virtubar.cli.options import (
    DEFAULT_URL,
    LIST_DEFAULT,
    As,
    Json,
    Limit,
    Token,
    Url,
    alone,
    checked_room,
    checked_user,
    seconds,
)
from virtubar.errors import VirtuBarError

AnyRoom = Annotated[str | None, typer.Option("--room", help="Room id; all rooms if absent.")]
ReportId = Annotated[str, typer.Argument(metavar="ID", help="Report id.")]
_EVENTS_SHOWN: Final = 200

reports = typer.Typer(
    help="Reports that members made, with what they saw.", invoke_without_command=True
)


def audit(  # noqa: PLR0913 - one option a filter
    *,
    room: AnyRoom = None,
    actor: Annotated[str | None, typer.Option(help="Who did it: user id.")] = None,
    user: Annotated[str | None, typer.Option(help="Whom it concerns: user id.")] = None,
    action: Annotated[str | None, typer.Option(help="ban, view_report, change_room, …")] = None,
    since: Annotated[
        str | None, typer.Option(metavar="TIME", help="Not longer ago than 30m, 2h, 7d.")
    ] = None,
    limit: Limit = LIST_DEFAULT,
    url: Url = DEFAULT_URL,
    token: Token = None,
    name: As = None,
    as_json: Json = False,
) -> None:
    """Read who did what, and who looked at what; newest first."""
    length_s = seconds(since, "--since")
    path = "/moderation/audit" if room is None else f"/rooms/{checked_room(room)}/audit"
    import time  # noqa: PLC0415 - beside the others

    from virtubar.cli import printing, remote  # noqa: PLC0415 - `--help` is quick without them

    from_ms = None if length_s is None else time.time_ns() // 1_000_000 - length_s * 1000
    items = remote.connect(url, token, name).listed(
        path, limit, actorId=actor, userId=user, action=action, fromMs=from_ms
    )
    if as_json:
        printing.print_json(items)
        return
    fields = ("atMs", "actorId", "actorRole", "action", "roomId", "userName", "userId", "detail")
    columns = ("at", "by", "as", "action", "room", "who", "user", "detail")
    rows = printing.picked(printing.named(items, "actor"), fields)
    printing.print_table(columns, rows, "There are no such lines.")


def chat(
    room: Annotated[str, typer.Argument(metavar="ROOM", help="Room id.")],
    *,
    user: Annotated[str | None, typer.Option(help="Whose messages: user id.")] = None,
    limit: Limit = LIST_DEFAULT,
    url: Url = DEFAULT_URL,
    token: Token = None,
    name: As = None,
    as_json: Json = False,
) -> None:
    """Read what was said in a room, as far as it is stored; newest first. The audit says that you
    did."""
    path = f"/rooms/{checked_room(room)}/chat"
    user_id = None if user is None else checked_user(user)
    from virtubar.cli import printing, remote  # noqa: PLC0415 - `--help` is quick without them

    items = remote.connect(url, token, name).listed(path, limit, userId=user_id)
    if as_json:
        printing.print_json(items)
        return
    fields = ("saidMs", "displayName", "userId", "text")
    columns = ("at", "who", "user", "text")
    printing.print_table(
        columns, printing.picked(items, fields), "Nothing that was said is stored."
    )


@reports.callback()
def list_reports(
    ctx: typer.Context,
    *,
    room: AnyRoom = None,
    everything: Annotated[bool, typer.Option("--all", help="Closed ones too.")] = False,
    limit: Limit = LIST_DEFAULT,
    url: Url = DEFAULT_URL,
    token: Token = None,
    name: As = None,
    as_json: Json = False,
) -> None:
    """List the reports that are open; newest first."""
    if not alone(ctx):
        return
    path = "/moderation/reports" if room is None else f"/rooms/{checked_room(room)}/reports"
    from virtubar.cli import printing, remote  # noqa: PLC0415 - `--help` is quick without them

    status = None if everything else "open"
    items = remote.connect(url, token, name).listed(path, limit, status=status)
    if as_json:
        printing.print_json(items)
        return
    told = ("reportedName", "reportedId", "reporterId", "status", "reason")
    columns = ("id", "at", "room", "who", "user", "by", "status", "reason")
    rows = printing.picked(
        printing.named(items, "reporter"), ("reportId", "madeMs", "roomId", *told)
    )
    printing.print_table(columns, rows, "There are no such reports.")


@reports.command("show")
def show_report(
    report_id: ReportId,
    url: Url = DEFAULT_URL,
    token: Token = None,
    name: As = None,
    as_json: Json = False,
) -> None:
    """Read a report with its evidence; the audit says that you did."""
    from virtubar.cli import printing, remote  # noqa: PLC0415 - `--help` is quick without them

    report = remote.connect(url, token, name).get(_path(report_id))
    if as_json:
        printing.print_json(report)
        return
    evidence = report.pop("evidence")
    people = evidence.get("people", {})
    names = tuple(report)
    printing.print_facts(zip(names, *printing.picked([report], names), strict=True))
    rows = (_event(event, people) for event in evidence.get("events", [])[-_EVENTS_SHOWN:])
    printing.print_line("")
    printing.print_table(("at", "who", "what"), rows, "Nothing was said or done in that time.")


@reports.command("close")
def close_report(
    report_id: ReportId,
    note: Annotated[str, typer.Option(help="What was done.")] = "",
    url: Url = DEFAULT_URL,
    token: Token = None,
    name: As = None,
    as_json: Json = False,
) -> None:
    """Say that a report is dealt with."""
    from virtubar.cli import printing, remote  # noqa: PLC0415 - `--help` is quick without them

    report = remote.connect(url, token, name).post(f"{_path(report_id)}/close", {"note": note})
    if as_json:
        printing.print_json(report)
        return
    printing.print_line(f"Report {report['reportId']} is closed.")


def erase(
    user: Annotated[str, typer.Argument(metavar="USER", help="User id.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    url: Url = DEFAULT_URL,
    token: Token = None,
    name: As = None,
    as_json: Json = False,
) -> None:
    """Forget a person: their messages, reports, and what names them. It cannot be undone."""
    user_id = checked_user(user)
    if not yes:
        if not sys.stdin.isatty():
            raise typer.BadParameter("nobody is here to be asked: give --yes")
        if not typer.confirm(f"Erase everything that is stored of {user_id}?", err=True):
            raise VirtuBarError("nothing was erased")
    from urllib.parse import quote  # noqa: PLC0415 - beside the others

    from virtubar.cli import printing, remote  # noqa: PLC0415 - `--help` is quick without them

    path = f"/moderation/people/{quote(user_id, safe='')}"
    erased = remote.connect(url, token, name).delete(path)
    if as_json:
        printing.print_json(erased)
        return
    counts = ", ".join(f"{count} {what}" for what, count in _counted(erased))
    printing.print_line(f"{user_id} is forgotten: {counts}.")


def _counted(erased: dict[str, int]) -> list[tuple[str, int]]:
    words = {"auditLines": "lines of the audit"}
    return [(words.get(name, name), count) for name, count in erased.items()]


def _path(report_id: str) -> str:
    from urllib.parse import quote  # noqa: PLC0415 - only here

    return f"/moderation/reports/{quote(report_id, safe='')}"


def _event(event: dict[str, Any], people: dict[str, str]) -> tuple[object, ...]:
    from virtubar.cli.printing import moment  # noqa: PLC0415 - `--help` is quick without it

    user_id = str(event.get("userId"))
    known = people.get(user_id)
    who = user_id if known is None else f"{known} ({user_id})"
    what = event.get("text") or event.get("emoteId") or ""
    return moment(int(event["atMs"])), who, f"{event.get('kind')} {what}".rstrip()
