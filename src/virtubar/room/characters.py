"""What characters are, as far as it matters to who reads them: seen or not, standing or stacked.

Pure. Python knows the categories and classes of its own Unicode version; that a character is
ignorable it does not know, so those ranges are here. They hold what is reserved for the future
too, and have been the same from Unicode 9 (2016) to 17.
"""

import re
import unicodedata
from typing import Final

_IGNORABLE_RANGES: Final = (
    (0x00AD, 0x00AD),  # soft hyphen
    (0x034F, 0x034F),  # combining grapheme joiner
    (0x061C, 0x061C),  # Arabic letter mark
    (0x115F, 0x1160),  # Hangul fillers
    (0x17B4, 0x17B5),  # Khmer inherent vowels
    (0x180B, 0x180F),  # Mongolian variation selectors and vowel separator
    (0x200B, 0x200F),  # zero-width space, joiners, directional marks
    (0x202A, 0x202E),  # directional embeddings and overrides
    (0x2060, 0x206F),  # word joiner, invisible operators, isolates, deprecated controls
    (0x3164, 0x3164),  # Hangul filler
    (0xFE00, 0xFE0F),  # variation selectors
    (0xFEFF, 0xFEFF),  # zero-width no-break space
    (0xFFA0, 0xFFA0),  # half-width Hangul filler
    (0xFFF0, 0xFFF8),  # reserved
    (0x1BCA0, 0x1BCA3),  # shorthand format controls
    (0x1D173, 0x1D17A),  # musical format controls
    (0xE0000, 0xE0FFF),  # tags, variation selectors, reserved
)
"""Default_Ignorable_Code_Point: drawn as nothing where a font does not know better
(DerivedCoreProperties.txt of Unicode 15.0)."""
IGNORABLE: Final = frozenset(
    chr(code) for first, last in _IGNORABLE_RANGES for code in range(first, last + 1)
)
BLANK: Final = frozenset("\u2800\ufffc\U00013441\U00013442\U00016fe4\U0001d159")
"""Letters and symbols that are drawn as nothing though nobody calls them ignorable: Braille's and
hieroglyphs' blanks, the place of an object, Khitan's filler, the note without a head."""
STACKING_CLASS_MIN: Final = 200
"""Combining classes from here on say where a mark stands above or below any letter, so that marks
pile up; lower ones belong to one script, whose letters need several (UAX #44, table 15)."""

_JOINING_RANGES: Final = (
    (0x0600, 0x109F),  # Arabic, Syriac, the scripts of India, Tibetan, Burmese
    (0x1780, 0x1C7F),  # Khmer, Mongolian, and others of South-East Asia
    (0x1CD0, 0x1CFF),  # Vedic signs
    (0xA800, 0xA8FF),  # Syloti Nagri, Saurashtra
    (0xA980, 0xAAFF),  # Javanese, Cham
    (0xABC0, 0xABFF),  # Meetei Mayek
    (0xFB50, 0xFDFF),  # Arabic letters in their forms
    (0xFE70, 0xFEFE),  # the same
    (0x10A00, 0x10FFF),  # Kharoshthi, Manichaean, Sogdian
    (0x11000, 0x11FFF),  # Brahmi and what came of it
    (0x1E900, 0x1E95F),  # Adlam
)
"""Scripts that are written with joiners: letters change their form beside each other."""
_PICTOGRAPHS: Final = range(0x1F000, 0x1FB00)
"""Emoji, and the places that are kept for those to come (Extended_Pictographic, UTS #51)."""
_JOINERS: Final = "\u200c\u200d"
_DIRECTIONS: Final = "\u200e\u200f\u061c"
_TAGS: Final = range(0xE0020, 0xE0080)
_IDEOGRAPHIC_SELECTORS: Final = range(0xE0100, 0xE01F0)
_MONGOLIAN: Final = range(0x1800, 0x18B0)
_BLACK_FLAG, _TAG_END, _EMOJI_STYLE = "\U0001f3f4", "\U000e007f", "\ufe0f"

_plain = re.compile(
    "["
    " -\u02ff\u0370-\u0482\u048a-\u058f"  # Latin, Greek, Cyrillic, Armenian
    "\u1e00-\u1fff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf"  # more of them, punctuation, money
    "\u3001-\u3029\u3041-\u3096\u309b-\u30ff\u3400-\u4dbf\u4e00-\u9fff"  # kana, Han
    "\uac00-\ud7a3\uff01-\uff9f"  # Hangul, full and half width
    "\U0001f000-\U0001faff"  # emoji
    "]*\\Z"
)
"""Where nothing is ignorable, blank or a mark, but for what `str.isprintable` knows of."""


def is_plain(text: str) -> bool:
    """Whether every character is seen, and none is a mark: quickly, and with some False for True
    (Arabic, the scripts of India, and all that is rare)."""
    return text.isprintable() and _plain.match(text) is not None


def is_pictograph(char: str) -> bool:
    """Whether it is a symbol, or an emoji of a Unicode version that this Python does not know."""
    return unicodedata.category(char) == "So" or ord(char) in _PICTOGRAPHS


def completes(char: str, before: str) -> bool:
    """Whether an ignorable character has work to do after that one: makes an emoji of parts,
    chooses a form, or joins letters in a script that needs it.

    Args:
        before: one character, or "" at the beginning.
    """
    if not before or before == " ":
        return False
    if char in _JOINERS:
        return before == _EMOJI_STYLE or is_pictograph(before) or _joins(before)
    code = ord(char)
    if code in _TAGS:
        return before == _BLACK_FLAG or (ord(before) in _TAGS and before != _TAG_END)
    if before in IGNORABLE:
        return False
    if code in _IDEOGRAPHIC_SELECTORS:
        return unicodedata.category(before) == "Lo"
    if 0x180B <= code <= 0x180F:
        return ord(before) in _MONGOLIAN
    return char in _DIRECTIONS or 0xFE00 <= code <= 0xFE0F


def styles_emoji(char: str, before: str) -> bool:
    """Whether it only says that the symbol before it is to be drawn as an emoji."""
    return char == _EMOJI_STYLE and before != "" and is_pictograph(before)


def _joins(char: str) -> bool:
    code = ord(char)
    return any(first <= code <= last for first, last in _JOINING_RANGES)
