"""Which encoding of an answer a client gets (RFC 9110 §12.5.3), and what is encoded as it goes.

Nothing here is a secret beside text of a stranger's: answers carry no cookies, and those with
tokens are smaller than what is encoded.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from litestar import Response
from litestar.datastructures import MutableScopeHeaders
from litestar.types import Message, Scope, Send
from msgspec import Struct
from zlib_ng import zlib_ng

from virtubar.api.headers import header, vary

IDENTITY: Final = "identity"
PREFERRED: Final = ("br", "gzip")
"""The better first, for who takes either."""
PACK_MIN_BYTES: Final = 1_400
"""Below it an answer fits a packet of the network as it is."""
_QUICK_LEVEL: Final = 2
"""For what is packed once for each answer: 60 KB of JSON take 0.2 ms."""
_BEST_LEVEL: Final = 9
"""For what is packed once for all."""
_GZIP_WINDOW: Final = 31
_JSON: Final = "application/json"


class Encoded(Struct, frozen=True):
    """One content and its encodings.

    Attributes:
        variants: by the name in `Accept-Encoding`; empty where none pays.
    """

    content: bytes
    variants: Mapping[str, bytes] = {}

    def pick(self, accepted: str) -> tuple[str, bytes]:
        """The encoding, and the content in it, for who sent that `Accept-Encoding`."""
        name = negotiate(accepted, self.variants)
        return name, self.variants.get(name, self.content)


def encoded(
    content: bytes, variants: Mapping[str, bytes] | None = None, *, quickly: bool = False
) -> Encoded:
    """The content with those of the variants that are smaller, gzip among them where it pays.

    Args:
        quickly: gzip is made for a few answers, not for all there will ever be.
    """
    found = dict(variants or {})
    if "gzip" not in found and len(content) >= PACK_MIN_BYTES:
        found["gzip"] = gzipped(content, _QUICK_LEVEL if quickly else _BEST_LEVEL)
    smaller = {name: packed for name, packed in found.items() if len(packed) < len(content)}
    return Encoded(content, smaller)


def encoded_answer(
    accepted: str, content: Encoded, headers: Mapping[str, str], media_type: str
) -> Response[bytes]:
    """An answer in the encoding that the client takes."""
    name, body = content.pick(accepted)
    return Response(body, headers={**headers, **said(content, name)}, media_type=media_type)


def said(content: Encoded, name: str) -> dict[str, str]:
    """The headers that go with that choice."""
    headers = {"Vary": "Accept-Encoding"} if content.variants else {}
    return headers if name == IDENTITY else {**headers, "Content-Encoding": name}


def negotiate(accepted: str, available: Iterable[str]) -> str:
    """The name of the encoding that the client likes best, and of those it likes alike the best.

    Args:
        accepted: `Accept-Encoding`; empty where there was none, and then nothing is encoded.
    """
    weights = _weights(accepted)
    others = weights.get("*", 0.0)
    offered = set(available)
    best, best_weight = IDENTITY, weights.get(IDENTITY, 0.0)
    for name in reversed(PREFERRED):
        weight = weights.get(name, others)
        if name in offered and weight > 0 and weight >= best_weight:
            best, best_weight = name, weight
    return best


def _weights(accepted: str) -> dict[str, float]:
    """How much each encoding is liked, 0 to 1; a weight that makes no sense is none."""
    weights: dict[str, float] = {}
    for item in accepted.lower().split(","):
        name, _, parameter = item.partition(";")
        key, _, value = parameter.partition("=")
        weight = 1.0
        if key.strip() == "q":
            try:
                weight = min(1.0, float(value))
            except ValueError:
                weight = 0.0
        weights[name.strip()] = weight if weight > 0 else 0.0
    return weights


def gzipped(content: bytes, level: int = _QUICK_LEVEL) -> bytes:
    """The content as gzip, the same bytes each time."""
    packer = zlib_ng.compressobj(level, zlib_ng.DEFLATED, _GZIP_WINDOW)
    return packer.compress(content) + packer.flush()


def packing(scope: Scope, send: Send) -> Send:
    """Sends JSON as gzip where the client takes it and the answer is large."""
    start: Message | None = None

    async def send_packed(message: Message) -> None:
        nonlocal start
        if message["type"] == "http.response.start" and _may_pack(message):
            start = message
            return
        if start is not None and message["type"] == "http.response.body":
            head, start = start, None
            body = message.get("body", b"")
            if len(body) >= PACK_MIN_BYTES and not message.get("more_body"):
                headers = MutableScopeHeaders.from_message(head)
                vary(headers, "Accept-Encoding")
                if negotiate(header(scope, b"accept-encoding"), ("gzip",)) == "gzip":
                    body = gzipped(body)
                    headers["Content-Encoding"] = "gzip"
                    headers["Content-Length"] = str(len(body))
                    message = {**message, "body": body}
            await send(head)
        await send(message)

    return send_packed


def _may_pack(start: Message) -> bool:
    """Whether it is JSON whose encoding has not been chosen yet."""
    headers = MutableScopeHeaders.from_message(start)
    is_json = headers.get("content-type", "").partition(";")[0] == _JSON
    return is_json and "accept-encoding" not in headers.get("vary", "").lower()
