"""Where clients of a load test are."""

from virtubar.loadtest.walk import walk_mm


def test_a_walk_is_told_by_its_seq() -> None:
    """To and fro, and turned round at the edge: the walk of benchmarks/native/walk.c."""
    assert walk_mm(0, 0) == (-8000, -6000)
    assert walk_mm(0, 1) == (-7935, -5963)
    assert walk_mm(0, 16000 // 65 + 1)[0] == 8000 - (247 * 65 - 16000)
