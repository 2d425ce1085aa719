"""What people type, made safe to show (§3, §6)."""

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from virtubar.protocol.constants import CHAT_MAX_CHARS, NAME_MAX_CHARS, ErrorCode
from virtubar.room.text import (
    ChatRefusedError,
    clean_avatar_id,
    clean_chat,
    clean_display_name,
    fallback_name,
)

BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
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


@pytest.mark.parametrize("raw", ["", "   ", "\u200b", BIDI, "\u3164\u3164", "\u0301", "\ud800"])
def test_a_name_of_nothing_is_none(raw: str) -> None:
    """Where nothing can be seen there is no name."""
    assert clean_display_name(raw) is None


def test_a_name_has_32_characters_at_most() -> None:
    """Counted after cleaning; one past it is no name, and is not cut."""
    assert clean_display_name("é" * NAME_MAX_CHARS) == "é" * NAME_MAX_CHARS
    assert clean_display_name("é" * (NAME_MAX_CHARS + 1)) is None
    assert clean_display_name("\u200b" * 100 + "Ann") == "Ann"
    assert clean_display_name("x" * 64, max_chars=64) == "x" * 64


def test_two_marks_stay_on_a_letter_and_a_third_goes() -> None:
    """Two are real writing, a tower of them is not."""
    assert clean_display_name("q\u0323\u0307") == "q\u0323\u0307"
    assert clean_display_name("q\u0323\u0307\u0301") == "q\u0323\u0307"
    assert clean_display_name("q" + "\u0301" * 500 + "r\u0301") == "q\u0301\u0301ŕ"


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
        ("a\x00b\x07c\x1bd\x7fe\x85f", "abcdef"),
        (f"a{BIDI}b", "ab"),
        ("cafe\u0301", "café"),
        ("e\x00\u0301", "é"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("two  spaces", "two  spaces"),
        ("\u200b\u200d\ufeff", "\u200b\u200d\ufeff"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("a\ud800b", "ab"),
    ],
)
def test_chat_is_cleaned(raw: str, text: str) -> None:
    """Newlines are spaces; control characters and bidi overrides go; text stays text."""
    assert clean_chat(raw) == text


@pytest.mark.parametrize("raw", ["", " ", "\n\n", "\x00", BIDI, "\u2028 \u202e "])
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
