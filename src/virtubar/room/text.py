"""What people type, made safe to show: names and chat (§3, §6).

Nothing here knows HTML: text stays text, and clients set it as text.
"""

import re
import unicodedata
from zlib import crc32

from virtubar.protocol.constants import (
    AVATAR_ID_PATTERN,
    CHAT_MAX_CHARS,
    COMBINING_MARKS_MAX,
    DEFAULT_AVATAR_ID,
    NAME_MAX_CHARS,
    ErrorCode,
)

_BIDI_OVERRIDES = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""Embeddings, overrides and isolates: they can turn the text around them over."""
_LINE_BREAKS = {0x0A: " ", 0x2028: " ", 0x2029: " "}
_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
"""Letters and symbols that are drawn as nothing, so a name of them would be invisible."""
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

    NFC; control, format (bidi and zero-width among them), private-use and invisible characters
    removed; at most two combining marks on one base; white space runs become one space; 1 to
    `max_chars` characters, 32 for people; rooms may have longer names.
    """
    kept: list[str] = []
    marks = 0
    for char in unicodedata.normalize("NFC", raw):
        category = unicodedata.category(char)
        if category in ("Zs", "Zl", "Zp") or char in "\t\n\r":
            kept.append(" ")
        elif category[0] == "C" or char in _BLANK_LETTERS:
            continue
        elif category in ("Mn", "Me"):
            marks += 1
            if marks <= COMBINING_MARKS_MAX and kept and kept[-1] != " ":
                kept.append(char)
            continue
        else:
            kept.append(char)
        marks = 0
    # Again, for what was taken out from between a letter and its mark.
    name = unicodedata.normalize("NFC", " ".join("".join(kept).split()))
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
        ChatRefusedError: where nothing is left, or more than 240 code points.
    """
    text = raw.translate(_LINE_BREAKS).translate(_BIDI_OVERRIDES)
    if not text.isprintable():
        text = "".join(char for char in text if unicodedata.category(char) not in ("Cc", "Cs"))
    text = unicodedata.normalize("NFC", text).strip()
    if not text:
        raise ChatRefusedError(ErrorCode.CHAT_EMPTY, "There is nothing to say in that message.")
    if len(text) > CHAT_MAX_CHARS:
        raise ChatRefusedError(
            ErrorCode.CHAT_TOO_LONG,
            f"A message has at most {CHAT_MAX_CHARS} characters; this one has {len(text)}.",
        )
    return text
