"""What commands print where the output knows few characters."""

import json
import sys
from io import BytesIO, TextIOWrapper

import pytest

from virtubar.cli.output import replace_unprintable
from virtubar.cli.printing import print_json, print_line, print_table

LAUGH = "\N{FACE WITH TEARS OF JOY}"


class Output(TextIOWrapper):
    """Standard output in an encoding, as a terminal or a pipe has it."""

    def __init__(self, encoding: str, errors: str = "strict") -> None:
        self.bytes = BytesIO()
        super().__init__(self.bytes, encoding=encoding, errors=errors)

    def shown(self) -> str:
        """What came out."""
        self.flush()
        return self.bytes.getvalue().decode(self.encoding)


def output(monkeypatch: pytest.MonkeyPatch, encoding: str, errors: str = "strict") -> Output:
    """An output that commands write to from now on, as `main` prepares it."""
    stream = Output(encoding, errors)
    replace_unprintable(stream)
    monkeypatch.setattr(sys, "stdout", stream)
    return stream


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "latin-1", "cp437"])
@pytest.mark.parametrize("errors", ["strict", "surrogateescape"])
def test_what_an_encoding_has_no_character_for_is_replaced(
    encoding: str, errors: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In tables and in lines; the rest of the text is there."""
    stream = output(monkeypatch, encoding, errors)
    print_table(["reason"], [[f"spam {LAUGH}"]], "nothing")
    print_line(f"{LAUGH} over")
    assert [line.rstrip() for line in stream.shown().splitlines()] == ["reason", "spam ?", "? over"]


def test_half_a_character_ends_no_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a surrogate pair is in no encoding, not in UTF-8 either."""
    stream = output(monkeypatch, "utf-8")
    print_table(["reason"], [["a\ud83db"]], "nothing")
    assert "a" in stream.shown()


@pytest.mark.parametrize(
    ("encoding", "text"), [("cp1252", f"spam {LAUGH}"), ("utf-8", "a\ud83db"), ("ascii", "é")]
)
def test_json_loses_nothing(encoding: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Scripts read it: what cannot be written is named."""
    stream = output(monkeypatch, encoding)
    print_json({"reason": text})
    assert json.loads(stream.shown()) == {"reason": text}


def test_json_is_readable_where_it_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """UTF-8 has it all."""
    stream = output(monkeypatch, "utf-8")
    print_json({"reason": LAUGH})
    assert LAUGH in stream.shown()


def test_another_way_that_was_chosen_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """`PYTHONIOENCODING=ascii:backslashreplace` says how."""
    stream = output(monkeypatch, "ascii", "backslashreplace")
    print_line(LAUGH)
    assert stream.shown() == "\\U0001f602\n"
