"""JSON Schema (draft 2020-12) of a floor plan's file, for editors and for other languages. Pure."""

from typing import Any

import msgspec

from virtubar.venue.types import FORMAT, Venue


def venue_schema() -> dict[str, Any]:
    """One document, built from the very types that files are decoded with.

    It cannot say that one can walk to every seat: `virtubar.venue.checks` does.
    """
    (schema,), definitions = msgspec.json.schema_components([Venue], ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "VirtuBar floor plan",
        "version": FORMAT,
        **schema,
        "$defs": definitions,
    }
