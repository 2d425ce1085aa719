"""What the words of options mean."""

import pytest
import typer

from virtubar.cli.options import checked_room, checked_user, seconds


@pytest.mark.parametrize(
    ("words", "length_s"),
    [
        (None, None),
        ("1s", 1),
        ("30s", 30),
        ("10m", 600),
        ("2h", 7_200),
        ("7d", 604_800),
        ("3660d", 316_224_000),
        ("316224000s", 316_224_000),
    ],
)
def test_times_are_numbers_with_a_unit(words: str | None, length_s: int | None) -> None:
    """Seconds, minutes, hours, days; up to ten years."""
    assert seconds(words) == length_s


@pytest.mark.parametrize(
    "words", ["", "10", "m", "1w", "1.5h", "-5m", "0s", "3661d", "316224001s", "1h30m", "1H", "٣s"]
)
def test_other_words_are_no_time(words: str) -> None:
    """Said with examples of what is."""
    with pytest.raises(typer.BadParameter, match="30s, 10m, 2h or 7d"):
        seconds(words)


def test_ids_are_looked_at_before_they_become_part_of_a_path() -> None:
    """No id leads elsewhere than it says."""
    assert checked_room("lobby") == "lobby"
    assert checked_user("auth0|ben") == "auth0|ben"
    for wrong in ("../x", "a/b", "a b", "", "x?y"):
        with pytest.raises(typer.BadParameter):
            checked_room(wrong)
        with pytest.raises(typer.BadParameter):
            checked_user(wrong)
