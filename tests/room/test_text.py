"""What people type, made safe to show (§3, §6)."""

import contextlib
import re
import unicodedata
from collections.abc import Callable
from types import SimpleNamespace
from typing import Literal
from unicodedata import combining

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from virtubar.protocol.constants import (
    CHAT_MAX_CHARS,
    CHAT_RAW_MAX_CHARS,
    NAME_MAX_CHARS,
    NAME_RAW_MAX_CHARS,
    REASON_MAX_CHARS,
    SCRIPT_MARKS_MAX,
    ErrorCode,
)
from virtubar.room.characters import BLANK
from virtubar.room.text import (
    MARKS_RAW_MAX,
    ChatRefusedError,
    clean_avatar_id,
    clean_chat,
    clean_display_name,
    clean_prose,
    fallback_name,
)

BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
INVISIBLE = (
    "\u00ad", "\u034f", "\u061c", "\u115f", "\u1160", "\u17b4", "\u180b", "\u180e", "\u200b",
    "\u200c", "\u200d", "\u200e", "\u200f", "\u2060", "\u2065", "\u206f", "\u3164", "\ufe0f",
    "\ufeff", "\uffa0", "\ufff0", "\U0001bca0", "\U0001d173", "\U000e0001", "\U000e0041",
    "\U000e01ef", "\U000e0fff", "\u0378", "\ue000", "\U000f0000",
)  # fmt: skip
"""One of each kind that neither hides a word nor makes a name: ignorable, unassigned, private."""
ANYTHING = st.text(st.characters(), max_size=80)
"""Every code point, lone surrogates among them."""


# Names


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("Ann", "Ann"),
        ("  Ann  of\tGreen\n\nGables ", "Ann of Green Gables"),
        ("A\u00a0B\u3000C\u2028D", "A B C D"),
        ("<b>Ann</b>", "<b>Ann</b>"),
        ("Zoe\u0308", "Zoë"),
        ("李小龙", "李小龙"),
        ("محمد", "محمد"),
        ("🍺 Bert", "🍺 Bert"),
        (f"A{BIDI}n{ZERO_WIDTH}n", "Ann"),
        ("A\x00\x1b\x7f\x9fnn", "Ann"),
        ("A\ue000\U000f0000nn", "Ann"),
        ("A\u3164n\u2800n", "Ann"),
        ("\u0301Ann", "Ann"),
        ("Ann \u0301", "Ann"),
    ],
)
def test_a_name_is_cleaned(raw: str, name: str) -> None:
    """White space becomes single spaces; what is invisible, or turns text over, goes."""
    assert clean_display_name(raw) == name


@pytest.mark.parametrize(
    "raw", ["", "   ", "\u200b", BIDI, "\u3164\u3164", "\u0301", "\ud800", *INVISIBLE, *BLANK]
)
def test_a_name_of_nothing_is_none(raw: str) -> None:
    """Where nothing can be seen there is no name."""
    assert clean_display_name(raw) is None
    assert clean_display_name(raw * 3) is None


@pytest.mark.parametrize("raw", [*INVISIBLE, *BLANK])
def test_a_name_hides_nothing(raw: str) -> None:
    """What cannot be seen goes from within a name too."""
    assert clean_display_name(f"A{raw}nn") == "Ann"


def test_a_name_may_hold_an_emoji_in_its_colours() -> None:
    """The selector that asks for them stays behind a symbol, and nowhere else."""
    assert clean_display_name("Ada ❤\ufe0f") == "Ada ❤\ufe0f"
    assert clean_display_name("Ada\ufe0f ❤\ufe0f\ufe0f") == "Ada ❤\ufe0f"


def test_a_name_has_32_characters_at_most() -> None:
    """Counted after cleaning; one past it is no name, and is not cut."""
    assert clean_display_name("é" * NAME_MAX_CHARS) == "é" * NAME_MAX_CHARS
    assert clean_display_name("é" * (NAME_MAX_CHARS + 1)) is None
    assert clean_display_name("\u200b" * 100 + "Ann") == "Ann"
    assert clean_display_name(" " * (NAME_RAW_MAX_CHARS - 3) + "Ann, and more") == "Ann"
    assert clean_display_name("x" * 64, max_chars=64) == "x" * 64


@pytest.mark.parametrize("clean", [clean_display_name, clean_chat, clean_prose])
def test_two_marks_stay_on_a_letter_and_a_third_goes(clean: Callable[[str], str | None]) -> None:
    """Two are real writing, a tower of them is not: in names, in chat and in reasons alike."""
    assert clean("q\u0323\u0307") == "q\u0323\u0307"
    assert clean("q\u0323\u0307\u0301") == "q\u0323\u0307"
    assert clean("q" + "\u0301" * 190 + "r\u0301") == "q\u0301\u0301ŕ"
    assert clean("q" + "\u0488" * 9) == "q\u0488\u0488"


@pytest.mark.parametrize("clean", [clean_display_name, clean_chat, clean_prose])
@pytest.mark.parametrize("word", ["သို့", "སྒྲུབས", "שָׁלֹּום", "ế", "ᾧ", "क्षि", "한글", "น้ำ"])
def test_real_writing_keeps_its_marks(clean: Callable[[str], str | None], word: str) -> None:
    """Letters of some scripts need four; more than that are a tower there too."""
    normal = unicodedata.normalize("NFC", word)
    assert clean(unicodedata.normalize("NFD", word)) == normal
    assert clean("ก" + "\u0e49" * 100) == "ก" + "\u0e49" * SCRIPT_MARKS_MAX


@pytest.mark.parametrize(
    "raw",
    [
        "a" + "".join(sorted(map(chr, range(0x300, 0x370)), key=combining, reverse=True)) * 16,
        "a\u0301\u200b\u0323" * 400,
        "\U0001d160" * 900,
        "\u0f73\u0344" * 600,
    ],
)
def test_no_long_text_and_no_long_run_of_marks_is_normalised(
    raw: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sorting a run of marks takes quadratic time, so it is cut before, wherever it stands."""
    seen: list[str] = []

    def normalize(form: Literal["NFC"], text: str) -> str:
        seen.append(text)
        return unicodedata.normalize(form, text)

    fake = SimpleNamespace(
        normalize=normalize, category=unicodedata.category, combining=unicodedata.combining
    )
    monkeypatch.setattr("virtubar.room.text.unicodedata", fake)
    clean_display_name(raw)
    assert max(map(len, seen)) <= 3 * NAME_RAW_MAX_CHARS
    for clean in (clean_chat, clean_prose):
        with contextlib.suppress(ChatRefusedError):
            clean(raw)
            clean(raw[:CHAT_RAW_MAX_CHARS])
    runs = [len(run) for text in seen for run in _runs_of_marks(text)]
    assert max(runs) <= MARKS_RAW_MAX


def _runs_of_marks(text: str) -> list[str]:
    flags = "".join("m" if unicodedata.category(char)[0] == "M" else " " for char in text)
    return flags.split() or [""]


def test_a_tower_is_not_hidden_behind_what_is_invisible() -> None:
    """A zero-width character between the marks does not start a new count."""
    name = clean_display_name("q" + "\u0301\u200b" * 9)
    assert name == "q\u0301\u0301"


@given(ANYTHING)
@example("e\u200b\u0301")
@example("\u1112\u200b\u1161")
def test_a_clean_name_is_normal_visible_and_stays_so(raw: str) -> None:
    """NFC, 1 to 32 characters, nothing of category C, single spaces; clean again is the same."""
    name = clean_display_name(raw)
    if name is not None:
        assert 1 <= len(name) <= NAME_MAX_CHARS
        assert unicodedata.is_normalized("NFC", name)
        assert not any(unicodedata.category(char)[0] == "C" for char in name)
        assert name == " ".join(name.split())
        assert clean_display_name(name) == name


def test_someone_without_a_name_has_one_of_their_own() -> None:
    """`Guest-xxxx`, the same for the same user."""
    assert re.fullmatch(r"Guest-[0-9a-f]{4}", fallback_name("guest-abc"))
    assert fallback_name("guest-abc") == fallback_name("guest-abc") != fallback_name("guest-abd")


@pytest.mark.parametrize("raw", ["fox", "a", "f0x_-", "x" * 32])
def test_an_avatar_id_of_the_right_form_stays(raw: str) -> None:
    """Whether or not anyone knows it."""
    assert clean_avatar_id(raw) == raw


@pytest.mark.parametrize("raw", ["", "Fox", "x" * 33, "fox\n", "../fox", "fóx", "fox "])
def test_any_other_avatar_id_is_the_default(raw: str) -> None:
    """Nothing but `[a-z0-9_-]{1,32}` reaches a client."""
    assert clean_avatar_id(raw) == "default"


# Chat


def refusal(raw: str) -> ErrorCode:
    """Why it cannot be said."""
    with pytest.raises(ChatRefusedError) as refused:
        clean_chat(raw)
    return refused.value.code


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("hello", "hello"),
        ("  hello  ", "hello"),
        ("one\ntwo", "one two"),
        ("one\r\ntwo", "one two"),
        ("one\u2028two\u2029three", "one two three"),
        ("one\ttwo\vthree\x85four", "one two three four"),
        ("a\x00b\x07c\x1bd\x7fe\x9ff", "abcdef"),
        (f"a{BIDI}b", "ab"),
        ("cafe\u0301", "café"),
        ("e\x00\u0301", "é"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("two  spaces", "two  spaces"),
        ("a\u200bb\u00adc\u034fd\u3164e\ufefff", "abcdef"),
        ("a\u200db\u200cc", "abc"),
        ("a\ud800b", "ab"),
    ],
)
def test_chat_is_cleaned(raw: str, text: str) -> None:
    """Newlines are spaces; control characters and bidi overrides go; text stays text."""
    assert clean_chat(raw) == text


@pytest.mark.parametrize(
    "text",
    [
        "👨\u200d👩\u200d👧",
        "👩🏽\u200d🚀",
        "❤\ufe0f\u200d🔥 and ❤\ufe0f",
        "🏳\ufe0f\u200d🌈",
        "1\ufe0f\u20e3",
        "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "\U0001fae8\u200d\U0001fae9",
        "می\u200cخواهم",
        "क्\u200dष, ශ්\u200dරී",
        "葛\U000e0100城",
        "ᠮᠣᠩ\u180eᠠ",
        "(שלום)\u200f!",
    ],
)
def test_chat_keeps_what_writing_needs(text: str) -> None:
    """Joiners in emoji and in scripts that have them, selectors, flags, marks of direction."""
    assert clean_chat(text) == text
    assert clean_prose(text) == text


@pytest.mark.parametrize("raw", INVISIBLE[:-3])
def test_chat_keeps_nothing_invisible_that_has_no_work(raw: str) -> None:
    """At the beginning, after a space, or many after one letter."""
    assert clean_chat(f"{raw}a {raw}b") == "a b"
    assert len(clean_chat(f"a{raw * 20}b")) <= 3


@pytest.mark.parametrize(
    "raw", ["", " ", "\n\n", "\x00", BIDI, "\u2028 \u202e ", *INVISIBLE[:-3], *BLANK, "\u0301"]
)
def test_chat_of_nothing_is_refused(raw: str) -> None:
    """Where nothing is left after cleaning."""
    assert refusal(raw) is ErrorCode.CHAT_EMPTY


@pytest.mark.parametrize("char", ["x", "é", "字", "🍺"])
def test_chat_has_240_code_points_at_most(char: str) -> None:
    """240 are said whole, 241 refused, whatever their bytes."""
    assert clean_chat(char * CHAT_MAX_CHARS) == char * CHAT_MAX_CHARS
    assert refusal(char * (CHAT_MAX_CHARS + 1)) is ErrorCode.CHAT_TOO_LONG


def test_chat_is_measured_after_cleaning() -> None:
    """What is removed, trimmed or composed does not count."""
    assert clean_chat(" " * 99 + "x" * 240 + "\n" * 99) == "x" * 240
    assert clean_chat("\x00" * 500 + "x") == "x"
    assert clean_chat("e\u0301" * 240) == "é" * 240
    jamo = unicodedata.normalize("NFD", "각" * 240)
    assert clean_chat(jamo) == "각" * 240


def test_chat_over_960_characters_is_refused_unread() -> None:
    """However little would be left of it."""
    assert clean_chat("\x00" * (CHAT_RAW_MAX_CHARS - 1) + "x") == "x"
    assert refusal("\x00" * CHAT_RAW_MAX_CHARS + "x") is ErrorCode.CHAT_TOO_LONG


@given(ANYTHING)
def test_clean_chat_is_normal_and_stays_so(raw: str) -> None:
    """NFC, no control characters or overrides, trimmed; clean again is the same."""
    try:
        text = clean_chat(raw)
    except ChatRefusedError:
        return
    assert 1 <= len(text) <= CHAT_MAX_CHARS
    assert unicodedata.is_normalized("NFC", text)
    assert not any(unicodedata.category(char) in ("Cc", "Cs") or char in BIDI for char in text)
    assert text == text.strip()
    assert clean_chat(text) == text
    text.encode()


# Reasons and reports


def test_a_reason_is_one_line_without_orders_for_a_terminal() -> None:
    """What a moderator writes reaches the person, the audit and consoles: as text alone."""
    assert clean_prose(" \x1b[31mred\x00\n\u202edrawn\x9b0m\u2066 ") == "[31mred drawn0m"
    assert clean_prose("\u200b \u2060") == ""


def test_a_reason_has_500_characters_at_most() -> None:
    """What is behind them is dropped; a report's note may say how many it takes."""
    assert clean_prose("é" * REASON_MAX_CHARS) == "é" * REASON_MAX_CHARS
    assert clean_prose("é" * (REASON_MAX_CHARS + 1)) == "é" * REASON_MAX_CHARS
    assert clean_prose("abc", 2) == "ab"


@given(ANYTHING)
def test_clean_prose_is_normal_and_stays_so(raw: str) -> None:
    """NFC, one line, trimmed; clean again is the same."""
    text = clean_prose(raw)
    assert unicodedata.is_normalized("NFC", text)
    assert not any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in text)
    assert clean_prose(text) == text == text.strip()
