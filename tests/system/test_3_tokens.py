"""§3: tokens: what they say, how they are got and presented, and forged ones."""

from typing import Any

import jwt
import pytest

from auth.forging import PROVIDER
from auth.keyed import ec_pair, jwks, rsa_pair
from support.evening import Evening, names, open_evening, payloads
from support.greeting import GREETING
from support.guest import request, request_join
from support.keyserver import key_server
from support.server import TEST_SECRET, running_server
from virtubar.auth.identities import Identities
from virtubar.protocol.constants import Role

PROVIDER_SECRET = "the identity provider's secret, 32 bytes or more"
JOIN_FIELDS = {
    "realtimeToken",
    "expiresAtMs",
    "userId",
    "roomId",
    "realtimeUrl",
    "socketioUrl",
    "identityToken",
    "wire",
}
TOKEN_CLAIMS = {"iss", "aud", "sub", "room", "role", "device", "iat", "exp", "jti"}


def _claims(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


# POST /rooms/join


async def test_a_join_over_http_answers_everything_that_a_client_needs(evening: Evening) -> None:
    """Exactly the seven fields, for the room that was asked for (§3)."""
    answer = await evening.ticket(displayName="Ann", avatarId="fox")
    assert set(answer) == JOIN_FIELDS
    assert answer["roomId"] == evening.room_id
    assert answer["expiresAtMs"] - evening.server.clock.wall_ms() == pytest.approx(300_000, abs=500)


async def test_the_realtime_token_has_its_claims_and_one_algorithm(evening: Evening) -> None:
    """`iss`, `aud`, `sub`, `room`, `role`, `device`, `iat`, `exp`, `jti`; five minutes (§3)."""
    answer = await evening.ticket()
    claims = _claims(answer["realtimeToken"])
    assert set(claims) == TOKEN_CLAIMS
    assert (claims["sub"], claims["room"]) == (answer["userId"], evening.room_id)
    assert (claims["role"], claims["device"]) == ("guest", "desktop")
    assert claims["exp"] - claims["iat"] == pytest.approx(300)
    assert jwt.get_unverified_header(answer["realtimeToken"])["alg"] == "HS256"
    other = await evening.ticket()
    assert _claims(other["realtimeToken"])["jti"] != claims["jti"]


async def test_an_identity_token_keeps_the_user(evening: Evening) -> None:
    """Without one a guest is made; with the one that was answered the guest stays (§3)."""
    first, second = await evening.ticket(), await evening.ticket()
    assert first["userId"] != second["userId"]
    again = await evening.ticket(identity=first["identityToken"])
    assert again["userId"] == first["userId"]


@pytest.mark.parametrize(
    ("body", "hint", "rate_hz"),
    [
        ({}, None, 20),
        ({"device": "desktop"}, None, 20),
        ({"device": "mobile"}, None, 15),
        ({}, "?1", 15),
        ({}, "?0", 20),
        ({"device": "desktop"}, "?1", 20),
    ],
)
async def test_the_device_decides_the_rate(
    evening: Evening, body: dict[str, str], hint: str | None, rate_hz: int
) -> None:
    """`desktop` by default; where the body is silent `Sec-CH-UA-Mobile` decides (§3)."""
    response = await request(
        evening.url,
        "POST",
        "/rooms/join",
        json={"roomId": evening.room_id, **body},
        headers={} if hint is None else {"Sec-CH-UA-Mobile": hint},
    )
    guest = await evening.connect(response.json())
    session = payloads(await evening.join(guest), "session")[0]
    assert session["rateHz"] == rate_hz


async def test_a_client_cannot_raise_its_rate_or_role_in_the_payload(evening: Evening) -> None:
    """Device and role are claims of the token; what `join_room` says of them is ignored (§3)."""
    guest = await evening.connect(await evening.ticket(device="mobile"))
    events = await evening.join(guest, device="desktop", role="admin", rateHz=60)
    session = payloads(events, "session")[0]
    assert (session["rateHz"], session["role"]) == (15, "guest")


async def test_an_external_identity_wins_over_the_body() -> None:
    """A provider's `sub`, `name` and role are the person's, whatever else is said (§3)."""
    with running_server(external_jwt_secret=PROVIDER_SECRET) as server:
        evening = await open_evening(server)
        now_s = server.clock.wall_ms() // 1000
        known = {"sub": "ada@bar.example", "name": "Ada L.", "role": "moderator"}
        bearer = jwt.encode({**known, "iat": now_s, "exp": now_s + 600}, PROVIDER_SECRET)
        ticket = await evening.ticket(identity=bearer, displayName="Mallory")
        assert (ticket["userId"], ticket["identityToken"]) == ("ada@bar.example", None)
        guest = await evening.connect(ticket)
        state, session, *_ = await evening.join(guest, name="Mallory")
        assert state["payload"]["members"][0]["displayName"] == "Ada L."
        assert session["payload"]["role"] == "moderator"
        await evening.end()


async def test_a_provider_is_believed_by_the_keys_that_it_publishes() -> None:
    """Its roles mean what the operator says; while it is away guests still come in (§3)."""
    with (
        key_server() as provider,
        running_server(
            external_jwks_url=provider.url,
            external_jwt_issuer="https://id.example",
            external_jwt_audience="virtubar",
            external_role_claim="realm_access.roles",
            external_roles="staff=moderator,boss=admin",
        ) as server,
    ):
        evening = await open_evening(server)
        now_s = server.clock.wall_ms() // 1000
        claims = {
            **PROVIDER,
            "iat": now_s,
            "exp": now_s + 600,
            "realm_access": {"roles": ["offline_access", "staff"]},
        }
        bearer = rsa_pair().sign(claims)
        provider.status = 500
        refused = await request_join(server.http_url, evening.room_id, identity=bearer)
        assert (refused.status_code, refused.json()["code"]) == (503, "identity_unavailable")
        await evening.ticket()
        provider.status, provider.body = 200, jwks(rsa_pair().jwk())
        server.advance(refused.json()["retryAfterMs"])
        guest = await evening.connect(await evening.ticket(identity=bearer))
        state, session, *_ = await evening.join(guest)
        assert state["payload"]["members"][0]["displayName"] == "Ada"
        assert session["payload"]["role"] == "moderator"
        forged = ec_pair().sign(claims, header=rsa_pair().header())
        refused = await request_join(server.http_url, evening.room_id, identity=forged)
        assert (refused.status_code, refused.json()["code"]) == (401, "token_invalid")
        await evening.end()


async def test_an_operator_comes_with_an_identity_token_of_their_own(evening: Evening) -> None:
    """Signed with the server's secret, it makes a moderator in every room (§3)."""
    bearer = Identities(TEST_SECRET).mint_operator(
        "alice", Role.MODERATOR, evening.server.clock.wall_ms(), display_name="Alice"
    )
    ticket = await evening.ticket(identity=bearer, displayName="Mallory")
    assert (ticket["userId"], ticket["identityToken"]) == ("alice", None)
    guest = await evening.connect(ticket)
    state, session, *_ = await evening.join(guest, name="Mallory")
    assert state["payload"]["members"][0]["displayName"] == "Alice"
    assert session["payload"]["role"] == "moderator"
    assert names(await evening.join(guest, token=bearer)) == ["auth_error"]


# Presenting the token


@pytest.mark.parametrize("where", ["payload", "url", "header"])
async def test_the_token_may_be_presented_in_three_places(evening: Evening, where: str) -> None:
    """In `join_room`, in the URL or in the upgrade's Authorization header (§3)."""
    ticket = await evening.ticket()
    token = ticket["realtimeToken"]
    query = f"?realtimeToken={token}" if where == "url" else ""
    headers = {"Authorization": f"Bearer {token}"} if where == "header" else {}
    guest = await evening.connect(ticket, query=query, additional_headers=headers)
    events = await evening.join(guest, token=token if where == "payload" else "")
    assert names(events) == [*GREETING]


@pytest.mark.parametrize("where", ["url", "header"])
async def test_the_payloads_token_wins(evening: Evening, where: str) -> None:
    """What `join_room` brings counts, for better or worse (§3)."""
    good = await evening.ticket()
    for presented, sent, expected in (
        ("nonsense", good["realtimeToken"], [*GREETING]),
        (good["realtimeToken"], "nonsense", ["auth_error"]),
    ):
        query = f"?realtimeToken={presented}" if where == "url" else ""
        headers = {"Authorization": f"Bearer {presented}"} if where == "header" else {}
        guest = await evening.connect(good, query=query, additional_headers=headers)
        assert names(await evening.join(guest, token=sent)) == expected


async def test_the_specifications_own_join_room_needs_no_more_than_a_token_in_the_url(
    evening: Evening,
) -> None:
    """A client written from the specification alone sends `roomId` and `user`, nothing else."""
    ticket = await evening.ticket()
    guest = await evening.connect(ticket, query=f"?realtimeToken={ticket['realtimeToken']}")
    user = {"userId": ticket["userId"], "displayName": "Ann", "avatarId": "fox"}
    await guest.send("join_room", roomId=evening.room_id, user=user)
    assert names(await evening.heard(guest)) == [*GREETING]


# Good and bad ones


async def test_a_token_lives_five_seconds_longer_than_it_says(evening: Evening) -> None:
    """Leeway 5 s: clocks differ (§3)."""
    for age_ms, expected in ((304_000, "room_state"), (305_500, "auth_error")):
        guest = await evening.connect(evening.mint(f"late-{age_ms}", age_ms=age_ms))
        assert names(await evening.join(guest))[0] == expected


async def test_a_token_from_the_future_is_not_valid(evening: Evening) -> None:
    """Issued later than now and the leeway: nobody of ours made it (§3)."""
    guest = await evening.connect(evening.mint("early", age_ms=-6_000))
    assert await evening.refused(guest) == "token_invalid"


@pytest.mark.parametrize("forged", ["none", "HS512", "other-secret", "identity", "HS256"])
async def test_forged_tokens_are_refused_with_one_text(evening: Evening, forged: str) -> None:
    """One algorithm, one secret, all claims: everything else is `token_invalid` alike (§3)."""
    ticket = await evening.ticket()
    claims = _claims(ticket["realtimeToken"]) | {"role": "admin"}
    if forged == "none":
        token = jwt.encode(claims, key="", algorithm="none")
    elif forged == "identity":
        token = ticket["identityToken"]
    elif forged == "HS256":
        head, body, signature = ticket["realtimeToken"].split(".")
        token = f"{head}.{body}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"
    else:
        key = "another secret, and long enough for any algorithm that hashes: 64 bytes!"
        token = jwt.encode(claims, key, algorithm="HS512" if forged == "HS512" else "HS256")
    guest = await evening.connect(ticket)
    (answer,) = await evening.join(guest, token=token)
    assert answer["payload"] == {
        "code": "token_invalid",
        "message": "The token is not valid here.",
    }
