"""What a floor plan may say, and what is told to those who wrote another."""

import json
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest

from virtubar.errors import VenueError
from virtubar.room.spawn import spawn_point
from virtubar.venue.bundled import BAR
from virtubar.venue.checks import decode_venue, problems_of
from virtubar.venue.types import FILE_MAX_BYTES

FILE = files("virtubar.venue").joinpath("data", "bar.json").read_bytes()


def problems(change: Callable[[dict[str, Any]], object]) -> list[str]:
    """What is said of the bar's file after a change."""
    plan = json.loads(FILE)
    change(plan)
    with pytest.raises(VenueError) as refused:
        decode_venue(json.dumps(plan).encode())
    assert str(refused.value) == "; ".join(refused.value.problems)
    return refused.value.problems


def test_the_bar_that_comes_with_the_package_can_be_used() -> None:
    """It is not checked again whenever somebody starts the server."""
    assert [*problems_of(BAR)] == []
    assert decode_venue(FILE) == BAR


def test_people_come_in_where_the_file_says() -> None:
    """In its order, from the beginning again after the last."""
    places = [(place.x, place.z, place.rot_y) for place in BAR.spawns]
    again = [spawn_point(n) for n in range(len(places) + 1)]
    assert [(one.x, one.z, one.rot_y) for one in again] == [*places, places[0]]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda plan: plan.pop("door"), "`door`"),
        (lambda plan: plan.update(format=2), "$.format"),
        (lambda plan: plan.update(colour="red"), "`colour`"),
        (lambda plan: plan["door"].update(x=501), "$.door.x"),
        (lambda plan: plan["tables"].update(radiusM=0), "$.tables.radiusM"),
        (lambda plan: plan["seats"][3].update(id="a b"), "$.seats[3].id"),
        (lambda plan: plan.update(venueId="bar\n"), "$.venueId"),
        (lambda plan: plan.update(spawns=[]), "$.spawns"),
    ],
)
def test_a_slip_of_the_pen_is_named_with_its_place(
    change: Callable[[dict[str, Any]], object], told: str
) -> None:
    """Types, bounds and names are those of the schema."""
    (problem,) = problems(change)
    assert told in problem


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda plan: plan["counter"].update(minX=8), "counter: its least is not below its most"),
        (
            lambda plan: plan["furniture"][1].update(maxX=12.5),
            "furniture[1] (booth): it reaches out of the room",
        ),
        (lambda plan: plan["porch"].update(halfWidthM=12), "porch: it is as wide as the room"),
        (
            lambda plan: plan["seats"][0].update(id="table-0-1"),
            "seats: 2 have the id table-0-1",
        ),
        (lambda plan: plan["spawns"][2].update(x=-9, z=-2), "spawns[2]: nobody can stand there"),
        (
            lambda plan: plan["danceFloor"]["spots"][0].update(x=11.5, z=3),
            "danceFloor.spots[0]: nobody can stand there",
        ),
        (lambda plan: plan["door"].update(x=-9, z=-2), "door: nobody can stand there"),
        (
            lambda plan: plan["seats"][-1].pop("approach"),
            "seats (bench-7): nobody can stand there",
        ),
    ],
)
def test_what_nobody_could_use_is_told(
    change: Callable[[dict[str, Any]], object], told: str
) -> None:
    """Blocks that are none, places in a table, two seats with one name."""
    assert told in problems(change)


def test_places_that_are_walled_off_are_told() -> None:
    """One could stand there, and nobody comes there from the door."""

    def wall(plan: dict[str, Any]) -> None:
        plan["furniture"].append(
            {"kind": "booth", "minX": -12, "maxX": 12, "minZ": 0, "maxZ": 0.1, "heightM": 1}
        )

    told = problems(wall)
    assert "seats (counter-0): no way leads there from the door" in told
    assert not any("spawns" in problem for problem in told)


@pytest.mark.parametrize("file", [b"", b"[]", b"{", b"\xff", b"null"])
def test_what_is_no_plan_at_all_is_refused(file: bytes) -> None:
    """In one kind of error."""
    with pytest.raises(VenueError):
        decode_venue(file)


def test_a_file_may_be_as_large_as_its_limit_and_no_larger() -> None:
    """Blanks after the plan are part of it."""
    padded = FILE + b" " * (FILE_MAX_BYTES - len(FILE))
    assert decode_venue(padded) == BAR
    with pytest.raises(VenueError, match=f"{FILE_MAX_BYTES + 1} bytes"):
        decode_venue(padded + b" ")
