"""`python -m benchmarks.rounds`: what a round of a room costs the interpreter, without the kernel.

A round is what a room does every 50 ms: each member's move comes in as a WebSocket frame, through
picows, decoding, the rules and the clock, and one flush goes out to all of them. The loop's
transports take bytes and do nothing, so that the kernel, which costs the same whatever speaks to
it, is left out, and a step that is saved shows. Of some repeats the best, the one least disturbed.
"""

import asyncio
import logging
import socket
import sys
from time import perf_counter
from typing import cast

import structlog
from uvicorn.server import ServerState

from benchmarks.flushes import FlushBench
from virtubar.protocol.codec import encode
from virtubar.protocol.events import AvatarTransform, ClientEvent, JoinRoom, JoinUser
from virtubar.runtime.clock import Clock
from virtubar.transport.compact import COMPACT
from virtubar.transport.connection import Acts, Connection, ConnectionParts, Rooms
from virtubar.transport.dialect import JSON, SocketDialect
from virtubar.transport.picows_adapter import PicowsAdapter, Reader
from virtubar.transport.websocket import WebSocketTransport

ROUNDS = 100
STEP_MS = 50.0
MASK = b"\x37\xfa\x21\x3d"


class SteppedClock(Clock):
    """A clock that goes on by a step a round, so that nobody moves too fast."""

    __slots__ = ("passed_ms",)

    def __init__(self) -> None:
        super().__init__()
        self.passed_ms = 1_000_000.0

    def now_ms(self) -> float:
        """See Clock."""
        return self.passed_ms

    def wall_ms(self) -> int:
        """See Clock."""
        return 1_800_000_000_000 + int(self.passed_ms)


class NullSocket(asyncio.Transport):
    """A socket that takes everything, and whose other end is never heard but through `reader`."""

    reader: Reader

    def __init__(self) -> None:
        super().__init__({"socket": socket.socket()})

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Whole frames."""

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """picows takes over."""
        self.reader = cast("Reader", protocol)

    def pause_reading(self) -> None:
        """Nothing is read here."""

    def resume_reading(self) -> None:
        """Nothing is read here."""

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Nothing waits here."""

    def is_closing(self) -> bool:
        """Never."""
        return False

    def hears(self, frame: bytes) -> None:
        """The peer sent that."""
        buffer = self.reader.get_buffer(len(frame))
        buffer[: len(frame)] = frame
        self.reader.buffer_updated(len(frame))


class RoundBench(FlushBench):
    """One room with members who walk, each behind a socket."""

    def __init__(self, members: int, dialect: SocketDialect, *, deflates: bool = False) -> None:
        self.stepped = SteppedClock()
        super().__init__(members, clock=self.stepped, enter=False)
        self.sockets = [
            self.open(f"guest-{n:016d}", dialect, deflates=deflates) for n in range(members)
        ]
        self.live.flush(self.clock.now_ms())

    def open(self, user_id: str, dialect: SocketDialect, *, deflates: bool) -> NullSocket:
        """One more member, over a socket."""
        opened = NullSocket()
        adapter = PicowsAdapter(opened, ServerState(), lambda: None)
        listener = WebSocketTransport(
            opened,
            deflates=deflates,
            clock=self.clock,
            timer=self.hub.timer,
            metrics=self.hub.metrics,
            ended=adapter.ended,
            dialect=dialect,
        )
        # every room that is joined here is live, and nobody is moderated
        parts = ConnectionParts(self.hub, cast("Rooms", None), cast("Acts", None))
        listener.sink = Connection(parts, listener, self.token(user_id), None)
        adapter.start(listener, b"", b"")
        joining = JoinRoom("bench", JoinUser(user_id, user_id, "fox"), self.token(user_id))
        opened.hears(masked(joining, self.clock.wall_ms()))
        return opened

    def frames(self) -> list[bytes]:
        """What everybody sends in the next round."""
        self.seq += 1
        ts = self.clock.wall_ms()
        return [
            masked(_step(self.seq, n / 3 + self.seq % 9 / 9), ts) for n in range(len(self.sockets))
        ]

    def round_us(self) -> tuple[float, float]:
        """µs a client of what comes in, and of what goes out."""
        best_in_s = best_out_s = float("inf")
        for _ in range(ROUNDS):
            self.stepped.passed_ms += STEP_MS
            pairs = list(zip(self.sockets, self.frames(), strict=True))
            started_s = perf_counter()
            for one, frame in pairs:
                one.hears(frame)
            heard_s = perf_counter()
            self.live.flush(self.stepped.passed_ms)
            flushed_s = perf_counter()
            best_in_s = min(best_in_s, heard_s - started_s)
            best_out_s = min(best_out_s, flushed_s - heard_s)
        assert self.live.room.counts.moves == ROUNDS * len(self.sockets)
        clients = len(self.sockets)
        return best_in_s * 1e6 / clients, best_out_s * 1e6 / clients


def masked(event: ClientEvent, ts: int) -> bytes:
    """An event as the frame in which a browser sends it."""
    payload = encode(event, ts)
    size = len(payload)
    length = bytes((0x80 | size,)) if size < 126 else bytes((0xFE,)) + size.to_bytes(2)
    body = bytes(byte ^ MASK[n % 4] for n, byte in enumerate(payload))
    return b"\x81" + length + MASK + body


def _step(seq: int, x: float) -> AvatarTransform:
    return AvatarTransform("bench", seq, x, 0, 1.5, 0.5, "walk", False)


async def measure() -> None:
    """Measure and print; within a loop, since picows asks for it."""
    for members in (10, 50, 250):
        for name, dialect, deflates in (
            ("plain", JSON, False),
            ("deflate", JSON, True),
            ("compact", COMPACT, False),
        ):
            heard_us, told_us = RoundBench(members, dialect, deflates=deflates).round_us()
            sys.stdout.write(
                f"{members:4} walk, {name:8} in {heard_us:6.2f}  out {told_us:6.2f} µs a client\n"
            )


def main() -> int:
    """Run it, and say nothing of who comes in."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    asyncio.run(measure())
    return 0


if __name__ == "__main__":
    sys.exit(main())
