"""One server for one PostgreSQL, reached through a pooler."""

from collections.abc import Iterator

import pytest

from support.guest import make_room, request_join
from support.pgbouncer import pgbouncer
from support.postgres import PostgresServer, postgres, settle
from support.server import running_server
from virtubar.errors import ConfigurationError
from virtubar.storage import serverlock
from virtubar.storage.migrate import migrate
from virtubar.storage.serverlock import DatabaseLock
from virtubar.storage.urls import read_address

NAME = "bar"


@pytest.fixture(scope="module")
def database() -> Iterator[tuple[PostgresServer, str]]:
    """A PostgreSQL, and the URL of a database at head behind a PgBouncer in transaction mode."""
    with postgres() as server, pgbouncer(server) as pooler:
        settle(server.run(f"CREATE DATABASE {NAME}"))
        url = pooler.url(NAME)
        settle(migrate(url))
        yield server, url


async def test_a_server_serves_through_a_pooler_and_keeps_a_second_out(
    database: tuple[PostgresServer, str],
) -> None:
    """The second is refused with one sentence, and the first goes on; its end frees the place."""
    _, url = database
    refused = pytest.raises(ConfigurationError, match="belongs to a VirtuBar server that is")
    with running_server(database_url=url) as server:
        room = await make_room(server.http_url)
        with refused, running_server(database_url=url):
            pass
        assert (await request_join(server.http_url, room["roomId"])).status_code == 200
    with running_server(database_url=url) as server:
        assert (await request_join(server.http_url, room["roomId"])).status_code == 200


def test_a_server_whose_place_was_taken_meanwhile_drains_and_ends(
    database: tuple[PostgresServer, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two servers with one database would be two worlds: the one that lost it goes."""
    monkeypatch.setattr(serverlock, "BEAT_S", 0.01)
    server, url = database

    async def take_over() -> None:
        other = DatabaseLock(read_address(server.url(NAME)), lambda _: None)
        await server.cut(NAME)
        while True:  # the first asks for it again too, and is the quicker now and then
            try:
                await other.take()
            except ConfigurationError:
                await server.cut(NAME)
            else:
                break
        first.ended(20)
        await other.release()

    with running_server(database_url=url) as first:
        settle(take_over())
        assert isinstance(first.error, ConfigurationError)
        assert "belongs to a VirtuBar server that is running" in str(first.error)
