"""Which encoding of an answer a client gets (RFC 9110 §12.5.3)."""

import gzip
from typing import Any

import httpx
import pytest

from api.fakes import Bar
from virtubar.api.encodings import PACK_MIN_BYTES, encoded, negotiate
from virtubar.protocol.constants import Role
from virtubar.room.config import RoomConfig


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("", "identity"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("GZIP", "gzip"),
        ("deflate, zstd", "identity"),
        ("*", "br"),
        ("*;q=0", "identity"),
        ("br;q=0, *", "gzip"),
        ("br;q=0.2, gzip;q=0.8", "gzip"),
        ("gzip;q=0.001", "gzip"),
        ("gzip;q=0.5, identity", "identity"),
        ("gzip; q=0", "identity"),
        ("identity;q=0, gzip;q=0.1", "gzip"),
        ("gzip;q=nonsense", "identity"),
        ("gzip;q=nan, br;q=inf", "br"),
        (";;,,=;q=", "identity"),
    ],
)
def test_the_encoding_is_the_one_that_is_liked_best(accepted: str, chosen: str) -> None:
    """By weight, and the smaller where weights are alike; what makes no sense is not taken."""
    assert negotiate(accepted, ("br", "gzip")) == chosen


def test_only_what_there_is_is_chosen() -> None:
    """However much the client likes another."""
    assert negotiate("br, gzip;q=0.1", ("gzip",)) == "gzip"
    assert negotiate("br, gzip", ()) == "identity"


def test_only_what_is_smaller_is_kept() -> None:
    """Below a packet of the network nothing pays."""
    assert encoded(b"x" * (PACK_MIN_BYTES - 1)).variants == {}
    assert set(encoded(b"x" * PACK_MIN_BYTES).variants) == {"gzip"}
    assert set(encoded(b"abc", {"br": b"abc", "gzip": b"ab"}).variants) == {"gzip"}


async def _raw(bar: Bar, path: str, accepted: str, **headers: str) -> tuple[httpx.Response, bytes]:
    """The answer and its body as it was sent."""
    given = {"Accept-Encoding": accepted, **headers}
    async with bar.client() as client:
        response = await client.send(client.build_request("GET", path, headers=given), stream=True)
        return response, b"".join([part async for part in response.aiter_raw()])


@pytest.mark.parametrize("path", ["/rooms", "/openapi.json", "/docs"])
async def test_what_is_encoded_once_is_served_by_what_is_taken(path: str) -> None:
    """The same content in both, with the length of what is sent."""
    bar = Bar()
    for number in range(20):
        await bar.rooms.create(RoomConfig(f"r{number}", "Attic"))
    plain, content = await _raw(bar, path, "identity")
    assert "content-encoding" not in plain.headers
    packed, body = await _raw(bar, path, "gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(body) == content
    assert len(body) < len(content) / 3
    for response, sent in ((plain, content), (packed, body)):
        assert response.headers["vary"] == "Accept-Encoding"
        assert response.headers["content-length"] == str(len(sent))


async def test_other_large_json_is_packed_as_it_goes() -> None:
    """And small answers, with their tokens, are not."""
    bar = Bar()
    room = RoomConfig("attic", "Attic", words=tuple(f"word number {n}" for n in range(150)))
    await bar.rooms.create(room)
    token = {"Authorization": f"Bearer {bar.token('ann', Role.ADMIN)}"}
    plain, content = await _raw(bar, "/rooms/attic/settings", "", **token)
    assert (plain.headers["vary"], "content-encoding" in plain.headers) == (
        "Accept-Encoding",
        False,
    )
    packed, body = await _raw(bar, "/rooms/attic/settings", "gzip", **token)
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["content-length"] == str(len(body))
    assert gzip.decompress(body) == content
    small, _ = await _raw(bar, "/rooms/lobby", "gzip")
    assert "content-encoding" not in small.headers


async def test_head_says_what_get_would() -> None:
    """The length of the encoded answer, and no body."""
    bar = Bar()
    for path in ("/openapi.json", "/docs"):
        got, body = await _raw(bar, path, "gzip")
        async with bar.client() as client:
            head = await client.head(path, headers={"Accept-Encoding": "gzip"})
        assert head.content == b""
        assert head.headers["content-length"] == got.headers["content-length"] == str(len(body))


async def test_answers_depend_on_all_that_they_depend_on() -> None:
    """A shared list says both: the origin that may read it, and the encoding."""
    options: dict[str, Any] = {"allowed_origins": ("https://party.example",)}
    bar = Bar(options)
    for number in range(20):
        await bar.rooms.create(RoomConfig(f"r{number}", "Attic"))
    response, _ = await _raw(bar, "/rooms", "gzip", Origin="https://party.example")
    assert response.headers["vary"] == "Accept-Encoding, Origin"
