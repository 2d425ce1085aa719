"""The words that a room does not want to hear, found in what people write (§6).

Both sides are folded (width, case, accents) and cut into tokens: a run of letters and digits, or
one character of a script that writes no spaces, or one symbol. A listed word is a sequence of
tokens, so that "ass" is not found in "glass", a phrase is found whatever stands between its words,
and 笨蛋 is found wherever it stands. What this cannot see: letters replaced by look-alikes, and
words cut up or run together by the writer.
"""

import re
import unicodedata
from bisect import bisect_right
from collections import deque
from collections.abc import Iterable

from virtubar.room.characters import IGNORABLE, is_pictograph, is_plain

_ascii_token = re.compile(r"[a-z0-9]+")

_SPACELESS = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x3040, 0x30FF),  # Hiragana, Katakana
    (0x31F0, 0x31FF),  # Katakana extensions
    (0x3400, 0x4DBF),  # Han, extension A
    (0x4E00, 0x9FFF),  # Han
    (0xF900, 0xFAFF),  # Han, compatibility
    (0x20000, 0x3FFFF),  # Han, further extensions
)
"""Scripts that put no space between words: first and last code point."""
_STARTS = tuple(first for first, _ in _SPACELESS)

_KEPT_MARKS = frozenset({0, 7, 8, 9})
"""Combining classes of marks that are letters or change one into another: vowel signs, nuktas,
kana's voicing marks (は is not ば), viramas. All others are accents."""
_WHOLE_PHRASES = {0xFDFA: " ", 0xFDFB: " "}
"""Ligatures that NFKC makes 18 and 8 characters of: nothing that a word could be hidden in."""


def fold(text: str) -> str:
    """The text without the differences that a reader overlooks (NFKC, case, accents, invisibles).

    At most 6 times as long as the text, as NFKC without whole phrases is. What cannot be seen is
    left out first, so that it holds nothing apart; runs of marks are to be short already (text).
    """
    if text.isascii():
        return text.lower()
    if not is_plain(text):
        text = "".join(char for char in text if not _is_unseen(char)).translate(_WHOLE_PHRASES)
    wide = unicodedata.normalize("NFKC", text).casefold()
    kept = [char for char in unicodedata.normalize("NFKD", wide) if not _is_overlooked(char)]
    return unicodedata.normalize("NFC", "".join(kept))


def _is_unseen(char: str) -> bool:
    """Ignorable, format, private and unassigned characters, but for the emoji of times to come."""
    if char in IGNORABLE:
        return True
    return unicodedata.category(char) in ("Cf", "Cn", "Co") and not is_pictograph(char)


def _is_overlooked(char: str) -> bool:
    category = unicodedata.category(char)
    if category in ("Mn", "Me"):
        return category == "Me" or unicodedata.combining(char) not in _KEPT_MARKS
    # Format characters, and modifiers such as skin tones.
    return category in ("Cf", "Sk")


def tokens(text: str) -> list[str]:
    """The folded text in tokens; white space and punctuation only part them."""
    folded = fold(text)
    if folded.isascii():
        return _ascii_token.findall(folded)
    found: list[str] = []
    run: list[str] = []
    for char in folded:
        alone = _stands_alone(char)
        if not alone and (char.isalnum() or unicodedata.category(char)[0] == "M"):
            run.append(char)
            continue
        if run:
            found.append("".join(run))
            run = []
        if alone:
            found.append(char)
    if run:
        found.append("".join(run))
    return found


def _stands_alone(char: str) -> bool:
    code = ord(char)
    if code < _STARTS[0]:
        return False
    n = bisect_right(_STARTS, code) - 1
    if code <= _SPACELESS[n][1]:
        return unicodedata.category(char)[0] != "P"
    return is_pictograph(char)


class WordList:
    """Finds any of many words and phrases in one pass (Aho and Corasick 1975).

    A text costs time in proportion to its length, however many words there are and whatever they
    look like; memory is one node for each token of the list. Words without a token are passed over.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._next: list[dict[str, int]] = [{}]
        self._fallback = [0]
        self._ends = [False]
        for word in words:
            self._add(tokens(word))
        self._link()

    def _add(self, sequence: list[str]) -> None:
        node = 0
        for token in sequence:
            if token not in self._next[node]:
                self._next[node][token] = len(self._next)
                self._next.append({})
                self._fallback.append(0)
                self._ends.append(False)
            node = self._next[node][token]
        if sequence:
            self._ends[node] = True

    def _link(self) -> None:
        """Where to go on when the next token does not fit: the longest suffix that begins one."""
        waiting = deque(self._next[0].values())
        while waiting:
            node = waiting.popleft()
            for token, child in self._next[node].items():
                self._fallback[child] = self._step(self._fallback[node], token)
                self._ends[child] = self._ends[child] or self._ends[self._fallback[child]]
                waiting.append(child)

    def _step(self, node: int, token: str) -> int:
        while node and token not in self._next[node]:
            node = self._fallback[node]
        return self._next[node].get(token, 0)

    def finds(self, text: str) -> bool:
        """Whether a listed word or phrase stands in the text."""
        if not self._next[0]:
            return False
        node = 0
        for token in tokens(text):
            node = self._step(node, token)
            if self._ends[node]:
                return True
        return False
