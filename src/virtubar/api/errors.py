"""The one map from errors to statuses and bodies (§1)."""

import math
from http import HTTPStatus
from typing import Any, Final

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, InternalServerException
from litestar.openapi.datastructures import ResponseSpec

from virtubar.api.bodies import BODY_MAX_BYTES, ErrorBody
from virtubar.auth.tokens import TokenRefusedError
from virtubar.errors import JoinRefusedError, RequestRefusedError
from virtubar.protocol.constants import AuthCode
from virtubar.room.ports import RoomExistsError

_log = structlog.get_logger("virtubar.api")

_JOIN_STATUS: Final = {
    AuthCode.BANNED: 403,
    AuthCode.KICKED: 403,
    AuthCode.ROOM_LOCKED: 403,
    AuthCode.NOT_ALLOWED: 403,
    AuthCode.SIGN_IN_REQUIRED: 403,
    AuthCode.ROOM_NOT_FOUND: 404,
    AuthCode.ROOM_FULL: 409,
}
"""Statuses of refused joins; every other code is about a token, 401."""

_FRAMEWORK: Final = {
    400: ("malformed", "The request could not be read."),
    401: ("token_invalid", "The token is not valid here."),
    403: ("forbidden", "You may not do that."),
    404: ("not_found", "There is nothing here."),
    405: (
        "method_not_allowed",
        "This method is not allowed here; the Allow header says which are.",
    ),
    413: ("too_large", f"The body may have at most {BODY_MAX_BYTES} bytes."),
    415: ("unsupported_media_type", "The body must be JSON."),
}
"""What the framework refuses by itself; its own words stay inside."""

_HUNG_UP: Final = "client disconnected prematurely"
"""The framework's own words for a body that ends with its connection; it has no class for it."""

_INTERNAL: Final = ("internal", "Something went wrong here; it has been noted.")

_DESCRIPTIONS: Final = {
    400: "The body is not a JSON object.",
    401: "`token_invalid` or `token_expired`: leave the identity token out to come as a guest.",
    403: "`banned`, `kicked`, `room_locked`, `not_allowed` or `sign_in_required`; the message says "
    "why.",
    404: "`room_not_found`.",
    409: "`room_full`, or `room_exists` for a new room.",
    413: "The body is over 16 KiB.",
    422: "`invalid_field`; the message names the field.",
    429: "`rate_limited`: try again after `retryAfterMs`.",
    503: "`draining`, `not_ready` or `too_many_rooms`: try again after `retryAfterMs`.",
}


def responses(*statuses: int) -> dict[int, ResponseSpec]:
    """What OpenAPI says about these error statuses of a handler."""
    return {
        status: ResponseSpec(ErrorBody, description=_DESCRIPTIONS[status], generate_examples=False)
        for status in statuses
    }


def handle_error(request: Request[Any, Any, Any], error: Exception) -> Response[ErrorBody]:
    """The answer to a request that ended in an exception; logs what is the server's fault."""
    status, body = describe(error)
    if status == HTTPStatus.INTERNAL_SERVER_ERROR and not _hung_up(error):
        _log.error(
            "api.failed",
            method=request.method,
            route=request.scope.get("path_template"),
            exc_info=error,
        )
    return Response(body, status_code=status, headers=_headers(status, body, error))


def _hung_up(error: Exception) -> bool:
    """Whether the caller went away within its request: nobody's fault, and nobody to answer."""
    return isinstance(error, InternalServerException) and error.detail == _HUNG_UP


def describe(error: Exception) -> tuple[int, ErrorBody]:
    """The status and the body of any exception that can end a request."""
    match error:
        case RequestRefusedError():
            return error.status, ErrorBody(error.code, error.message, error.retry_after_ms)
        case JoinRefusedError():
            return _JOIN_STATUS.get(error.code, 401), ErrorBody(error.code, error.message)
        case TokenRefusedError():
            return 401, ErrorBody(error.code, error.message)
        case RoomExistsError():
            return 409, ErrorBody("room_exists", "There is a room of that id already.")
        case HTTPException() if error.status_code in _FRAMEWORK:
            return error.status_code, ErrorBody(*_FRAMEWORK[error.status_code])
        case _:
            return 500, ErrorBody(*_INTERNAL)


def _headers(status: int, body: ErrorBody, error: Exception) -> dict[str, str]:
    headers: dict[str, str] = {}
    if isinstance(error, HTTPException) and error.headers:
        headers.update(error.headers)
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if status == HTTPStatus.UPGRADE_REQUIRED:
        headers["Upgrade"] = "websocket"
    if body.retry_after_ms is not None:
        headers["Retry-After"] = str(max(1, math.ceil(body.retry_after_ms / 1000)))
    return headers
