"""The protocol's page, as tests of the documentation read it."""

import re
from pathlib import Path

PROTOCOL = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text(encoding="utf-8")


def section(number: int) -> str:
    """The text of one numbered section of the protocol."""
    parts = re.split(r"^## ", PROTOCOL, flags=re.MULTILINE)
    return next(part for part in parts if part.startswith(f"{number} "))


def says(text: str, words: str) -> bool:
    """Whether these words stand there whole: "8 s" does not stand in "18 s", nor "20" in "200"."""
    return re.search(rf"(?<![\w.−]){re.escape(words)}(?![.,]?\w)", text) is not None
