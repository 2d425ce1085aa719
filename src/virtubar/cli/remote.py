"""Asking a running server over HTTP, as an operator.

Only commands that do so import this module: httpx takes a moment to load.
"""

import asyncio
import time
from collections.abc import Mapping
from typing import Any, Final

import httpx
import typer

from virtubar.auth.identities import Identities
from virtubar.auth.people import is_operator_id
from virtubar.cli.options import checked_url
from virtubar.client.tickets import REQUEST_TIMEOUT_S, http_client
from virtubar.errors import ConfigurationError, VirtuBarError
from virtubar.protocol.constants import Role
from virtubar.proxies import proxy_for
from virtubar.settings import Settings
from virtubar.watch.story import printable

OPERATOR_ID: Final = "cli"
TOKEN_LIFE_MS: Final = 5 * 60_000
"""Of a token that is made on the spot: longer than any command runs."""
PAGE_MAX: Final = 200
ERASURE: Final = httpx.Timeout(REQUEST_TIMEOUT_S, read=150.0)
"""A server takes two minutes at most to erase a person, who may have said much."""


class Server:
    """The HTTP API of one server, asked with one identity."""

    def __init__(self, base_url: str, token: str) -> None:
        self._base_url = base_url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"}

    def get(self, path: str, **params: str | int | None) -> Any:
        """What is there; parameters that are None are left out."""
        return self._ask("GET", path, params=params)

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """The answer to a body."""
        return self._ask("POST", path, body=body)

    def patch(self, path: str, body: Mapping[str, Any]) -> Any:
        """The answer to a change."""
        return self._ask("PATCH", path, body=body)

    def delete(self, path: str) -> Any:
        """The answer to a removal."""
        return self._ask("DELETE", path)

    def listed(self, path: str, limit: int, **params: str | int | None) -> list[dict[str, Any]]:
        """The first items of a list, over as many pages as it takes."""
        items: list[dict[str, Any]] = []
        cursor: str | None = None
        while len(items) < limit:
            size = min(limit - len(items), PAGE_MAX)
            answer = self.get(path, **params, limit=size, cursor=cursor)
            items += answer["items"]
            cursor = answer["nextCursor"]
            if cursor is None:
                break
        return items

    def public_rooms(self) -> list[dict[str, Any]]:
        """Every public room by id, over as many pages as it takes."""
        rooms: list[dict[str, Any]] = []
        after: str | None = None
        while True:
            answer = self.get("/rooms", limit=PAGE_MAX, after=after)
            rooms += answer["rooms"]
            # A server of before knows no pages, and answers with everything.
            after = answer.get("next")
            if after is None:
                return rooms

    def _ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | int | None] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Any:
        """What the server answers.

        Raises:
            VirtuBarError: it cannot be reached, refuses, or is something else than a VirtuBar.
        """
        given = {name: value for name, value in (params or {}).items() if value is not None}
        try:
            response = asyncio.run(self._send(method, path, given, body))
        except httpx.ReadTimeout:
            unknown = "" if method == "GET" else "; it may be done yet: look before you try again"
            raise VirtuBarError(f"{self._base_url} did not answer in time{unknown}") from None
        except httpx.HTTPError as error:
            why = str(error) or type(error).__name__
            raise VirtuBarError(f"cannot reach {self._base_url}: {why}") from None
        return self._opened(response)

    async def _send(
        self, method: str, path: str, params: Mapping[str, Any], body: Mapping[str, Any] | None
    ) -> httpx.Response:
        timeout = ERASURE if method == "DELETE" else httpx.USE_CLIENT_DEFAULT
        async with http_client(self._base_url) as client:
            return await client.request(
                method,
                f"{self._base_url}{path}",
                params=params,
                json=body,
                headers=self._headers,
                timeout=timeout,
            )

    def _opened(self, response: httpx.Response) -> Any:
        try:
            answer = response.json()
            if response.is_success:
                return answer
            code, message = str(answer["code"]), str(answer["message"])
        except (ValueError, KeyError, TypeError):
            way = "" if proxy_for(self._base_url) is None else " through this machine's proxy"
            raise VirtuBarError(
                f"{self._base_url} answered {response.status_code}{way}, and not as a VirtuBar does"
            ) from None
        raise VirtuBarError(printable(f"{code}: {message}"))


def connect(url: str, token: str | None, name: str | None) -> Server:
    """The server, with the token that was given or one made on the spot.

    Args:
        name: user id of the operator that the new token is for.

    Raises:
        typer.BadParameter: a URL or a name that cannot be.
        ConfigurationError: there is neither a token nor a secret to make one with.
    """
    base_url = checked_url(url)
    if token is not None:
        if name is not None:
            raise typer.BadParameter("a token says who you are already", param_hint="--as")
        return Server(base_url, token)
    settings = Settings.load()
    if settings.secret_is_random:
        raise ConfigurationError(
            "say who you are: set VIRTUBAR_TOKEN (see `virtubar token --identity`), or "
            "VIRTUBAR_SECRET to what the server has."
        )
    user_id = OPERATOR_ID if name is None else name
    if not is_operator_id(user_id):
        raise typer.BadParameter(f"{user_id!r} cannot be an operator", param_hint="--as")
    wall_ms = time.time_ns() // 1_000_000
    identities = Identities(settings.signing_secret)
    minted = identities.mint_operator(user_id, Role.ADMIN, wall_ms, life_ms=TOKEN_LIFE_MS)
    return Server(base_url, minted)
