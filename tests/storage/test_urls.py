"""Database URLs mean what operators think, or say what to write, and never show a password."""

import pytest

from virtubar.errors import ConfigurationError
from virtubar.storage.sql import SqlStorage
from virtubar.storage.urls import read_address


@pytest.mark.parametrize(
    ("text", "path", "in_memory"),
    [
        ("sqlite:///virtubar.db", "virtubar.db", False),
        ("sqlite:////var/lib/bar.db", "/var/lib/bar.db", False),
        ("sqlite+aiosqlite:///a b.db", "a b.db", False),
        ("sqlite://", "", True),
        ("sqlite:///:memory:", "", True),
    ],
)
def test_sqlite_is_a_path_or_memory(text: str, path: str, in_memory: bool) -> None:
    """Three slashes before a relative path, four before an absolute one."""
    address = read_address(text)
    assert (address.path, address.in_memory, address.embedded) == (path, in_memory, True)
    assert address.url.drivername == "sqlite+aiosqlite"


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+asyncpg"])
def test_postgresql_is_reached_by_asyncpg(scheme: str) -> None:
    """Under each name that hosting providers write, and shown without its password."""
    address = read_address(f"{scheme}://bar:p%40ss@db.example:5433/bar?sslmode=require")
    assert not address.embedded
    assert address.url.drivername == "postgresql+asyncpg"
    assert (address.url.host, address.url.port, address.url.password) == (
        "db.example",
        5433,
        "p@ss",
    )
    assert dict(address.url.query) == {"ssl": "require"}
    assert address.shown == "postgresql://bar:***@db.example:5433/bar?ssl=require"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "cannot be read"),
        ("virtubar.db", "cannot be read"),
        ("postgresql://bar:hunter2@host:port/bar", "cannot be read"),
        ("mysql://bar:hunter2@host/bar", "neither sqlite: nor postgresql:"),
        ("postgresql+psycopg2://bar:hunter2@host/bar", "neither sqlite: nor postgresql:"),
        ("postgresql://bar:hunter2@host", "names no database"),
        ("postgresql://bar@host/bar?password=hunter2", "options that are not known (password)"),
        ("postgresql://bar:hunter2@host/bar?a=1&b=2", "not known (a, b)"),
        ("sqlite://virtubar.db", "three slashes"),
        ("sqlite:///virtubar.db?mode=ro&key=hunter2", "no options"),
        ("sqlite:///file:virtubar.db", "no file: address"),
        ("sqlite:////no/such/folder/bar.db", "there is no folder /no/such/folder"),
    ],
)
def test_other_urls_are_refused_with_one_line_that_helps(text: str, says: str) -> None:
    """It says what to write instead, and nothing that could be a password."""
    with pytest.raises(ConfigurationError) as caught:
        SqlStorage(text)
    sentence = str(caught.value)
    assert says in sentence
    assert "hunter2" not in sentence
    assert "\n" not in sentence
    assert caught.value.__cause__ is None
