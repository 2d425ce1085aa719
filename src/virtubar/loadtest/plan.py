"""What a load test is to do, and what it leaves behind. Pure."""

from collections.abc import Sequence
from typing import Final, Literal

from msgspec import Struct

from virtubar.loadtest.expectations import Verdict
from virtubar.loadtest.figures import Sample, Values
from virtubar.loadtest.network import Conditions

Wire = Literal["json", "compact", "socketio"]
JOINS_HZ: Final = 20.0
"""How many clients come in a second, unless the ramp is set: as many as a server takes from one
address with its limits as they are."""
JOIN_PATIENCE_S: Final = 30.0
ROOM_MEMBERS: Final = 50
"""How many clients share a room at most, unless the number of rooms is set."""


class Plan(Struct, frozen=True, kw_only=True, rename="camel"):
    """One load test.

    Attributes:
        rooms: how many are made, where `room_ids` names none.
        rate_hz: moves of each client a second.
        duration_s: of the window in which everything is measured.
        ramp_s: in which the clients come, evenly.
        seed: of the networks.
        patience_s: how long after the ramp those are waited for who have not come in; then they
            count as not in.
        late_max_ms: p99 of the generator's own lateness above which there is no verdict.
    """

    url: str
    clients: int
    rooms: int
    rate_hz: float
    duration_s: float
    ramp_s: float
    wire: Wire
    conditions: Conditions
    seed: int
    late_max_ms: float
    patience_s: float = JOIN_PATIENCE_S
    room_ids: tuple[str, ...] = ()


class Report(Struct, frozen=True, kw_only=True, rename="camel"):
    """What a test has found.

    Attributes:
        exit_code: 0, 1 or 2 (verdicts.py).
        bottleneck: why there is no verdict, empty where there is one.
        interrupted: whether it was ended early.
        began_ms: epoch ms.
        window_s: how long was measured.
        figures: by metric: ms, shares of 1, bytes a second, counts.
        advice: what an operator can do about what was refused.
    """

    version: str
    plan: Plan
    began_ms: int
    window_s: float
    interrupted: bool
    exit_code: int
    bottleneck: str
    verdicts: Sequence[Verdict]
    figures: Values
    advice: Sequence[str]
    samples: Sequence[Sample]


def rooms_for(clients: int) -> int:
    """How many rooms are made, unless their number is set."""
    return -(-clients // ROOM_MEMBERS)


def ramp_for(clients: int) -> float:
    """How long the clients take to come, unless it is set; s."""
    return clients / JOINS_HZ
