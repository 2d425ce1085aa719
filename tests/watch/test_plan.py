"""The room from above, as characters."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from virtubar.client.events import Member
from virtubar.protocol.events import Anim
from virtubar.venue.bundled import BAR
from virtubar.watch.plan import COLUMNS, ROWS, cell, draw, people, summary, symbols


def member(
    user_id: str, name: str, x: float = 0.0, z: float = 0.0, rot_y: float = 0.0, anim: Anim = "idle"
) -> Member:
    return Member(user_id, name, "default", x, 0.0, z, rot_y, anim)


def room(*members: Member) -> dict[str, Member]:
    return {one.user_id: one for one in members}


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ((-12.0, -8.0), (0, 0)),
        ((11.99, 7.99), (15, 47)),
        ((0.0, 0.0), (8, 24)),
        ((12.0, 8.0), (15, 47)),
        ((-10_000.0, 10_000.0), (15, 0)),
    ],
)
def test_a_place_has_its_cell(place: tuple[float, float], expected: tuple[int, int]) -> None:
    """Half a metre a column, a metre a row; outside it is the nearest edge."""
    assert cell(*place) == expected


def test_the_empty_room_shows_its_furniture() -> None:
    """Counter, tables, dance floor and door."""
    rows = draw({})
    assert len(rows) == ROWS
    assert all(len(row) == COLUMNS for row in rows)
    assert rows[2].count("═") == 28
    assert sum(row.count("○") for row in rows) == len(BAR.tables.places)
    assert "·" in rows[11]
    assert "┘ └" in rows[15]


def test_people_stand_where_they_are() -> None:
    """Under their initials."""
    rows = draw(room(member("1", "Ann", -11.9, -7.9), member("2", "bob", 11.9, 7.9)))
    assert rows[0][0] == "A"
    assert rows[15][47] == "B"


def test_two_of_one_initial_get_two_symbols() -> None:
    """The second takes the next free one."""
    found = symbols([member("1", "Ann"), member("2", "Anton"), member("3", "Bea")])
    assert found == {"1": "A", "2": "B", "3": "C"}


def test_names_without_a_letter_get_a_symbol_too() -> None:
    """Emoji, other scripts, nothing at all."""
    found = symbols([member("1", "🍺"), member("2", "李"), member("3", ""), member("4", "\x1b[0m")])
    assert len(set(found.values())) == 4


@given(st.lists(st.text(max_size=5), max_size=80))
def test_symbols_are_distinct_as_long_as_there_are_any(names: list[str]) -> None:
    """One column each, and beyond 62 people a question mark."""
    found = symbols([member(str(index), name) for index, name in enumerate(names)])
    assert len(found) == len(names)
    known = [one for one in found.values() if one != "?"]
    assert len(set(known)) == len(known) == min(len(names), 62)


def test_the_list_tells_who_where_and_what() -> None:
    """By name, ourselves marked."""
    speaker = member("2", "Bob", 1.25, -3.5, math.pi, "dance")
    speaker.speaking = True
    rows = people(room(speaker, member("1", "ann", rot_y=math.pi / 2)), "1")
    assert [(row.name, row.doing, row.is_self) for row in rows] == [
        ("ann", "stands", True),
        ("Bob", "dances, speaks", False),
    ]
    assert rows[0].place.endswith("→")
    assert rows[1].place.split() == ["1.2", "-3.5", "↑"]


@pytest.mark.parametrize(
    ("rot_y", "arrow"),
    [(0.0, "↓"), (math.pi / 4, "↘"), (-math.pi / 2, "←"), (math.tau * 100.5, "↑"), (-1e9, None)],
)
def test_arrows_show_the_heading(rot_y: float, arrow: str | None) -> None:
    """Any angle points somewhere."""
    [row] = people(room(member("1", "Ann", rot_y=rot_y)), "")
    assert row.place[-1] == arrow or (arrow is None and row.place[-1] in "↓↘→↗↑↖←↙")


def test_the_summary_counts_what_people_do() -> None:
    """Only what somebody does."""
    assert summary({}) == "nobody here"
    members = room(member("1", "A"), member("2", "B", anim="dance"), member("3", "C"))
    assert summary(members) == "3 here: 1 dance, 2 stand"
