"""The one map from errors to statuses and bodies (§1)."""

import math
from http import HTTPStatus
from typing import Any, Final

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, InternalServerException, ValidationException
from litestar.openapi.datastructures import ResponseSpec

from virtubar.api.bodies import BODY_MAX_BYTES, ErrorBody
from virtubar.auth.tokens import TokenRefusedError
from virtubar.errors import JoinRefusedError, RequestRefusedError
from virtubar.protocol.constants import AuthCode
from virtubar.room.ports import (
    ActsLimitedError,
    ForbiddenError,
    NotStoredError,
    Refusal,
    RoomExistsError,
    RoomsFullError,
    SanctionsFullError,
)
from virtubar.storage.ports import StorageError

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

FRAMEWORK: Final = {
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

_TOO_MANY_ROOMS_RETRY_MS: Final = 60_000
_STORAGE_RETRY_MS: Final = 2_000
"""A database that restarts is back in about that."""

_BODY: Final = "data"
"""What handlers call their body; the framework complains of one that is empty."""
_HUNG_UP: Final = "client disconnected prematurely"
"""The framework's own words for a body that ends with its connection; it has no class for it."""

INTERNAL: Final = ("internal", "Something went wrong here; it has been noted.")

_DESCRIPTIONS: Final = {
    400: "The body is not a JSON object.",
    401: "`token_invalid` or `token_expired`, and `token_missing` where nobody comes as a guest.",
    403: (
        "`banned` or `kicked`, with `untilMs`, `reason` and `scope`; `room_locked`, `not_allowed` "
        "or `sign_in_required`; `forbidden` for what is not everybody's; `not_a_member`."
    ),
    404: "`room_not_found`, `person_not_found` or `report_not_found`.",
    409: (
        "`room_full`; `room_exists` for a new room; `report_closed`; `person_is_here` for somebody "
        "to erase; `too_many_sanctions` for a ban or a mute by a room's owner."
    ),
    413: "The body is over 16 KiB.",
    422: "`invalid_field`; the message names the field.",
    429: "`rate_limited`: try again after `retryAfterMs`.",
    503: (
        "`draining`, `not_ready`, `too_many_rooms`, `storage_unavailable`, `identity_unavailable` "
        "(the identity provider's keys cannot be had), or `not_stored` for what was not done: try "
        "again after `retryAfterMs`."
    ),
}


class NotFinishedError(NotStoredError):
    """Storage took a part of it, and takes the rest when it is asked again."""


class SanctionedError(JoinRefusedError):
    """A join was refused by a sanction; whoever is concerned learns why and until when (§7).

    Attributes:
        refusal: what holds.
    """

    def __init__(self, refusal: Refusal) -> None:
        what = "banned from" if refusal.code is AuthCode.BANNED else "asked to leave"
        where = "this room" if refusal.scope == "room" else "this bar"
        because = f": {refusal.reason}" if refusal.reason else "."
        super().__init__(refusal.code, f"You were {what} {where}{because}")
        self.refusal = refusal


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
    elif isinstance(error, StorageError | NotStoredError):
        _log.error("api.storage_failed", route=request.scope.get("path_template"))
    return Response(body, status_code=status, headers=_headers(status, body, error))


def _hung_up(error: Exception) -> bool:
    """Whether the caller went away within its request: nobody's fault, and nobody to answer."""
    return isinstance(error, InternalServerException) and error.detail == _HUNG_UP


def describe(error: Exception) -> tuple[int, ErrorBody]:
    """The status and the body of any exception that can end a request."""
    match error:
        case RequestRefusedError():
            return error.status, ErrorBody(error.code, error.message, error.retry_after_ms)
        case SanctionedError(refusal=held):
            return 403, ErrorBody(
                error.code,
                error.message,
                until_ms=held.until_ms,
                reason=held.reason,
                scope=held.scope,
            )
        case JoinRefusedError():
            return _JOIN_STATUS.get(error.code, 401), ErrorBody(error.code, error.message)
        case TokenRefusedError():
            return 401, ErrorBody(error.code, error.message)
        case RoomExistsError():
            return 409, ErrorBody("room_exists", "There is a room of that id already.")
        case ForbiddenError() | SanctionsFullError() | ActsLimitedError():
            return _not_allowed(error)
        case RoomsFullError() | NotStoredError() | StorageError():
            return 503, _unavailable(error)
        case ValidationException() if _named(error) != _BODY:
            return 422, _invalid(error)
        case HTTPException() if error.status_code in FRAMEWORK:
            return error.status_code, ErrorBody(*FRAMEWORK[error.status_code])
        case _:
            return 500, ErrorBody(*INTERNAL)


def _not_allowed(
    error: ForbiddenError | SanctionsFullError | ActsLimitedError,
) -> tuple[int, ErrorBody]:
    match error:
        case ForbiddenError():
            return 403, ErrorBody(*FRAMEWORK[403])
        case SanctionsFullError():
            return 409, ErrorBody("too_many_sanctions", str(error))
        case ActsLimitedError():
            retry_ms = max(1, math.ceil(error.retry_after_ms))
            return 429, ErrorBody("rate_limited", str(error), retry_ms)


def _unavailable(error: RoomsFullError | NotStoredError | StorageError) -> ErrorBody:
    match error:
        case RoomsFullError():
            message = "There is no place for more rooms."
            return ErrorBody("too_many_rooms", message, _TOO_MANY_ROOMS_RETRY_MS)
        case NotFinishedError():
            message = "A part of it was done; ask again, and it goes on with the rest."
            return ErrorBody("not_stored", message, _STORAGE_RETRY_MS)
        case NotStoredError():
            message = "It could not be stored, so it was not done."
            return ErrorBody("not_stored", message, _STORAGE_RETRY_MS)
        case _:
            message = "What is stored cannot be read just now."
            return ErrorBody("storage_unavailable", message, _STORAGE_RETRY_MS)


def _named(error: ValidationException) -> str:
    """The argument of a handler that the framework could not fill in."""
    told: Any = error.extra
    return str(told[0].get("key", _BODY)) if told else _BODY


def _invalid(error: ValidationException) -> ErrorBody:
    """What the framework says of a query or a path; bodies are decoded without it."""
    told: Any = error.extra
    first, *rest = _named(error).split("_")
    field = first + "".join(map(str.capitalize, rest))
    # What was sent is not repeated: a token might have got into the wrong place.
    why = str(told[0]["message"]).partition(" '")[0]
    return ErrorBody("invalid_field", f"`{field}`: {why}.")


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
