"""Where a client's avatar is at a seq, so that whoever receives it can tell whether that is right.
Pure."""


def walk_mm(index: int, seq: int) -> tuple[int, int]:
    """Where the avatar of a client is at a seq, x and z in mm: to and fro within the bar."""
    return _triangle(index * 7919 + seq * 65, 16000), _triangle(index * 3571 + seq * 37, 12000)


def _triangle(at: int, half: int) -> int:
    phase = at % (2 * half)
    return min(phase, 2 * half - phase) - half // 2
