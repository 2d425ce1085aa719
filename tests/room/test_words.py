"""The words that a room does not want to hear, found in what people write (§6)."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from virtubar.protocol.constants import CHAT_MAX_CHARS, WORD_MAX_CHARS, WORDS_MAX
from virtubar.room.words import WordList, fold, tokens


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("ass", "you ass"),
        ("ass", "ASS!"),
        ("ass", "(ass)"),
        ("Ass", "what an ass."),
        ("straße", "STRASSE"),
        ("café", "the cafe"),
        ("cafe", "le cafe\u0301"),
        ("bad", "ｂａｄ"),
        ("bad", "b\u200ba\u00add"),
        ("bad", "ba\u0336d\u0336"),
        ("İstanbul", "istanbul"),
        ("привет", "ПРИВЕТ всем"),
        ("ёлка", "елка"),
        ("מלה", "מִלָּה"),
        ("مرحبا", "مَرْحَبًا"),
        ("नमस्ते", "हाय नमस्ते"),
        ("한국", "한국 사람"),
        ("go away", "Go, away!"),
        ("go away", "now go\taway please"),
        ("don't", "dont, don't"),
        ("笨蛋", "你是笨蛋吗"),
        ("笨蛋", "笨 蛋"),
        ("ばか", "おまえはばかだ"),
        ("ﾊﾞｶ", "バカ"),
        ("ควาย", "ไอ้ควายโง่"),
        ("ass", "笨ass蛋"),
        ("🍆", "hey🍆🍆"),
        ("👍🏽", "👍"),
        ("4 20", "meet at 4:20"),
    ],
)
def test_a_listed_word_is_found(word: str, text: str) -> None:
    """Whatever its case, width and accents, whole, at any place; without spaces where a script has
    none."""
    assert WordList(["unrelated", word, "another"]).finds(text)


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("ass", "a glass of class"),
        ("ass", "assess"),
        ("ass", "as s"),
        ("ass", "ass1"),
        ("go away", "go far away"),
        ("go away", "going away"),
        ("go away", "away go"),
        ("はか", "ばか"),
        ("笨蛋", "笨的蛋"),
        ("कि", "की"),
        ("привет", "приветик"),
        ("🍆", "🍅"),
        ("ass", ""),
    ],
)
def test_what_only_looks_a_little_like_it_is_not(word: str, text: str) -> None:
    """Parts of other words, other orders, other letters."""
    assert not WordList([word]).finds(text)


@pytest.mark.parametrize(
    "hidden",
    ["\u034f", "\u3164", "\u115f", "\uffa0", "\u180e", "\u2065", "\u0378", "\ue000", "\U000e0061",
     "\U0010fffd", "\u200d", "\ufe0f", "\u034f\u0301", "\u17b4\u200b\u00ad"],
)  # fmt: skip
def test_what_cannot_be_seen_hides_no_word(hidden: str) -> None:
    """Ignorable, unassigned and private characters are looked through, in the list too."""
    assert WordList(["walrus"]).finds(f"the wal{hidden}rus")
    assert WordList([f"wal{hidden}rus"]).finds("the walrus")
    assert not WordList(["walrus"]).finds(f"the wal{hidden} rus")


def test_a_phrase_in_one_character_parts_words_and_costs_no_more_than_another() -> None:
    """NFKC makes 18 characters of U+FDFA."""
    assert fold("a\ufdfab") == "a b"
    assert len(fold("\u3316\ufdfa" * 100)) <= 6 * 200


@pytest.mark.parametrize("words", [(), ("",), (" ", "!?", "\u200b")])
def test_a_list_without_words_finds_nothing(words: tuple[str, ...]) -> None:
    """Punctuation alone is no word."""
    listed = WordList(words)
    assert not listed.finds("anything at all !?")
    assert not listed.finds("")


def test_words_that_share_beginnings_and_ends_are_each_found() -> None:
    """What fails for one goes on for another that began meanwhile."""
    listed = WordList(["a b c d", "b c x", "c", "x y"])
    assert listed.finds("a b c x")
    assert listed.finds("z c z")
    assert WordList(["a b c d", "b c x"]).finds("a b c x")
    assert WordList(["a a b"]).finds("a a a b")
    assert not WordList(["a b c d", "b c x"]).finds("a b c")


LETTERS = st.sampled_from(["a", "b", "c"])
PHRASES = st.lists(st.lists(LETTERS, min_size=1, max_size=4).map(" ".join), max_size=6)


@given(PHRASES, st.lists(LETTERS, max_size=20))
def test_it_finds_what_a_plain_search_finds(words: list[str], said: list[str]) -> None:
    """The same as looking for each phrase at each place."""
    text = " ".join(said)
    expected = any(f" {word} " in f" {text} " for word in words)
    assert WordList(words).finds(text) == expected


@given(st.text())
def test_folding_again_changes_nothing_that_is_compared(text: str) -> None:
    """A list that was stored folded finds the same."""
    assert tokens(fold(text)) == tokens(text)


@given(st.text(max_size=40))
def test_a_text_is_found_by_itself(text: str) -> None:
    """In every script, where anything of it is a word at all."""
    assert WordList([text]).finds(f"- {text} -") == bool(tokens(text))


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=20))
def test_composed_and_decomposed_texts_are_the_same(text: str) -> None:
    """However a keyboard makes its letters."""
    assert tokens(unicodedata.normalize("NFD", text)) == tokens(unicodedata.normalize("NFC", text))


class CountedList(WordList):
    """Counts the comparisons of a search."""

    compared = 0

    def _step(self, node: int, token: str) -> int:
        self.compared += 1
        return super()._step(node, token)


def test_the_longest_list_is_searched_in_one_pass() -> None:
    """One step for each token of the text, for the words that are worst to tell apart."""
    phrase = " ".join("a" * (WORD_MAX_CHARS // 2 - 1))
    listed = CountedList(f"{phrase} {n}" for n in range(WORDS_MAX))
    assert len(listed._next) <= WORDS_MAX * WORD_MAX_CHARS
    listed.compared = 0
    assert not listed.finds("a " * (CHAT_MAX_CHARS // 2))
    assert listed.compared == CHAT_MAX_CHARS // 2


def test_no_text_grows_beyond_measure() -> None:
    """The letter that folds into the most becomes eighteen."""
    assert len(fold("\ufdfa" * CHAT_MAX_CHARS)) <= 18 * CHAT_MAX_CHARS
