"""How a client comes by a token (§1, §3)."""

import json
from collections.abc import Callable

import httpx
import pytest

from virtubar.client.steps import TicketGiven, TicketRefused
from virtubar.client.tickets import IdentitySource, JoinRequests
from virtubar.protocol.constants import Device

TICKET = {
    "realtimeToken": "t",
    "expiresAtMs": 1_000,
    "userId": "guest-1",
    "roomId": "lobby",
    "realtimeUrl": "ws://bar.test/ws",
    "socketioUrl": "http://bar.test/socket.io/",
    "identityToken": "me",
}


def join_requests(
    answer: Callable[[httpx.Request], httpx.Response],
    *,
    direct: bool = False,
    identity: IdentitySource | None = None,
    is_bot: bool = False,
    **changes: str | None,
) -> JoinRequests:
    http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    options: dict[str, str | None] = {
        "display_name": None,
        "avatar_id": None,
        **changes,
    }
    return JoinRequests(
        http,
        "http://bar.test/",
        "lobby",
        device=Device.DESKTOP,
        direct=direct,
        identity=identity,
        is_bot=is_bot,
        **options,
    )


async def test_a_ticket_is_typed() -> None:
    """What the session needs of it; fields it does not know are ignored."""
    answer = await join_requests(lambda _: httpx.Response(200, json=TICKET)).request()
    assert isinstance(answer, TicketGiven)
    assert answer.ticket.realtime_url == "ws://bar.test/ws"
    assert answer.ticket.realtime_token == "t"


async def test_who_is_beside_the_server_opens_sockets_there_too() -> None:
    """A public URL may lead out of the machine and back, through whatever is in between."""
    public = {
        **TICKET,
        "realtimeUrl": "wss://bar.example/ws",
        "socketioUrl": "https://bar.example/socket.io/",
    }
    answer = await join_requests(lambda _: httpx.Response(200, json=public), direct=True).request()
    assert isinstance(answer, TicketGiven)
    assert answer.ticket.realtime_url == "ws://bar.test/ws"
    assert answer.ticket.socketio_url == "http://bar.test/socket.io/"


async def test_only_what_was_given_is_sent() -> None:
    """No empty names, no empty identity."""
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=TICKET)

    await join_requests(answer).request()
    assert json.loads(seen[0].content) == {"roomId": "lobby", "device": "desktop"}
    assert "Authorization" not in seen[0].headers
    assert seen[0].url.path == "/rooms/join"


async def test_the_identity_of_the_first_answer_is_kept() -> None:
    """Or every reconnect would be another guest (§3)."""
    seen: list[str | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers.get("Authorization"))
        return httpx.Response(200, json=TICKET)

    one = join_requests(answer)
    await one.request()
    await one.request()
    assert seen == [None, "Bearer me"]
    assert one.identity_token == "me"


async def test_an_outside_identity_is_not_forgotten() -> None:
    """The answer's identityToken is null then (§3)."""
    one = join_requests(
        lambda _: httpx.Response(200, json={**TICKET, "identityToken": None}), identity="jwt"
    )
    await one.request()
    assert one.identity_token == "jwt"


async def test_a_refusal_carries_the_servers_words() -> None:
    """Every error body has the same shape (§1)."""
    body = {"code": "rate_limited", "message": "Slow down.", "retryAfterMs": 700}
    answer = await join_requests(lambda _: httpx.Response(429, json=body)).request()
    assert answer == TicketRefused(429, "rate_limited", "Slow down.", 700)


@pytest.mark.parametrize("content", [b"", b"<html>Bad gateway</html>", b"[1]", b"\xff"])
async def test_a_refusal_of_somebody_else_is_understood_by_its_status(content: bytes) -> None:
    """A proxy in between speaks HTML."""
    answer = await join_requests(lambda _: httpx.Response(502, content=content)).request()
    assert answer == TicketRefused(502, "unknown", "HTTP 502")


@pytest.mark.parametrize("content", [b"", b"{}", b"<html>Hotel Wi-Fi</html>"])
async def test_an_answer_that_is_no_ticket_is_no_ticket(content: bytes) -> None:
    """Some networks answer 200 to everything; it passes, so it is tried again."""
    answer = await join_requests(lambda _: httpx.Response(200, content=content)).request()
    assert isinstance(answer, TicketRefused)
    assert (answer.status, answer.code) == (0, "unreadable")


@pytest.mark.parametrize(
    "error", [httpx.ConnectError("no"), httpx.ReadTimeout("slow"), httpx.RemoteProtocolError("?")]
)
async def test_no_answer_is_a_value(error: httpx.HTTPError) -> None:
    """The session decides, nothing is raised."""

    def answer(_: httpx.Request) -> httpx.Response:
        raise error

    refused = await join_requests(answer).request()
    assert isinstance(refused, TicketRefused)
    assert (refused.status, refused.code) == (0, "unreachable")
    assert type(error).__name__ in refused.message


# Identities that end


class Provider:
    """An identity provider's function, and a server that takes only its newest token."""

    def __init__(self) -> None:
        self.given = 0
        self.taken = 1
        self.asked: list[str | None] = []

    def token(self) -> str:
        """A fresh one."""
        self.given += 1
        return f"jwt-{self.given}"

    async def token_later(self) -> str:
        """The same, from elsewhere."""
        return self.token()

    def answer(self, request: httpx.Request) -> httpx.Response:
        """A ticket for who shows the token that holds now."""
        self.asked.append(request.headers.get("Authorization"))
        if self.asked[-1] == f"Bearer jwt-{self.taken}":
            return httpx.Response(200, json={**TICKET, "identityToken": None})
        return httpx.Response(401, json={"code": "token_expired", "message": "It has ended."})


@pytest.mark.parametrize("is_async", [False, True])
async def test_a_function_gives_the_token_and_a_fresh_one_when_it_has_ended(
    is_async: bool,
) -> None:
    """Asked before the first call and at 401, and not in between (§3)."""
    provider = Provider()
    one = join_requests(
        provider.answer, identity=provider.token_later if is_async else provider.token
    )
    assert one.identity_token is None
    for _ in range(2):
        assert isinstance(await one.request(), TicketGiven)
    assert provider.given == 1
    provider.taken = 2
    assert isinstance(await one.request(), TicketGiven)
    assert provider.asked[-2:] == ["Bearer jwt-1", "Bearer jwt-2"]
    assert one.identity_token == "jwt-2"


async def test_a_fresh_token_that_is_refused_too_is_the_answer() -> None:
    """One fresh token a call: a provider that is not believed is not asked for ever."""
    provider = Provider()
    provider.taken = 9
    refused = await join_requests(provider.answer, identity=provider.token).request()
    assert isinstance(refused, TicketRefused)
    assert (refused.status, refused.code, provider.given) == (401, "token_expired", 1)


async def test_other_refusals_ask_for_no_fresh_token() -> None:
    """Only 401 is about who one is."""
    provider = Provider()
    body = {"code": "banned", "message": "No."}
    one = join_requests(lambda _: httpx.Response(403, json=body), identity=provider.token)
    for _ in range(3):
        await one.request()
    assert provider.given == 1


async def test_a_function_that_fails_is_asked_again_later(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Nobody is ended by a provider that is away: another try comes with the backoff."""
    provider = Provider()
    failures = iter([ConnectionError("provider away")])

    def token() -> str:
        for failure in failures:
            raise failure
        return provider.token()

    one = join_requests(provider.answer, identity=token)
    refused = await one.request()
    assert refused == TicketRefused(
        0, "identity_unavailable", "ConnectionError: provider away", None
    )
    assert "no fresh identity token" in caplog.text
    assert isinstance(await one.request(), TicketGiven)


async def test_a_bot_says_that_it_is_one_and_nobody_else_says_anything() -> None:
    """So that an older server is asked as it always was (§3)."""
    bodies: list[dict[str, object]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        bodies.append(json.loads(request.content))
        return httpx.Response(200, json=TICKET)

    await join_requests(answer, is_bot=True).request()
    await join_requests(answer).request()
    assert bodies[0]["bot"] is True
    assert "bot" not in bodies[1]
