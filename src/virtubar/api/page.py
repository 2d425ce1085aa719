"""The page at `/` and its files, all of them in memory: no path reaches the disk."""

import hashlib
import re
from importlib.resources import files
from typing import Any, Final

from litestar import MediaType, Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from msgspec import Struct

from virtubar.api.headers import page_policy
from virtubar.api.parts import ApiParts
from virtubar.errors import RequestRefusedError
from virtubar.protocol.constants import ROOM_ID_PATTERN

_TYPES: Final = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
"""What is served, by suffix; the framework adds the charset of text."""
_room_id = re.compile(ROOM_ID_PATTERN)
_REVALIDATE: Final = "no-cache"
"""Browsers keep the files and ask whether they changed: a new server is a new page at once."""


class Asset(Struct, frozen=True):
    """One file of the page."""

    content: bytes
    media_type: str
    etag: str


def load_assets() -> dict[str, Asset]:
    """The files of `static/` by name; those of other types are not served."""
    assets = {}
    for file in files("virtubar.api").joinpath("static").iterdir():
        media_type = _TYPES.get(file.name[file.name.rfind(".") :])
        if media_type is not None:
            content = file.read_bytes()
            etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
            assets[file.name] = Asset(content, media_type, etag)
    return assets


def page_routes(parts: ApiParts) -> list[HTTPRouteHandler]:
    """The handlers of `/`, `/r/{roomId}` and `/static/…`, and the answer to a bare `GET /ws`."""
    assets = load_assets()
    policy = page_policy(parts.public_url)

    @get("/", sync_to_thread=False, include_in_schema=False, media_type=MediaType.HTML)
    def index(request: Request[Any, Any, Any]) -> Response[bytes]:
        """The bar, seen from above."""
        return _answer(request, assets["index.html"], policy)

    @get("/r/{room_id:str}", sync_to_thread=False, include_in_schema=False)
    def room_page(request: Request[Any, Any, Any], room_id: FromPath[str]) -> Response[bytes]:
        """The same page for one room: a link to send to friends. The page says if it is gone."""
        if not _room_id.match(room_id):
            raise NotFoundException
        return _answer(request, assets["index.html"], policy)

    @get("/static/{path:path}", sync_to_thread=False, include_in_schema=False)
    def static(request: Request[Any, Any, Any], path: FromPath[str]) -> Response[bytes]:
        """One of the page's files, by its exact name."""
        asset = assets.get(str(path).removeprefix("/"))
        if asset is None:
            raise NotFoundException
        return _answer(request, asset, policy)

    @get("/ws", sync_to_thread=False, include_in_schema=False)
    def socket_only() -> None:
        """Told to those who open the socket's address without a socket."""
        raise RequestRefusedError(426, "upgrade_required", "This address speaks WebSocket.")

    return [index, room_page, static, socket_only]


def _answer(request: Request[Any, Any, Any], asset: Asset, policy: str) -> Response[bytes]:
    headers = {
        "ETag": asset.etag,
        "Cache-Control": _REVALIDATE,
        "Content-Security-Policy": policy,
    }
    if request.headers.get("if-none-match") == asset.etag:
        return Response(b"", status_code=304, headers=headers, media_type=asset.media_type)
    return Response(asset.content, headers=headers, media_type=asset.media_type)
