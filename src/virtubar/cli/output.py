"""Standard output as commands need it: it shows what it can, and ends none of them."""

from io import TextIOWrapper
from typing import Final, TextIO

_RAISING: Final = ("strict", "surrogateescape")
"""How a stream is set that raises where it cannot encode; anything else an operator has chosen."""


def replace_unprintable(stream: TextIO) -> None:
    """What the stream's encoding has no character for is shown as `?` from now on, and ends no
    command: reasons and names are in every script, and a terminal or a pipe may know few."""
    if isinstance(stream, TextIOWrapper) and stream.errors in _RAISING:
        stream.reconfigure(errors="replace")
