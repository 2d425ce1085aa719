"""Key pairs of an identity provider, and tokens under any header that they sign."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from auth.forging import PROVIDER, segment

Private = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | Ed25519PrivateKey


class Pair(NamedTuple):
    """A key pair under the id and the algorithm that its provider gives it."""

    private: Private
    algorithm: str
    key_id: str

    def jwk(self, **changes: Any) -> dict[str, Any]:
        """The public half as a set has it; what a change makes None is left out."""
        said = {"kid": self.key_id, "use": "sig", "alg": self.algorithm, **_public(self.private)}
        return {name: value for name, value in {**said, **changes}.items() if value is not None}

    def header(self, **changes: Any) -> dict[str, Any]:
        """The header that its provider writes; what a change makes None is left out."""
        said = {"alg": self.algorithm, "typ": "JWT", "kid": self.key_id, **changes}
        return {name: value for name, value in said.items() if value is not None}

    def sign(
        self, claims: bytes | Mapping[str, Any] = PROVIDER, header: Mapping[str, Any] | None = None
    ) -> str:
        """A token that it signed, whatever the header says."""
        said = self.header() if header is None else header
        signed = f"{segment(said)}.{segment(claims)}"
        return f"{signed}.{segment(_signature(self.private, signed.encode()))}"

    def pem(self) -> bytes:
        """The public half as a file that everybody may have."""
        public = self.private.public_key()
        return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@cache
def rsa_pair(key_id: str = "rsa-1", bits: int = 2048) -> Pair:
    """One pair for each id and size in a whole run: they are slow to make."""
    # Deliberately also of sizes that are to be refused.
    return Pair(rsa.generate_private_key(65537, bits), "RS256", key_id)


@cache
def ec_pair(key_id: str = "ec-1") -> Pair:
    return Pair(ec.generate_private_key(ec.SECP256R1()), "ES256", key_id)


@cache
def ed_pair(key_id: str = "ed-1") -> Pair:
    return Pair(Ed25519PrivateKey.generate(), "EdDSA", key_id)


def jwks(*keys: Any) -> bytes:
    """A set of these keys as it is served."""
    return json.dumps({"keys": list(keys)}).encode()


def _public(private: Private) -> dict[str, str]:
    public = private.public_key()
    if isinstance(public, rsa.RSAPublicKey):
        numbers = public.public_numbers()
        return {"kty": "RSA", "n": _number(numbers.n), "e": _number(numbers.e)}
    if isinstance(public, ec.EllipticCurvePublicKey):
        point = public.public_numbers()
        return {"kty": "EC", "crv": "P-256", "x": _number(point.x, 32), "y": _number(point.y, 32)}
    raw = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return {"kty": "OKP", "crv": "Ed25519", "x": segment(raw)}


def _number(value: int, size: int | None = None) -> str:
    return segment(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


def _signature(private: Private, data: bytes) -> bytes:
    if isinstance(private, rsa.RSAPrivateKey):
        return private.sign(data, padding.PKCS1v15(), hashes.SHA256())
    if isinstance(private, ec.EllipticCurvePrivateKey):
        r, s = decode_dss_signature(private.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")
    return private.sign(data)
