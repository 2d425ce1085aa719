"""Options that several commands share, and what their words mean."""

import re
from typing import Annotated, Final
from urllib.parse import urlsplit

import typer

from virtubar.protocol.constants import ACT_DURATION_MAX_S, ROOM_ID_PATTERN, USER_ID_PATTERN

DEFAULT_URL: Final = "http://127.0.0.1:8000"
LIST_DEFAULT: Final = 50
LIST_MAX: Final = 10_000
_UNITS_S: Final = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_duration = re.compile(r"([0-9]{1,9})([smhd])\Z", re.ASCII)

Url = Annotated[str, typer.Option("--url", envvar="VIRTUBAR_URL", help="Base URL of the server.")]
Token = Annotated[
    str | None,
    typer.Option(
        "--token",
        envvar="VIRTUBAR_TOKEN",
        show_envvar=True,
        help="Your identity token; the variable hides it from others on this machine.",
    ),
]
As = Annotated[
    str | None,
    typer.Option(
        "--as",
        metavar="NAME",
        help="With VIRTUBAR_SECRET and no token: the user id that the audit says; cli if absent.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
Room = Annotated[str, typer.Option("--room", help="Room id.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=LIST_MAX, help="How many at most.")]


def checked_url(url: str) -> str:
    """The base URL of a server; typer.BadParameter for anything else."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise typer.BadParameter(f"{url!r} is not http(s)://host[:port]", param_hint="--url")
    return url


def checked_room(room: str) -> str:
    """The room id; typer.BadParameter where no room can have it."""
    return _matching("room id", room, ROOM_ID_PATTERN)


def checked_user(user_id: str) -> str:
    """The user id; typer.BadParameter where nobody can have it."""
    return _matching("user id", user_id, USER_ID_PATTERN)


def seconds(duration: str | None, option: str = "--for") -> int | None:
    """`30s`, `10m`, `2h` or `7d` in seconds, None for None; typer.BadParameter for other words."""
    if duration is None:
        return None
    parsed = _duration.match(duration)
    length_s = int(parsed[1]) * _UNITS_S[parsed[2]] if parsed else 0
    if not 1 <= length_s <= ACT_DURATION_MAX_S:
        raise typer.BadParameter(
            f"{duration!r} is no time like 30s, 10m, 2h or 7d, of ten years at most",
            param_hint=option,
        )
    return length_s


def alone(ctx: typer.Context) -> bool:
    """Whether a group was called without one of its commands.

    Raises:
        typer.BadParameter: with one, and with options before it, which it would not see.
    """
    if ctx.invoked_subcommand is None:
        return True
    for name in ctx.params:
        source = ctx.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE":
            raise typer.BadParameter(f"options come after `{ctx.invoked_subcommand}`")
    return False


def _matching(what: str, text: str, pattern: str) -> str:
    if not re.match(pattern, text):
        raise typer.BadParameter(f"{text!r} cannot be a {what}")
    return text
