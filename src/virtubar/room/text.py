"""What one person writes and another reads, made safe to show: names, chat, reasons (§3, §6, §7).

Every such text comes through here, whichever way it came. First it is bounded: cut to a length,
and runs of combining marks to a few, since normalising sorts each run in quadratic time. Only then
is it normalised. Nothing here knows HTML: text stays text, and clients set it as text.
"""

import re
import unicodedata
from collections.abc import Callable
from zlib import crc32

from virtubar.protocol.constants import (
    AVATAR_ID_PATTERN,
    CHAT_MAX_CHARS,
    CHAT_RAW_MAX_CHARS,
    COMBINING_MARKS_MAX,
    DEFAULT_AVATAR_ID,
    NAME_MAX_CHARS,
    NAME_RAW_MAX_CHARS,
    REASON_MAX_CHARS,
    SCRIPT_MARKS_MAX,
    ErrorCode,
)
from virtubar.room.characters import (
    BLANK,
    IGNORABLE,
    STACKING_CLASS_MIN,
    completes,
    is_plain,
    styles_emoji,
)

MARKS_RAW_MAX = 2 * SCRIPT_MARKS_MAX
"""Marks in a row that reach the normaliser, which may make fewer of them; the others are dropped.
Longer runs are towers: no letter of any script decomposes into that many."""
_avatar_id = re.compile(AVATAR_ID_PATTERN)


class ChatRefusedError(Exception):
    """The text cannot be said; the sender is at fault.

    Attributes:
        code: as `error` says it.
        message: one sentence for a person.
        retry_after_ms: when it could be said, with RATE_LIMITED.
    """

    def __init__(self, code: ErrorCode, message: str, retry_after_ms: float | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.retry_after_ms = retry_after_ms


def clean_display_name(raw: str, max_chars: int = NAME_MAX_CHARS) -> str | None:
    """The name as others may see it, None where nothing acceptable is left (§3).

    Of the first 200 characters, NFC; control, format (bidi and zero-width among them), ignorable,
    private, unassigned and blank characters removed; marks capped; white space runs become one
    space; 1 to `max_chars` characters, 32 for people; rooms and listed words may be longer.
    """
    text = raw[:NAME_RAW_MAX_CHARS]
    text = _normal(text if is_plain(text) else _without(text, _unfit_for_names, styles_emoji))
    name = " ".join(text.split())
    return name if 1 <= len(name) <= max_chars else None


def fallback_name(user_id: str) -> str:
    """`Guest-xxxx`, the same for the same user."""
    return f"Guest-{crc32(user_id.encode()) & 0xFFFF:04x}"


def clean_avatar_id(raw: str) -> str:
    """The avatar id where it has the form of one, else the default; unknown ones are allowed."""
    return raw if _avatar_id.match(raw) else DEFAULT_AVATAR_ID


def clean_chat(raw: str) -> str:
    """The text as others will read it: 1 to 240 code points, never cut (§6).

    Raises:
        ChatRefusedError: where nothing is left that can be seen, or more than 240 code points, or
            more than 960 came.
    """
    if len(raw) > CHAT_RAW_MAX_CHARS:
        raise _too_long(len(raw))
    text = clean_prose(raw, CHAT_RAW_MAX_CHARS)
    if not text:
        raise ChatRefusedError(ErrorCode.CHAT_EMPTY, "There is nothing to say in that message.")
    if len(text) > CHAT_MAX_CHARS:
        raise _too_long(len(text))
    return text


def clean_prose(raw: str, max_chars: int = REASON_MAX_CHARS) -> str:
    """What somebody wrote, on one line, for others to read; maybe nothing.

    Of the first `max_chars` characters, NFC; line breaks and tabs become spaces; other control
    characters and bidi overrides removed, and every ignorable character that has no work to do
    where it stands; marks capped; trimmed.
    """
    text = raw[:max_chars]
    if not is_plain(text):
        text = _without(text.replace("\r\n", "\n"), _unfit_for_prose, completes)
    text = _normal(text).strip()
    return "" if all(map(_is_unseen, text)) else text


def _too_long(length: int) -> ChatRefusedError:
    return ChatRefusedError(
        ErrorCode.CHAT_TOO_LONG,
        f"A message has at most {CHAT_MAX_CHARS} characters; this one has {length}.",
    )


def _unfit_for_names(char: str, category: str) -> bool:
    return category[0] == "C" or char in BLANK


def _unfit_for_prose(char: str, category: str) -> bool:
    return category in ("Cc", "Cs") or char in _ANNOTATIONS


_ANNOTATIONS = "\ufff9\ufffa\ufffb"
"""Marks of text within text, which nothing shows."""


def _is_unseen(char: str) -> bool:
    return char in IGNORABLE or char in BLANK or char.isspace()


def _without(
    text: str, is_unfit: Callable[[str, str], bool], is_wanted: Callable[[str, str], bool]
) -> str:
    """The text without what is not to be shown, no run of marks long; linear in its length.

    Args:
        is_unfit: whether to leave out a character of that category.
        is_wanted: whether to keep an ignorable character after that one, "" at the beginning.
    """
    kept: list[str] = []
    before = ""
    run = 0
    for char in text:
        category = unicodedata.category(char)
        if char in IGNORABLE:
            if not is_wanted(char, before):
                continue
        elif category in ("Zl", "Zp") or (category == "Cc" and char.isspace()):
            char, run = " ", 0  # noqa: PLW2901 - the one character that is put for another
        elif is_unfit(char, category):
            continue
        elif category[0] == "M":
            run += 1
            if run > MARKS_RAW_MAX:
                continue
        else:
            run = 0
        kept.append(char)
        before = char
    return "".join(kept)


def _normal(text: str) -> str:
    """The text in NFC, with no more marks on a letter than real writing has: 2 that stack, 4 with
    those of the letter's own script; none on a space.

    Args:
        text: as `_without` leaves it, so that no run of marks is long.
    """
    text = unicodedata.normalize("NFC", text)
    if is_plain(text):
        return text
    kept: list[str] = []
    marks = stacked = 0
    for char in text:
        category = unicodedata.category(char)
        if category not in ("Mn", "Me") or char in IGNORABLE:
            if char.isspace():
                marks = SCRIPT_MARKS_MAX
            elif char not in IGNORABLE:
                marks = stacked = 0
            kept.append(char)
            continue
        marks += 1
        stacks = category == "Me" or unicodedata.combining(char) >= STACKING_CLASS_MIN
        stacked += stacks
        if kept and marks <= SCRIPT_MARKS_MAX and not (stacks and stacked > COMBINING_MARKS_MAX):
            kept.append(char)
    return unicodedata.normalize("NFC", "".join(kept))
