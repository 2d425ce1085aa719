"""Identities: guests' own tokens and a provider's (§3)."""

from typing import Any, Literal

import pytest

from auth.forging import (
    BAD_CLAIMS,
    GUEST,
    HEADER,
    OPERATOR,
    OTHER_SECRET,
    PROVIDER,
    REALTIME,
    SECRET,
    WALL_MS,
    forge,
    tricks,
    without,
)
from virtubar.auth import people
from virtubar.auth.identities import (
    GUEST_LIFE_MS,
    OPERATOR_LIFE_MS,
    ExternalProvider,
    Identities,
    Identity,
)
from virtubar.auth.signing import TokenRefusedError
from virtubar.auth.tokens import RealtimeTokens
from virtubar.protocol.constants import TOKEN_LEEWAY_MS, AuthCode, Role
from virtubar.room import moderation

GUEST_ID = "guest-0123456789abcdef"


@pytest.fixture
def guests() -> Identities:
    """A server that knows guests only."""
    return Identities(SECRET)


@pytest.fixture
def identities() -> Identities:
    """A server with a provider."""
    provider = ExternalProvider(OTHER_SECRET, issuer="https://id.example", audience="virtubar")
    return Identities(SECRET, external=provider)


def code(identities: Identities, token: str, wall_ms: int = WALL_MS) -> AuthCode:
    """The code of the token's refusal."""
    with pytest.raises(TokenRefusedError) as caught:
        identities.verify(token, wall_ms)
    return caught.value.code


def known(claims: dict[str, Any]) -> str:
    """A token that the provider signed."""
    return forge(claims, key=OTHER_SECRET)


def test_a_guest_keeps_their_id(guests: Identities) -> None:
    """The token minted for a guest says who they are, and nothing more."""
    token = guests.mint_guest(GUEST_ID, WALL_MS, WALL_MS)
    expected = Identity(GUEST_ID, Role.GUEST, None, external=False, born_ms=WALL_MS)
    assert guests.verify(token, WALL_MS) == expected


def test_a_guest_is_as_old_as_at_first_however_often_a_token_is_minted(guests: Identities) -> None:
    """`born` is carried from token to token: coming back makes nobody new."""
    born_ms = WALL_MS - 86_400_123
    token = guests.mint_guest(GUEST_ID, WALL_MS, born_ms)
    again = guests.verify(token, WALL_MS)
    assert again.born_ms == born_ms
    later_ms = WALL_MS + 1_000
    token = guests.mint_guest(GUEST_ID, later_ms, again.born_ms)
    assert guests.verify(token, later_ms).born_ms == born_ms


def test_a_guest_token_without_a_birth_counts_from_its_issue(guests: Identities) -> None:
    """Tokens from before the claim existed go on being good."""
    assert guests.verify(forge(GUEST), WALL_MS).born_ms == WALL_MS


def test_a_guest_is_never_younger_than_their_token(guests: Identities) -> None:
    """A clock that was put back between birth and minting costs nobody their identity."""
    token = guests.mint_guest(GUEST_ID, WALL_MS, WALL_MS + 5_000)
    assert guests.verify(token, WALL_MS).born_ms == WALL_MS


@pytest.mark.parametrize("born", ["1", True, -1, 1e308, [1], WALL_MS])
def test_a_birth_of_the_wrong_kind_is_invalid(guests: Identities, born: object) -> None:
    """Rightly signed or not; milliseconds are nonsense there."""
    assert code(guests, forge({**GUEST, "born": born})) is AuthCode.TOKEN_INVALID


@pytest.mark.parametrize("is_bot", [True, False])
def test_a_guest_that_was_made_for_a_program_stays_one(guests: Identities, is_bot: bool) -> None:
    """Nobody becomes a person by coming again."""
    token = guests.mint_guest(GUEST_ID, WALL_MS, WALL_MS, is_bot=is_bot)
    assert guests.verify(token, WALL_MS).is_bot is is_bot


def test_a_guest_token_ends_after_half_a_year(guests: Identities) -> None:
    """It is good to the end of its life and its leeway, then expired."""
    token = guests.mint_guest(GUEST_ID, WALL_MS, WALL_MS)
    end_ms = WALL_MS + GUEST_LIFE_MS + TOKEN_LEEWAY_MS
    assert guests.verify(token, end_ms - 1).user_id == GUEST_ID
    assert code(guests, token, end_ms) is AuthCode.TOKEN_EXPIRED


def test_the_forge_makes_good_tokens(identities: Identities) -> None:
    """Each kind of forged token is taken untouched, so that what is refused is the attack."""
    assert identities.verify(forge(GUEST), WALL_MS).user_id == GUEST_ID
    assert identities.verify(forge(OPERATOR), WALL_MS).user_id == "alice"
    assert identities.verify(known(PROVIDER), WALL_MS).user_id == "ada"


@pytest.mark.parametrize("trick", tricks(GUEST))
def test_a_trick_with_a_guest_token_is_invalid(guests: Identities, trick: str) -> None:
    """No header, signature or form but our own is taken."""
    assert code(guests, tricks(GUEST)[trick]) is AuthCode.TOKEN_INVALID


@pytest.mark.parametrize("trick", tricks(GUEST))
def test_a_trick_with_a_guest_token_is_invalid_beside_a_provider(
    identities: Identities, trick: str
) -> None:
    """What is refused as a guest's is not let in as the provider's."""
    assert code(identities, tricks(GUEST)[trick]) is AuthCode.TOKEN_INVALID


@pytest.mark.parametrize("trick", tricks(OPERATOR))
def test_a_trick_with_an_operator_token_is_invalid(identities: Identities, trick: str) -> None:
    """The tokens that are worth most are held as tightly as all others."""
    assert code(identities, tricks(OPERATOR)[trick]) is AuthCode.TOKEN_INVALID


@pytest.mark.parametrize("trick", tricks(PROVIDER, OTHER_SECRET))
def test_a_trick_with_a_provider_token_is_invalid(identities: Identities, trick: str) -> None:
    """Algorithm, signature and form of a provider's token are held as tightly as ours."""
    token = tricks(PROVIDER, OTHER_SECRET)[trick]
    assert code(identities, token) is AuthCode.TOKEN_INVALID


@pytest.mark.parametrize("name", GUEST)
def test_a_guest_token_without_one_of_its_claims_is_invalid(guests: Identities, name: str) -> None:
    """Every claim is required."""
    assert code(guests, forge(without(GUEST, name))) is AuthCode.TOKEN_INVALID


@pytest.mark.parametrize("name", OPERATOR)
def test_an_operator_token_without_one_of_its_claims_is_invalid(
    guests: Identities, name: str
) -> None:
    """Every claim but the name is required."""
    assert code(guests, forge(without(OPERATOR, name))) is AuthCode.TOKEN_INVALID


@pytest.mark.parametrize("name", ["sub", "iat", "exp", "iss", "aud"])
def test_a_provider_token_without_a_needed_claim_is_invalid(
    identities: Identities, name: str
) -> None:
    """Who, when, until when, from whom and for whom must be said."""
    assert code(identities, known(without(PROVIDER, name))) is AuthCode.TOKEN_INVALID


@pytest.mark.parametrize("wrong", BAD_CLAIMS)
def test_a_bad_claim_makes_any_identity_invalid(identities: Identities, wrong: str) -> None:
    """Rightly signed or not, a claim of the wrong kind or value is refused."""
    change = BAD_CLAIMS[wrong]
    assert code(identities, forge({**GUEST, **change})) is AuthCode.TOKEN_INVALID
    assert code(identities, forge({**OPERATOR, **change})) is AuthCode.TOKEN_INVALID
    assert code(identities, known({**PROVIDER, **change})) is AuthCode.TOKEN_INVALID


@pytest.mark.parametrize("sub", ["ada", "guest-", "guest-0123456789ABCDEF", f"{GUEST_ID}0"])
def test_a_guest_token_for_somebody_who_is_no_guest_is_invalid(
    guests: Identities, sub: str
) -> None:
    """A guest's id has one form, so that no guest token can name anybody else."""
    assert code(guests, forge({**GUEST, "sub": sub})) is AuthCode.TOKEN_INVALID


@pytest.mark.parametrize("sub", [GUEST_ID, "guest-", "guest-anything", "system"])
def test_nobody_else_has_the_id_of_a_guest_or_of_the_system(
    identities: Identities, sub: str
) -> None:
    """These ids are this server's to give: neither provider nor operator may use them."""
    assert code(identities, known({**PROVIDER, "sub": sub})) is AuthCode.TOKEN_INVALID
    assert code(identities, forge({**OPERATOR, "sub": sub})) is AuthCode.TOKEN_INVALID
    with pytest.raises(ValueError, match="operator's id"):
        identities.mint_operator(sub, Role.ADMIN, WALL_MS)


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.ADMIN])
def test_an_operator_has_the_role_that_was_asked_for(
    identities: Identities, role: Literal[Role.MODERATOR, Role.ADMIN]
) -> None:
    """Id, role and name come back as they went in; nobody else vouches for them."""
    token = identities.mint_operator("alice", role, WALL_MS, display_name="Alice")
    expected = Identity("alice", role, "Alice", external=False, born_ms=None)
    assert identities.verify(token, WALL_MS) == expected
    nameless = identities.mint_operator("alice", role, WALL_MS)
    assert identities.verify(nameless, WALL_MS).display_name is None


def test_an_operator_token_ends_after_its_life(identities: Identities) -> None:
    """12 hours where nothing else is said: it cannot be taken back."""
    for token, life_ms in [
        (identities.mint_operator("alice", Role.ADMIN, WALL_MS), OPERATOR_LIFE_MS),
        (identities.mint_operator("alice", Role.ADMIN, WALL_MS, life_ms=60_000), 60_000),
    ]:
        end_ms = WALL_MS + life_ms + TOKEN_LEEWAY_MS
        assert identities.verify(token, end_ms - 1).user_id == "alice"
        assert code(identities, token, end_ms) is AuthCode.TOKEN_EXPIRED


@pytest.mark.parametrize("role", ["guest", "member", "owner", "root", "", None, ["admin"]])
def test_an_operator_token_of_another_role_is_invalid(guests: Identities, role: object) -> None:
    """Moderators and admins keep order; nobody else needs such a token."""
    assert code(guests, forge({**OPERATOR, "role": role})) is AuthCode.TOKEN_INVALID


def test_an_operator_of_another_role_is_not_minted(guests: Identities) -> None:
    """A mistake in the caller's code shows where it is made."""
    role: Any = Role.OWNER
    with pytest.raises(ValueError, match="moderator or admin, not owner"):
        guests.mint_operator("alice", role, WALL_MS)


def test_a_realtime_token_is_no_identity(identities: Identities) -> None:
    """It is short-lived and may have been in a URL: it must not turn into an identity."""
    assert code(identities, forge(REALTIME)) is AuthCode.TOKEN_INVALID
    assert code(identities, known(REALTIME)) is AuthCode.TOKEN_INVALID
    powerful = {**REALTIME, "sub": "alice", "role": "admin"}
    assert code(identities, forge(powerful)) is AuthCode.TOKEN_INVALID


def test_an_identity_is_no_realtime_token(identities: Identities) -> None:
    """An operator's or a guest's identity opens no room by itself, whatever else it claims."""
    tokens = RealtimeTokens(SECRET)
    room = {"room": "lobby", "device": "desktop", "jti": "t1", "role": "admin"}
    for token in [
        identities.mint_operator("alice", Role.ADMIN, WALL_MS),
        identities.mint_guest(GUEST_ID, WALL_MS, WALL_MS),
        forge({**room, **OPERATOR}),
        forge({**room, **GUEST}),
    ]:
        with pytest.raises(TokenRefusedError) as caught:
            tokens.verify(token, WALL_MS)
        assert caught.value.code is AuthCode.TOKEN_INVALID


def test_one_kind_of_identity_does_not_pass_for_another(guests: Identities) -> None:
    """A guest's claims under an operator's audience, and the other way round, are refused."""
    for claims in [{**GUEST, "aud": OPERATOR["aud"]}, {**OPERATOR, "aud": GUEST["aud"]}]:
        assert code(guests, forge(claims)) is AuthCode.TOKEN_INVALID
    crowned = guests.verify(forge({**GUEST, "role": "admin", "name": "Root"}), WALL_MS)
    assert (crowned.role, crowned.display_name) == (Role.GUEST, None)


def test_a_provider_vouches_for_id_name_and_role(identities: Identities) -> None:
    """`sub`, `name` and the role claim are taken from the token."""
    expected = Identity("ada", Role.MODERATOR, "Ada", external=True)
    assert identities.verify(known(PROVIDER), WALL_MS) == expected


@pytest.mark.parametrize(
    ("claimed", "role"),
    [
        ("admin", Role.ADMIN),
        ("moderator", Role.MODERATOR),
        ("member", Role.MEMBER),
        (["member", "admin"], Role.ADMIN),
        (["staff", "moderator"], Role.MODERATOR),
        ([], Role.MEMBER),
        ([["admin"]], Role.MEMBER),
        ("owner", Role.MEMBER),
        ("guest", Role.MEMBER),
        ("ADMIN", Role.MEMBER),
        ({"admin": True}, Role.MEMBER),
        (None, Role.MEMBER),
        (7, Role.MEMBER),
    ],
)
def test_the_strongest_known_role_counts(
    identities: Identities, claimed: object, role: Role
) -> None:
    """Unknown roles, and `owner`, which only a room's record gives, make a member."""
    assert identities.verify(known({**PROVIDER, "role": claimed}), WALL_MS).role is role


def test_the_role_claim_can_have_another_name() -> None:
    """The operator says which claim holds the role."""
    provider = ExternalProvider(OTHER_SECRET, audience="virtubar", role_claim="bar/role")
    identities = Identities(SECRET, external=provider)
    token = known({**PROVIDER, "bar/role": "admin", "role": "member"})
    assert identities.verify(token, WALL_MS).role is Role.ADMIN


def test_a_provider_may_name_its_key(identities: Identities) -> None:
    """A `kid` of a rightly signed token is ignored: real providers send one."""
    token = forge(PROVIDER, header={**HEADER, "kid": "2026-01"}, key=OTHER_SECRET)
    assert identities.verify(token, WALL_MS).user_id == "ada"


def test_one_of_several_audiences_is_enough(identities: Identities) -> None:
    """`aud` may be a list that names this server among others, not one that does not."""
    both = known({**PROVIDER, "aud": ["elsewhere", "virtubar"]})
    assert identities.verify(both, WALL_MS).user_id == "ada"
    neither = known({**PROVIDER, "aud": ["elsewhere"]})
    assert code(identities, neither) is AuthCode.TOKEN_INVALID


def test_without_an_audience_set_only_tokens_without_one_are_taken() -> None:
    """A token made for another service is not good here (RFC 7519 §4.1.3)."""
    identities = Identities(SECRET, external=ExternalProvider(OTHER_SECRET))
    assert identities.verify(known(without(PROVIDER, "aud")), WALL_MS).user_id == "ada"
    assert code(identities, known(PROVIDER)) is AuthCode.TOKEN_INVALID
    assert code(identities, known({**PROVIDER, "aud": [None]})) is AuthCode.TOKEN_INVALID


def test_a_provider_token_is_not_good_before_its_time(identities: Identities) -> None:
    """`nbf` is kept, with the leeway."""
    token = known({**PROVIDER, "nbf": WALL_MS / 1000 + 60})
    assert code(identities, token) is AuthCode.TOKEN_INVALID
    assert identities.verify(token, WALL_MS + 60_000 - TOKEN_LEEWAY_MS).user_id == "ada"


def test_an_expired_provider_token_is_told_so(identities: Identities) -> None:
    """The page then knows to fetch another one."""
    token = known(PROVIDER)
    assert code(identities, token, WALL_MS + 3_605_000) is AuthCode.TOKEN_EXPIRED


def test_without_a_provider_its_tokens_are_invalid(guests: Identities) -> None:
    """Nobody is believed whom the operator did not name."""
    assert code(guests, known(PROVIDER)) is AuthCode.TOKEN_INVALID


def test_the_provider_cannot_sign_for_us(identities: Identities) -> None:
    """Our own claims under the provider's secret are refused, and the other way round."""
    assert code(identities, known(GUEST)) is AuthCode.TOKEN_INVALID
    assert code(identities, known(OPERATOR)) is AuthCode.TOKEN_INVALID
    assert code(identities, forge(PROVIDER)) is AuthCode.TOKEN_INVALID


def test_the_system_is_called_the_same_by_all() -> None:
    """The rules of a room may do anything under this id, so that nobody may have it."""
    assert people.SYSTEM_ID == moderation.SYSTEM_ID
