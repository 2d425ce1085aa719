"""The floor plans that come with the package: part of it as its modules are. Pure."""

from importlib.resources import files
from typing import Final

import msgspec

from virtubar.venue.types import Venue

BAR: Final = msgspec.json.decode(
    files("virtubar.venue").joinpath("data", "bar.json").read_bytes(), type=Venue
)
"""The bar. A test has checked that one can walk in it; nobody needs to wait for that again."""
