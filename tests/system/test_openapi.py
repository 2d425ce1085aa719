"""What the OpenAPI document promises holds, whatever is sent: generated requests against the real
server, as an admin, as a guest and as nobody."""

import asyncio
import itertools
import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.fakes import Bar
from support.server import TEST_SECRET, RunningServer, running_server
from virtubar.auth.identities import Identities
from virtubar.protocol.constants import LOBBY_ID, Role

EXAMPLES = int(os.environ.get("VIRTUBAR_API_EXAMPLES", "12"))
"""For each operation and caller; raise it to search for longer."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def busy_bar() -> Iterator[RunningServer]:
    """A server that takes any number of requests from one place."""
    with running_server(user_joins_per_second=1e6, user_joins_burst=10**6) as server:
        yield server


Operation = APIOperation[Any, Any, Any, Any]


def _operations() -> list[Operation]:
    """Every operation of the document, which is the same whatever server gives it out."""
    document = asyncio.run(Bar().get("/openapi.json")).json()
    schema = schemathesis.openapi.from_dict(document)
    found = list(schema.get_all_operations())
    assert all(isinstance(one, Ok) for one in found), "an operation that cannot be read"
    return [one.ok() for one in found if isinstance(one, Ok)]


_numbers = itertools.count()


def _headers(server: RunningServer, caller: str, number: int) -> dict[str, str]:
    """Somebody else each time, so that limits by user are met seldom."""
    identities, wall_ms = Identities(TEST_SECRET), server.clock.wall_ms()
    if caller == "nobody":
        return {}
    if caller == "guest":
        token = identities.mint_guest(f"guest-{number:016d}", wall_ms, wall_ms)
    else:
        token = identities.mint_operator(f"root-{number}", Role.ADMIN, wall_ms)
    return {"Authorization": f"Bearer {token}"}


def _lead_to_the_lobby(case: schemathesis.Case[Any]) -> None:
    """A room that exists, where one is named at all."""
    if "room_id" in (case.path_parameters or {}):
        case.path_parameters["room_id"] = LOBBY_ID
    if case.path == "/rooms/join" and isinstance(case.body, dict):
        case.body["roomId"] = LOBBY_ID


@pytest.mark.parametrize("caller", ["admin", "guest", "nobody"])
@pytest.mark.parametrize("operation", _operations(), ids=lambda operation: operation.label)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_every_answer_is_one_that_the_document_promises(
    operation: Operation, caller: str, busy_bar: RunningServer, data: st.DataObject
) -> None:
    """Statuses, bodies and content types as described, and never a 500."""
    case = data.draw(operation.as_strategy())
    if data.draw(st.booleans()):
        _lead_to_the_lobby(case)
    headers = _headers(busy_bar, caller, next(_numbers))
    case.call_and_validate(base_url=busy_bar.http_url, headers=headers, checks=CHECKS)
