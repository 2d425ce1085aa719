"""The web client at `/`, the map at `/map`, the operator's page at `/admin`, and their files.

All of it is in memory, so that no path of a request reaches the disk, in every encoding in which it
is smaller: the build makes Brotli and gzip of the client's files. `apps/web` is built into
`virtubar/web`; a source tree where it is not built yet has a page that says so.
"""

import hashlib
import re
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import PurePath
from typing import Any, Final

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from msgspec import Struct

from virtubar.api.encodings import IDENTITY, Encoded, encoded, said
from virtubar.api.headers import page_policy
from virtubar.api.parts import ApiParts
from virtubar.api.request_limits import FILES_BY_ADDRESS, limited
from virtubar.errors import RequestRefusedError
from virtubar.protocol.constants import ROOM_ID_PATTERN

_TYPES: Final = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".json": "application/json",
    ".txt": "text/plain",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
}
"""What is served, by suffix; the framework adds the charset of text."""
_PACKED: Final = frozenset({".png", ".woff2"})
"""Types that are compressed in themselves."""
_BUILT: Final = {"br": ".br", "gzip": ".gz"}
"""Encodings that the build makes, and what it puts behind the file's name."""
_room_id = re.compile(ROOM_ID_PATTERN)
_REVALIDATE: Final = "no-cache"
"""Browsers keep the files and ask whether they changed: a new server is a new page at once."""
_FOR_GOOD: Final = "public, max-age=31536000, immutable"
"""Files with a hash of their content in the name never change."""
_HASHED: Final = "assets/"


class Asset(Struct, frozen=True):
    """One file of the page.

    Attributes:
        tag: of its content; each encoding has an ETag of its own.
    """

    content: Encoded
    media_type: str
    tag: str
    caching: str

    def etag(self, encoding: str) -> str:
        """The ETag of the file in that encoding (RFC 9110 §8.8.3)."""
        return f'"{self.tag}"' if encoding == IDENTITY else f'"{self.tag}-{encoding}"'


def load_assets() -> dict[str, Asset]:
    """Every file by its path on this server; those of other types are not served.

    `/map.html` is the bar seen from above, a page without WebGL. Where the web client is not built,
    both it and `/index.html` say so.
    """
    ours = files("virtubar.api").joinpath("pages")
    assets = {f"/static/{path}": asset for path, asset in _walk(ours, "")}
    assets["/map.html"] = assets["/index.html"] = assets.pop("/static/unbuilt.html")
    built = files("virtubar").joinpath("web")
    if built.joinpath("index.html").is_file():
        assets.update({f"/{path}": asset for path, asset in _walk(built, "")})
    return assets


def _walk(folder: Traversable, prefix: str) -> Iterator[tuple[str, Asset]]:
    for file in folder.iterdir():
        path = prefix + file.name
        if file.is_dir():
            yield from _walk(file, f"{path}/")
            continue
        media_type = _TYPES.get(file.name[file.name.rfind(".") :])
        if media_type is not None:
            content = file.read_bytes()
            tag = hashlib.sha256(content).hexdigest()[:32]
            caching = _FOR_GOOD if path.startswith(_HASHED) else _REVALIDATE
            yield path, Asset(_variants(folder, file.name, content), media_type, tag, caching)


def _variants(folder: Traversable, name: str, content: bytes) -> Encoded:
    """The file and what the build has encoded of it, beside it; what it has not is encoded here."""
    if PurePath(name).suffix in _PACKED:
        return Encoded(content)
    beside = {key: folder.joinpath(f"{name}{suffix}") for key, suffix in _BUILT.items()}
    return encoded(content, {key: one.read_bytes() for key, one in beside.items() if one.is_file()})


def page_routes(parts: ApiParts) -> list[HTTPRouteHandler]:
    """The handlers of `/`, `/r/{roomId}`, `/map`, `/admin` and their files, and the answer to a
    bare `GET /ws`."""
    assets = load_assets()
    policy = page_policy(parts.public_url)
    shown: dict[str, Any] = {
        "sync_to_thread": False,
        "include_in_schema": False,
        "guards": [limited(parts, FILES_BY_ADDRESS)],
    }
    return [
        _named(["/"], "/index.html", assets, policy, shown),
        _room_page(assets, policy, shown),
        _named(["/map"], "/map.html", assets, policy, shown),
        _named(["/admin"], "/admin.html", assets, policy, shown),
        _files(assets, policy, shown),
        socket_only,
    ]


def _named(
    paths: list[str], name: str, assets: dict[str, Asset], policy: str, shown: dict[str, Any]
) -> HTTPRouteHandler:
    """One page under a name of its own: the bar; the bar seen from above, where `?room=` says
    which; the operator's page, which anybody may load and which shows what their identity may see.
    """

    @get(paths, **shown)
    def page(request: Request[Any, Any, Any]) -> Response[bytes]:
        """The page, where it is built."""
        return _answer(request, _found(assets, name), policy)

    return page


def _room_page(assets: dict[str, Asset], policy: str, shown: dict[str, Any]) -> HTTPRouteHandler:
    @get(["/r", "/r/{room_id:str}"], **shown)
    def room_page(request: Request[Any, Any, Any], room_id: FromPath[str] = "") -> Response[bytes]:
        """The bar for one room: a link to send to friends. The page says if it is gone."""
        page = assets["/index.html"]
        is_room = _room_id.match(room_id) is not None
        return _answer(request, page, policy) if is_room else _no_room(page, policy)

    return room_page


def _files(assets: dict[str, Asset], policy: str, shown: dict[str, Any]) -> HTTPRouteHandler:
    @get(_paths(assets), **shown)
    def file(request: Request[Any, Any, Any]) -> Response[bytes]:
        """One of the pages' files, by its exact name."""
        return _answer(request, _found(assets, request.scope["path"]), policy)

    return file


@get("/ws", sync_to_thread=False, include_in_schema=False)
def socket_only() -> None:
    """Told to those who open the socket's address without a socket."""
    raise RequestRefusedError(426, "upgrade_required", "This address speaks WebSocket.")


def _found(assets: dict[str, Asset], path: str) -> Asset:
    """The file of that name.

    Raises:
        NotFoundException: there is none.
    """
    asset = assets.get(path)
    if asset is None:
        raise NotFoundException
    return asset


def _paths(assets: dict[str, Asset]) -> list[str]:
    """The routes of the files: one for each folder, and one for each file that is in none."""
    folders = {f"/{path.split('/')[1]}/{{path:path}}" for path in assets if path.count("/") > 1}
    return sorted(folders | {path for path in assets if path.count("/") == 1})


def _no_room(page: Asset, policy: str) -> Response[bytes]:
    """404 in words for people: links are typed, and cut off, by hand."""
    headers = {"Cache-Control": "no-store", "Content-Security-Policy": policy}
    content = page.content.content
    return Response(content, status_code=404, headers=headers, media_type=page.media_type)


def _answer(request: Request[Any, Any, Any], asset: Asset, policy: str) -> Response[bytes]:
    encoding, body = asset.content.pick(request.headers.get("accept-encoding", ""))
    headers = {
        "ETag": asset.etag(encoding),
        "Cache-Control": asset.caching,
        "Content-Security-Policy": policy,
        **said(asset.content, encoding),
    }
    if _has(request.headers.get("if-none-match"), headers["ETag"]):
        headers.pop("Content-Encoding", None)
        return Response(b"", status_code=304, headers=headers, media_type=asset.media_type)
    return Response(body, headers=headers, media_type=asset.media_type)


def _has(if_none_match: str | None, etag: str) -> bool:
    """Whether a browser has the file in that encoding already (RFC 9110 §13.1.2)."""
    if if_none_match is None:
        return False
    kept = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return etag in kept or "*" in kept
