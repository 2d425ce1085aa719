"""Lists in pages: how many at most, and a cursor to the next page that only the server reads."""

import base64
import re
from collections.abc import Callable, Sequence
from typing import Annotated, Final, TypeVar

from litestar.params import QueryParameter

from virtubar.errors import RequestRefusedError

T = TypeVar("T")
PAGE_MAX: Final = 200
PAGE_DEFAULT: Final = 50
_CURSOR_MAX_CHARS: Final = 200
_AUDIT_ID_MAX: Final = 2**63 - 1

Limit = Annotated[int, QueryParameter(ge=1, le=PAGE_MAX, description="How many items at most.")]
Cursor = Annotated[
    str | None,
    QueryParameter(
        max_length=_CURSOR_MAX_CHARS, description="`nextCursor` of the page before; opaque."
    ),
]

RECORD_ID_PATTERN: Final = r"^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$(?!\n)"
"""UUIDs as text: ids of reports, sanctions and messages."""
_record_id = re.compile(RECORD_ID_PATTERN)
_audit_id = re.compile(r"[0-9]{1,19}\Z", re.ASCII)


def is_record_id(text: str) -> bool:
    """Whether the text can be the id of a report, a sanction or a message."""
    return _record_id.match(text) is not None


def cursor_after(last_id: str | int) -> str:
    """The cursor to what comes after the item of that id."""
    return base64.urlsafe_b64encode(str(last_id).encode()).decode().rstrip("=")


def record_before(cursor: str | None) -> str | None:
    """The record id that a cursor stands for; raises RequestRefusedError, 422."""
    if cursor is None:
        return None
    text = _opened(cursor)
    if not is_record_id(text):
        raise _bad_cursor()
    return text


def audit_before(cursor: str | None) -> int | None:
    """The audit id that a cursor stands for; raises RequestRefusedError, 422."""
    if cursor is None:
        return None
    text = _opened(cursor)
    if not _audit_id.match(text) or int(text) > _AUDIT_ID_MAX:
        raise _bad_cursor()
    return int(text)


def page(
    found: Sequence[T], limit: int, id_of: Callable[[T], str | int]
) -> tuple[Sequence[T], str | None]:
    """The items of one page and the cursor to the next, None at the end.

    Args:
        found: what storage has, asked for one more than `limit`.
    """
    if len(found) <= limit:
        return found, None
    return found[:limit], cursor_after(id_of(found[limit - 1]))


def _opened(cursor: str) -> str:
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        return raw.decode("ascii")
    except ValueError:
        raise _bad_cursor() from None


def _bad_cursor() -> RequestRefusedError:
    return RequestRefusedError(
        422, "invalid_field", "`cursor`: this is not a cursor that this list gave."
    )
