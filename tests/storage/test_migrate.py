"""Databases of every age come to the schema that the code knows, with what is in them."""

from collections.abc import AsyncIterator

import msgspec
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, Integer, MetaData, Table, text
from sqlalchemy import inspect as look_into

from storage.samples import NOW, ban, message, numbered_id, room
from virtubar.errors import ConfigurationError
from virtubar.protocol.constants import Role
from virtubar.room.records import AuditLine, Report, Salt, StaffRecord
from virtubar.storage.engine import Database
from virtubar.storage.migrate import (
    VERSION_TABLE,
    Revision,
    bring,
    configuration,
    migrate,
    revision_of,
)
from virtubar.storage.ports import AuditQuery
from virtubar.storage.schema import metadata
from virtubar.storage.sql import SqlStorage
from virtubar.storage.urls import read_address

REVISIONS = [
    script.revision for script in ScriptDirectory.from_config(configuration()).walk_revisions()
][::-1]
HEAD = REVISIONS[-1]
LATER = f"UPDATE {VERSION_TABLE} SET version_num = 'later'"  # noqa: S608 - our own constant
SAMPLES = {
    "0001": f"""
        INSERT INTO rooms VALUES ('snug', 'The Snug', 12, 7.5, '["cheers", "wave"]', 'olga', false,
            true, '["member", "guest"]', 5, '["blast", "größe"]', 'strict', 3, {NOW});
        INSERT INTO sanctions VALUES ('{numbered_id(1)}', 'ban', 'snug', 'bob', 'mona',
            'moderator', 'rude', {NOW}, NULL, 'salt-1', 'ab12', NULL, NULL);
        INSERT INTO audit VALUES (7, {NOW}, 'mona', 'moderator', 'ban', 'snug', 'bob',
            '{{"a": 1}}');
        INSERT INTO chat VALUES ('{numbered_id(1)}', 'snug', 'bob', 'Bob 🍺', 'Hello 1', {NOW});
        INSERT INTO reports VALUES ('r1', 'snug', 'alice', 'bob', 'rude', {NOW}, 'closed', 5,
            'mona', 'noted', '{{"people": {{"carol": "Carol"}}}}');
        INSERT INTO report_people VALUES ('r1', 'carol');
        INSERT INTO staff VALUES ('mona', 'moderator', {NOW});
        INSERT INTO salts VALUES ('s1', CAST('00' AS BYTES), {NOW})""",  # noqa: S608 - our figures
}
"""Rows as the servers of each revision wrote them, in every table that it had."""
SAMPLES["0002"] = SAMPLES["0001"]  # only an index has changed
SAMPLES["0003"] = SAMPLES["0002"].replace(
    """'{"people": {"carol": "Carol"}}');
        INSERT INTO report_people VALUES ('r1', 'carol');""",
    """'{"people": {}}');
        INSERT INTO report_people VALUES ('r1', 'bob');
        INSERT INTO evidence VALUES ('p1', '{"people": {"carol": "Carol"}}');
        INSERT INTO report_evidence VALUES ('r1', 0, 'p1');
        INSERT INTO evidence_people VALUES ('p1', 'carol');""",
)  # what reports show is stored apart from them
SAMPLES["0004"] = (
    SAMPLES["0003"]
    .replace("'ab12', NULL, NULL)", "'ab12', NULL, NULL, 'Bob', 'Mona')")
    .replace("""'{"a": 1}')""", """'{"a": 1}', 'Mona', 'Bob')""")
    .replace("""'{"people": {}}')""", """'{"people": {}}', 'Alice', 'Bob', 'Mona')""")
)  # names beside ids
SAMPLES["0005"] = SAMPLES["0004"].replace(f"'strict', 3, {NOW})", f"'strict', 3, {NOW}, 40)")


@pytest.fixture
async def database(empty_url: str) -> AsyncIterator[Database]:
    opened = Database(read_address(empty_url))
    yield opened
    await opened.close()


def test_every_revision_has_its_sample_rows() -> None:
    """Whoever adds a migration shows what it does to rows."""
    assert list(SAMPLES) == REVISIONS


@pytest.mark.parametrize("revision", REVISIONS)
async def test_rows_of_every_revision_come_along(
    empty_url: str, database: Database, revision: str
) -> None:
    """As today's code reads them."""
    assert await bring(database, revision) == revision
    async with database.writing() as connection:
        for statement in SAMPLES[revision].split(";"):
            own = statement.replace("BYTES", "BLOB" if database.address.embedded else "bytea")
            await connection.exec_driver_sql(own)
    assert await migrate(empty_url) == HEAD
    storage = SqlStorage(empty_url)
    await storage.open()
    threshold = 40 if revision >= "0005" else None
    assert await storage.rooms.get("snug") == room(crowd_threshold=threshold)
    alice, bob, mona = ("Alice", "Bob", "Mona") if revision >= "0004" else (None, None, None)
    named = msgspec.structs.replace(ban(), user_name=bob, actor_name=mona)
    assert await storage.sanctions.in_force(NOW) == [named]
    detail = {"a": 1}
    assert await storage.audit.find(AuditQuery()) == [
        AuditLine(NOW, "mona", "moderator", "ban", "snug", "bob", detail, mona, bob, audit_id=7)
    ]
    assert await storage.chat.recent("snug", limit=9) == [message()]
    evidence = {"people": {"carol": "Carol"}}
    assert await storage.reports.get("r1") == Report(
        *("r1", "snug", "alice", "bob", "rude", NOW),
        status="closed", closed_ms=5, closed_by="mona", note="noted", evidence=evidence,
        reporter_name=alice, reported_name=bob, closed_by_name=mona,
    )  # fmt: skip
    assert await storage.people.staff() == [StaffRecord("mona", Role.MODERATOR, NOW)]
    assert await storage.salts.all() == [Salt("s1", b"00", NOW)]
    await storage.close()


def _differences(connection: Connection, wanted: MetaData) -> list[object]:
    options = {"version_table": VERSION_TABLE, "compare_type": True}
    context = MigrationContext.configure(connection, opts=options)
    return list(compare_metadata(context, wanted))


async def test_migrations_lead_to_the_schema_that_the_code_knows(database: Database) -> None:
    """Table by table, column by column, index by index."""
    await bring(database)
    async with database.reading() as connection:
        assert await connection.run_sync(_differences, metadata) == []


async def test_a_drift_would_be_seen(database: Database) -> None:
    """A column, an index or a table more than the migrations make."""
    await bring(database)
    drifted = MetaData()
    for table in metadata.sorted_tables:
        table.to_metadata(drifted)
    drifted.tables["salts"].append_column(Column("pepper", Integer, index=True))
    Table("ghosts", drifted, Column("ghost_id", Integer, primary_key=True))
    async with database.reading() as connection:
        found = await connection.run_sync(_differences, drifted)
    kinds = {difference[0] for difference in found if isinstance(difference, tuple)}
    assert kinds == {"add_table", "add_column", "add_index"}


async def test_a_migration_that_fails_leaves_nothing(database: Database) -> None:
    """Here the last of its tables is somebody else's."""
    async with database.writing() as connection:
        await connection.execute(text("CREATE TABLE salts (sea INTEGER)"))
    with pytest.raises(ConfigurationError, match=r"salts.* already exists"):
        await bring(database)
    async with database.reading() as connection:
        tables = await connection.run_sync(lambda c: look_into(c).get_table_names())
    assert tables == ["salts"]


async def test_where_a_database_stands_is_told_without_changing_it(empty_url: str) -> None:
    """Nothing yet, then head; migrating again changes nothing."""
    shown = read_address(empty_url).shown
    nothing = Revision(None, HEAD, "empty", shown)
    assert await revision_of(empty_url) == nothing
    assert await revision_of(empty_url) == nothing
    assert await migrate(empty_url) == HEAD
    assert await migrate(empty_url) == HEAD
    assert await revision_of(empty_url) == Revision(HEAD, HEAD, "current", shown)


async def test_asking_makes_no_file(empty_url: str, database: Database) -> None:
    """`virtubar migrate --check` with a wrong path must not leave a database there."""
    await revision_of(empty_url)
    if database.address.embedded:
        assert not read_address(empty_url).exists()


async def test_a_newer_database_is_not_migrated(empty_url: str, database: Database) -> None:
    """There is no way back, and this version does not know what there is."""
    await migrate(empty_url)
    async with database.writing() as connection:
        await connection.execute(text(LATER))
    assert (await revision_of(empty_url)).state == "newer"
    with pytest.raises(ConfigurationError, match=r"newer than this version.*revision later"):
        await migrate(empty_url)


async def test_asking_a_database_that_is_away_says_so() -> None:
    """In one line, without the password."""
    for asking in (revision_of, migrate):
        with pytest.raises(ConfigurationError) as caught:
            await asking("postgresql://bar:a-secret@127.0.0.1:1/bar")
        assert "postgresql://bar:***@127.0.0.1:1/bar cannot be used" in str(caught.value)
