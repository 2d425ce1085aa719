"""Realtime tokens: what they carry, and every way not to get one (§3)."""

from typing import Any

import pytest

from auth.forging import (
    BAD_CLAIMS,
    GUEST,
    HEADER,
    PROVIDER,
    REALTIME,
    SECRET,
    WALL_MS,
    forge,
    tricks,
    without,
)
from virtubar.auth.signing import TOKEN_MAX_BYTES
from virtubar.auth.tokens import RealtimeClaims, RealtimeTokens, TokenRefusedError
from virtubar.protocol.constants import TOKEN_LEEWAY_MS, TOKEN_LIFE_MS, AuthCode, Device, Role

INVALID = "The token is not valid here."


@pytest.fixture
def tokens() -> RealtimeTokens:
    return RealtimeTokens(SECRET)


def mint(tokens: RealtimeTokens, **changes: Any) -> tuple[str, int]:
    """A token for the lobby, with some of it changed."""
    given: dict[str, Any] = {
        "user_id": "guest-0123456789abcdef",
        "room_id": "lobby",
        "role": Role.GUEST,
        "device": Device.DESKTOP,
        "wall_ms": WALL_MS,
        "token_id": "t1",
    }
    return tokens.mint(**{**given, **changes})


def refusal(tokens: RealtimeTokens, token: str, wall_ms: int = WALL_MS) -> TokenRefusedError:
    """How the token is refused."""
    with pytest.raises(TokenRefusedError) as caught:
        tokens.verify(token, wall_ms)
    return caught.value


def assert_invalid(tokens: RealtimeTokens, token: str) -> None:
    refused = refusal(tokens, token)
    assert (refused.code, refused.message) == (AuthCode.TOKEN_INVALID, INVALID)


def test_a_token_says_what_it_was_minted_with(tokens: RealtimeTokens) -> None:
    """Verifying gives back user, room, role, device, both times to the millisecond and the id."""
    token, expires_at_ms = mint(
        tokens,
        role=Role.MODERATOR,
        device=Device.MOBILE,
        wall_ms=WALL_MS + 123,
        display_name="Ada Λ",
    )
    assert tokens.verify(token, WALL_MS + 123) == RealtimeClaims(
        user_id="guest-0123456789abcdef",
        room_id="lobby",
        role=Role.MODERATOR,
        device=Device.MOBILE,
        issued_at_ms=WALL_MS + 123,
        expires_at_ms=expires_at_ms,
        token_id="t1",
        display_name="Ada Λ",
    )


@pytest.mark.parametrize("is_bot", [True, False])
def test_a_token_says_whether_a_program_enters(tokens: RealtimeTokens, is_bot: bool) -> None:
    """Everybody in the room is told, so the token must not lose it."""
    token, _ = mint(tokens, is_bot=is_bot)
    assert tokens.verify(token, WALL_MS).is_bot is is_bot


def test_a_token_lives_five_minutes_unless_told_otherwise(tokens: RealtimeTokens) -> None:
    """The default life is §3's; the constructor and the call can each set another."""
    assert mint(tokens)[1] == WALL_MS + TOKEN_LIFE_MS
    assert mint(RealtimeTokens(SECRET, life_ms=1_000))[1] == WALL_MS + 1_000
    assert mint(tokens, life_ms=2_000)[1] == WALL_MS + 2_000


def test_the_name_is_none_where_no_provider_gave_one(tokens: RealtimeTokens) -> None:
    """Without a display name the token has none, so `join_room` chooses it."""
    assert tokens.verify(mint(tokens)[0], WALL_MS).display_name is None


def test_a_token_is_good_through_the_leeway_and_expired_after_it(tokens: RealtimeTokens) -> None:
    """It is taken up to 5 s past its end, and refused as expired at the 5 s."""
    token, expires_at_ms = mint(tokens)
    tokens.verify(token, expires_at_ms + TOKEN_LEEWAY_MS - 1)
    refused = refusal(tokens, token, expires_at_ms + TOKEN_LEEWAY_MS)
    assert refused.code is AuthCode.TOKEN_EXPIRED


def test_whoever_comes_too_late_is_told_that_and_nothing_else(tokens: RealtimeTokens) -> None:
    """The sentence is for a person: the page shows it, and so does whoever prints the error."""
    token, expires_at_ms = mint(tokens)
    refused = refusal(tokens, token, expires_at_ms + TOKEN_LEEWAY_MS)
    assert refused.message == "The token has expired."
    assert str(refused) == refused.message


def test_a_token_may_end_the_moment_it_begins(tokens: RealtimeTokens) -> None:
    """Only one that was issued after its end was never good; the leeway is all that this has."""
    token, expires_at_ms = mint(tokens, life_ms=0)
    assert expires_at_ms == WALL_MS
    assert tokens.verify(token, WALL_MS).user_id == REALTIME["sub"]
    assert refusal(tokens, token, WALL_MS + TOKEN_LEEWAY_MS).code is AuthCode.TOKEN_EXPIRED


def test_a_clock_that_runs_slow_is_forgiven_for_the_leeway(tokens: RealtimeTokens) -> None:
    """A token issued up to 5 s in the future is taken, one issued later is invalid."""
    token, _ = mint(tokens)
    tokens.verify(token, WALL_MS - TOKEN_LEEWAY_MS)
    assert refusal(tokens, token, WALL_MS - TOKEN_LEEWAY_MS - 1).code is AuthCode.TOKEN_INVALID


def test_the_forge_makes_good_tokens(tokens: RealtimeTokens) -> None:
    """The attacks below start from a token that would be taken: only the attack is refused."""
    assert tokens.verify(forge(REALTIME), WALL_MS).user_id == REALTIME["sub"]


@pytest.mark.parametrize("trick", tricks(REALTIME))
def test_a_trick_with_header_or_signature_is_invalid(tokens: RealtimeTokens, trick: str) -> None:
    """No header, signature or form but our own is taken, and all are told the same."""
    assert_invalid(tokens, tricks(REALTIME)[trick])


@pytest.mark.parametrize("extra", [{"kid": "1"}, {"jku": "https://x.example"}, {"cty": "JWT"}])
def test_a_header_that_says_more_than_ours_is_invalid(
    tokens: RealtimeTokens, extra: dict[str, str]
) -> None:
    """Even rightly signed, a token with another header was not made by this server."""
    assert_invalid(tokens, forge(REALTIME, header={**HEADER, **extra}))


@pytest.mark.parametrize("name", REALTIME)
def test_a_token_without_one_of_its_claims_is_invalid(tokens: RealtimeTokens, name: str) -> None:
    """Every claim is required, the end of its life first of all."""
    assert_invalid(tokens, forge(without(REALTIME, name)))


@pytest.mark.parametrize("wrong", BAD_CLAIMS)
def test_a_token_with_a_bad_claim_is_invalid(tokens: RealtimeTokens, wrong: str) -> None:
    """Rightly signed or not, a claim of the wrong kind or value is refused."""
    assert_invalid(tokens, forge({**REALTIME, **BAD_CLAIMS[wrong]}))


@pytest.mark.parametrize(
    "change",
    [
        {"room": "../lobby"},
        {"room": "lobby\n"},
        {"room": ""},
        {"role": "king"},
        {"role": 5},
        {"device": "toaster"},
        {"jti": ""},
        {"jti": "x" * 129},
        {"name": 7},
    ],
)
def test_a_realtime_claim_out_of_its_form_is_invalid(
    tokens: RealtimeTokens, change: dict[str, Any]
) -> None:
    """Room, role, device and id must have the form the protocol gives them."""
    assert_invalid(tokens, forge({**REALTIME, **change}))


@pytest.mark.parametrize("other", [GUEST, PROVIDER, {**GUEST, "room": "lobby", "role": "admin"}])
def test_a_token_made_for_something_else_is_invalid(
    tokens: RealtimeTokens, other: dict[str, Any]
) -> None:
    """An identity token opens no room, though the same secret signed it."""
    assert_invalid(tokens, forge(other))


def test_an_expired_token_of_another_issuer_is_invalid_not_expired(tokens: RealtimeTokens) -> None:
    """Only our own tokens are told that they expired."""
    stale = {**REALTIME, "iat": 1.0, "exp": 2.0}
    assert refusal(tokens, forge(stale)).code is AuthCode.TOKEN_EXPIRED
    assert_invalid(tokens, forge({**stale, "iss": "somebody"}))
    assert_invalid(tokens, forge(stale, key="another secret that is long enough too"))


def test_another_issuer_of_the_same_secret_is_refused() -> None:
    """Two bars that share a secret by mistake do not share tokens."""
    token, _ = mint(RealtimeTokens(SECRET, issuer="other"))
    assert_invalid(RealtimeTokens(SECRET), token)
    assert RealtimeTokens(SECRET, issuer="other").verify(token, WALL_MS).room_id == "lobby"


def test_a_token_of_exactly_the_largest_size_is_read(tokens: RealtimeTokens) -> None:
    """4096 bytes are taken and a larger one is not, so that the limit is where it says."""
    sizes = {}
    for pad in range(2_600, 3_000):
        token = forge({**REALTIME, "pad": "x" * pad})
        sizes[len(token)] = token
    largest = max(size for size in sizes if size <= TOKEN_MAX_BYTES)
    assert tokens.verify(sizes[largest], WALL_MS).room_id == "lobby"
    assert_invalid(tokens, sizes[min(size for size in sizes if size > TOKEN_MAX_BYTES)])


def test_a_short_secret_works_alike_on_both_sides() -> None:
    """Development may use a short secret; it signs and verifies, and differs from another one."""
    token, _ = mint(RealtimeTokens("short"))
    assert RealtimeTokens("short").verify(token, WALL_MS).room_id == "lobby"
    assert_invalid(RealtimeTokens("shorter"), token)
