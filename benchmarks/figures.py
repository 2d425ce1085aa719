"""From counts to figures, and from figures to verdicts. Pure: nothing here measures."""

from collections.abc import Callable, Sequence
from statistics import median

from msgspec import Struct

from benchmarks.load import Latency, Outcome, Plan

RIVALS = ("starlette", "websockets")
SOCKETIO, SOCKETIO_DEFLATE = "virtubar, Socket.IO", "virtubar, Socket.IO, deflate"
SOCKETIO_POLLING = "virtubar, Socket.IO, polling"
SOCKETIO_RIVALS = ("socket.io", "python-socketio")
LOSS_MAX_PER_THOUSAND = 5.0
"""Updates of a thousand that may be missing. The protocol lets a server send only the newest
transform of a member (docs/protocol.md §5), so two that arrive between two flushes may become one;
at 20 Hz and a flush of at most 50 ms that is the generator's jitter and no more."""
HELD_SHARE = 0.98
"""Delivered of due, in the window, from which a server is said to hold a load: a server that falls
behind for good delivers less and less of it."""
BUSY_SHARE = 0.95
"""Of its core, from which the generator's own delay is in the latency figures."""

DISTURBED_SHARE = 0.10
"""Of one core, what other processes may take of the two cores that are measured on. The kernel's
ticks are that exact, and no more."""


class Figures(Struct, frozen=True, kw_only=True):
    """What one run says about one server.

    Attributes:
        cpu_us: µs of the server's CPU time per delivered update; None where nothing arrived.
        cpu_share: of one core, in the window.
        bytes: TCP payload received per update.
        missing_per_thousand: updates that never came, of those sent while the receiver was in.
        delivered_share: delivered of due, in the window.
        echo, others: added latency of the sender's own updates and of its room mates'.
        generator_share: of the generator's core, in the window.
        others_share: of one core, what other processes took of the two that are measured on.
        wrongs: what arrived and should not have, in words; empty for a right run.
    """

    cpu_us: float | None
    cpu_share: float
    bytes: float | None
    missing_per_thousand: float
    delivered_share: float
    echo: Latency
    others: Latency
    generator_share: float
    others_share: float
    wrongs: tuple[str, ...]

    @property
    def disturbed(self) -> bool:
        """Whether something else on the machine took part in the result."""
        return self.others_share > DISTURBED_SHARE

    @property
    def held(self) -> bool:
        """Whether the server carried the load: nothing wrong, nothing lost, not behind."""
        return (
            not self.wrongs
            and self.missing_per_thousand <= LOSS_MAX_PER_THOUSAND
            and self.delivered_share >= HELD_SHARE
        )

    @property
    def worst_p99_ms(self) -> float:
        """The larger p99 of echo and others, in ms."""
        return max(self.echo.p99_us, self.others.p99_us) / 1000

    @property
    def worst_p50_ms(self) -> float:
        """The larger median of echo and others, in ms."""
        return max(self.echo.p50_us, self.others.p50_us) / 1000


class Run(Struct, frozen=True, kw_only=True):
    """One server under one load; `failure` says why there are no figures."""

    server: str
    plan: Plan
    figures: Figures | None = None
    outcome: Outcome | None = None
    failure: str = ""

    @property
    def held(self) -> bool:
        """Whether the server carried the load."""
        return self.figures is not None and self.figures.held


class Memory(Struct, frozen=True, kw_only=True):
    """Resident memory of a server just started, and with idle members in rooms of 50."""

    server: str
    clients: int
    started_kib: int
    joined_kib: int

    @property
    def kib_per_connection(self) -> float:
        """What one idle, joined connection adds."""
        return (self.joined_kib - self.started_kib) / self.clients


class Goal(Struct, frozen=True, kw_only=True):
    """One goal and what became of it.

    Attributes:
        value: what was measured, None where nothing was.
        disturbed: whether other processes took part in what was measured.
    """

    what: str
    limit: float
    unit: str
    value: float | None
    disturbed: bool = False

    @property
    def verdict(self) -> str:
        """`met`, `missed` or `not measured`."""
        if self.value is None:
            return "not measured"
        return "met" if self.value <= self.limit else "missed"


def figures_of(outcome: Outcome) -> Figures:
    """What the generator's counts mean."""
    updates = outcome.delivered
    missing = max(0, outcome.expected - outcome.received)
    return Figures(
        cpu_us=outcome.server_cpu_s * 1e6 / updates if updates else None,
        cpu_share=outcome.server_cpu_s / outcome.window_seconds,
        bytes=outcome.bytes / updates if updates else None,
        missing_per_thousand=1000 * missing / outcome.expected if outcome.expected else 0.0,
        delivered_share=updates / outcome.due if outcome.due else 0.0,
        echo=outcome.echo,
        others=outcome.others,
        generator_share=outcome.generator_cpu_seconds / outcome.window_seconds,
        others_share=outcome.others_share,
        wrongs=_wrongs(outcome),
    )


def _surplus(outcome: Outcome) -> int:
    """Updates that came though nobody had sent so many; in a crowd some may come again."""
    return 0 if outcome.crowd is not None else max(0, outcome.received - outcome.expected)


def _wrongs(outcome: Outcome) -> tuple[str, ...]:
    counted = {
        "out of order or doubled": outcome.disorder,
        "with a seq that was never sent": outcome.invented,
        "of nobody in the room": outcome.foreign,
        "with coordinates of another seq or member": outcome.wrong,
        "refused with an error": outcome.refused,
        "connections ended by the server": outcome.gone,
        "more updates than were sent": _surplus(outcome),
        "clients that never joined": outcome.clients - outcome.joined,
        "messages that never came": max(0, outcome.chat_expected - outcome.chat_received),
    }
    wrongs = [f"{count} {what}" for what, count in counted.items() if count]
    if wrongs and outcome.first_problem:
        wrongs.append(f"first: {outcome.first_problem}")
    return tuple(wrongs)


STORED, NOT_STORED = "virtubar, chat stored", "virtubar, chat not stored"
"""The same server under the same chat; only what becomes of the chat differs."""


def find(
    runs: Sequence[Run],
    server: str,
    clients: int,
    rate_hz: float | None = 20.0,
    room_size: int = 50,
) -> Run | None:
    """The run of that server under that load, None where there was none; any rate where None."""
    return next(iter(find_all(runs, server, clients, rate_hz, room_size)), None)


def find_all(
    runs: Sequence[Run],
    server: str,
    clients: int,
    rate_hz: float | None = 20.0,
    room_size: int = 50,
) -> list[Run]:
    """Every run of that server under that load, in order; of any rate where None."""
    return [
        run
        for run in runs
        if (run.server, run.plan.clients, run.plan.room_size) == (server, clients, room_size)
        and (rate_hz is None or run.plan.rate_hz == rate_hz)
    ]


def most_held(runs: Sequence[Run], server: str) -> Run | None:
    """The run with the most updates a second that the server held, in rooms of 50."""
    held = [r for r in runs if r.server == server and r.held and r.plan.room_size == 50]
    return max(held, key=lambda r: r.plan.clients * r.plan.rate_hz, default=None)


def ratio(ours: Run | None, theirs: Run | None) -> float | None:
    """CPU per update of one run in multiples of another's; None unless both were held."""
    if ours is None or theirs is None or not ours.held or not theirs.held:
        return None
    assert ours.figures is not None
    assert theirs.figures is not None
    if not ours.figures.cpu_us or not theirs.figures.cpu_us:
        return None
    return ours.figures.cpu_us / theirs.figures.cpu_us


def goals(runs: Sequence[Run], memory: Sequence[Memory]) -> list[Goal]:
    """Every goal of the project with what this run measured for it."""
    crowd = find(runs, "virtubar", 1000)
    floor = find(runs, "floor", 1000)
    made = [_ratio_goal("CPU against the C floor, 1 000 clients", 2.5, crowd, floor)]
    for rival in RIVALS:
        theirs = most_held(runs, rival)
        if theirs is None:
            made.append(_ratio_goal(f"CPU at 1 000 clients against {rival}", 0.05, None, None))
            continue
        load = f"{theirs.plan.clients} clients at {theirs.plan.rate_hz:g} Hz"
        same = find(runs, "virtubar", theirs.plan.clients, theirs.plan.rate_hz)
        made.append(_ratio_goal(f"CPU at 1 000 against {rival} at {load}", 0.05, crowd, theirs))
        made.append(_ratio_goal(f"CPU against {rival}, both at {load}", 0.05, same, theirs))
    light = find(runs, "virtubar", 10, None, room_size=10)
    deflated = find(runs, "virtubar, deflate", 1000)
    made += [
        _goal("added latency p50, room of 10", 5, "ms", light, lambda f: f.worst_p50_ms),
        _goal("added latency p99, room of 10", 15, "ms", light, lambda f: f.worst_p99_ms),
        _goal("added latency p99, 1 000 clients", 80, "ms", crowd, lambda f: f.worst_p99_ms),
        _goal("bytes per update, deflate, 1 000 clients", 35, "B", deflated, lambda f: f.bytes),
    ]
    made += _socketio_goals(runs)
    for clients in (200, 1000):
        made += _storage_goals(runs, clients)
    for sample in memory:
        if sample.server == "virtubar":
            what = f"memory per idle joined connection, of {sample.clients}"
            made.append(Goal(what=what, limit=30, unit="KiB", value=sample.kib_per_connection))
    return made


def _storage_goals(runs: Sequence[Run], clients: int) -> list[Goal]:
    """What storing chat costs; where measured."""
    kept, dropped = find_all(runs, STORED, clients), find_all(runs, NOT_STORED, clients)
    if not kept and not dropped:
        return []
    what = f"CPU with chat stored against not, {clients} clients"
    return [_median_goal(what, 1.05, kept, dropped)]


def _socketio_goals(runs: Sequence[Run]) -> list[Goal]:
    """What Socket.IO's members cost more than others, and less than elsewhere; where measured."""
    all_ours = find_all(runs, SOCKETIO, 1000)
    if not all_ours:
        return []
    ours, raw = all_ours[0], find_all(runs, "virtubar", 1000)
    made = [_median_goal("CPU of Socket.IO against raw", 1.1, all_ours, raw)]
    deflated = find(runs, SOCKETIO_DEFLATE, 1000)
    made.append(_goal("bytes per update, Socket.IO deflated", 38, "B", deflated, lambda f: f.bytes))
    for rival in SOCKETIO_RIVALS:
        theirs = most_held(runs, rival)
        if theirs is not None:
            load = f"{theirs.plan.clients} clients at {theirs.plan.rate_hz:g} Hz"
            what = f"CPU of Socket.IO at 1 000 against {rival} at {load}"
            made.append(_ratio_goal(what, 0.05, ours, theirs))
    return made


def _disturbed(*runs: Run | None) -> bool:
    return any(
        run is not None and run.figures is not None and run.figures.disturbed for run in runs
    )


def _ratio_goal(what: str, limit: float, ours: Run | None, theirs: Run | None) -> Goal:
    value, disturbed = ratio(ours, theirs), _disturbed(ours, theirs)
    return Goal(what=what, limit=limit, unit="×", value=value, disturbed=disturbed)


def _median_goal(what: str, limit: float, ours: Sequence[Run], theirs: Sequence[Run]) -> Goal:
    """The median of pairs that were run in turns, the last ones of each: one pair is noise."""
    pairs = list(zip(reversed(ours), reversed(theirs), strict=False))
    ratios = sorted(r for pair in pairs if (r := ratio(*pair)) is not None)
    if len(ratios) > 1:
        what += f", median of {len(ratios)} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
    value = median(ratios) if ratios else None
    disturbed = any(_disturbed(*pair) for pair in pairs)
    return Goal(what=what, limit=limit, unit="×", value=value, disturbed=disturbed)


def _goal(
    what: str, limit: float, unit: str, run: Run | None, read: Callable[[Figures], float | None]
) -> Goal:
    figures = run.figures if run is not None and run.held else None
    value = None if figures is None else read(figures)
    return Goal(what=what, limit=limit, unit=unit, value=value, disturbed=_disturbed(run))
