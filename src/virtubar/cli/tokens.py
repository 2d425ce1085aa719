"""`virtubar token`: tokens that an operator hands out."""

import re
import secrets
import time
from typing import TYPE_CHECKING, Annotated

import typer

from virtubar.errors import ConfigurationError
from virtubar.protocol.constants import LOBBY_ID, ROOM_ID_PATTERN, USER_ID_PATTERN, Device, Role

if TYPE_CHECKING:
    from virtubar.settings import Settings


def token(
    room: Annotated[str | None, typer.Argument(help="Room id; the lobby if absent.")] = None,
    *,
    identity: Annotated[
        bool, typer.Option("--identity", help="For a moderator or admin, at the HTTP API.")
    ] = False,
    user_id: Annotated[str | None, typer.Option(help="A new guest's where absent.")] = None,
    role: Annotated[Role, typer.Option(help="What the bearer may do.")] = Role.GUEST,
    name: Annotated[str | None, typer.Option(help="What the others see.")] = None,
    device: Annotated[Device | None, typer.Option(help="Rate class; desktop if absent.")] = None,
    bot: Annotated[
        bool, typer.Option("--bot", help="For a program; everybody in the room is told.")
    ] = False,
    life_seconds: Annotated[int | None, typer.Option(min=1, max=86_400, help="How long.")] = None,
) -> None:
    """Print a token signed with VIRTUBAR_SECRET: for one room, or with --identity for operators.

    A token for a room is a realtime token, for testing. One with --identity says who somebody is:
    a moderator or an admin, for 12 hours unless told otherwise. It cannot be taken back.
    """
    from virtubar.settings import Settings  # noqa: PLC0415 - `--help` is quick without it

    settings = Settings.load()
    if settings.secret_is_random:
        raise ConfigurationError("VIRTUBAR_SECRET is not set: no server would take the token.")
    shown = None if name is None else _display_name(name)
    if identity:
        if room is not None or device is not None or bot:
            raise typer.BadParameter("--identity is for every room and device, and for people")
        typer.echo(_operator_token(settings, user_id, role, shown, life_seconds))
        return
    from virtubar.auth.people import SYSTEM_ID  # noqa: PLC0415 - the same
    from virtubar.auth.tokens import RealtimeTokens  # noqa: PLC0415 - the same

    life_s = settings.token_life_seconds if life_seconds is None else life_seconds
    if user_id == SYSTEM_ID:
        raise typer.BadParameter(f"{user_id!r} cannot be a user id")
    tokens = RealtimeTokens(settings.signing_secret, life_ms=life_s * 1000)
    text, _ = tokens.mint(
        user_id=_matching("user id", user_id or f"guest-{secrets.token_hex(8)}", USER_ID_PATTERN),
        room_id=_matching("room id", room or LOBBY_ID, ROOM_ID_PATTERN),
        role=role,
        device=device or Device.DESKTOP,
        wall_ms=time.time_ns() // 1_000_000,
        token_id=secrets.token_hex(16),
        display_name=shown,
        is_bot=bot,
    )
    typer.echo(text)


def _operator_token(
    settings: "Settings",
    user_id: str | None,
    role: Role,
    display_name: str | None,
    life_seconds: int | None,
) -> str:
    """An operator's identity token; typer.BadParameter where nobody could have it."""
    from virtubar.auth.identities import (  # noqa: PLC0415 - `--help` is quick without it
        OPERATOR_LIFE_MS,
        Identities,
        is_operator_id,
    )

    if role is not Role.MODERATOR and role is not Role.ADMIN:
        raise typer.BadParameter("--identity needs --role moderator or --role admin")
    if user_id is None or not is_operator_id(user_id):
        raise typer.BadParameter("--identity needs a --user-id that is no guest's")
    return Identities(settings.signing_secret).mint_operator(
        user_id,
        role,
        time.time_ns() // 1_000_000,
        display_name=display_name,
        life_ms=OPERATOR_LIFE_MS if life_seconds is None else life_seconds * 1000,
    )


def _display_name(name: str) -> str:
    """The name as others will see it; typer.BadParameter where nothing of it is left."""
    from virtubar.room.text import clean_display_name  # noqa: PLC0415 - `--help` is quick

    cleaned = clean_display_name(name)
    if not cleaned:
        raise typer.BadParameter(f"{name!r} cannot be a name")
    return cleaned


def _matching(what: str, text: str, pattern: str) -> str:
    if not re.match(pattern, text):
        raise typer.BadParameter(f"{text!r} cannot be a {what}")
    return text
