"""What is put on a crowded room, and what counts as carrying it. Pure: nothing here measures."""

from msgspec import Struct

from benchmarks.figures import BUSY_SHARE, Run
from benchmarks.load import COMPACT, JSON, Plan

RATE_HZ = 15.0
"""Moves a second of somebody who walks, as clients send them."""
HALL_M = 24.0
"""A side of the hall: a thousand people in it have half a square metre each."""
NEAR = 30
"""How many of those nearest to somebody are looked at."""
JUDGED = 50
"""Members whose messages the generator reads; it counts the bytes of all others."""
CHATS_HZ = 2.0
"""What is said in the room, all people together: to everybody, and all of it has to arrive."""
FULL, LARGE = 1000, 2000
SIZES = (10, 30, 100, 300, 500, FULL)

CPU_MAX_SHARE = 0.80
BYTES_MAX = 40_000
NEAR_MAX_MS = 100.0
ANYBODY_MAX_MS = 2_000.0
APPROACH_MAX_MS = 150.0


class Reader(Struct, frozen=True, kw_only=True):
    """What the members' clients ask for."""

    name: str
    wire: str = JSON
    deflate: bool = True


COMPACT_READER = Reader(name="compact", wire=COMPACT)
DEFLATED = Reader(name="JSON, deflate")
PLAIN = Reader(name="JSON, plain", deflate=False)
READERS = (COMPACT_READER, DEFLATED, PLAIN)


class Times(Struct, frozen=True, kw_only=True):
    """How long a room is looked at: the full one, and each of another size; and how often those."""

    full_s: float
    rung_s: float
    rounds: int


AT_LENGTH = Times(full_s=60.0, rung_s=8.0, rounds=3)
QUICK = Times(full_s=10.0, rung_s=4.0, rounds=1)


def plan_for(reader: Reader, people: int, window_s: float) -> Plan:
    """So many people in one room, all of whom walk."""
    return Plan(
        clients=people,
        room_size=people,
        rate_hz=RATE_HZ,
        settle_s=1.0,
        # Rates are learned, and everybody has been seen once, within this.
        warmup_s=4.0,
        window_s=window_s,
        # Whoever is far away is told within two seconds.
        drain_s=2.5,
        chat_every_s=people / CHATS_HZ,
        deflate=reader.deflate,
        wire=reader.wire,
        check_every=max(1, people // JUDGED),
        hall_m=HALL_M,
        near=NEAR,
    )


class Goal(Struct, frozen=True):
    """One figure beside what it should be at most."""

    name: str
    value: float
    most: float
    unit: str

    @property
    def is_met(self) -> bool:
        """Whether it is no more."""
        return self.value <= self.most


class Line(Struct, frozen=True, kw_only=True):
    """What one room came to; the medians, where it was measured more than once.

    Attributes:
        cpu_share: of the server's core.
        bytes_per_s, bytes_per_s_max, second_bytes_max: what each client got, the one that got most,
            and the most that one got in one second.
        updates_per_s: what one client got.
        behind_p50_ms, behind_p99_ms: how long ago those nearest had left the place where they were
            seen.
        near_p99_ms: how old their newest place was: as much more as they moved ago.
        anybody_max_ms: the same, of the one in the room whose place was oldest.
        approach_p50_ms, approach_p99_ms: from a jump to others until they are seen at full rate.
        echo_p99_ms: until somebody's own move came back.
        lost: moves after which nothing came, and chat that did not.
        wrongs: what arrived and should not have.
        generator_share, others_share: of the generator's core; of one core, everything else.
        why: where nothing could be measured.
    """

    people: int
    reader: str
    cpu_share: float = 0.0
    bytes_per_s: float = 0.0
    bytes_per_s_max: float = 0.0
    second_bytes_max: float = 0.0
    updates_per_s: float = 0.0
    behind_p50_ms: float = 0.0
    behind_p99_ms: float = 0.0
    near_p99_ms: float = 0.0
    anybody_max_ms: float = 0.0
    approach_p50_ms: float = 0.0
    approach_p99_ms: float = 0.0
    echo_p99_ms: float = 0.0
    lost: float = 0.0
    generator_share: float = 0.0
    others_share: float = 0.0
    wrongs: tuple[str, ...] = ()
    why: str = ""

    @property
    def goals(self) -> tuple[Goal, ...]:
        """What a thousand in one room should come to."""
        return (
            Goal("CPU of the core", 100 * self.cpu_share, 100 * CPU_MAX_SHARE, "%"),
            Goal("to each client, mean", self.bytes_per_s, BYTES_MAX, "B/s"),
            Goal("to the client that got most", self.bytes_per_s_max, BYTES_MAX, "B/s"),
            Goal(f"nearest {NEAR} behind, p99", self.behind_p99_ms, NEAR_MAX_MS, "ms"),
            Goal("anybody's newest place, oldest", self.anybody_max_ms, ANYBODY_MAX_MS, "ms"),
            Goal("full rate after a jump, p99", self.approach_p99_ms, APPROACH_MAX_MS, "ms"),
            Goal("lost", self.lost, 0.0, ""),
        )

    @property
    def broken(self) -> str:
        """Why the room does not hold, empty where it does: what happens within it is late, or
        lost."""
        if self.why or self.wrongs:
            return self.why or self.wrongs[0]
        if self.cpu_share > BUSY_SHARE:
            return f"the server's core is full ({self.cpu_share:.0%})"
        if self.anybody_max_ms > ANYBODY_MAX_MS:
            return f"somebody's newest place was {self.anybody_max_ms:.0f} ms old"
        return f"{self.lost:.0f} lost" if self.lost else ""


def line_of(people: int, reader: Reader, run: Run) -> Line:
    """The figures of one run."""
    outcome = run.outcome
    if outcome is None or outcome.crowd is None or run.figures is None:
        return Line(people=people, reader=reader.name, why=run.failure or "no result")
    seconds, crowd = outcome.window_seconds, outcome.crowd
    judged = -(-people // run.plan.check_every)
    return Line(
        people=people,
        reader=reader.name,
        cpu_share=run.figures.cpu_share,
        bytes_per_s=outcome.bytes / seconds / people,
        bytes_per_s_max=outcome.client_bytes_max / seconds,
        second_bytes_max=outcome.second_bytes_max,
        updates_per_s=(outcome.others.count + outcome.echo.count) / seconds / judged,
        behind_p50_ms=crowd.behind.p50_us / 1000,
        behind_p99_ms=crowd.behind.p99_us / 1000,
        near_p99_ms=crowd.near.p99_us / 1000,
        anybody_max_ms=crowd.anybody.max_us / 1000,
        approach_p50_ms=crowd.full.p50_us / 1000,
        approach_p99_ms=crowd.full.p99_us / 1000,
        echo_p99_ms=outcome.echo.p99_us / 1000,
        lost=outcome.lost + outcome.chat_expected - outcome.chat_received,
        generator_share=run.figures.generator_share,
        others_share=run.figures.others_share,
        wrongs=run.figures.wrongs,
    )
