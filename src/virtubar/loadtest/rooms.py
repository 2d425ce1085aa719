"""The rooms that a load test walks in: made over HTTP, and used again the next time. A shell."""

import asyncio
import time
from typing import Any, Final

import httpx

from virtubar.errors import VirtuBarError
from virtubar.loadtest.advice import advice_on

CAPACITY: Final = 1_000
"""As many as a room may hold."""
PATIENCE_S: Final = 60.0
"""How long rooms are waited for that the server's limits put off."""


async def make_rooms(http: httpx.AsyncClient, base_url: str, count: int) -> list[str]:
    """The ids of so many rooms of our own, which no list shows.

    Raises:
        VirtuBarError: the server cannot be reached, or makes none; says what can be done.
    """
    ids = [f"loadtest-{number + 1}" for number in range(count)]
    deadline_s = time.monotonic() + PATIENCE_S
    for room_id in ids:
        await _make(http, base_url.rstrip("/"), room_id, deadline_s)
    return ids


async def _make(http: httpx.AsyncClient, base_url: str, room_id: str, deadline_s: float) -> None:
    body = {"roomId": room_id, "name": "Load test", "capacity": CAPACITY, "public": False}
    while True:
        try:
            answer = await http.post(f"{base_url}/rooms", json=body)
        except httpx.HTTPError as error:
            why = str(error) or type(error).__name__
            raise VirtuBarError(f"cannot reach {base_url}: {why}") from None
        refusal = _refusal(answer)
        if answer.is_success or refusal.get("code") == "room_exists":
            return
        wait_s = float(refusal.get("retryAfterMs") or 0) / 1000.0
        if answer.status_code != httpx.codes.TOO_MANY_REQUESTS or (
            time.monotonic() + wait_s > deadline_s
        ):
            raise VirtuBarError(_sentence(base_url, answer.status_code, refusal))
        await asyncio.sleep(wait_s)


def _refusal(answer: httpx.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _sentence(base_url: str, status: int, refusal: dict[str, Any]) -> str:
    code = refusal.get("code")
    if code is None:
        return f"{base_url} answered {status}, and not as a VirtuBar does"
    advice = "".join(f"; {sentence}" for sentence in advice_on([str(code)]))
    return f"no room was made: {code}: {refusal.get('message')}{advice}"
