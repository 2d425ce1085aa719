"""Alembic's entry. `virtubar.storage.migrate` hands the connection over, in a transaction of its
own: a migration happens whole or not at all. So alembic.ini and alembic's command line have no
part in it; a new revision is written by hand, and a test shows what it still lacks."""

from alembic import context

from virtubar.storage.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=context.config.attributes["version_table"],
    render_as_batch=True,  # SQLite changes a table by copying it
)
with context.begin_transaction():
    context.run_migrations()
