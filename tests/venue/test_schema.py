"""The schema of floor plans: what editors and other languages check a file by."""

import json
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from virtubar.venue.schema import venue_schema

FILE = files("virtubar.venue").joinpath("data", "bar.json").read_bytes()
SCHEMA = venue_schema()


def test_it_is_a_schema_of_its_draft() -> None:
    """As JSON too."""
    Draft202012Validator.check_schema(json.loads(json.dumps(SCHEMA)))


def test_the_bar_fits_it() -> None:
    """The file that comes with the package."""
    Draft202012Validator(SCHEMA).validate(json.loads(FILE))


@pytest.mark.parametrize(
    ("part", "value"),
    [("format", 2), ("door", {"x": 0}), ("spawns", []), ("colour", "red"), ("venueId", "a b")],
)
def test_a_file_that_is_refused_does_not_fit_it(part: str, value: Any) -> None:
    """Built from the types that files are decoded with."""
    plan = json.loads(FILE) | {part: value}
    assert not Draft202012Validator(SCHEMA).is_valid(plan)
