"""The public keys of an identity provider (JWKS, RFC 7517), and which of them a token wants; pure.

A key is bound to its one algorithm when it is read. The token's header may name the key and must
agree with its algorithm; it never brings a key, and never chooses an algorithm.
"""

from collections.abc import Iterable
from typing import Any, Final

import jwt
import msgspec
from msgspec import Struct

from virtubar.auth.signing import read_signed, token_invalid
from virtubar.errors import VirtuBarError

KEYS_MAX: Final = 32
"""Keys of one set: a provider has two or three, while it changes them."""
KEY_ID_MAX_CHARS: Final = 256
KEYED_TOKEN_MAX_BYTES: Final = 8 * 1024
"""Long signatures and lists of roles; proxies rarely pass longer headers."""
RSA_BITS: Final = range(2048, 8192 + 1)
"""RFC 7518 §3.3 asks for the least; beyond the most a check takes milliseconds."""
_MEMBERS: Final = {
    ("RSA", None): ("RS256", ("n", "e")),
    ("EC", "P-256"): ("ES256", ("crv", "x", "y")),
    ("OKP", "Ed25519"): ("EdDSA", ("crv", "x")),
}
"""By type and curve: the algorithm, and what of the key is public."""
ALGORITHMS: Final = frozenset(algorithm for algorithm, _ in _MEMBERS.values())

_jws = jwt.PyJWS(algorithms=sorted(ALGORITHMS))


class KeysUnusableError(VirtuBarError):
    """What a provider answered is not a set of keys."""


class WantedKey(Struct, frozen=True):
    """What a token's header says of its key; nothing of it is proven.

    Attributes:
        algorithm: one of ALGORITHMS.
        key_id: `kid`; None where the token names none.
    """

    algorithm: str
    key_id: str | None

    @classmethod
    def of(cls, token: str) -> "WantedKey | None":
        """What the token wants; None where no key of a provider could be meant."""
        if not token.isascii() or len(token) > KEYED_TOKEN_MAX_BYTES:
            return None
        try:
            header = _jws.get_unverified_header(token)
        except (jwt.PyJWTError, RecursionError, UnicodeDecodeError):
            return None
        algorithm, key_id = header.get("alg"), header.get("kid")
        if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
            return None
        if key_id is not None and len(key_id) > KEY_ID_MAX_CHARS:
            return None
        return cls(algorithm, key_id)


class Key(Struct, frozen=True):
    """One public key, bound to its algorithm."""

    algorithm: str
    key_id: str | None
    public: jwt.PyJWK

    def read(self, token: str) -> bytes:
        """The payload of a token that this key signed; raises TokenRefusedError."""
        return read_signed(
            _jws, token, self.public, self.algorithm, max_bytes=KEYED_TOKEN_MAX_BYTES
        )[1]


class KeySet:
    """The keys that a provider signs with at some time.

    Args:
        keys: where two share id and algorithm, the first counts.
    """

    def __init__(self, keys: Iterable[Key] = ()) -> None:
        self._keys = tuple(keys)

    def __len__(self) -> int:
        return len(self._keys)

    @classmethod
    def parse(cls, body: bytes) -> "KeySet":
        """The keys in a JWKS document; those that are for something else are left out.

        Raises:
            KeysUnusableError: it is no such document, or has more than KEYS_MAX keys.
        """
        try:
            found = msgspec.json.decode(body, type=_Document).keys
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            raise KeysUnusableError("the answer is no JSON Web Key Set") from None
        if len(found) > KEYS_MAX:
            raise KeysUnusableError(f"the set has {len(found)} keys, over {KEYS_MAX}")
        keys = (_key(one) for one in found if isinstance(one, dict))
        return cls(key for key in keys if key is not None)

    def find(self, wanted: WantedKey) -> Key | None:
        """The key that a token wants; None where there is none.

        A token that names no key wants the only one there is of its algorithm.
        """
        fitting = [key for key in self._keys if key.algorithm == wanted.algorithm]
        if wanted.key_id is None:
            return fitting[0] if len(fitting) == 1 else None
        return next((key for key in fitting if key.key_id == wanted.key_id), None)

    def read(self, token: str) -> bytes:
        """The payload of a token that one of the keys signed.

        Raises:
            TokenRefusedError: TOKEN_INVALID for everything that is wrong with it.
        """
        wanted = WantedKey.of(token)
        key = None if wanted is None else self.find(wanted)
        if key is None:
            raise token_invalid()
        return key.read(token)


NO_KEYS: Final = KeySet()


class _Document(Struct, frozen=True):
    keys: list[Any]


def _key(data: dict[str, Any]) -> Key | None:
    """The key, None where it is not one to verify tokens with."""
    kind, curve, key_id = data.get("kty"), data.get("crv"), data.get("kid")
    if not isinstance(kind, str) or not isinstance(curve, str | None):
        return None
    algorithm, members = _MEMBERS.get((kind, curve), ("", ()))
    if not algorithm or not _is_for_signatures(data, algorithm):
        return None
    if not isinstance(key_id, str | None) or len(key_id or "") > KEY_ID_MAX_CHARS:
        return None
    public = {name: data.get(name) for name in members}
    if not all(isinstance(value, str) for value in public.values()):
        return None
    try:
        made = jwt.PyJWK({"kty": kind, **public}, algorithm)
    except (jwt.PyJWTError, ValueError):
        return None
    if kind == "RSA" and made.key.key_size not in RSA_BITS:
        return None
    return Key(algorithm, key_id, made)


def _is_for_signatures(data: dict[str, Any], algorithm: str) -> bool:
    """Whether `alg`, `use` and `key_ops`, where they are there, agree with that."""
    operations = data.get("key_ops")
    if operations is not None and not (isinstance(operations, list) and "verify" in operations):
        return False
    return data.get("alg") in (None, algorithm) and data.get("use") in (None, "sig")
