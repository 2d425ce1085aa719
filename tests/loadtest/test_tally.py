"""What arrives is compared with what was sent, and with when it was due."""

import pytest

from virtubar.loadtest.figures import Values, figures_of
from virtubar.loadtest.schedule import Schedule
from virtubar.loadtest.tally import WALKING, Receiver, RoomTally, Tally

SCHEDULE = Schedule(clients=2, rate_hz=10.0, start_ms=0.0, ramp_s=0.0)


class Pair:
    """Two clients in a room; client 1 is watched, client 0 sends."""

    def __init__(self) -> None:
        self.tally = Tally()
        self.room = RoomTally(SCHEDULE)
        self.room.welcome(0, "ann")
        self.room.welcome(1, "bob")
        self.tally.joined = 2
        self.receiver = Receiver(self.tally, self.room)
        self.receiver.enter()
        self.tally.begin(0)
        self.receiver.begin()

    def send(self, *seqs: int) -> None:
        for seq in seqs:
            self.room.send(0, seq, seq * 65, seq * 37, counts=seq >= self.tally.first_seq)

    def take(self, *seqs: int, late_ms: float = 5.0) -> None:
        for seq in seqs:
            at_ms = SCHEDULE.due_ms(0, seq) + late_ms
            self.receiver.take("ann", seq, seq * 0.065, seq * 0.037, at_ms, walks=True)

    @property
    def values(self) -> Values:
        self.tally.roll()
        other = Receiver(self.tally, RoomTally(SCHEDULE))
        return figures_of(
            self.tally, [self.receiver, other], window_s=2.0, received_bytes=8_000, cpu_s=0.5
        )


@pytest.fixture
def pair() -> Pair:
    return Pair()


def test_all_that_was_sent_and_came_is_delivered(pair: Pair) -> None:
    """With its age from the moment it was due."""
    pair.send(0, 1, 2)
    pair.take(0, 1, 2, late_ms=25.0)
    values = pair.values
    assert (values["delivered"], values["lost"], values["skipped"]) == (1.0, 0, 0)
    assert (values["age_p50"], values["age_max"]) == (25.1, 25.1)


def test_a_move_that_was_sent_late_is_as_old_as_if_it_had_been_sent_in_time(pair: Pair) -> None:
    """Nothing is left out of the ages because the generator itself was held up."""
    pair.send(0)
    pair.receiver.take("ann", 0, 0, 0, SCHEDULE.due_ms(0, 0) + 500.0, walks=True)
    assert pair.values["age_p99"] == 500.1


def test_an_older_move_that_a_newer_one_overtook_is_skipped(pair: Pair) -> None:
    """A server may send only the newest (§5)."""
    pair.send(0, 1, 2)
    pair.take(0, 2)
    values = pair.values
    assert (values["skipped"], values["lost"], values["faults"]) == (1, 0, 0)
    assert values["delivered"] == pytest.approx(2 / 3)


def test_the_newest_move_that_never_comes_is_lost(pair: Pair) -> None:
    """And whatever of that client came before it and after the last one seen."""
    pair.send(0, 1, 2, 3)
    pair.take(0, 1)
    assert (pair.values["lost"], pair.values["skipped"]) == (2, 0)


def test_twice_is_a_duplicate_and_back_is_out_of_order(pair: Pair) -> None:
    """Both are faults, and neither counts as delivered."""
    pair.send(0, 1, 2)
    pair.take(0, 2, 2, 1)
    values = pair.values
    assert (values["duplicates"], values["out_of_order"], values["faults"]) == (1, 1, 2)
    assert values["delivered"] == pytest.approx(2 / 3)


def test_what_was_never_sent_is_wrong(pair: Pair) -> None:
    """Another place, or a seq of the future."""
    pair.send(0)
    pair.receiver.take("ann", 0, 1, 0, 5.0, walks=True)
    pair.receiver.take("ann", 7, 0, 0, 5.0, walks=True)
    assert (pair.values["wrong"], pair.values["delivered"]) == (2, 0.0)


def test_the_servers_own_last_transform_is_no_fault(pair: Pair) -> None:
    """Whose connection was lost is seen to stand still, one seq on (§11)."""
    pair.send(0)
    pair.take(0)
    pair.receiver.take("ann", 1, 0, 0, 5.0, walks=False)
    assert pair.values["faults"] == 0


def test_a_member_that_is_announced_again_begins_anew(pair: Pair) -> None:
    """So its seq may be one that was seen (§5)."""
    pair.send(0, 1)
    pair.take(0, 1)
    pair.receiver.rejoined("ann")
    pair.receiver.rejoined("a stranger")
    pair.take(1)
    assert pair.values["duplicates"] == 0


def test_what_is_sent_while_a_client_is_out_it_is_not_owed(pair: Pair) -> None:
    """From its coming back on it is."""
    pair.send(0)
    pair.receiver.leave()
    pair.send(1, 2)
    pair.receiver.enter()
    pair.send(3)
    assert pair.receiver.expected == 2
    pair.receiver.leave()
    assert pair.values["lost"] == 0


def test_only_the_window_is_measured(pair: Pair) -> None:
    """What was due before it is compared, and not counted."""
    pair.tally.begin(2)
    pair.receiver.begin()
    pair.send(1, 2)
    pair.take(1, 2, 2)
    assert (pair.receiver.expected, pair.tally.received, pair.tally.duplicates) == (1, 1, 1)


def test_records_and_envelopes_count_alike(pair: Pair) -> None:
    """Of clients of the test, and of others in the room as strangers."""
    pair.send(0, 1)
    users = {4: "ann", 5: "a stranger"}
    pair.receiver.take_records(
        [(WALKING, 4, 0, 0, 0, 0, 0), (WALKING, 5, 0, 9, 0, 0, 0, 1)], users, 3.0
    )
    pair.receiver.take("ann", 1, 0.065, 0.037, 103.0, walks=True)
    pair.receiver.take("a stranger", 1, 0.065, 0.037, 103.0, walks=True)
    assert (pair.tally.received, pair.tally.strangers) == (2, 2)
    assert pair.values["age_max"] == 3.1


def test_figures_are_per_client_and_second(pair: Pair) -> None:
    """Bytes, CPU time, who came in, and errors by their code."""
    pair.tally.joined = 1
    pair.tally.errors["rate_limited"] = 3
    values = pair.values
    assert values["bytes_per_client"] == 2_000.0
    assert (values["generator_cpu"], values["joined"]) == (0.25, 0.5)
    assert (values["errors"], values["errors.rate_limited"]) == (3, 3)


def test_where_nothing_was_due_there_is_no_share() -> None:
    """A test that ended before its window has no figures of it."""
    tally = Tally()
    receiver = Receiver(tally, RoomTally(SCHEDULE))
    values = figures_of(tally, [receiver], window_s=0.0, received_bytes=0, cpu_s=0.0)
    assert values["delivered"] is None
    assert values["bytes_per_client"] is None
    assert values["age_p99"] is None
