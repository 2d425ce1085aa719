"""What a provider's tokens come to: keys of its own, and roles under its names (§3)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth.forging import (
    BAD_CLAIMS,
    GUEST,
    OPERATOR,
    OTHER_SECRET,
    PROVIDER,
    REALTIME,
    SECRET,
    WALL_MS,
    forge,
    segment,
    tricks,
    without,
)
from auth.keyed import ec_pair, ed_pair, jwks, rsa_pair
from virtubar.auth.identities import Identities, Identity
from virtubar.auth.keys import KeySet, WantedKey
from virtubar.auth.providers import ExternalProvider, keys_url, named_role
from virtubar.auth.signing import TokenRefusedError
from virtubar.protocol.constants import AuthCode, Role

PAIRS = [rsa_pair(), ec_pair(), ed_pair()]
KEYS = KeySet.parse(jwks(*(pair.jwk() for pair in PAIRS)))
KEYED = Identities(
    SECRET, external=ExternalProvider(None, issuer="https://id.example", audience="virtubar")
)
SHARED = Identities(
    SECRET,
    external=ExternalProvider(OTHER_SECRET, issuer="https://id.example", audience="virtubar"),
)
sign = ed_pair().sign


def code(token: str, identities: Identities = KEYED, wall_ms: int = WALL_MS) -> AuthCode:
    """The code of the token's refusal."""
    with pytest.raises(TokenRefusedError) as caught:
        identities.verify(token, wall_ms, KEYS)
    return caught.value.code


def role(claims: dict[str, Any], **settings: Any) -> Role:
    """The role that these claims have beside Ada's, with a provider of these settings."""
    provider = ExternalProvider(None, audience="virtubar", **settings)
    token = sign({**without(PROVIDER, "role"), **claims})
    return Identities(SECRET, external=provider).verify(token, WALL_MS, KEYS).role


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.algorithm)
def test_a_provider_with_keys_vouches_for_id_name_and_role(pair: Any) -> None:
    """The claims count as those of a provider that shares a secret."""
    expected = Identity("ada", Role.MODERATOR, "Ada", external=True)
    assert KEYED.verify(pair.sign(), WALL_MS, KEYS) == expected


def test_without_its_keys_a_provider_vouches_for_nobody() -> None:
    """Nothing is believed that could not be checked."""
    with pytest.raises(TokenRefusedError):
        KEYED.verify(sign(), WALL_MS)


@pytest.mark.parametrize("wrong", BAD_CLAIMS)
def test_a_bad_claim_makes_a_keyed_token_invalid(wrong: str) -> None:
    """Rightly signed or not."""
    assert code(sign({**PROVIDER, **BAD_CLAIMS[wrong]})) is AuthCode.TOKEN_INVALID


@pytest.mark.parametrize("name", ["sub", "iat", "exp", "iss", "aud"])
def test_a_keyed_token_without_a_needed_claim_is_invalid(name: str) -> None:
    """Who, when, until when, from whom and for whom must be said."""
    assert code(sign(without(PROVIDER, name))) is AuthCode.TOKEN_INVALID


def test_an_expired_keyed_token_is_told_so() -> None:
    """The page then knows to fetch another one."""
    assert code(sign(), wall_ms=WALL_MS + 3_605_000) is AuthCode.TOKEN_EXPIRED


def test_a_provider_signs_none_of_our_tokens() -> None:
    """Neither its key nor its secret makes a guest, an operator or a realtime token."""
    for claims in (GUEST, OPERATOR, REALTIME):
        assert code(sign(claims)) is AuthCode.TOKEN_INVALID
        assert code(forge(claims, key=OTHER_SECRET), SHARED) is AuthCode.TOKEN_INVALID


def test_a_provider_with_keys_has_no_secret_and_one_with_a_secret_no_keys() -> None:
    """There is one way for each, whatever the token's header says."""
    assert code(sign(), SHARED) is AuthCode.TOKEN_INVALID
    for key in (SECRET, OTHER_SECRET, "", rsa_pair().pem()):
        assert code(forge(PROVIDER, key=key)) is AuthCode.TOKEN_INVALID


@pytest.mark.parametrize("trick", tricks(PROVIDER))
def test_a_trick_is_invalid_beside_a_provider_with_keys(trick: str) -> None:
    """What is refused as ours is not let in as the provider's."""
    assert code(tricks(PROVIDER)[trick]) is AuthCode.TOKEN_INVALID


def test_our_own_tokens_need_no_keys() -> None:
    """Guests and operators come in while the provider is away."""
    assert KEYED.wanted_key(forge(GUEST)) is None
    assert KEYED.verify(forge(GUEST), WALL_MS).role is Role.GUEST
    assert KEYED.wanted_key(forge(OPERATOR)) is None
    assert KEYED.verify(forge(OPERATOR), WALL_MS).role is Role.ADMIN


def test_only_a_provider_with_keys_wants_any() -> None:
    """A token that looks keyed costs no fetch where there is nothing to fetch."""
    assert KEYED.wanted_key(sign()) == WantedKey("EdDSA", "ed-1")
    assert SHARED.wanted_key(sign()) is None
    assert Identities(SECRET).wanted_key(sign()) is None


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"realm_access": {"roles": ["offline_access", "moderator"]}}, Role.MODERATOR),
        ({"realm_access": {"roles": "admin"}}, Role.ADMIN),
        ({"realm_access": {"roles": {"admin": 1}}}, Role.MEMBER),
        ({"realm_access": {}}, Role.MEMBER),
        ({"realm_access": ["roles"]}, Role.MEMBER),
        ({"realm_access": "roles"}, Role.MEMBER),
        ({"realm_access": None}, Role.MEMBER),
        ({"roles": ["admin"]}, Role.MEMBER),
        ({}, Role.MEMBER),
    ],
)
def test_the_role_claim_can_be_a_path(claims: dict[str, Any], expected: Role) -> None:
    """Names with dots between them lead into objects; what is not there makes a member."""
    assert role(claims, role_claim="realm_access.roles") is expected


def test_a_claim_of_the_very_name_goes_before_a_path() -> None:
    """Claims that are named by a URL have dots in them."""
    named = {"https://bar.example/role": "admin", "https://bar": {"example/role": "moderator"}}
    assert role(named, role_claim="https://bar.example/role") is Role.ADMIN
    both = {"a.b": "member", "a": {"b": "admin"}}
    assert role(both, role_claim="a.b") is Role.MEMBER


@pytest.mark.parametrize(
    ("claimed", "expected"),
    [
        ("staff", Role.MODERATOR),
        ("boss", Role.ADMIN),
        (["guests", "staff", "boss"], Role.ADMIN),
        (["regular"], Role.MEMBER),
        ("admin", Role.MEMBER),
        (["moderator", "owner"], Role.MEMBER),
        ("Boss", Role.MEMBER),
        ([["boss"], {"boss": 1}, None, 1], Role.MEMBER),
    ],
)
def test_a_providers_roles_mean_what_the_operator_says(claimed: object, expected: Role) -> None:
    """Names that were given a meaning count, and then ours mean nothing by themselves."""
    roles = {"staff": Role.MODERATOR, "boss": Role.ADMIN, "regular": Role.MEMBER}
    assert role({"role": claimed}, roles=roles) is expected


@pytest.mark.parametrize(
    "url",
    [
        "https://id.example",
        "https://id.example:8443/keys?v=1",
        "https://192.0.2.1/keys",
        "https://[2001:db8::1]/keys",
        "http://localhost/keys",
        "http://127.0.0.1:8080/keys",
        "http://127.255.255.254/keys",
        "http://[::1]:8080/keys",
    ],
)
def test_keys_are_fetched_by_https_or_from_this_machine(url: str) -> None:
    """The address comes back as it was written."""
    assert keys_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "http://id.example/keys",
        "http://192.0.2.1/keys",
        "http://[2001:db8::1]/keys",
        "http://localhost.example/keys",
    ],
)
def test_keys_are_not_fetched_in_the_clear_from_elsewhere(url: str) -> None:
    """Whoever sits between could put in keys of theirs; the operator is told what is wrong."""
    with pytest.raises(ValueError, match=r"^must be https; http only to this machine$"):
        keys_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "id.example/keys",
        "ftp://id.example/keys",
        "https://",
        "https:///keys",
        "https://ada@id.example/keys",
        "https://id.example:/keys",
        "https://id.example:123456/keys",
        "https://id.example/keys#fragment",
        "https://id.example/a b",
        "https://id.example/keys\n",
        " https://id.example/keys",
        "https://" + "a" * 254,
    ],
)
def test_what_is_no_plain_address_of_keys_is_refused(url: str) -> None:
    """No credentials, no other scheme, nothing before or after; the form is shown."""
    with pytest.raises(ValueError, match=r"^must be https://host\[:port\]/path$"):
        keys_url(url)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("staff=moderator", ("staff", Role.MODERATOR)),
        (" boss = admin ", ("boss", Role.ADMIN)),
        ("cn=all,dc=example=member", ("cn=all,dc=example", Role.MEMBER)),
    ],
)
def test_a_providers_name_for_a_role_stands_before_ours(
    text: str, expected: tuple[str, Role]
) -> None:
    """The last sign counts, since a directory's names have some in them; blanks do not."""
    assert named_role(text) == expected


@pytest.mark.parametrize(
    "text", ["", "staff", "=admin", "  =admin", "staff=", "a=owner", "a=Guest"]
)
def test_a_role_that_a_provider_cannot_give_is_refused(text: str) -> None:
    """A room's owner is in its record, and a guest is whom no provider knows."""
    with pytest.raises(ValueError, match=r"^must be name=role, with member, moderator or admin "):
        named_role(text)


headers = st.dictionaries(
    st.sampled_from(["alg", "typ", "kid", "crit", "b64", "jku", "jwk", "x5u", "zip", "cty"]),
    st.sampled_from(["RS256", "ES256", "EdDSA", "HS256", "none", "rsa-1", "ec-1", "ed-1", "b64"])
    | st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=10)
    | st.lists(st.sampled_from(["b64", "x"]), max_size=2),
)
payloads = st.binary(max_size=80) | st.just(b"{}") | st.just(b"[]")


@given(
    token=st.text(max_size=200)
    | st.builds(
        lambda *parts: ".".join(map(segment, parts)), headers, payloads, st.binary(max_size=300)
    )
    | st.builds(lambda pair, *rest: pair.sign(*rest), st.sampled_from(PAIRS), payloads, headers),
    identities=st.sampled_from([KEYED, SHARED]),
)
def test_nothing_that_anybody_sends_is_worse_than_refused(
    token: str, identities: Identities
) -> None:
    """Any text at all, and any header even over a right signature: TokenRefusedError, no other."""
    identities.wanted_key(token)
    with pytest.raises(TokenRefusedError):
        identities.verify(token, WALL_MS, KEYS)


@given(
    claims=st.dictionaries(
        st.sampled_from(["sub", "iat", "exp", "nbf", "iss", "aud", "name", "role"]),
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text(max_size=10)
        | st.lists(st.text(max_size=5), max_size=3)
        | st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=2),
    )
)
def test_no_claim_that_a_provider_signs_is_worse_than_refused(claims: dict[str, Any]) -> None:
    """Whatever is claimed under a right signature is an identity of its provider, or refused."""
    try:
        identity = KEYED.verify(sign({**PROVIDER, **claims}), WALL_MS, KEYS)
    except TokenRefusedError:
        return
    assert identity.external
    assert identity.role in (Role.MEMBER, Role.MODERATOR, Role.ADMIN)
    assert not identity.user_id.startswith("guest-")
