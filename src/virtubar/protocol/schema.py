"""JSON Schema (draft 2020-12) of every event, for clients in other languages."""

from typing import Any

import msgspec

from virtubar.protocol.codec import ClientEnvelope, ServerEnvelope, envelope_type
from virtubar.protocol.constants import PROTOCOL_VERSION
from virtubar.protocol.events import CLIENT_EVENTS, SERVER_EVENTS, ClientEvent, ServerEvent


def protocol_schema() -> dict[str, Any]:
    """One schema document: `client` and `server` map event names to envelopes, `$defs` to types.

    Built from the very types that the codec decodes with, so the two cannot drift.
    """
    events: list[type[ClientEvent] | type[ServerEvent]] = [*CLIENT_EVENTS, *SERVER_EVENTS]
    types = [
        envelope_type(ClientEnvelope if issubclass(event, ClientEvent) else ServerEnvelope, event)
        for event in events
    ]
    schemas, definitions = msgspec.json.schema_components(types, ref_template="#/$defs/{name}")
    named = {str(event.EVENT): schema for event, schema in zip(events, schemas, strict=True)}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "VirtuBar Realtime Protocol",
        "version": PROTOCOL_VERSION,
        "client": {str(event.EVENT): named[event.EVENT] for event in CLIENT_EVENTS},
        "server": {str(event.EVENT): named[event.EVENT] for event in SERVER_EVENTS},
        "$defs": {name: _dialect(definition) for name, definition in definitions.items()},
    }


def _dialect(schema: Any) -> Any:
    """The same schema with its patterns as JSON Schema (ECMA-262) and Python both read them.

    `\\Z` is Python's alone: to others it is the letter Z. `$` would let a newline follow in Python.
    """
    if isinstance(schema, dict):
        return {
            key: value.replace(r"\Z", r"(?![\s\S])") if key == "pattern" else _dialect(value)
            for key, value in schema.items()
        }
    return [_dialect(one) for one in schema] if isinstance(schema, list) else schema
