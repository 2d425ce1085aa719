"""`virtubar rooms`: looking at rooms and setting them."""

from pathlib import Path
from typing import Annotated, Any

import typer

from virtubar.cli.options import DEFAULT_URL, As, Json, Token, Url, alone, checked_room
from virtubar.errors import VirtuBarError
from virtubar.room.config import Guard

RoomId = Annotated[str, typer.Argument(metavar="ROOM", help="Room id.")]

rooms = typer.Typer(help="Rooms, and what they are set to.", invoke_without_command=True)


@rooms.callback()
def list_rooms(
    ctx: typer.Context,
    url: Url = DEFAULT_URL,
    token: Token = None,
    name: As = None,
    as_json: Json = False,
) -> None:
    """List the public rooms, and those with people in them."""
    if not alone(ctx):
        return
    from virtubar.cli import printing, remote  # noqa: PLC0415 - `--help` is quick without them

    server = remote.connect(url, token, name)
    found = {
        room["roomId"]: {**_NOTHING_GOES_ON, **room, "members": room["memberCount"], "public": True}
        for room in server.public_rooms()
    }
    for room in server.get("/moderation/overview")["rooms"]:
        found[room["roomId"]] = {"public": False, **found.get(room["roomId"], {}), **room}
    listed = [found[room_id] for room_id in sorted(found)]
    if as_json:
        printing.print_json(listed)
        return
    rows = (
        (
            room["roomId"],
            room["name"],
            f"{room['members']}/{room['capacity']}",
            room["public"],
            room["locked"],
            room["movesPerSecond"],
            room["messagesPerMinute"],
            room["ownerId"],
        )
        for room in listed
    )
    columns = ("room", "name", "members", "public", "locked", "moves/s", "messages/min", "owner")
    printing.print_table(columns, rows, "There are no rooms.")


@rooms.command("show")
def show_room(
    room: RoomId,
    url: Url = DEFAULT_URL,
    token: Token = None,
    name: As = None,
    as_json: Json = False,
) -> None:
    """Show everything that a room is set to."""
    path = f"/rooms/{checked_room(room)}/settings"
    from virtubar.cli import remote  # noqa: PLC0415 - `--help` is quick without it

    _show(remote.connect(url, token, name).get(path), as_json)


@rooms.command("set")
def set_room(  # noqa: PLR0913 - one option a setting
    room: RoomId,
    *,
    name: Annotated[str | None, typer.Option(help="For people.")] = None,
    capacity: Annotated[int | None, typer.Option(min=1, max=1000, help="Members.")] = None,
    public: Annotated[bool | None, typer.Option("--public/--private", help="Listed?")] = None,
    locked: Annotated[
        bool | None, typer.Option("--locked/--unlocked", help="Are newcomers kept out?")
    ] = None,
    sign_in: Annotated[
        bool | None, typer.Option("--sign-in/--no-sign-in", help="Are guests kept out?")
    ] = None,
    slow_mode: Annotated[
        int | None, typer.Option(min=0, max=3600, help="Seconds between two messages; 0 is off.")
    ] = None,
    guard: Annotated[Guard | None, typer.Option(help="How it answers floods.")] = None,
    words_file: Annotated[
        Path | None, typer.Option(help="Words that are not said here, one a line; replaces them.")
    ] = None,
    add_word: Annotated[list[str] | None, typer.Option(help="Again for more.")] = None,
    remove_word: Annotated[list[str] | None, typer.Option(help="Again for more.")] = None,
    retention_days: Annotated[
        int | None, typer.Option(min=-1, max=3650, help="Of chat; 0 none, -1 as the server does.")
    ] = None,
    hearing_radius: Annotated[
        float | None, typer.Option(min=0, max=10_000, help="Metres; 0 is the whole room.")
    ] = None,
    crowd_threshold: Annotated[
        int | None, typer.Option(min=0, max=1000, help="Seen less often above; 0 as the server.")
    ] = None,
    emote: Annotated[list[str] | None, typer.Option(help="All it knows; again for more.")] = None,
    url: Url = DEFAULT_URL,
    token: Token = None,
    operator: As = None,
    as_json: Json = False,
) -> None:
    """Change what a room is set to; those in it feel it at once."""
    said: dict[str, Any] = {
        "name": name,
        "capacity": capacity,
        "public": public,
        "locked": locked,
        "slowModeSeconds": slow_mode,
        "guard": guard,
        "emotes": emote or None,
        "words": None if words_file is None else _words(words_file),
    }
    changes = {field: value for field, value in said.items() if value is not None}
    if sign_in is not None:
        changes["allowedRoles"] = ["member"] if sign_in else None
    if retention_days is not None:
        changes["chatRetentionDays"] = None if retention_days < 0 else retention_days
    if hearing_radius is not None:
        changes["hearingRadiusM"] = hearing_radius or None
    if crowd_threshold is not None:
        changes["crowdThreshold"] = crowd_threshold or None
    if not changes and not add_word and not remove_word:
        raise typer.BadParameter("say what to change; see `virtubar rooms set --help`")
    path = f"/rooms/{checked_room(room)}"
    from virtubar.cli import remote  # noqa: PLC0415 - `--help` is quick without it

    server = remote.connect(url, token, operator)
    if add_word or remove_word:
        before = changes.get("words", server.get(f"{path}/settings")["words"])
        changes["words"] = _edited(before, add_word or [], remove_word or [])
    _show(server.patch(path, changes), as_json)


_NOTHING_GOES_ON = {"locked": None, "movesPerSecond": 0.0, "messagesPerMinute": 0.0}


def _show(settings: dict[str, Any], as_json: bool) -> None:
    from virtubar.cli import printing  # noqa: PLC0415 - `--help` is quick without it

    if as_json:
        printing.print_json(settings)
    else:
        printing.print_facts(settings.items())


def _words(path: Path) -> list[str]:
    """The lines of a file that are not empty."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise VirtuBarError(f"cannot read {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise VirtuBarError(f"cannot read {path}: it is not UTF-8") from None
    return [line.strip() for line in lines if line.strip()]


def _edited(words: list[str], added: list[str], removed: list[str]) -> list[str]:
    """The list with some more and some less; upper and lower case are the same word."""
    gone = {word.casefold() for word in removed}
    missing = gone - {word.casefold() for word in words}
    if missing:
        raise typer.BadParameter(
            f"not in the list: {', '.join(sorted(missing))}", param_hint="--remove-word"
        )
    kept = [word for word in words if word.casefold() not in gone]
    known = {word.casefold() for word in kept}
    return kept + [word for word in added if word.casefold() not in known]
