"""Who calls, where nobody may come unknown."""

from typing import Any

import pytest
from litestar import Request, get

from api.fakes import WALL_MS, Bar, assert_error
from virtubar.api.callers import recognise
from virtubar.auth.identities import Identity
from virtubar.protocol.constants import Role


@pytest.fixture
def bar() -> Bar:
    """An API with one more route, that answers who calls."""
    bar = Bar()

    @get("/whoami")
    async def whoami(request: Request[Any, Any, Any]) -> Identity:
        return await recognise(request, bar.parts)

    bar.own_app().register(whoami)
    return bar


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic YmFyOnNlc2FtZQ=="}])
async def test_nobody_is_made_a_guest_where_an_identity_is_needed(
    bar: Bar, headers: dict[str, str]
) -> None:
    """401 `token_missing`, also where a proxy has left a scheme of its own there."""
    refused = await bar.get("/whoami", headers=headers)
    assert_error(refused, 401, "token_missing")
    assert refused.headers["www-authenticate"] == "Bearer"


async def test_everybody_with_an_identity_is_recognised(bar: Bar) -> None:
    """Guests and operators alike, by the same header."""
    guest = bar.identities.mint_guest("guest-0123456789abcdef", WALL_MS, WALL_MS - 5)
    operator = bar.identities.mint_operator("alice", Role.ADMIN, WALL_MS)
    seen = [
        (await bar.get("/whoami", headers={"Authorization": f"Bearer {token}"})).json()
        for token in (guest, operator)
    ]
    assert [(one["user_id"], one["role"], one["born_ms"]) for one in seen] == [
        ("guest-0123456789abcdef", "guest", WALL_MS - 5),
        ("alice", "admin", None),
    ]


async def test_an_identity_that_cannot_be_believed_is_not_recognised(bar: Bar) -> None:
    """401 with the reason."""
    headers = {"Authorization": "Bearer nonsense"}
    assert_error(await bar.get("/whoami", headers=headers), 401, "token_invalid")
