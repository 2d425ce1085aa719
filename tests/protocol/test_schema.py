"""The exported JSON Schema says what the codec does (docs/protocol.md §2)."""

import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator

from support.vectors import InvalidCase, ValidCase, invalid_cases, valid_cases
from virtubar.api.bodies import CreateRoomRequest, JoinRequest
from virtubar.api.oversight_bodies import ChangeRoomRequest, ModerationRequest
from virtubar.api.report_bodies import CloseReportRequest, ReportRequest
from virtubar.protocol.constants import ClientEventName, ServerEventName
from virtubar.protocol.events import CLIENT_EVENTS
from virtubar.protocol.schema import protocol_schema

SCHEMA = protocol_schema()

BEYOND_SCHEMA = {
    "transform-seq-whole-as-fraction",  # for JSON Schema 1.0 is an integer
    "transform-seq-exponent",  # and so is 1e2
    "transform-rotY-1e309",  # an angle has no bound but that of a double
    "transform-rotY-400-digits",  # the same
    "transform-broadcast-x-1e309",  # the server's own figures have none either
}
"""Invalid payloads that a schema cannot tell from valid ones, each with its reason."""


def _validator(side: str, event: str) -> Draft202012Validator:
    return Draft202012Validator({**SCHEMA[side][event], "$defs": SCHEMA["$defs"]})


def _name(case: ValidCase | InvalidCase) -> str:
    return case.name


def _told_by_schema(case: InvalidCase) -> bool:
    """Whether the message is JSON of an event that the schema knows."""
    return case.expect.code == "invalid_payload" and case.name not in BEYOND_SCHEMA


def test_the_document_is_a_valid_schema_for_every_event() -> None:
    """Other languages can generate their types from it."""
    assert set(SCHEMA["client"]) == set(ClientEventName)
    assert set(SCHEMA["server"]) == set(ServerEventName)
    for side in ("client", "server"):
        for event in SCHEMA[side]:
            schema: dict[str, Any] = {**SCHEMA[side][event], "$defs": SCHEMA["$defs"]}
            Draft202012Validator.check_schema(schema)


def test_patterns_are_of_the_schemas_own_dialect() -> None:
    """ECMA-262's: what ends a text in Python is the letter Z there (§2)."""
    text = json.dumps(SCHEMA)
    assert '"pattern"' in text
    assert r"\\Z" not in text


def test_every_reference_leads_somewhere() -> None:
    """No `$ref` of the document dangles."""
    text = json.dumps(SCHEMA)
    references = {part.split('"')[0] for part in text.split('"$ref": "#/$defs/')[1:]}
    assert references
    assert references <= set(SCHEMA["$defs"])


@pytest.mark.parametrize("case", valid_cases("client-valid"), ids=_name)
def test_valid_client_vectors_fit_the_schema(case: ValidCase) -> None:
    """What the server accepts, the schema allows."""
    _validator("client", case.expect.event).validate(json.loads(case.data))


@pytest.mark.parametrize("case", valid_cases("server-valid"), ids=_name)
def test_valid_server_vectors_fit_the_schema(case: ValidCase) -> None:
    """What the server sends, the schema allows."""
    _validator("server", case.expect.event).validate(json.loads(case.data))


@pytest.mark.parametrize(
    "case", [c for c in invalid_cases("client-invalid") if _told_by_schema(c)], ids=_name
)
def test_invalid_client_payloads_do_not_fit_the_schema(case: InvalidCase) -> None:
    """Bounds, types and required fields stand in the schema too."""
    assert case.expect.event is not None
    assert not _validator("client", case.expect.event).is_valid(json.loads(case.data))


@pytest.mark.parametrize(
    "case",
    [c for c in invalid_cases("server-invalid") if _told_by_schema(c)],
    ids=_name,
)
def test_invalid_server_payloads_do_not_fit_the_schema(case: InvalidCase) -> None:
    """A client's generated types refuse what the decoder refuses."""
    assert case.expect.event is not None
    assert not _validator("server", case.expect.event).is_valid(json.loads(case.data))


def _texts(kind: msgspec.inspect.Type) -> Iterator[msgspec.inspect.StrType]:
    """Every text within a type."""
    match kind:
        case msgspec.inspect.StrType():
            yield kind
        case msgspec.inspect.UnionType(types=types):
            for one in types:
                yield from _texts(one)
        case msgspec.inspect.ListType(item_type=item):
            yield from _texts(item)
        case msgspec.inspect.StructType(fields=fields):
            for field in fields:
                yield from _texts(field.type)


@pytest.mark.parametrize(
    "body",
    [*CLIENT_EVENTS, JoinRequest, CreateRoomRequest, ChangeRoomRequest, ModerationRequest,
     ReportRequest, CloseReportRequest],
    ids=lambda body: body.__name__,
)  # fmt: skip
def test_every_text_that_a_stranger_sends_is_bounded(body: type) -> None:
    """By a length, or by a form that has one; nothing is looked at before that (§2)."""
    for text in _texts(msgspec.inspect.type_info(body)):
        assert text.max_length is not None or (text.pattern or "").count("{1,")
