"""From counts to figures to verdicts."""

import pytest
from msgspec.structs import replace
from samples import outcome, run, state

from benchmarks.figures import (
    NOT_STORED,
    SOCKETIO,
    STORED,
    Goal,
    Memory,
    Run,
    figures_of,
    find,
    goals,
    most_held,
    ratio,
)
from benchmarks.load import Plan


def test_cpu_per_update_is_process_time_over_deliveries() -> None:
    """One second of CPU for a million updates is 1 µs each."""
    figures = figures_of(outcome())
    assert figures.cpu_us == pytest.approx(1.0)
    assert figures.cpu_share == pytest.approx(1.0)
    assert figures.bytes == pytest.approx(185.0)


def test_cpu_time_is_read_to_the_nanosecond_where_it_can_be() -> None:
    """A tick of 10 ms is much of what a cheap server uses in a few seconds."""
    before, after = replace(state(1000, 0), cpu_ns=5), replace(state(1003, 0), cpu_ns=25_000_005)
    assert outcome(before=before, after=after).server_cpu_s == pytest.approx(0.025)
    unread = replace(before, cpu_ns=0)
    assert outcome(before=unread, after=after).server_cpu_s == pytest.approx(0.03)


def test_the_worse_of_echo_and_others_is_reported() -> None:
    """A server that is quick to the sender and slow to the room is slow."""
    assert figures_of(outcome()).worst_p99_ms == pytest.approx(11.0)
    assert figures_of(outcome()).worst_p50_ms == pytest.approx(2.0)


def test_a_run_without_deliveries_has_no_cost() -> None:
    """Nothing delivered is not a cost of zero, and not a held load."""
    figures = figures_of(outcome(delivered=0, received=0))
    assert figures.cpu_us is None
    assert figures.bytes is None
    assert not figures.held


@pytest.mark.parametrize(("received", "held"), [(995_000, True), (994_999, False)])
def test_losses_over_five_in_a_thousand_are_not_held(received: int, held: bool) -> None:
    """The newest of a member's transforms may replace an older one; more than that is loss."""
    figures = figures_of(outcome(received=received))
    assert figures.held is held


@pytest.mark.parametrize(("delivered", "held"), [(980_000, True), (979_999, False)])
def test_a_server_that_falls_behind_does_not_hold(delivered: int, held: bool) -> None:
    """What comes only after the load has ended came too late."""
    assert figures_of(outcome(delivered=delivered)).held is held


@pytest.mark.parametrize("count", ["disorder", "invented", "foreign", "wrong", "refused", "gone"])
def test_one_wrong_update_voids_a_run(count: str) -> None:
    """Correctness has no allowance."""
    figures = figures_of(outcome(**{count: 1}, first_problem="guest-1: what it was"))
    assert not figures.held
    assert len(figures.wrongs) == 2
    assert "what it was" in figures.wrongs[1]


def test_more_updates_than_were_sent_void_a_run() -> None:
    """Counted-only connections see doubles as a surplus."""
    figures = figures_of(outcome(received=1_000_001))
    assert figures.wrongs == ("1 more updates than were sent",)
    assert figures.missing_per_thousand == 0


@pytest.mark.parametrize(("busy_ticks", "disturbed"), [(159, False), (161, True)])
def test_other_processes_on_the_cores_mark_a_run_as_disturbed(
    busy_ticks: int, disturbed: bool
) -> None:
    """Server 1 s, generator 0.5 s; more than 0.1 s beyond that is somebody else's."""
    figures = figures_of(outcome(after=state(1100, busy_ticks)))
    assert figures.others_share == pytest.approx(busy_ticks / 100 - 1.5)
    assert figures.disturbed is disturbed


def test_a_ratio_needs_two_held_runs() -> None:
    """A server that fell behind has no figure to compare with."""
    ours, floor = run("virtubar", 1000, 50), run("floor", 1000, 25)
    behind = replace(floor, figures=figures_of(outcome(delivered=1000)))
    assert ratio(ours, floor) == pytest.approx(2.0)
    assert ratio(ours, behind) is None
    assert ratio(ours, None) is None


def test_the_most_held_run_is_by_updates_a_second() -> None:
    """Clients times rate; what was not held does not count, whatever its size."""
    small, large = run("starlette", 50, 1000, rate_hz=10.0), run("starlette", 50, 1000)
    failed = Run(server="starlette", plan=Plan(clients=200), failure="no")
    assert most_held([small, large, failed], "starlette") is large
    assert most_held([failed], "starlette") is None


def test_find_tells_loads_apart() -> None:
    """Rooms of 10 and rooms of 50 are different loads, and so are rates."""
    runs = [run("virtubar", 50, 100), run("virtubar", 10, 100, room_size=10)]
    assert find(runs, "virtubar", 50) is runs[0]
    assert find(runs, "virtubar", 10) is None
    assert find(runs, "virtubar", 10, None, room_size=10) is runs[1]
    assert find(runs, "virtubar", 50, 10.0) is None


@pytest.mark.parametrize(
    ("value", "verdict"), [(2.5, "met"), (2.51, "missed"), (None, "not measured")]
)
def test_a_goal_is_met_up_to_its_limit(value: float | None, verdict: str) -> None:
    """The limit itself is met; nothing measured is neither met nor missed."""
    assert Goal(what="x", limit=2.5, unit="×", value=value).verdict == verdict


def test_goals_compare_with_the_floor_and_each_rival_at_its_own_load() -> None:
    """Against a rival twice: both at what it held, and this server's crowd against that."""
    runs = [
        run("floor", 1000, 25),
        run("virtubar", 1000, 50),
        run("virtubar", 50, 80, rate_hz=10.0),
        run("starlette", 50, 2000, rate_hz=10.0),
    ]
    values = {goal.what: goal.value for goal in goals(runs, [])}
    assert values["CPU against the C floor, 1 000 clients"] == pytest.approx(2.0)
    assert values["CPU against starlette, both at 50 clients at 10 Hz"] == pytest.approx(0.04)
    assert values["CPU at 1 000 against starlette at 50 clients at 10 Hz"] == pytest.approx(0.025)
    assert values["CPU at 1 000 clients against websockets"] is None


def test_memory_goals_are_per_connection() -> None:
    """The growth since the start, shared among the members."""
    sample = Memory(server="virtubar", clients=1000, started_kib=80_000, joined_kib=105_000)
    assert sample.kib_per_connection == pytest.approx(25.0)
    goal = goals([], [sample])[-1]
    assert goal.value == pytest.approx(25.0)
    assert goal.verdict == "met"


def test_a_goal_measured_on_a_disturbed_run_says_so() -> None:
    """Missed because somebody else had the core is not missed, nor is met met."""
    quiet = run("virtubar", 10, 100, room_size=10)
    figures = figures_of(outcome(after=state(1100, 1000)))
    crowded = Run(server="virtubar", plan=quiet.plan, figures=figures)
    latency = "added latency p99, room of 10"
    assert [g.disturbed for g in goals([quiet], []) if g.what == latency] == [False]
    assert [g.disturbed for g in goals([crowded], []) if g.what == latency] == [True]


def test_what_storing_chat_costs_is_a_ratio_of_two_runs_of_ours() -> None:
    """Asked for where either was measured; at most a twentieth more."""
    runs = [run(NOT_STORED, 1000, 60), run(STORED, 1000, 62)]
    (goal,) = [goal for goal in goals(runs, []) if "chat stored" in goal.what]
    assert goal.value == pytest.approx(62 / 60)
    assert goal.verdict == "met"
    (missing,) = [goal for goal in goals(runs[:1], []) if "chat stored" in goal.what]
    assert missing.verdict == "not measured"
    assert not [goal for goal in goals([], []) if "chat stored" in goal.what]


def test_of_several_pairs_the_median_counts() -> None:
    """One pair on a machine that does other things besides says little; the spread is told."""
    runs = [
        run(server, 1000, cpu)
        for pair in ((100, 110), (100, 100), (100, 102))
        for server, cpu in zip((NOT_STORED, STORED), pair, strict=True)
    ]
    (goal,) = [goal for goal in goals(runs, []) if "chat stored" in goal.what]
    assert goal.value == pytest.approx(1.02)
    assert goal.what.endswith("1000 clients, median of 3 (1.00 to 1.10)")


def test_socketio_is_compared_with_raw_members_and_with_other_servers() -> None:
    """Only where it was measured: a run of other parts has nothing to say about it."""
    raw, ours = run("virtubar", 1000, 50), run(SOCKETIO, 1000, 52)
    node = run("socket.io", 50, 1100)
    assert not [goal for goal in goals([raw], []) if "Socket.IO" in goal.what]
    made = {goal.what: goal.value for goal in goals([raw, ours, node], [])}
    assert made["CPU of Socket.IO against raw"] == pytest.approx(1.04)
    against = "CPU of Socket.IO at 1 000 against socket.io at 50 clients at 20 Hz"
    assert made[against] == pytest.approx(52 / 1100)
