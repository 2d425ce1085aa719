"""A provider's published keys: which of them count, and which one a token gets."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth.forging import PROVIDER, SECRET, forge, segment, tricks
from auth.keyed import Pair, ec_pair, ed_pair, jwks, rsa_pair
from virtubar.auth.keys import (
    KEY_ID_MAX_CHARS,
    KEYED_TOKEN_MAX_BYTES,
    KEYS_MAX,
    NO_KEYS,
    KeySet,
    KeysUnusableError,
    WantedKey,
)
from virtubar.auth.signing import TokenRefusedError
from virtubar.protocol.constants import AuthCode

PAIRS = [rsa_pair(), ec_pair(), ed_pair()]
EVERY = KeySet.parse(jwks(*(pair.jwk() for pair in PAIRS)))
each_pair = pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.algorithm)

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=20,
)


def assert_refused(keys: KeySet, token: str) -> None:
    """The token cannot be believed, and its bearer learns nothing more."""
    with pytest.raises(TokenRefusedError) as caught:
        keys.read(token)
    assert caught.value.code is AuthCode.TOKEN_INVALID


def read(keys: KeySet, token: str) -> dict[str, Any]:
    claims: dict[str, Any] = json.loads(keys.read(token))
    return claims


@each_pair
def test_what_a_published_key_signed_is_read(pair: Pair) -> None:
    """RS256, ES256 and EdDSA, each under its key."""
    assert read(EVERY, pair.sign()) == PROVIDER


@each_pair
def test_nothing_is_read_without_keys(pair: Pair) -> None:
    """An empty set believes nobody."""
    assert_refused(NO_KEYS, pair.sign())
    assert_refused(KeySet.parse(b'{"keys":[]}'), pair.sign())


@each_pair
def test_a_key_of_the_same_id_that_is_not_published_signs_nothing(pair: Pair) -> None:
    """The id names a key, it is not one."""
    maker = {"RS256": rsa_pair, "ES256": ec_pair, "EdDSA": ed_pair}[pair.algorithm]
    stranger = maker("of a stranger")
    assert_refused(EVERY, stranger.sign(header=pair.header()))
    assert_refused(EVERY, stranger.sign())


def test_the_key_id_picks_among_the_published_keys() -> None:
    """Two keys of one algorithm, as while a provider changes them."""
    old, new = rsa_pair("old"), rsa_pair("new")
    both = KeySet.parse(jwks(old.jwk(), new.jwk()))
    assert read(both, old.sign()) == read(both, new.sign()) == PROVIDER
    assert_refused(both, old.sign(header=new.header()))
    assert_refused(KeySet.parse(jwks(new.jwk())), old.sign())


def test_a_token_that_names_no_key_gets_the_only_one_of_its_algorithm() -> None:
    """Some providers have one key and do not name it; between two nobody guesses."""
    old, new, other = rsa_pair("old"), rsa_pair("new"), ec_pair()
    nameless = old.sign(header=old.header(kid=None))
    assert read(KeySet.parse(jwks(old.jwk(kid=None), other.jwk())), nameless) == PROVIDER
    assert read(KeySet.parse(jwks(old.jwk())), nameless) == PROVIDER
    assert_refused(KeySet.parse(jwks(old.jwk(), new.jwk())), nameless)


@each_pair
def test_the_algorithm_is_the_keys_and_not_the_tokens(pair: Pair) -> None:
    """A header that names another algorithm than the key's is refused, signed or not."""
    for name in ["RS256", "ES256", "EdDSA", "RS512", "PS256", "ES384", "none", "HS256", "", None]:
        if name != pair.algorithm:
            assert_refused(EVERY, pair.sign(header=pair.header(alg=name)))


@each_pair
def test_a_public_key_is_no_secret(pair: Pair) -> None:
    """What everybody can know signs nothing: not as PEM, not as JSON, not under any header."""
    for known in [pair.pem(), json.dumps(pair.jwk()).encode(), pair.jwk().get("n", "x").encode()]:
        for algorithm in ["HS256", pair.algorithm]:
            token = forge(PROVIDER, header=pair.header(alg=algorithm), key=known)
            assert_refused(EVERY, token)


@pytest.mark.parametrize("name", ["jku", "x5u", "jwk", "x5c"])
def test_no_header_brings_a_key(name: str) -> None:
    """An address, a certificate or a key in the header is not looked at, and harms nothing."""
    stranger, ours = rsa_pair("of a stranger"), rsa_pair()
    brought = {
        "jku": "https://evil.example/keys",
        "x5u": "https://evil.example/cert",
        "jwk": stranger.jwk(),
        "x5c": ["AAAA"],
    }[name]
    assert_refused(EVERY, stranger.sign(header=stranger.header(**{name: brought})))
    assert_refused(EVERY, stranger.sign(header=ours.header(**{name: brought})))
    assert read(EVERY, ours.sign(header=ours.header(**{name: brought}))) == PROVIDER


@pytest.mark.parametrize("trick", tricks(PROVIDER))
def test_a_trick_is_refused(trick: str) -> None:
    """Nothing that is tried against secrets works against keys."""
    assert_refused(EVERY, tricks(PROVIDER)[trick])


@each_pair
def test_a_damaged_token_is_refused(pair: Pair) -> None:
    """Every part of it is needed as it was."""
    head, body, signature = pair.sign().split(".")
    other = segment({**PROVIDER, "role": "admin"})
    for broken in [
        f"{head}.{other}.{signature}",
        f"{head}.{body}.",
        f"{head}.{body}.{signature[:-4]}",
        f"{head}.{body}.{signature}AAAA",
        f"{head}.{body}.{segment(bytes(64))}",
        f"{head}.{body}",
    ]:
        assert_refused(EVERY, broken)


def test_an_empty_ecdsa_signature_is_refused() -> None:
    """r = s = 0 satisfied careless implementations."""
    head, body, _ = ec_pair().sign().split(".")
    assert_refused(EVERY, f"{head}.{body}.{segment(bytes(64))}")


def test_a_token_is_read_up_to_8_kib() -> None:
    """Long lists of roles fit, and no more."""
    sizes = {}
    for pad in range(5_600, 6_200):
        token = ed_pair().sign({**PROVIDER, "pad": "x" * pad})
        sizes[len(token)] = token
    largest = max(size for size in sizes if size <= KEYED_TOKEN_MAX_BYTES)
    assert read(EVERY, sizes[largest])["sub"] == "ada"
    assert_refused(EVERY, sizes[min(size for size in sizes if size > KEYED_TOKEN_MAX_BYTES)])


@pytest.mark.parametrize(
    "changes",
    [
        {"use": "enc"},
        {"use": 7},
        {"key_ops": ["encrypt"]},
        {"key_ops": "verify"},
        {"key_ops": []},
        {"alg": "RSA-OAEP"},
        {"alg": "RS512"},
        {"alg": "HS256"},
        {"alg": "none"},
        {"alg": ["RS256"]},
        {"kty": "EC"},
        {"kty": "oct"},
        {"kty": "oct", "k": segment(b"k" * 32)},
        {"kty": None},
        {"kty": ["RSA"]},
        {"crv": "P-256"},
        {"kid": 7},
        {"kid": "x" * (KEY_ID_MAX_CHARS + 1)},
        {"n": None},
        {"n": 7},
        {"n": ""},
        {"n": "!!!"},
        {"n": "AQAB"},
        {"e": None},
        {"e": ""},
        {"e": "AA"},
        {"e": "Ag"},
    ],
    ids=str,
)
def test_a_key_that_does_not_fit_is_left_out(changes: dict[str, Any]) -> None:
    """Another purpose, type or algorithm, or no key at all; the others still count."""
    keys = KeySet.parse(jwks(rsa_pair().jwk(**changes), ec_pair().jwk()))
    assert len(keys) == 1
    assert_refused(keys, rsa_pair().sign())
    assert read(keys, ec_pair().sign()) == PROVIDER


@pytest.mark.parametrize(
    ("pair", "changes"),
    [
        (ec_pair(), {"crv": "P-384"}),
        (ec_pair(), {"crv": None}),
        (ec_pair(), {"x": segment(bytes(32))}),
        (ec_pair(), {"y": "AA"}),
        (ed_pair(), {"crv": "Ed448"}),
        (ed_pair(), {"crv": "X25519"}),
        (ed_pair(), {"x": segment(bytes(31))}),
        (ed_pair(), {"alg": "ES256"}),
    ],
    ids=str,
)
def test_a_key_on_another_curve_or_off_its_own_is_left_out(
    pair: Pair, changes: dict[str, Any]
) -> None:
    """P-256 and Ed25519, with a point that is on them."""
    assert len(KeySet.parse(jwks(pair.jwk(**changes)))) == 0


@pytest.mark.parametrize("changes", [{"alg": None}, {"use": None}, {"key_ops": ["verify"]}])
@each_pair
def test_a_key_may_leave_its_purpose_out(pair: Pair, changes: dict[str, Any]) -> None:
    """Then its type says which algorithm it is for."""
    assert read(KeySet.parse(jwks(pair.jwk(**changes))), pair.sign()) == PROVIDER


def test_the_id_of_a_key_may_have_256_characters() -> None:
    """In the set and in the token; one more is nobody's (above)."""
    pair = ed_pair("x" * KEY_ID_MAX_CHARS)
    assert WantedKey.of(pair.sign()) == WantedKey("EdDSA", "x" * KEY_ID_MAX_CHARS)
    assert read(KeySet.parse(jwks(pair.jwk())), pair.sign()) == PROVIDER


def test_a_weak_rsa_key_is_left_out() -> None:
    """Under 2048 bits somebody else may have the private half."""
    weak = rsa_pair("weak", 1024)
    assert_refused(KeySet.parse(jwks(weak.jwk())), weak.sign())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"{}",
        b'{"keys":null}',
        b'{"keys":{}}',
        b"<html>Sign in</html>",
        b'{"keys":"\xff"}',
        b"[" * 5000,
        b'{"keys":' + b"[" * 5000,
    ],
)
def test_what_is_no_set_of_keys_is_told(body: bytes) -> None:
    """The old keys can then go on being used."""
    with pytest.raises(KeysUnusableError, match="no JSON Web Key Set"):
        KeySet.parse(body)


@pytest.mark.parametrize("entry", [None, 7, "key", [], [{}], {}])
def test_an_entry_that_is_no_key_is_left_out(entry: object) -> None:
    """One bad entry does not lock everybody out."""
    assert len(KeySet.parse(jwks(entry, ec_pair().jwk()))) == 1


def test_a_set_has_at_most_32_keys() -> None:
    """A longer one is no provider's."""
    assert len(KeySet.parse(jwks(*[ec_pair().jwk()] * KEYS_MAX))) == KEYS_MAX
    with pytest.raises(KeysUnusableError, match="33 keys"):
        KeySet.parse(jwks(*[ec_pair().jwk()] * (KEYS_MAX + 1)))


@each_pair
def test_a_token_says_which_key_it_wants(pair: Pair) -> None:
    """Before anything about it is proven."""
    assert WantedKey.of(pair.sign()) == WantedKey(pair.algorithm, pair.key_id)
    assert WantedKey.of(pair.sign(header=pair.header(kid=None))) == WantedKey(pair.algorithm, None)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a.b.c",
        forge(PROVIDER, key=SECRET),
        ed_pair().sign(header=ed_pair().header(alg="none")),
        ed_pair().sign(header=ed_pair().header(alg=["EdDSA"])),
        ed_pair().sign(header=ed_pair().header(kid=7)),
        ed_pair().sign(header=ed_pair().header(kid="x" * (KEY_ID_MAX_CHARS + 1))),
        ed_pair().sign({**PROVIDER, "pad": "x" * KEYED_TOKEN_MAX_BYTES}),
        "tökén.a.b",
    ],
)
def test_a_token_that_no_provider_made_wants_no_key(token: str) -> None:
    """So that nonsense never costs a fetch."""
    assert WantedKey.of(token) is None


@given(body=st.binary(max_size=300) | json_values.map(lambda value: json.dumps(value).encode()))
def test_no_answer_of_a_provider_is_worse_than_unusable(body: bytes) -> None:
    """Any bytes are a set of keys or a KeysUnusableError, never another exception."""
    try:
        keys = KeySet.parse(body)
    except KeysUnusableError:
        return
    assert len(keys) <= len(json.loads(body)["keys"])


@given(
    pair=st.sampled_from(PAIRS),
    changes=st.dictionaries(
        st.sampled_from(["kty", "crv", "alg", "use", "key_ops", "kid", "n", "e", "x", "y"]),
        json_values | st.text("AQIDBA_-", max_size=60),
        min_size=1,
        max_size=3,
    ),
)
def test_no_member_of_a_key_breaks_the_set(pair: Pair, changes: dict[str, Any]) -> None:
    """Whatever a key says of itself, it counts or is left out, and the one beside it counts."""
    beside = ed_pair("beside")
    keys = KeySet.parse(jwks(pair.jwk(**changes), beside.jwk()))
    assert len(keys) in (1, 2)
    assert read(keys, beside.sign()) == PROVIDER
