"""A storage that hangs is asked by one at a time, and costs the others nothing."""

from virtubar.moderation.circuit import REST_MS, TRY_MS, Circuit


def test_a_storage_that_is_well_is_asked_by_everybody() -> None:
    """With the deadline that each of them has."""
    circuit = Circuit()
    assert not circuit.refuses(0.0)
    assert circuit.begin(0.0, 10_000.0) == 10_000.0
    circuit.answered()
    assert not circuit.refuses(1.0)


def test_a_storage_that_hung_rests() -> None:
    """Until the rest is over, and not longer."""
    circuit = Circuit()
    circuit.begin(0.0, 10_000.0)
    circuit.hung(10_000.0)
    assert circuit.refuses(10_000.0)
    assert circuit.refuses(10_000.0 + REST_MS - 1)
    assert not circuit.refuses(10_000.0 + REST_MS)


def test_one_tries_a_storage_that_hung_and_not_for_long() -> None:
    """Meanwhile the others are told at once."""
    circuit = Circuit()
    circuit.hung(0.0)
    assert circuit.begin(REST_MS, REST_MS + 10_000.0) == REST_MS + TRY_MS
    assert circuit.refuses(REST_MS)
    circuit.hung(REST_MS + TRY_MS)
    assert circuit.refuses(REST_MS + TRY_MS)


def test_a_storage_that_answers_is_asked_by_everybody_again() -> None:
    """One answer is enough."""
    circuit = Circuit()
    circuit.hung(0.0)
    circuit.begin(REST_MS, 99_999.0)
    circuit.answered()
    assert not circuit.refuses(REST_MS)
    assert not circuit.is_open
    assert circuit.begin(REST_MS, 99_999.0) == 99_999.0


def test_who_gives_up_trying_lets_the_next_one_try() -> None:
    """Nothing is known then, so that nobody has to wait for a rest again."""
    circuit = Circuit()
    circuit.hung(0.0)
    circuit.begin(REST_MS, 99_999.0)
    circuit.gave_up()
    assert not circuit.refuses(REST_MS)
    assert circuit.is_open
