"""Between records and rows, whose columns are called like the records' fields."""

from typing import Any, TypeVar

import msgspec
from sqlalchemy import Row, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from virtubar.storage.ports import StorageError

T = TypeVar("T", bound=msgspec.Struct)


def values(record: msgspec.Struct) -> dict[str, Any]:
    """A record as column values: enums as their text, tuples as lists."""
    row: dict[str, Any] = msgspec.to_builtins(record, builtin_types=(bytes,))
    return row


def read(row: Row[Any], kind: type[T]) -> T:
    """A row as a record; columns that the record does not have are left out.

    Raises:
        StorageError: the row holds what no version of ours has written.
    """
    columns = row._mapping  # noqa: SLF001 - SQLAlchemy's public name
    fields = {name: columns[name] for name in kind.__struct_fields__ if name in columns}
    try:
        return msgspec.convert(fields, kind)
    except msgspec.ValidationError as error:
        raise StorageError(f"a stored {kind.__name__} cannot be read: {error}") from error


def add_or(connection: AsyncConnection, table: Table) -> "postgresql.Insert | sqlite.Insert":
    """An INSERT that can say what happens where the key is there already."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
