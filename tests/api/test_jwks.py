"""A provider's keys over HTTP: fetched when they are needed, bounded, and never too often."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from litestar import Request, get

from api.fakes import SECRET, WALL_MS, Bar, assert_error
from auth.keyed import Pair, ec_pair, ed_pair, jwks, rsa_pair
from support.keyserver import PATH, KeyServer, key_server, self_signed
from virtubar.api.callers import recognise
from virtubar.api.jwks import BODY_MAX_BYTES, ProviderKeys
from virtubar.auth.identities import ExternalProvider, Identities, Identity
from virtubar.auth.keyring import FRESH_MS, REFRESH_MS, RETRY_MS, STALE_MAX_MS
from virtubar.protocol.constants import Role

PROVIDER = ExternalProvider(None, issuer="https://id.example", audience="virtubar")
PAIRS = [rsa_pair(), ec_pair(), ed_pair()]


class Door:
    """An API that asks a provider for its keys, and somebody who shows tokens there."""

    def __init__(self, url: str, timeout_s: float = 5) -> None:
        self.bar = Bar(
            {
                "identities": Identities(SECRET, external=PROVIDER),
                "provider_keys": ProviderKeys(url, lambda: self.bar.now_ms, timeout_s=timeout_s),
            }
        )

        @get("/whoami")
        async def whoami(request: Request[Any, Any, Any]) -> Identity:
            return await recognise(request, self.bar.parts)

        self.bar.own_app().register(whoami)

    async def show(self, token: str) -> httpx.Response:
        """Present the token; it says who its bearer is."""
        return await self.bar.get("/whoami", headers={"Authorization": f"Bearer {token}"})

    async def takes(self, pair: Pair) -> bool:
        """Whether a token of the pair is believed; anything but 200 and 401 is a failure."""
        response = await self.show(pair.sign())
        assert response.status_code in (200, 401), response.text
        return response.status_code == 200

    def later(self, ms: float) -> None:
        """Let that much time pass; tokens stay good."""
        self.bar.now_ms += ms


@pytest.fixture
def provider() -> Iterator[KeyServer]:
    """A provider that publishes one key of each kind."""
    with key_server() as server:
        server.body = jwks(*(pair.jwk() for pair in PAIRS))
        yield server


@pytest.fixture
def door(provider: KeyServer) -> Door:
    return Door(provider.url)


def dead_url() -> str:
    """A URL of this machine where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}{PATH}"


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.algorithm)
async def test_who_comes_with_a_providers_token_is_known(door: Door, pair: Pair) -> None:
    """RS256, ES256 and EdDSA, under keys that came over the wire."""
    body = (await door.show(pair.sign())).json()
    assert (body["user_id"], body["role"], body["external"]) == ("ada", "moderator", True)


async def test_keys_are_asked_for_once(door: Door, provider: KeyServer) -> None:
    """Then they are remembered; the request is a plain one."""
    for pair in PAIRS:
        assert await door.takes(pair)
    [(path, headers)] = provider.asked
    assert path == PATH
    assert headers["accept-encoding"] == "identity"
    assert "authorization" not in headers


async def test_nobody_is_asked_for_our_own_people(door: Door, provider: KeyServer) -> None:
    """Guests, operators and nonsense cost no fetch."""
    ours = Identities(SECRET)
    guest = ours.mint_guest("guest-0123456789abcdef", WALL_MS, WALL_MS)
    operator = ours.mint_operator("alice", Role.ADMIN, WALL_MS)
    assert (await door.show(guest)).status_code == 200
    assert (await door.show(operator)).status_code == 200
    assert_error(await door.show("nonsense"), 401, "token_invalid")
    assert provider.asked == []


async def test_all_who_wait_share_one_fetch(door: Door, provider: KeyServer) -> None:
    """A party that arrives at once asks the provider once."""
    provider.gate.clear()
    waiting = [asyncio.create_task(door.show(ed_pair().sign())) for _ in range(50)]
    await asyncio.to_thread(provider.asking.wait, 10)
    provider.gate.set()
    assert {answer.status_code for answer in await asyncio.gather(*waiting)} == {200}
    assert len(provider.asked) == 1


async def test_who_gives_up_waiting_stops_nobody_else(door: Door, provider: KeyServer) -> None:
    """The fetch goes on for the others."""
    provider.gate.clear()
    first = asyncio.create_task(door.show(ed_pair().sign()))
    await asyncio.to_thread(provider.asking.wait, 10)
    second = asyncio.create_task(door.show(ed_pair().sign()))
    await asyncio.sleep(0)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    provider.gate.set()
    assert (await second).status_code == 200
    assert len(provider.asked) == 1


async def test_a_new_key_is_noticed(door: Door, provider: KeyServer) -> None:
    """When a token names a key that is not known, half a minute after the last fetch."""
    old, new = rsa_pair("old"), rsa_pair("new")
    provider.body = jwks(old.jwk())
    assert await door.takes(old)
    provider.body = jwks(old.jwk(), new.jwk())
    assert not await door.takes(new)
    door.later(REFRESH_MS)
    assert await door.takes(new)
    assert await door.takes(old)
    assert len(provider.asked) == 2


async def test_made_up_keys_flood_nobody(door: Door, provider: KeyServer) -> None:
    """However many ids are tried, the provider is asked every half minute at most."""
    assert await door.takes(ed_pair())
    for round_ in range(3):
        for number in range(20):
            assert not await door.takes(ed_pair(f"made up {number}"))
        assert len(provider.asked) == round_ + 1
        door.later(REFRESH_MS)


async def test_a_withdrawn_key_is_forgotten(door: Door, provider: KeyServer) -> None:
    """After ten minutes at the latest."""
    assert await door.takes(ed_pair())
    provider.body = jwks(rsa_pair().jwk())
    door.later(FRESH_MS - 1)
    assert await door.takes(ed_pair())
    door.later(1)
    assert not await door.takes(ed_pair())
    assert await door.takes(rsa_pair())


async def test_without_keys_nobody_is_judged(provider: KeyServer) -> None:
    """503 and when to try again; guests and operators come in as ever."""
    door = Door(dead_url())
    refused = await door.show(ed_pair().sign())
    assert_error(refused, 503, "identity_unavailable")
    assert refused.json()["retryAfterMs"] == RETRY_MS
    operator = Identities(SECRET).mint_operator("alice", Role.ADMIN, WALL_MS)
    assert (await door.show(operator)).status_code == 200
    assert provider.asked == []


async def test_an_unreachable_provider_is_tried_again(door: Door, provider: KeyServer) -> None:
    """Five seconds later, when it answers, everybody comes in."""
    provider.status = 500
    assert_error(await door.show(ed_pair().sign()), 503, "identity_unavailable")
    provider.status = 200
    assert_error(await door.show(ed_pair().sign()), 503, "identity_unavailable")
    door.later(RETRY_MS)
    assert await door.takes(ed_pair())
    assert len(provider.asked) == 2


async def test_old_keys_outlive_their_provider_by_a_day(door: Door, provider: KeyServer) -> None:
    """While it is down the last keys go on; after 24 h they are not believed any more."""
    assert await door.takes(ed_pair())
    provider.stop()
    door.later(FRESH_MS)
    assert await door.takes(ed_pair())
    door.later(STALE_MAX_MS - FRESH_MS - 1)
    assert await door.takes(ed_pair())
    door.later(1)
    assert_error(await door.show(ed_pair().sign()), 503, "identity_unavailable")


def garbage(server: KeyServer) -> None:
    server.body = b"<html>Please sign in</html>"


def empty(server: KeyServer) -> None:
    server.body = b""


def failing(server: KeyServer) -> None:
    server.status = 500


def created(server: KeyServer) -> None:
    server.status = 201


def compressed(server: KeyServer) -> None:
    server.headers["Content-Encoding"] = "gzip"


def oversize(server: KeyServer) -> None:
    server.body = server.body.ljust(BODY_MAX_BYTES + 1)


def endless(server: KeyServer) -> None:
    server.body = b"x" * 10_000_000


def too_many(server: KeyServer) -> None:
    server.body = jwks(*[ed_pair().jwk()] * 33)


def cut_off(server: KeyServer) -> None:
    server.headers["Content-Length"] = str(len(server.body) + 100)


@pytest.mark.parametrize(
    "misbehave",
    [garbage, empty, failing, created, compressed, oversize, endless, too_many, cut_off],
)
async def test_a_bad_answer_is_a_failed_fetch(
    door: Door, provider: KeyServer, misbehave: Callable[[KeyServer], None]
) -> None:
    """At first nobody can be judged; later the old keys go on."""
    good = provider.body
    misbehave(provider)
    assert_error(await door.show(ed_pair().sign()), 503, "identity_unavailable")
    provider.body, provider.status, provider.headers = good, 200, {}
    door.later(RETRY_MS)
    assert await door.takes(ed_pair())
    misbehave(provider)
    door.later(FRESH_MS)
    assert await door.takes(ed_pair())
    assert len(provider.asked) == 3


async def test_an_answer_of_64_kib_is_read(door: Door, provider: KeyServer) -> None:
    """So that the limit is where it says."""
    provider.body = provider.body.ljust(BODY_MAX_BYTES)
    assert await door.takes(ed_pair())


async def test_a_redirect_is_not_followed(door: Door, provider: KeyServer) -> None:
    """Keys come from the address that the operator gave, or not at all."""
    with key_server() as elsewhere:
        elsewhere.body = provider.body
        provider.status = 302
        provider.headers["Location"] = elsewhere.url
        assert_error(await door.show(ed_pair().sign()), 503, "identity_unavailable")
        assert elsewhere.asked == []


async def test_a_silent_provider_is_given_up(provider: KeyServer) -> None:
    """Nobody waits longer than the time for one fetch."""
    door = Door(provider.url, timeout_s=0.1)
    provider.gate.clear()
    assert_error(await door.show(ed_pair().sign()), 503, "identity_unavailable")


async def test_a_provider_that_drips_is_given_up(provider: KeyServer) -> None:
    """The time is for the whole answer, not for each byte of it."""
    door = Door(provider.url, timeout_s=0.1)
    provider.drips = True
    assert_error(await door.show(ed_pair().sign()), 503, "identity_unavailable")


async def test_an_empty_set_believes_nobody(door: Door, provider: KeyServer) -> None:
    """A provider may withdraw every key; the operator is told."""
    assert await door.takes(ed_pair())
    provider.body = b'{"keys":[]}'
    door.later(FRESH_MS)
    with structlog.testing.capture_logs() as logs:
        assert not await door.takes(ed_pair())
    assert logs == [{"event": "provider_keys_fetched", "keys": 0, "log_level": "warning"}]


async def test_a_failed_fetch_is_told_to_the_operator(door: Door, provider: KeyServer) -> None:
    """With its reason, and without any token."""
    provider.status = 404
    with structlog.testing.capture_logs() as logs:
        await door.show(ed_pair().sign())
    [line] = [one for one in logs if one["event"] == "provider_keys_failed"]
    assert (line["log_level"], line["reason"]) == ("warning", "the answer has status 404")


async def test_a_certificate_is_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that nobody vouches for is refused; an operator's own authority can be named."""
    certificate = self_signed(tmp_path)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with key_server(certificate) as provider:
        provider.body = jwks(ed_pair().jwk())
        assert_error(await Door(provider.url).show(ed_pair().sign()), 503, "identity_unavailable")
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert await Door(provider.url).takes(ed_pair())


async def test_this_machine_is_not_asked_through_a_proxy(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Plain HTTP stays inside, whatever the environment says of proxies."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, dead_url())
    assert await door.takes(ed_pair())
