"""What somebody did in the last minute."""

from virtubar.room.recent import likeness


def test_texts_that_read_alike_are_alike() -> None:
    """Case, accents and punctuation make no other message."""
    assert likeness("Cheers!") == likeness("cheérs ...") != likeness("beers")


def test_a_text_is_as_like_in_every_process() -> None:
    """A room goes on in another process, which counts repetitions on: no seeded hash."""
    assert likeness("Cheers!") == 0x0001D5D3
    assert likeness("!!!") != likeness("???"), "where nothing else is left, punctuation counts"
