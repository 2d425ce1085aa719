"""Names that a stranger could take for another's get a number (§3)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from virtubar.protocol.constants import NAME_MAX_CHARS
from virtubar.room.confusables import PROTOTYPES
from virtubar.room.names import Names, resembles_staff, shapes
from virtubar.room.text import clean_display_name


def given_names(*wanted: str) -> list[str]:
    """What people are called who come in under these names, one after another."""
    names = Names()
    return [names.give(str(n), name, keeps_order=False) for n, name in enumerate(wanted)]


@pytest.mark.parametrize(
    ("present", "newcomer"),
    [
        ("Same", "Same"),
        ("Same", "Sаme"),  # the second letter is Cyrillic
        ("Same", "SAME"),
        ("Same", "same"),
        ("Same", "Ｓａｍｅ"),
        ("Same", "S a m e"),
        ("Same", "Same."),
        ("Same", "𝕊𝕒𝕞𝕖"),
        ("Ian", "lan"),
        ("lan", "Ian"),
        ("Ian", "1an"),
        ("ian", "IAN"),
        ("Bob", "B0b"),
        ("Ἀda", "ἀda"),
        ("modern", "modem"),
        ("ρaul", "paul"),
        ("Ødegård", "ødegård"),
    ],
)
def test_who_looks_like_somebody_present_gets_a_number(present: str, newcomer: str) -> None:
    """By the skeletons of UTS #39, case and punctuation aside."""
    assert given_names(present, newcomer) == [present, f"{newcomer} 2"]


@pytest.mark.parametrize(
    ("present", "newcomer"),
    [
        ("Ada", "Ida"),
        ("Bjorn", "Björn"),
        ("Ada", "Ada 🦊"),
        ("Ada", "Adam"),
        ("李", "王"),
        ("?", "!"),
    ],
)
def test_who_looks_like_somebody_else_keeps_the_name(present: str, newcomer: str) -> None:
    """An accent, a letter or a symbol more tells people apart."""
    assert given_names(present, newcomer) == [present, newcomer]


def test_numbers_rise_and_pass_over_those_that_somebody_chose() -> None:
    """Everybody's name looks like nobody else's."""
    assert given_names("Ada", "Ada 2", "Ada", "ADA", "Ada 2") == [
        "Ada", "Ada 2", "Ada 3", "ADA 4", "Ada 2 2",
    ]  # fmt: skip


def test_a_numbered_name_has_32_characters_at_most() -> None:
    """The name gives way to its number."""
    long = "x" * NAME_MAX_CHARS
    assert given_names(long, long, long) == [long, "x" * 30 + " 2", "x" * 30 + " 3"]
    spaced = "x" * 29 + " yz"
    assert given_names(spaced, spaced)[1] == "x" * 29 + " 2"


def test_a_name_is_free_when_its_bearer_is_gone() -> None:
    """And nothing is kept of it."""
    names = Names()
    names.give("a", "Ada", keeps_order=False)
    assert names.give("b", "Ada", keeps_order=False) == "Ada 2"
    names.free("a")
    assert names.give("c", "Ada", keeps_order=False) == "Ada"
    names.free("b")
    names.free("c")
    assert not names._worn
    assert not names._shapes


STAFF = [
    "Moderator", "VirtuBar Moderator ✓", "mоderator", "M0DERAT0R", "M o d e r a t o r",
    "Mödérator", "xXmoderatorXx", "ADMlN", "Admin2", "TheAdmin", "admin_anna", "[MOD] Max",
    "Ｓｔａｆｆ", "Owner", "System", "Модератор", "管理员小王", "VIRTUBAR", "Modérateur",
]  # fmt: skip


@pytest.mark.parametrize("name", STAFF)
def test_nobody_is_called_as_staff_is(name: str) -> None:
    """Words that stand for roles, and what looks like them, get a number; staff may use them."""
    assert resembles_staff(name)
    assert given_names(name) == [f"{name} 2"]
    assert Names().give("eve", name, keeps_order=True) == name


@pytest.mark.parametrize(
    "name", ["Staffan", "Badminton Fan", "Modesty", "Maximus", "Roderick", "Downer", "Ada", "Tom 1"]
)
def test_a_word_within_a_word_stands_for_nothing(name: str) -> None:
    """Short ones count by themselves only."""
    assert not resembles_staff(name)
    assert given_names(name) == [name]


@given(st.lists(st.text(st.characters(), min_size=1, max_size=40), max_size=8))
def test_given_names_are_clean_and_unlike_each_other(raws: list[str]) -> None:
    """Whatever people want to be called."""
    wanted = [name for name in map(clean_display_name, raws) if name is not None]
    names = given_names(*wanted * 2)
    for name in names:
        assert clean_display_name(name) == name
    looks = [set(shapes(name)) for name in names]
    assert all(not one & other for n, one in enumerate(looks) for other in looks[:n])


def test_no_prototype_is_nothing() -> None:
    """Every character stands for something that is seen."""
    assert all(PROTOTYPES.values())
