"""Tokens as an attacker would make them: any header, any claims, any signature."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

SECRET = "a secret of the bar that is long enough"
OTHER_SECRET = "a secret of somebody else, long enough too"
WALL_MS = 1_760_000_000_000
HEADER = {"alg": "HS256", "typ": "JWT"}


def segment(data: bytes | Mapping[str, Any]) -> str:
    """Base64url without padding; a mapping as JSON (NaN and Infinity as Python writes them)."""
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def forge(
    claims: bytes | Mapping[str, Any],
    *,
    header: Mapping[str, Any] | bytes = HEADER,
    key: str | bytes = SECRET,
    digest: str = "sha256",
) -> str:
    """A compact JWT, signed by HMAC whatever its header says."""
    signed = f"{segment(header)}.{segment(claims)}"
    secret = key.encode() if isinstance(key, str) else key
    signature = hmac.new(secret, signed.encode(), getattr(hashlib, digest)).digest()
    return f"{signed}.{segment(signature)}"


def without(claims: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The claims less one."""
    return {key: value for key, value in claims.items() if key != name}


REALTIME: dict[str, Any] = {
    "iss": "virtubar",
    "aud": "virtubar:realtime",
    "sub": "guest-0123456789abcdef",
    "room": "lobby",
    "role": "guest",
    "device": "desktop",
    "iat": WALL_MS / 1000,
    "exp": WALL_MS / 1000 + 300,
    "jti": "t1",
}
GUEST: dict[str, Any] = {
    "iss": "virtubar",
    "aud": "virtubar:identity",
    "sub": "guest-0123456789abcdef",
    "iat": WALL_MS / 1000,
    "exp": WALL_MS / 1000 + 3600,
}
OPERATOR: dict[str, Any] = {
    "iss": "virtubar",
    "aud": "virtubar:operator",
    "sub": "alice",
    "role": "admin",
    "iat": WALL_MS / 1000,
    "exp": WALL_MS / 1000 + 3600,
}
PROVIDER: dict[str, Any] = {
    "iss": "https://id.example",
    "aud": "virtubar",
    "sub": "ada",
    "name": "Ada",
    "role": "moderator",
    "iat": WALL_MS / 1000,
    "exp": WALL_MS / 1000 + 3600,
}

BAD_CLAIMS: dict[str, dict[str, Any]] = {
    "wrong issuer": {"iss": "somebody"},
    "wrong audience": {"aud": "virtubar:elsewhere"},
    "issued in the future": {"iat": WALL_MS / 1000 + 6},
    "issued after its end": {"iat": WALL_MS / 1000 - 1, "exp": WALL_MS / 1000 - 2},
    "end as text": {"exp": str(WALL_MS / 1000 + 300)},
    "end in milliseconds": {"exp": WALL_MS + 300_000},
    "end never": {"exp": float("inf")},
    "end that is no number": {"exp": float("nan")},
    "end null": {"exp": None},
    "end huge": {"exp": 1e308},
    "end true": {"exp": True},
    "user with a space": {"sub": "guest 0123456789abcdef"},
    "user with a line break": {"sub": "guest-0123456789abcdef\n"},
    "user empty": {"sub": ""},
    "user as list": {"sub": ["guest-0123456789abcdef"]},
}
"""Claims that no token of ours has, by what is wrong with them."""


def tricks(claims: Mapping[str, Any], key: str = SECRET) -> dict[str, str]:
    """Tokens that must be refused whatever their claims say, by the attack they are."""
    good = forge(claims, key=key)
    head, body, signature = good.split(".")
    none = segment({"alg": "none", "typ": "JWT"})
    return {
        "empty": "",
        "one dot": ".",
        "two dots": "..",
        "not base64": "!!!.???.***",
        "not ascii": "tökén.a.b",
        "lone surrogate": "\ud800.a.b",
        "null byte": good + "\x00",
        "trailing space": good + " ",
        "another segment": good + ".e30",
        "no signature": f"{head}.{body}.",
        "signature cut": f"{head}.{body}.{signature[:-4]}",
        "signature of another": forge({**claims, "jti": "t2"}, key=key).rsplit(".", 1)[0]
        + f".{signature}",
        "another secret": forge(claims, key=OTHER_SECRET + "!"),
        "empty secret": forge(claims, key=""),
        "alg none": f"{none}.{body}.",
        "alg none with a signature": f"{none}.{body}.{signature}",
        "alg None": f"{segment({'alg': 'None', 'typ': 'JWT'})}.{body}.",
        "alg missing": forge(claims, header={"typ": "JWT"}, key=key),
        "alg null": forge(claims, header={"alg": None, "typ": "JWT"}, key=key),
        "alg as list": forge(claims, header={"alg": ["HS256"], "typ": "JWT"}, key=key),
        "alg RS256 signed by HMAC": forge(claims, header={"alg": "RS256", "typ": "JWT"}, key=key),
        "alg HS512": forge(claims, header={"alg": "HS512", "typ": "JWT"}, key=key, digest="sha512"),
        "alg in lower case": forge(claims, header={"alg": "hs256", "typ": "JWT"}, key=key),
        "kid that names an empty file": forge(
            claims, header={**HEADER, "kid": "../../../../dev/null"}, key=""
        ),
        "jku of the attacker": forge(
            claims, header={**HEADER, "jku": "https://evil.example/keys"}, key=OTHER_SECRET + "!"
        ),
        "jwk of the attacker": forge(
            claims,
            header={**HEADER, "jwk": {"kty": "oct", "k": segment(b"k" * 32)}},
            key=b"k" * 32,
        ),
        "critical extension": forge(claims, header={**HEADER, "crit": ["x"], "x": 1}, key=key),
        "detached payload": forge(
            claims, header={**HEADER, "crit": ["b64"], "b64": False}, key=key
        ),
        "header as list": forge(claims, header=b"[1]", key=key),
        "header nested 2000 deep": forge(claims, header=b"[" * 2000, key=key),
        "header not utf-8": forge(claims, header=b"\xff\xfe", key=key),
        "nested token as payload": forge(good.encode(), header={**HEADER, "cty": "JWT"}, key=key),
        "payload as list": forge(b"[]", key=key),
        "payload nested 2000 deep": forge(b'{"iss":' + b"[" * 2000, key=key),
        "payload not utf-8": forge(b'{"iss":"\xff"}', key=key),
        "payload empty": forge(b"", key=key),
        "payload with a huge integer": forge(b'{"exp":' + b"9" * 2000 + b"}", key=key),
        "over 4 KiB": forge({**claims, "pad": "x" * 4096}, key=key),
    }
