"""`virtubar kick`, `ban`, `mute`, `unmute`, `unban`, `bans`, `mutes`."""

from typing import Annotated, Any, Final

import typer

from virtubar.cli.options import (
    DEFAULT_URL,
    LIST_DEFAULT,
    As,
    Json,
    Limit,
    Room,
    Token,
    Url,
    checked_room,
    checked_user,
    seconds,
)

Who = Annotated[str, typer.Argument(metavar="USER", help="User id.")]
Reason = Annotated[str, typer.Option("--reason", help="What the person is told.")]
HowLong = Annotated[
    str | None, typer.Option("--for", metavar="TIME", help="30s, 10m, 2h, 7d; for good if absent.")
]
Everywhere = Annotated[bool, typer.Option("--server", help="In every room, not only this one.")]
LOBBY: Final = "lobby"
_DONE: Final = {
    "kick": "was kicked from",
    "ban": "is banned from",
    "mute": "is muted in",
    "unmute": "may speak again in",
    "unban": "may come again into",
}


def kick(
    user: Who,
    *,
    room: Room = LOBBY,
    reason: Reason = "",
    server: Everywhere = False,
    url: Url = DEFAULT_URL,
    token: Token = None,
    name: As = None,
    as_json: Json = False,
) -> None:
    """Put somebody out; they may come back after 30 seconds."""
    _act("kick", user, room, server, (url, token, name), as_json, reason)


def ban(  # noqa: PLR0913 - one option a flag
    user: Who,
    *,
    room: Room = LOBBY,
    reason: Reason = "",
    duration: HowLong = None,
    server: Everywhere = False,
    url: Url = DEFAULT_URL,
    token: Token = None,
    name: As = None,
    as_json: Json = False,
) -> None:
    """Put somebody out and keep them out."""
    _act("ban", user, room, server, (url, token, name), as_json, reason, duration)


def mute(  # noqa: PLR0913 - one option a flag
    user: Who,
    *,
    room: Room = LOBBY,
    reason: Reason = "",
    duration: HowLong = None,
    server: Everywhere = False,
    url: Url = DEFAULT_URL,
    token: Token = None,
    name: As = None,
    as_json: Json = False,
) -> None:
    """Silence somebody; they may stay."""
    _act("mute", user, room, server, (url, token, name), as_json, reason, duration)


def unmute(
    user: Who,
    *,
    room: Room = LOBBY,
    server: Everywhere = False,
    url: Url = DEFAULT_URL,
    token: Token = None,
    name: As = None,
    as_json: Json = False,
) -> None:
    """Let somebody speak again."""
    _act("unmute", user, room, server, (url, token, name), as_json)


def unban(
    user: Who,
    *,
    room: Room = LOBBY,
    server: Everywhere = False,
    url: Url = DEFAULT_URL,
    token: Token = None,
    name: As = None,
    as_json: Json = False,
) -> None:
    """Let somebody come in again."""
    _act("unban", user, room, server, (url, token, name), as_json)


def bans(
    *,
    room: Room = LOBBY,
    server: Everywhere = False,
    limit: Limit = LIST_DEFAULT,
    url: Url = DEFAULT_URL,
    token: Token = None,
    name: As = None,
    as_json: Json = False,
) -> None:
    """List the bans that hold."""
    _list("bans", room, server, limit, (url, token, name), as_json)


def mutes(
    *,
    room: Room = LOBBY,
    server: Everywhere = False,
    limit: Limit = LIST_DEFAULT,
    url: Url = DEFAULT_URL,
    token: Token = None,
    name: As = None,
    as_json: Json = False,
) -> None:
    """List the mutes that hold."""
    _list("mutes", room, server, limit, (url, token, name), as_json)


def _act(
    verb: str,
    user: str,
    room: str,
    server: bool,
    who: tuple[str, str | None, str | None],
    as_json: bool,
    reason: str = "",
    duration: str | None = None,
) -> None:
    body: dict[str, Any] = {
        "action": verb,
        "userId": checked_user(user),
        "reason": reason,
        "durationSeconds": seconds(duration),
        "scope": "server" if server else "room",
    }
    path = f"/rooms/{checked_room(room)}/moderation"
    from virtubar.cli import printing, remote  # noqa: PLC0415 - `--help` is quick without them

    done = remote.connect(*who).post(path, body)
    if as_json:
        printing.print_json(done)
        return
    where = "every room" if server else room
    until = f", {_until(done['untilMs'])}" if verb in ("ban", "mute") else ""
    printing.print_line(f"{user} {_DONE[verb]} {where}{until}.")


def _until(until_ms: int | None) -> str:
    from virtubar.cli.printing import moment  # noqa: PLC0415 - `--help` is quick without it

    return "for good" if until_ms is None else f"until {moment(until_ms)}"


def _list(
    kind: str,
    room: str,
    server: bool,
    limit: int,
    who: tuple[str, str | None, str | None],
    as_json: bool,
) -> None:
    path = f"/rooms/{checked_room(room)}/{kind}"
    from virtubar.cli import printing, remote  # noqa: PLC0415 - `--help` is quick without them

    items = remote.connect(*who).listed(path, limit, scope="server" if server else "room")
    if as_json:
        printing.print_json(items)
        return
    fields = ("userName", "userId", "untilMs", "reason", "actorId", "madeMs")
    rows = printing.picked(printing.named(items, "actor"), fields)
    columns = ("who", "user", "until", "reason", "by", "since")
    printing.print_table(columns, rows, f"There are no {kind}.")
