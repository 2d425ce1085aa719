"""`virtubar migrate`: bringing a database to this version's schema."""

from typing import Annotated

import typer

from virtubar.errors import VirtuBarError


def migrate(
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit code 1 where there is work.")
    ] = False,
) -> None:
    """Bring the database of VIRTUBAR_DATABASE_URL to the schema of this version.

    A server that uses an SQLite file does so by itself when it starts. Stop the servers of another
    database first, and make a backup.
    """
    import asyncio  # noqa: PLC0415 - `--help` is quick without them

    from virtubar.settings import Settings  # noqa: PLC0415 - the same
    from virtubar.storage import migrate as migrations  # noqa: PLC0415 - the same

    url = Settings.load().database_url.get_secret_value()
    found = asyncio.run(migrations.revision_of(url))
    if check:
        if found.state != "current":
            raise VirtuBarError(
                f"the database {found.shown} is {found.state}: it has revision "
                f"{found.current or 'none'}, and this version serves {found.head}"
            )
        typer.echo(f"{found.shown} is at revision {found.head}, as this version serves it.")
        return
    revision = asyncio.run(migrations.migrate(url))
    before = "was" if found.state == "current" else "is now"
    typer.echo(f"{found.shown} {before} at revision {revision}.")
