"""The room from above as rows of characters. Pure.

The map shows the bar's floor, 24 m by 16 m, door at the bottom; two columns and one row to the
metre, because a terminal's characters are twice as high as wide. Who is outside it stands at its
edge.
"""

import math
from collections.abc import Iterable, Mapping

from msgspec import Struct

from virtubar.client.events import Member
from virtubar.venue.bundled import BAR
from virtubar.watch.story import printable

_WIDTH_M = 2 * BAR.size.half_width_m
_DEPTH_M = 2 * BAR.size.half_depth_m

COLUMNS = 48
ROWS = 16
ACTIVITIES = {"idle": "stands", "walk": "walks", "dance": "dances", "wave": "waves"}
_ARROWS = "↓↘→↗↑↖←↙"
"""Where one looks, from heading 0 (+z, toward the door) counter-clockwise seen from above."""
_SYMBOLS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


class Row(Struct, frozen=True):
    """One line of the list of people."""

    symbol: str
    name: str
    place: str
    doing: str
    is_self: bool


def cell(x: float, z: float) -> tuple[int, int]:
    """Row and column of a place, x and z in metres; outside the floor it is the nearest edge."""
    row = math.floor((z / _DEPTH_M + 0.5) * ROWS)
    column = math.floor((x / _WIDTH_M + 0.5) * COLUMNS)
    return min(ROWS - 1, max(0, row)), min(COLUMNS - 1, max(0, column))


def symbols(members: Iterable[Member]) -> dict[str, str]:
    """A character for everybody: their initial where it is free, else the next free one."""
    found: dict[str, str] = {}
    for member in sorted(members, key=lambda one: one.user_id):
        initial = printable(member.display_name)[:1].upper()
        wanted = initial if initial in _SYMBOLS else _SYMBOLS[0]
        start = _SYMBOLS.index(wanted or _SYMBOLS[0])
        choices = _SYMBOLS[start:] + _SYMBOLS[:start]
        taken = set(found.values())
        found[member.user_id] = next((one for one in choices if one not in taken), "?")
    return found


def draw(members: Mapping[str, Member]) -> list[str]:
    """The map's rows, ROWS of COLUMNS characters."""
    grid = _furniture()
    marks = symbols(members.values())
    for member in members.values():
        row, column = cell(member.x, member.z)
        grid[row][column] = marks[member.user_id]
    return ["".join(row) for row in grid]


def people(members: Mapping[str, Member], own_id: str) -> list[Row]:
    """Everybody, by name."""
    marks = symbols(members.values())
    rows = [_row(member, marks[member.user_id], own_id) for member in members.values()]
    return sorted(rows, key=lambda row: (row.name.casefold(), row.symbol))


def summary(members: Mapping[str, Member]) -> str:
    """How many do what: `21 here: 4 dance, 12 stand, 5 walk`."""
    counts = dict.fromkeys(("dance", "stand", "walk", "wave"), 0)
    for member in members.values():
        counts[ACTIVITIES[member.anim].removesuffix("s")] += 1
    told = ", ".join(f"{count} {doing}" for doing, count in counts.items() if count)
    return f"{len(members)} here: {told}" if told else "nobody here"


def _row(member: Member, symbol: str, own_id: str) -> Row:
    eighth = round(member.rot_y / (math.tau / 8)) % 8
    doing = ACTIVITIES[member.anim] + (", speaks" if member.speaking else "")
    place = f"{member.x:6.1f} {member.z:6.1f} {_ARROWS[eighth]}"
    name = printable(member.display_name) + (" (bot)" if member.is_bot else "")
    return Row(symbol, name, place, doing, member.user_id == own_id)


def _furniture() -> list[list[str]]:
    grid = [[" "] * COLUMNS for _ in range(ROWS)]
    dance, counter = BAR.dance_floor, BAR.counter
    for row in range(ROWS):
        for column in range(COLUMNS):
            x = ((column + 0.5) / COLUMNS - 0.5) * _WIDTH_M
            z = ((row + 0.5) / ROWS - 0.5) * _DEPTH_M
            if math.dist((x, z), (dance.x, dance.z)) <= dance.radius_m:
                grid[row][column] = "·"
    counter_row, left = cell(counter.min_x, (counter.min_z + counter.max_z) / 2)
    _, right = cell(counter.max_x, counter.max_z)
    grid[counter_row][left:right] = "═" * (right - left)
    for table in BAR.tables.places:
        row, column = cell(table.x, table.z)
        grid[row][column] = "○"
    door_row, door_column = cell(BAR.door.x, BAR.size.half_depth_m)
    grid[door_row][door_column - 1 : door_column + 2] = "┘ └"
    return grid
