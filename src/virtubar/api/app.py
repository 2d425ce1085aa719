"""The application: every route, the error map, the headers."""

from typing import Any

from litestar import Litestar
from litestar.types import Message, Scope, Send

from virtubar.api.audit import audit_routes
from virtubar.api.auditing import Views
from virtubar.api.bodies import BODY_MAX_BYTES
from virtubar.api.chat import chat_routes
from virtubar.api.docs import docs_routes
from virtubar.api.encodings import packing
from virtubar.api.errors import handle_error
from virtubar.api.headers import AnswerHeaders
from virtubar.api.health import health_routes
from virtubar.api.join import join_routes
from virtubar.api.moderation import moderation_routes
from virtubar.api.oversight import oversight_routes
from virtubar.api.own_pages import OwnPages
from virtubar.api.page import page_routes
from virtubar.api.parts import ApiParts
from virtubar.api.people import people_routes
from virtubar.api.reports import report_routes
from virtubar.api.room_settings import room_settings_routes
from virtubar.api.rooms import room_routes


class Api(Litestar):
    """A Litestar that answers HEAD like GET, and browsers that ask before they share (CORS)."""

    answer_headers: AnswerHeaders

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Handle one ASGI connection."""
        if scope["type"] == "http":
            if (allowed := self.answer_headers.preflight(scope)) is not None:
                await self._answer_preflight(scope, send, allowed)
                return
            if scope["method"] == "HEAD":
                scope, send = {**scope, "method": "GET"}, _without_body(send)
            send = packing(scope, send)
        await super().__call__(scope, receive, send)

    async def _answer_preflight(self, scope: Scope, send: Send, allowed: dict[str, str]) -> None:
        raw = [(name.lower().encode(), value.encode()) for name, value in allowed.items()]
        start: Message = {"type": "http.response.start", "status": 204, "headers": raw}
        await self.answer_headers.before_send(start, scope)
        await send(start)
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def create_api(parts: ApiParts) -> Litestar:
    """The whole HTTP API and the page, made of these parts; keeps nothing but rate limits and
    who looked at what lately."""
    views = Views(parts)
    described = [
        *join_routes(parts),
        *room_routes(parts),
        *room_settings_routes(parts, views),
        *moderation_routes(parts, views),
        *oversight_routes(parts, views),
        *chat_routes(parts, views),
        *report_routes(parts, views),
        *audit_routes(parts, views),
        *people_routes(parts, views),
        *health_routes(parts),
    ]
    headers = AnswerHeaders(parts.allowed_origins)
    api = Api(
        [*described, *page_routes(parts), *docs_routes(parts, described)],
        openapi_config=None,
        guards=[OwnPages(parts).guard],
        exception_handlers={Exception: handle_error},
        before_send=[headers.before_send],
        request_max_body_size=BODY_MAX_BYTES,
        logging_config=None,
    )
    api.answer_headers = headers
    return api


def _without_body(send: Send) -> Send:
    async def send_head(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return send_head
