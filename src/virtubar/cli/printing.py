"""What commands print: tables for people, JSON for scripts.

Names, reasons and chat come from strangers: whatever a terminal could take as an order is
replaced before it is shown.
"""

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from virtubar.watch.story import printable

_PIPE_COLUMNS: Final = 1_000
"""Wide enough that nothing is broken into lines where `grep` and `awk` read along."""


def print_json(value: object) -> None:
    """As the server answered it, one key a line. Nothing of it is lost in a narrow encoding, nor in
    a text that no encoding has (half a surrogate pair): JSON can name every character."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        text = json.dumps(value, indent=2)
    # print() and not typer.echo: it never looks for colours in the text.
    _console().out(text, highlight=False)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], nothing: str) -> None:
    """A table, or the sentence `nothing` where it has no rows."""
    console = _console()
    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for column in table.columns:
        column.overflow = "fold"
    for row in rows:
        table.add_row(*(Text(cell(value)) for value in row))
    if table.row_count:
        console.print(table)
    else:
        console.print(nothing)


def print_facts(facts: Iterable[tuple[str, object]]) -> None:
    """Names and values, one pair a line."""
    table = Table.grid(padding=(0, 2))
    for name, value in facts:
        table.add_row(Text(name, style="bold"), Text(cell(value), overflow="fold"))
    _console().print(table)


def print_line(sentence: str) -> None:
    """One sentence."""
    _console().print(Text(printable(sentence)), soft_wrap=True)


def cell(value: object) -> str:
    """A value as people read it."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(cell, value)) or "-"
    if isinstance(value, dict):
        return " ".join(f"{printable(str(name))}={cell(part)}" for name, part in value.items())
    return printable(str(value))


def moment(at_ms: int) -> str:
    """A time in this machine's zone, to the second."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def end(until_ms: int | None) -> str:
    """When something ends."""
    return "for good" if until_ms is None else moment(until_ms)


def picked(items: Iterable[dict[str, Any]], names: Sequence[str]) -> list[list[Any]]:
    """These fields of each item, times made readable."""
    return [[_readable(name, item.get(name)) for name in names] for item in items]


def named(items: Iterable[dict[str, Any]], *people: str) -> list[dict[str, Any]]:
    """The items with names for the ids of these people, `actor` for `actorId`, where they are
    known."""
    return [
        item | {f"{who}Id": item.get(f"{who}Name") or item.get(f"{who}Id") for who in people}
        for item in items
    ]


def _readable(name: str, value: Any) -> Any:
    if name == "untilMs":
        return end(value)
    return moment(value) if name.endswith("Ms") and isinstance(value, int) else value


def _console() -> Console:
    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = _PIPE_COLUMNS
    return console
