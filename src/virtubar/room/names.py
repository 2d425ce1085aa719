"""Names told apart: nobody is called what a stranger could take for staff or for another (§3).

Pure. What a name *looks like* is its skeleton after Unicode UTS #39, letter case and punctuation
aside. Whoever comes in under a name that looks like that of a member, or holds a word that stands
for keeping order, gets a number behind it.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Container, Mapping
from functools import cache
from itertools import count
from typing import Final

from virtubar.protocol.constants import NAME_MAX_CHARS
from virtubar.room.confusables import PROTOTYPES

STAFF_WORDS: Final = (
    "admin", "admins", "mod", "mods", "official", "operator", "owner", "root", "security", "staff",
    "support", "sysop", "system", "админ", "مشرف",
)  # fmt: skip
"""Words that stand for keeping order here, where they stand by themselves: *Staffan* is a name."""
STAFF_STEMS: Final = (
    "moderator", "moderador", "moderateur", "moderatrice", "moderatore", "administrator",
    "administrador", "administrateur", "amministratore", "virtubar", "модератор", "администратор",
    "管理员", "管理員", "管理者", "版主", "モデレータ", "관리자", "운영자",
)  # fmt: skip
"""The same, wherever they stand in a name: long enough, or of scripts without spaces."""

_camel = re.compile("(?<=[a-z])(?=[A-Z])")
_parts = re.compile(r"[^\W_]+")


def shapes(name: str) -> tuple[str, ...]:
    """What the name looks like, as it is and in small letters: one text or two. Names are alike
    that have one in common: a small l looks like the capital I, which is the same letter as i."""
    flat = unicodedata.normalize("NFKC", name)
    return tuple(dict.fromkeys((_shape(flat), _shape(flat.casefold()))))


def resembles_staff(name: str) -> bool:
    """Whether a stranger could read in it that its bearer keeps order here; accents aside."""
    flat = unicodedata.normalize("NFKC", name)
    words = _parts.findall(f"{flat} {_camel.sub(' ', flat)}")
    if any(_bare(word.strip("0123456789")) & _WORDS for word in words):
        return True
    return any(stem in whole for whole in _bare(flat) for stem in _STEMS)


def _shape(text: str) -> str:
    """The skeleton in small letters, without white space and punctuation where more is left."""
    skeleton = unicodedata.normalize("NFD", text).translate(PROTOTYPES).casefold()
    kept = "".join(char for char in skeleton if unicodedata.category(char)[0] not in "CPZ")
    return kept or skeleton


@cache
def _shape_of(number: int) -> str:
    """A number's shape; as many are kept as a room has had members who look alike."""
    return _shape(str(number))


def _bare(text: str) -> set[str]:
    """Its shapes without marks."""
    return {
        "".join(char for char in shape if unicodedata.category(char)[0] != "M")
        for shape in (_shape(text), _shape(text.casefold()))
    }


def _all_bare(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset().union(*(_bare(word) | _bare(word.upper()) for word in words))


_WORDS: Final = _all_bare(STAFF_WORDS)
_STEMS: Final = _all_bare(STAFF_STEMS)


class Names:
    """The names of a room's members; as many as it holds. A look costs a name's length, and one
    step for each member who looks the same."""

    def __init__(self) -> None:
        self._worn: Counter[str] = Counter()
        self._shapes: dict[str, tuple[str, ...]] = {}
        self._with_number: set[str] = set()

    def give(self, user_id: str, wanted: str, *, keeps_order: bool) -> str:
        """The name that a newcomer has from now on until `free`: the one they want, or that one
        with a number behind it, from 2; at most 32 characters.

        Args:
            wanted: clean (room.text).
            keeps_order: whether they may be called so because they are.
        """
        name, looks = wanted, shapes(wanted)
        if self._is_worn(looks) or not (keeps_order or not resembles_staff(wanted)):
            name, looks = self._numbered(wanted)
            self._with_number.add(user_id)
        self._wear(user_id, looks)
        return name

    def _wear(self, user_id: str, looks: tuple[str, ...]) -> None:
        self._shapes[user_id] = looks
        self._worn.update(looks)

    def free(self, user_id: str) -> None:
        """The member is gone; anybody may have the name."""
        self._with_number.discard(user_id)
        for look in self._shapes.pop(user_id):
            self._worn[look] -= 1
            if not self._worn[look]:
                del self._worn[look]

    def snapshot(self) -> list[str]:
        """Who has a number of ours behind their name."""
        return sorted(self._with_number)

    def restore(self, numbered: Container[str], names: Mapping[str, str]) -> None:
        """Take the members' names as given.

        Args:
            numbered: whose name has a number of ours behind it.
            names: of all members, by userId.
        """
        for user_id, name in names.items():
            base, _, number = name.rpartition(" ")
            if user_id in numbered:
                self._with_number.add(user_id)
                tail = _shape_of(int(number)) if number.isdecimal() else number
                self._wear(user_id, tuple([look + tail for look in shapes(base)]))
            else:
                self._wear(user_id, shapes(name))

    def _is_worn(self, looks: tuple[str, ...]) -> bool:
        return not self._worn.keys().isdisjoint(looks)

    def _numbered(self, wanted: str) -> tuple[str, tuple[str, ...]]:
        base, looks = wanted, shapes(wanted)
        for number in count(2):
            behind = f" {number}"
            if len(base) + len(behind) > NAME_MAX_CHARS:
                base = base[: NAME_MAX_CHARS - len(behind)].rstrip()
                looks = shapes(base)
            # Digits are shaped alone: nothing joins them to what stands before them.
            tail = _shape_of(number)
            numbered = tuple([look + tail for look in looks])
            if not self._is_worn(numbered):
                return base + behind, numbered
        raise AssertionError("there are more numbers than members")
