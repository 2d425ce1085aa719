"""The page and its files: served from memory by their exact names."""

import gzip
import re
from importlib.resources import files
from pathlib import Path

import pytest

from api.fakes import Bar, assert_error
from virtubar.api.encodings import PACK_MIN_BYTES, Encoded
from virtubar.api.page import Asset, load_assets
from virtubar.api.request_limits import FILES_BY_ADDRESS


@pytest.fixture
def bar() -> Bar:
    return Bar()


@pytest.mark.parametrize("path", ["/r/lobby", "/r/some-room_1", "/?room=lobby", "/index.html"])
async def test_the_page_is_served_for_every_room(bar: Bar, path: str) -> None:
    """A link to a room shows the same page; it says itself where there is no such room."""
    response = await bar.get(path)
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.text == (await bar.get("/")).text
    assert "<title>VirtuBar</title>" in response.text


@pytest.mark.parametrize("path", ["/map", "/map?room=lobby"])
async def test_the_bar_from_above_has_its_own_page(bar: Bar, path: str) -> None:
    """For machines that cannot draw it in three dimensions; `?room=` is for the page to read."""
    response = await bar.get(path)
    assert response.status_code == 200
    assert response.content == load_assets()["/map.html"].content.content


async def test_where_the_client_is_not_built_the_page_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """At both addresses, with what to do about it, and with what it is drawn by."""
    pages = files("virtubar.api").joinpath("pages")
    ours = {"virtubar": tmp_path, "virtubar.api": pages.joinpath("..")}
    monkeypatch.setattr("virtubar.api.page.files", ours.__getitem__)
    bar = Bar.apart()
    response = await bar.get("/")
    assert response.status_code == 200
    assert "not built yet" in response.text
    assert "make web" in response.text
    assert (await bar.get("/map")).text == response.text
    assert (await bar.get("/static/docs.css")).status_code == 200
    assert_error(await bar.get("/admin"), 404, "not_found")


def asset(text: bytes) -> Asset:
    return Asset(Encoded(text), "text/html", "tag", "no-cache")


async def test_the_operators_page_has_an_address_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As guarded as the bar: nothing inline, no frame around it, nothing kept without asking."""
    built = {"/index.html": asset(b"bar"), "/map.html": asset(b"map")}
    monkeypatch.setattr(
        "virtubar.api.page.load_assets", lambda: {**built, "/admin.html": asset(b"admin")}
    )
    bar = Bar.apart()
    response = await bar.get("/admin")
    assert (response.status_code, response.content) == (200, b"admin")
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert "script-src 'self'" in response.headers["content-security-policy"]
    assert response.headers["x-frame-options"] == "DENY"
    assert response.headers["cache-control"] == "no-cache"
    assert (await bar.get("/admin.html")).content == b"admin"


async def test_where_the_operators_page_is_not_built_there_is_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """404 in the one shape."""
    built = {"/index.html": asset(b"bar"), "/map.html": asset(b"map")}
    monkeypatch.setattr("virtubar.api.page.load_assets", lambda: built)
    assert_error(await Bar.apart().get("/admin"), 404, "not_found")


@pytest.mark.parametrize(
    "path",
    ["/r", "/r/", "/r/a%20b", "/r/" + "x" * 65, "/r/%3Cscript%3E", "/r/..%5c..", "/r/lobby."],
)
async def test_a_link_that_can_lead_to_no_room_shows_the_page_that_says_so(
    bar: Bar, path: str
) -> None:
    """404 for programs; people read the page, which offers them the lobby."""
    response = await bar.get(path, headers={"If-None-Match": (await bar.get("/")).headers["etag"]})
    assert response.status_code == 404
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.text == (await bar.get("/")).text
    assert "script-src 'self'" in response.headers["content-security-policy"]
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("page", ["/", "/map"])
async def test_everything_that_a_page_loads_is_ours_and_there(bar: Bar, page: str) -> None:
    """No link leads to another host, nothing is inline, and each file is served."""
    text = (await bar.get(page)).text
    loaded = re.findall(r'(?:src|href)="([^"]+)"', text)
    assert loaded
    for path in loaded:
        assert path.startswith("/")
        assert (await bar.get(path)).status_code == 200
    assert "<style" not in text
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"\son\w+=|\sstyle=", text)


@pytest.mark.parametrize("path", sorted(load_assets()))
async def test_a_file_is_served_with_its_type_and_kept_by_its_tag(bar: Bar, path: str) -> None:
    """Browsers ask whether it changed, and are told 304 where it has not; what has a hash in its
    name never changes."""
    first = await bar.get(path)
    kinds = {
        "html": "text/html",
        "css": "text/css",
        "js": "text/javascript",
        "txt": "text/plain",
        "woff2": "font/woff2",
    }
    assert first.headers["content-type"].startswith(kinds.get(path.rpartition(".")[2], "image/"))
    kept = "immutable" if path.startswith("/assets/") else "no-cache"
    assert kept in first.headers["cache-control"]
    tag = first.headers["etag"]
    again = await bar.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    other = await bar.get(path, headers={"If-None-Match": '"x"'})
    assert other.content == first.content


@pytest.mark.parametrize(
    "path",
    [
        "../page.py",
        "../../settings.py",
        "..%2fpage.py",
        "%2e%2e/page.py",
        "%2e%2e%2f%2e%2e%2fsettings.py",
        "..%5cpage.py",
        "....//page.py",
        "%252e%252e%252fpage.py",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "docs.css/",
        "./docs.css/../../page.py",
        "docs.css%00.html",
        "DOCS.CSS",
        "",
        "unbuilt.html",
        "docs.css~",
    ],
)
async def test_no_path_leads_out_of_the_files(bar: Bar, path: str) -> None:
    """Names are looked up, not opened: what is not exactly one of them is not there."""
    response = await bar.get(f"/static/{path}")
    if response.status_code == 200:
        assert path == "docs.css/"
        return
    assert_error(response, 404, "not_found")


async def test_the_sockets_address_says_what_it_speaks(bar: Bar) -> None:
    """426 with the protocol to upgrade to (RFC 9110 §15.5.22)."""
    response = await bar.get("/ws?realtimeToken=secret")
    assert_error(response, 426, "upgrade_required")
    assert response.headers["upgrade"] == "websocket"


LARGE = b"<p>cheers</p>" * 500
PACKED = {"br": b"brotli", "gzip": b"gzip"}


@pytest.fixture
def packed(monkeypatch: pytest.MonkeyPatch) -> Bar:
    """A bar whose page was built in two more encodings."""
    page = Asset(Encoded(LARGE, PACKED), "text/html", "tag", "no-cache")
    built = {"/index.html": page, "/map.html": asset(b"map")}
    monkeypatch.setattr("virtubar.api.page.load_assets", lambda: built)
    return Bar.apart()


@pytest.mark.parametrize(
    ("accepted", "encoding", "etag"),
    [
        ("gzip, deflate, br, zstd", "br", '"tag-br"'),
        ("gzip", "gzip", '"tag-gzip"'),
        ("identity", None, '"tag"'),
        ("br;q=0, gzip;q=0", None, '"tag"'),
    ],
)
async def test_a_file_comes_in_an_encoding_that_is_taken(
    packed: Bar, accepted: str, encoding: str | None, etag: str
) -> None:
    """Caches are told what the answer depends on, and each encoding has its own ETag."""
    for _ in range(2):
        async with packed.client() as client:
            request = client.build_request("GET", "/", headers={"Accept-Encoding": accepted})
            response = await client.send(request, stream=True)
            body = b"".join([part async for part in response.aiter_raw()])
        assert body == (LARGE if encoding is None else PACKED[encoding])
        assert response.headers.get("content-encoding") == encoding
        assert response.headers["vary"] == "Accept-Encoding"
        assert response.headers["etag"] == etag
        assert response.headers["content-length"] == str(len(body))


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ('"tag-br"', 304),
        ('W/"tag-br"', 304),
        ('"other", "tag-br"', 304),
        ("*", 304),
        ('"tag"', 200),
        ('"tag-gzip"', 200),
        ("tag-br", 200),
    ],
)
async def test_a_file_that_the_browser_has_is_not_sent_again(
    packed: Bar, asked: str, status: int
) -> None:
    """In the encoding that it takes (RFC 9110 §13.1.2); the answer still says what it is."""
    headers = {"Accept-Encoding": "br, gzip", "If-None-Match": asked}
    async with packed.client() as client:
        request = client.build_request("GET", "/", headers=headers)
        response = await client.send(request, stream=True)
        await response.aclose()
    assert response.status_code == status
    assert response.headers["etag"] == '"tag-br"'
    assert response.headers["vary"] == "Accept-Encoding"
    assert ("content-encoding" in response.headers) == (status == 200)


def test_what_is_large_and_text_is_encoded_beside_itself() -> None:
    """Wherever it comes from: ours have gzip, the build's Brotli too."""
    for name, one in load_assets().items():
        content = one.content.content
        if len(content) < PACK_MIN_BYTES or name.endswith((".png", ".woff2")):
            assert not one.content.variants, name
            continue
        assert gzip.decompress(one.content.variants["gzip"]) == content, name
        if not name.startswith("/static/"):
            assert len(one.content.variants["br"]) < len(content) / 2, name


async def test_files_are_limited_by_address(bar: Bar) -> None:
    """So generously that a whole party may load the page at once."""
    _, burst = FILES_BY_ADDRESS
    async with bar.client() as client:
        for _ in range(burst):
            assert (await client.get("/static/icon.svg")).status_code == 200
        assert_error(await client.get("/static/icon.svg"), 429, "rate_limited")
        bar.now_ms += 2
        assert (await client.get("/static/icon.svg")).status_code == 200
