"""`python -m benchmarks.flushes`: what one flush costs the process, by who gets what.

No sockets: transports take bytes and do nothing, so that what is measured is from the room's drain
to the last write. Of some repeats the best, the one least disturbed.
"""

import asyncio
import secrets
import sys
from collections.abc import Callable, Iterator
from time import perf_counter
from typing import TYPE_CHECKING

from virtubar.auth.tokens import RealtimeTokens
from virtubar.live.hub import Hub
from virtubar.live.join_limits import JoinLimits
from virtubar.live.joining import JoinRules
from virtubar.moderation.sanctions import SanctionBook
from virtubar.protocol.constants import CloseCode, Device, Role
from virtubar.protocol.events import AvatarTransform, JoinRoom, JoinUser, LocalChat, Presence
from virtubar.room.config import RoomConfig
from virtubar.room.context import CrowdRules
from virtubar.room.outcomes import Ending
from virtubar.runtime.clock import Clock
from virtubar.runtime.metrics import Metrics
from virtubar.transport.dialect import JSON

if TYPE_CHECKING:
    from virtubar.live.live_room import LiveRoom

FLUSHES = 300
REPEATS = 7
SIGNING_KEY = "only for measuring, and longer than 32 bytes"


class NullTransport:
    """A transport that takes everything and does nothing with it."""

    dialect = JSON

    def __init__(self, *, deflates: bool, congested: bool) -> None:
        self.deflates = deflates
        self.congested = congested

    def write(self, data: bytes) -> None:
        """Whole messages."""

    def expect_state(self, size_bytes: int) -> None:
        """A whole room comes."""

    def close(self, code: CloseCode, reason: str) -> None:
        """Nothing here closes a connection."""
        raise RuntimeError(f"closed: {code} {reason}")


class NullConnection:
    """The connection of one member."""

    address = None

    def __init__(self, transport: NullTransport) -> None:
        self.transport = transport

    def ended(self, ending: Ending) -> None:
        """Nobody is put out here."""
        raise RuntimeError(ending.reason)

    def failed(self) -> None:
        """Nothing fails here."""
        raise RuntimeError("a write failed")

    def replaced(self) -> None:
        """Nobody comes twice."""
        raise RuntimeError("replaced")


class FlushBench:
    """One room with members who stand on a line, a metre apart."""

    def __init__(
        self,
        members: int,
        *,
        deflate: int = 0,
        congested: int = 0,
        radius_m: float | None = None,
        clock: Clock | None = None,
        enter: bool = True,
    ) -> None:
        self.now_ms = 1_000_000.0
        self.clock = clock or Clock()
        self.tokens = RealtimeTokens(SIGNING_KEY)
        self.seq = 0
        self.users: list[str] = []
        self.hub = Hub(
            clock=self.clock,
            metrics=Metrics(),
            call_later=asyncio.new_event_loop().call_later,
            random_bits=secrets.randbits,
            crowds=CrowdRules(threshold=1_000),
            max_rooms=1,
            joins=JoinRules(
                tokens=self.tokens, sanctions=SanctionBook(), limits=JoinLimits(addresses=False)
            ),
            record_chat=lambda _messages, _days: None,
            seen=lambda _user, _role: None,
        )
        self.hub.create(
            RoomConfig("bench", "Bench", capacity=2 * members, hearing_radius_m=radius_m)
        )
        live = self.hub.live("bench")
        assert live is not None
        self.live: LiveRoom = live
        for n in range(members if enter else 0):
            self.enter(deflates=n < deflate, congested=n >= members - congested)
        self.live.flush(self.now_ms)

    @property
    def wall_ms(self) -> int:
        """The wall clock, as far as this bench lets time pass."""
        return self.clock.wall_ms()

    def enter(self, *, deflates: bool = False, congested: bool = False) -> None:
        """One more member."""
        user_id = f"guest-{len(self.users):016d}"
        token = self.token(user_id)
        connection = NullConnection(NullTransport(deflates=deflates, congested=congested))
        claims = self.hub.verify(token)
        joining = JoinRoom("bench", JoinUser(user_id, user_id, "fox"), token)
        self.hub.join(connection, claims, joining, self.now_ms)
        self.users.append(user_id)

    def token(self, user_id: str) -> str:
        """What lets somebody in."""
        token, _ = self.tokens.mint(
            user_id=user_id,
            room_id="bench",
            role=Role.GUEST,
            device=Device.DESKTOP,
            wall_ms=self.wall_ms,
            token_id=user_id,
            life_ms=3_600_000,
        )
        return token

    def walk(self) -> None:
        """Everybody moves once."""
        self.seq += 1
        for n, user_id in enumerate(self.users):
            x = n + self.seq % 9 / 9
            move = AvatarTransform("bench", self.seq, x, 0, 1.5, 0.5, "walk", False)
            self.live.room.handle(user_id, move, self.wall_ms, self.now_ms, self.wall_ms)

    def speak(self, count: int) -> None:
        """So many say something."""
        for user_id in self.users[:: max(1, len(self.users) // count)]:
            self.live.room.handle(
                user_id, LocalChat("bench", "Prost", "local"), 0, self.now_ms, self.wall_ms
            )

    def hide(self, count: int) -> None:
        """So many pages are hidden."""
        for user_id in self.users[:count]:
            self.live.room.handle(user_id, Presence(visible=False), 0, self.now_ms, self.wall_ms)

    def flush_us(self, before: Callable[[], None]) -> float:
        """µs of one flush, where that happens before each."""
        best_s = float("inf")
        for _ in range(FLUSHES):
            self.now_ms += 1_000.0
            before()
            started_s = perf_counter()
            self.live.flush(self.now_ms)
            best_s = min(best_s, perf_counter() - started_s)
        return best_s * 1e6


def shapes() -> Iterator[tuple[str, float]]:
    """Each shape of a room, and what a flush of it costs."""
    for members in (10, 50, 250):
        bench = FlushBench(members)
        yield f"{members} walk, plain", bench.flush_us(bench.walk)
    bench = FlushBench(50, deflate=50)
    yield "50 walk, deflate", bench.flush_us(bench.walk)
    bench = FlushBench(50, deflate=25)
    yield "50 walk, half deflate", bench.flush_us(bench.walk)
    bench = FlushBench(50)
    bench.hide(10)
    yield "50 walk, 10 hidden", bench.flush_us(bench.walk)
    bench = FlushBench(50, congested=5)
    yield "50 walk, 5 do not read", bench.flush_us(bench.walk)
    for deflate in (0, 50):
        bench = FlushBench(50, deflate=deflate, radius_m=8.0)

        def both(bench: FlushBench = bench) -> None:
            bench.walk()
            bench.speak(5)

        name = "50 walk, 5 speak within 8 m"
        yield name + (", deflate" if deflate else ""), bench.flush_us(both)
    yield "100 come in at once, 100 there", _rush()


def _rush() -> float:
    """A flush of a hundred newcomers, in a room that is made anew for each."""
    best_us = float("inf")
    for _ in range(REPEATS):
        bench = FlushBench(100)
        for _ in range(100):
            bench.enter()
        started_s = perf_counter()
        bench.live.flush(bench.now_ms)
        best_us = min(best_us, (perf_counter() - started_s) * 1e6)
    return best_us


def main() -> int:
    """Measure and print."""
    for name, cost_us in shapes():
        sys.stdout.write(f"{name:40} {cost_us:9.1f} µs\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
