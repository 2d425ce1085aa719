"""Signed JSON (JWT, RFC 7519), the algorithm fixed by the key: what tokens are made of (§3).

PyJWT checks form, algorithm and signature. Claims are decoded by msgspec into strict structs and
judged here, against a clock that is passed in.
"""

import hashlib
from typing import Annotated, Any, Final, TypeVar

import jwt
import msgspec
from msgspec import Meta, Struct

from virtubar.errors import RefusedError
from virtubar.protocol.constants import TOKEN_LEEWAY_MS, AuthCode

ALGORITHM: Final = "HS256"
SECRET_MIN_BYTES: Final = 32
"""HS256 asks for a key as long as its hash (RFC 7518 §3.2)."""
TOKEN_MAX_BYTES: Final = 4096
"""Longer ones are refused unread; ours are about 350 bytes, and a message has 4 KiB (§2)."""
_OWN_HEADER: Final = {"alg": ALGORITHM, "typ": "JWT"}
_SECONDS_MAX: Final = 1e11
"""The year 5138: a time stamp beyond it is in milliseconds, or nonsense."""

Seconds = Annotated[float, Meta(ge=0, le=_SECONDS_MAX)]
"""`iat` and `exp`: seconds since the epoch, milliseconds as their fraction."""
_Claims = TypeVar("_Claims")


class TokenRefusedError(RefusedError):
    """The token says nothing that can be believed; its bearer is at fault.

    Attributes:
        code: TOKEN_INVALID, with one message whatever was wrong, or TOKEN_EXPIRED.
        message: one sentence for a person.
    """

    def __init__(self, code: AuthCode, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def token_invalid() -> TokenRefusedError:
    """The one answer to every token that cannot be believed, so that it teaches nothing."""
    return TokenRefusedError(AuthCode.TOKEN_INVALID, "The token is not valid here.")


def token_expired() -> TokenRefusedError:
    """The answer to a token that was good once."""
    return TokenRefusedError(AuthCode.TOKEN_EXPIRED, "The token has expired.")


def seconds(epoch_ms: int) -> float:
    """Epoch milliseconds as the seconds of a claim."""
    return epoch_ms / 1000


def milliseconds(epoch_seconds: float) -> int:
    """The seconds of a claim as epoch milliseconds."""
    return round(epoch_seconds * 1000)


def check_times(issued_at_ms: int, expires_at_ms: int, wall_ms: int) -> None:
    """Judge a token's life, with a leeway of 5 s on either side (§3).

    Raises:
        TokenRefusedError: issued in the future or after its own end (invalid), or expired.
    """
    if issued_at_ms > wall_ms + TOKEN_LEEWAY_MS or issued_at_ms > expires_at_ms:
        raise token_invalid()
    if wall_ms >= expires_at_ms + TOKEN_LEEWAY_MS:
        raise token_expired()


class Signer:
    """Makes and opens tokens of one secret.

    Args:
        secret: at least 32 bytes. A shorter one, which only development allows, is hashed to that
            length; that hides no weakness, it only gives the algorithm the key it wants.
    """

    def __init__(self, secret: str) -> None:
        key = secret.encode()
        self._key = key if len(key) >= SECRET_MIN_BYTES else hashlib.sha256(key).digest()
        self._jws = jwt.PyJWS(algorithms=[ALGORITHM])

    def sign(self, claims: Struct) -> str:
        """The claims as a compact JWT."""
        return self._jws.encode(msgspec.json.encode(claims), self._key, algorithm=ALGORITHM)

    def open(self, token: str, claims: type[_Claims]) -> _Claims:
        """The claims of a token that `sign` made.

        Args:
            token: as it came, of any length and content.
            claims: what must be in it; other claims are ignored.

        Raises:
            TokenRefusedError: TOKEN_INVALID for everything that is wrong with it.
        """
        header, payload = read_signed(self._jws, token, self._key, ALGORITHM)
        if header != _OWN_HEADER:
            raise token_invalid()
        return decode_claims(payload, claims)

    def read(self, token: str) -> bytes:
        """The payload of a token that somebody else signed with this secret.

        They may add to the header (`kid`), which is then ignored: nothing in it chooses the key.

        Raises:
            TokenRefusedError: TOKEN_INVALID for everything that is wrong with it.
        """
        return read_signed(self._jws, token, self._key, ALGORITHM)[1]


def read_signed(
    jws: jwt.PyJWS,
    token: str,
    key: bytes | jwt.PyJWK,
    algorithm: str,
    max_bytes: int = TOKEN_MAX_BYTES,
) -> tuple[dict[str, Any], bytes]:
    """Header and payload of a token that this key signed by this algorithm.

    Args:
        token: as it came, of any length and content.
        max_bytes: longer ones are refused unread.

    Raises:
        TokenRefusedError: TOKEN_INVALID for everything that is wrong with it.
    """
    if not token.isascii() or len(token) > max_bytes:
        raise token_invalid()
    try:
        opened = jws.decode_complete(token, key, algorithms=[algorithm])
    except (jwt.PyJWTError, RecursionError, UnicodeDecodeError):
        raise token_invalid() from None
    return opened["header"], opened["payload"]


def decode_claims(payload: bytes, claims: type[_Claims]) -> _Claims:
    """The claims of a payload; raises TokenRefusedError where they are not these."""
    try:
        return msgspec.json.decode(payload, type=claims)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        raise token_invalid() from None
