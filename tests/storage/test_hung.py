"""Acts of moderation while PostgreSQL answers nothing: in time, and with the door shut (§7)."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from moderation.bench import Bench, turns
from support.postgres import PostgresServer
from virtubar.moderation.act_line import ACT_MS
from virtubar.moderation.circuit import REST_MS
from virtubar.protocol.constants import AuthCode
from virtubar.room.ports import NotStoredError
from virtubar.storage.migrate import migrate
from virtubar.storage.sql import SqlStorage

MODERATORS = 20
GIVE_UP_S = 30
"""Of the test itself, where an act is never answered: the clock of the acts is moved by hand."""


@pytest.fixture
async def stored(postgres_server: PostgresServer) -> AsyncIterator[SqlStorage]:
    """Storage in a database of its own."""
    name = await postgres_server.new_database()
    await migrate(postgres_server.url(name))
    storage = SqlStorage(postgres_server.url(name))
    await storage.open()
    yield storage
    await storage.close()
    await postgres_server.drop(name)


async def test_a_hung_database_costs_nobody_more_than_ten_seconds(
    postgres_server: PostgresServer, stored: SqlStorage
) -> None:
    """Twenty moderators are told together, those whom they would ban stay out until then, and
    nothing of it was done; afterwards everything goes on."""
    bench = Bench(records=stored)
    await bench.do("ban", "before")
    people = [f"u{n}" for n in range(MODERATORS)]
    with postgres_server.frozen():
        doing = [
            asyncio.ensure_future(bench.do("ban", user_id, actor_id=f"mod-{user_id}"))
            for user_id in people
        ]
        await turns()
        assert [bench.code(user_id) for user_id in people] == [AuthCode.BANNED] * MODERATORS
        bench.rooms.loop.advance(ACT_MS)
        async with asyncio.timeout(GIVE_UP_S):
            outcomes = await asyncio.gather(*doing, return_exceptions=True)
        assert {type(outcome) for outcome in outcomes} == {NotStoredError}
        assert [bench.code(user_id) for user_id in people] == [None] * MODERATORS
        with pytest.raises(NotStoredError):
            await bench.do("ban", "meanwhile")
    bench.rooms.loop.advance(REST_MS)
    async with asyncio.timeout(GIVE_UP_S):
        await bench.do("ban", "after")
        await bench.service.close()
    kept = await stored.sanctions.in_force(bench.rooms.clock.wall_ms())
    assert [sanction.user_id for sanction in kept] == ["before", "after"]
