"""Where a database is: URLs as operators write them, as drivers want them.

`sqlite:///virtubar.db` (relative to the working folder), `sqlite:////var/lib/virtubar.db`,
`sqlite://` (in memory, gone with the process) and `postgresql://user:password@host/database`.
"""

from pathlib import Path

from msgspec import Struct
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from virtubar.errors import ConfigurationError

_FORMS = "sqlite:///file, or postgresql://user:password@host/database"
_SQLITE = ("sqlite", "sqlite+aiosqlite")
_POSTGRES = ("postgresql", "postgres", "postgresql+asyncpg")
_POSTGRES_OPTIONS = {"host": "host", "port": "port", "ssl": "ssl", "sslmode": "ssl"}
"""What may stand behind the question mark, by libpq's name, and how asyncpg calls it."""


class Address(Struct, frozen=True):
    """A database, and how to speak of it.

    Attributes:
        url: for SQLAlchemy; holds the password.
        shown: for people and logs, without the password.
        path: of an embedded SQLite; empty in memory and for PostgreSQL.
        embedded: whether it is SQLite, which belongs to this server alone.
    """

    url: URL
    shown: str
    path: str
    embedded: bool

    @property
    def in_memory(self) -> bool:
        """Whether it is gone with the process."""
        return self.embedded and not self.path

    def exists(self) -> bool:
        """Whether there may be a database: False where connecting would make one."""
        return not self.embedded or (bool(self.path) and Path(self.path).exists())


def read_address(text: str) -> Address:
    """What a URL means.

    Raises:
        ConfigurationError: it means nothing here. The sentence never quotes the URL, which may
            hold a password.
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise ConfigurationError(f"the database URL cannot be read; write {_FORMS}") from None
    if url.drivername in _SQLITE:
        return _sqlite(url)
    if url.drivername in _POSTGRES:
        return _postgres(url)
    raise ConfigurationError(
        f"the database URL begins with neither sqlite: nor postgresql:; write {_FORMS}"
    )


def _sqlite(url: URL) -> Address:
    if url.host or url.username or url.query:
        raise ConfigurationError(
            "the database URL of SQLite needs three slashes before a relative path, four before "
            "an absolute one, and takes no options; write sqlite:///virtubar.db"
        )
    path = "" if url.database in (None, "", ":memory:") else str(url.database)
    if path.startswith("file:"):
        raise ConfigurationError("the database URL of SQLite takes a path, no file: address")
    plain = URL.create("sqlite+aiosqlite", database=path or None)
    return Address(plain, f"sqlite:///{path}" if path else "sqlite://", path, embedded=True)


def _postgres(url: URL) -> Address:
    if not url.database:
        raise ConfigurationError(
            "the database URL names no database; write postgresql://user:password@host/database"
        )
    if unknown := set(url.query) - set(_POSTGRES_OPTIONS):
        raise ConfigurationError(
            f"the database URL has options that are not known ({', '.join(sorted(unknown))}); "
            f"there are {', '.join(_POSTGRES_OPTIONS)}"
        )
    options = {_POSTGRES_OPTIONS[name]: value for name, value in url.query.items()}
    plain = url.set(drivername="postgresql+asyncpg", query=options)
    shown = plain.set(drivername="postgresql").render_as_string(hide_password=True)
    return Address(plain, shown, "", embedded=False)
