"""The `virtubar` command. What a command needs is imported in it, so that `--help` is quick.

Mistakes are answered with one line on standard error and exit code 2, failures with one and 1.
"""

import contextlib
import json
import signal
import sys
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.exceptions import TyperException

from virtubar import __version__
from virtubar.build import build_kind
from virtubar.cli import sanctions
from virtubar.cli.database import migrate
from virtubar.cli.loadtest import loadtest
from virtubar.cli.options import DEFAULT_URL, Url, checked_url
from virtubar.cli.output import replace_unprintable
from virtubar.cli.records import audit, chat, erase, reports
from virtubar.cli.rooms import rooms
from virtubar.cli.tokens import token
from virtubar.errors import ConfigurationError, VirtuBarError

EXIT_FAILURE = 1
EXIT_MISUSE = 2
EXIT_INTERRUPTED = 130
BOTS_MAX = 1000
"""As many as the largest room holds."""

app = typer.Typer(
    name="virtubar",
    help="A virtual bar: realtime server, bots and tools.",
    add_completion=False,
    pretty_exceptions_enable=False,
)
protocol = typer.Typer(help="The realtime protocol.")
app.add_typer(protocol, name="protocol")
app.add_typer(rooms, name="rooms")
app.add_typer(reports, name="reports")


def main(args: Sequence[str] | None = None) -> int:
    """Run one command; the exit code.

    Args:
        args: the words after `virtubar`, those of the process where None.
    """
    replace_unprintable(sys.stdout)
    words = list(sys.argv[1:] if args is None else args) or ["--help"]
    try:
        result = typer.main.get_command(app).main(words, "virtubar", standalone_mode=False)
    except ConfigurationError as error:
        return _complain(str(error), EXIT_MISUSE)
    except TyperException as error:
        return _complain(error.format_message(), error.exit_code)
    except VirtuBarError as error:
        return _complain(str(error), EXIT_FAILURE)
    except (KeyboardInterrupt, typer.Abort):
        return EXIT_INTERRUPTED
    return result if isinstance(result, int) else 0


def _complain(sentence: str, code: int) -> int:
    typer.echo(f"virtubar: {' '.join(sentence.split())}", err=True)
    return code


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"virtubar {__version__} ({build_kind()})")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Say what there is; commands do the rest."""


@app.command()
def serve(  # noqa: PLR0913 - one option a setting
    *,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="0 for any free port.")] = None,
    env: Annotated[str | None, typer.Option(help="development or production.")] = None,
    public_url: Annotated[str | None, typer.Option(help="How browsers reach it.")] = None,
    allowed_origin: Annotated[
        list[str] | None, typer.Option(help="A site that may use it; again for more.")
    ] = None,
    trusted_proxy: Annotated[
        list[str] | None, typer.Option(help="A network whose X-Forwarded-* count; again for more.")
    ] = None,
    address_limits: Annotated[bool | None, typer.Option(help="Limits per address.")] = None,
    connections_per_address: Annotated[int | None, typer.Option(help="Sockets at once.")] = None,
    joins_per_second: Annotated[float | None, typer.Option(help="By address.")] = None,
    joins_burst: Annotated[int | None, typer.Option(help="By address, at once.")] = None,
    user_joins_per_second: Annotated[float | None, typer.Option(help="By user.")] = None,
    user_joins_burst: Annotated[int | None, typer.Option(help="By user, at once.")] = None,
    token_life_seconds: Annotated[int | None, typer.Option(help="Of a realtime token.")] = None,
    room_capacity: Annotated[int | None, typer.Option(help="Of the lobby and by default.")] = None,
    crowd_threshold: Annotated[
        int | None, typer.Option(help="Members above which a room is a crowd.")
    ] = None,
    crowd_bytes_per_second: Annotated[
        int | None, typer.Option(help="What transforms may cost each receiver there.")
    ] = None,
    compression: Annotated[bool | None, typer.Option(help="Deflate sockets that can.")] = None,
    demo_bots: Annotated[int | None, typer.Option(help="Patrons inside the server.")] = None,
    external_jwks_url: Annotated[
        str | None, typer.Option(help="Where a provider publishes its keys.")
    ] = None,
    external_jwt_issuer: Annotated[str | None, typer.Option(help="Their `iss`.")] = None,
    external_jwt_audience: Annotated[str | None, typer.Option(help="Their `aud`.")] = None,
    external_role_claim: Annotated[str | None, typer.Option(help="Where a role is.")] = None,
    external_role: Annotated[
        list[str] | None, typer.Option(help="What one means here, name=role; again for more.")
    ] = None,
    drain_seconds: Annotated[float | None, typer.Option(help="For a shutdown.")] = None,
    log_level: Annotated[str | None, typer.Option(help="debug, info, warning, error.")] = None,
    log_format: Annotated[str | None, typer.Option(help="console or json.")] = None,
    max_rooms: Annotated[int | None, typer.Option(help="Rooms at once.")] = None,
    max_connections: Annotated[int | None, typer.Option(help="Sockets at once.")] = None,
    address_bans: Annotated[
        bool | None, typer.Option(help="A guest's ban makes new ones from there wait.")
    ] = None,
    chat_retention_days: Annotated[
        int | None, typer.Option(help="Of chat, at most; 0 stores none.")
    ] = None,
    report_retention_days: Annotated[int | None, typer.Option(help="Of reports.")] = None,
    audit_retention_days: Annotated[int | None, typer.Option(help="Of the audit.")] = None,
    room_retention_days: Annotated[int | None, typer.Option(help="Of unused rooms.")] = None,
) -> int:
    """Open the bar. Every option is a setting, and wins over its VIRTUBAR_* variable.

    Secrets are set by variables only (VIRTUBAR_SECRET, VIRTUBAR_EXTERNAL_JWT_SECRET, and
    VIRTUBAR_DATABASE_URL, which may hold a password): everybody on a machine can read its command
    lines.
    """
    overrides = dict(locals())
    overrides["allowed_origins"] = tuple(overrides.pop("allowed_origin") or ()) or None
    overrides["external_roles"] = tuple(overrides.pop("external_role") or ()) or None
    overrides["trusted_proxies"] = tuple(overrides.pop("trusted_proxy") or ()) or None
    from virtubar.settings import Settings  # noqa: PLC0415 - `--help` is quick without it

    settings = Settings.load(**overrides)
    from virtubar import app as server  # noqa: PLC0415 - the same

    return server.serve(settings)


@app.command()
def bots(
    room: Annotated[str, typer.Option(help="Room id.")] = "lobby",
    count: Annotated[int, typer.Option(min=1, max=BOTS_MAX, help="The first tends bar.")] = 12,
    url: Url = DEFAULT_URL,
    seed: Annotated[int, typer.Option(help="The same seed lives the same evening.")] = 1,
) -> None:
    """Send bots into a room; Ctrl-C calls them home."""
    import logging  # noqa: PLC0415 - only bots log

    from virtubar.bots.runner import run_bots  # noqa: PLC0415 - `--help` is quick without it

    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    _run(run_bots(checked_url(url), room, count, seed=seed))


@app.command()
def watch(
    room: Annotated[str, typer.Argument(help="Room id.")] = "lobby",
    url: Url = DEFAULT_URL,
    name: Annotated[str, typer.Option(help="What the others see you as.")] = "Watcher",
    plain: Annotated[bool, typer.Option("--plain", help="Print lines, for pipes.")] = False,
    seconds: Annotated[float | None, typer.Option(min=0, help="Leave after so many.")] = None,
) -> None:
    """Visit a room and see who is where and what is said."""
    from rich.console import Console  # noqa: PLC0415 - `--help` is quick without it

    from virtubar.watch import screen  # noqa: PLC0415 - the same

    console = Console(highlight=False)
    is_plain = plain or not console.is_terminal
    visit = screen.watch(
        checked_url(url), room, name=name, plain=is_plain, seconds=seconds, console=console
    )
    _run(visit)


for _command in (
    sanctions.kick,
    sanctions.ban,
    sanctions.mute,
    sanctions.unmute,
    sanctions.unban,
    sanctions.bans,
    sanctions.mutes,
    audit,
    chat,
    erase,
    token,
    migrate,
    loadtest,
):
    app.command()(_command)


@protocol.command()
def schema(
    output: Annotated[Path | None, typer.Option(help="A file; standard output if absent.")] = None,
) -> None:
    """Print JSON Schema (draft 2020-12) of every event."""
    from virtubar.protocol.schema import protocol_schema  # noqa: PLC0415 - `--help` is quick

    if output is None:
        from virtubar.cli.printing import print_json  # noqa: PLC0415 - the same

        print_json(protocol_schema())
        return
    text = json.dumps(protocol_schema(), indent=2, ensure_ascii=False)
    try:
        output.write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        raise VirtuBarError(f"cannot write {output}: {error.strerror}") from None


def _run(work: Coroutine[Any, Any, None]) -> None:
    """Run it to its end; SIGINT and SIGTERM cancel it, and are no failure."""
    import asyncio  # noqa: PLC0415 - `--help` is quick without it

    import uvloop  # noqa: PLC0415 - the same

    async def until_signalled() -> None:
        task = asyncio.ensure_future(work)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, task.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await task

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(until_signalled())
