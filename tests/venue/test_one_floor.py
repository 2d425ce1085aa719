"""Nothing about the floor is written anywhere but in its file."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from virtubar.venue.bundled import BAR

ROOT = Path(__file__).parents[2]
FOLDERS = (ROOT / "src" / "virtubar", ROOT / "apps" / "web" / "src", ROOT / "benchmarks")
KINDS = {".py", ".ts", ".tsx"}
BUILT = {"web", "node_modules"}

FIGURES = re.compile(
    r"""\b(?:HALF_(?:WIDTH|DEPTH)|CEILING|COUNTER(?:_HALF_WIDTH|_HEIGHT|_Z)?|STAFF_EDGE\w*
    |TABLE_(?:RADIUS|HEIGHT)|SEAT_DISTANCE|DANCE_(?:RADIUS|FLOOR)|PORCH_\w+|DOOR\w*
    |BENCH|BOOTH|JUKEBOX|TABLES|PLANTS|SPAWNS)(?:_M)?
    (?::[^=\n]+)?\s=\s[^\n]*(?<![\w.])-?\d""",
    re.VERBOSE,
)
"""A constant with the name of a figure of the floor, and a number that is written out."""


def _places() -> Iterator[tuple[float, float]]:
    """Every place that has something on it, but the middle of the room: zeros are everywhere."""
    at_seats = [seat.approach or seat for seat in BAR.seats]
    for place in (
        *BAR.tables.places, *BAR.plants.places, *BAR.seats, *at_seats, *BAR.spawns, *BAR.staff,
        BAR.dance_floor, *BAR.dance_floor.spots,
    ):  # fmt: skip
        yield place.x, place.z


PLACES = {(x, z) for x, z in _places() if x != 0 and z != 0}
PAIR = re.compile(r"(?<![\w.-])(-?\d+(?:\.\d+)?),\s*(?:z\s*[:=]\s*)?(-?\d+(?:\.\d+)?)(?![\w.])")


def copies(text: str) -> list[str]:
    """Places and figures of the floor that a source has written out."""
    pairs = [one.group() for one in PAIR.finditer(text) if _is_place(one)]
    return pairs + [one.group() for one in FIGURES.finditer(text)]


def _is_place(pair: re.Match[str]) -> bool:
    return (float(pair[1]), float(pair[2])) in PLACES


def _sources() -> list[Path]:
    return sorted(
        path
        for folder in FOLDERS
        for path in folder.rglob("*")
        if path.suffix in KINDS
        and ".test." not in path.name
        and not BUILT & set(path.relative_to(folder).parts)
    )


def test_no_source_has_a_copy_of_the_floor() -> None:
    """Whoever needs a figure reads `venue.bundled.BAR`, or `src/venue/bar.ts` in the web client."""
    sources = _sources()
    assert len(sources) > 400
    found = {str(path.relative_to(ROOT)): copies(path.read_text("utf-8")) for path in sources}
    assert {name: text for name, text in found.items() if text} == {}


@pytest.mark.parametrize(
    "text",
    [
        "TABLES = [[-9, -2], [3, 1]]",
        "  { x: -9, z: 2.5 },",
        "    Point(-9.0, 2.5),",
        "HALF_WIDTH_M = 12.0",
        "export const COUNTER_HEIGHT_M = 1.1;",
        "export const DOOR: Spot = { x: 0, z: 7 };",
        "const at = { x: -11.4, z: 7.4 };",
        "place(x=-8.081, z=-1.081)",
    ],
)
def test_a_copy_is_seen(text: str) -> None:
    """As they stood in five files."""
    assert copies(text)


@pytest.mark.parametrize(
    "text",
    [
        "export const HALF_WIDTH_M = BAR.size.halfWidthM;",
        "DOOR = Point(BAR.door.x, BAR.door.z)",
        "for (const x of [-3.6, 1.2]) taps(brass, gloss, x);",
        "rug(-7, 0.2, 2.5, colours)",
    ],
)
def test_what_is_no_copy_is_let_be(text: str) -> None:
    """What is derived from the file, and what only adorns the picture."""
    assert copies(text) == []
