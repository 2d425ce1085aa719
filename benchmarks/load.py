"""Run the load generator and read what it found."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from benchmarks.proc import busy_seconds, cpu_seconds
from benchmarks.servers import GENERATOR_CORE, REPOSITORY, Running, Seat, pin

SOCKETIO_PATH = "/socket.io/?EIO=4&transport=websocket"
JSON, PACKETS, COMPACT, COLYSEUS = "json", "packets", "compact", "colyseus"
"""Envelopes; envelopes in Socket.IO's packets; envelopes with moves in short; patches of a Colyseus
room's state."""
SLACK_S = 90.0
"""What joining and a busy machine may add to a run's own seconds before it is given up."""


class LoadFailedError(Exception):
    """The generator stopped without a result; the sentence is its own."""


class Plan(Struct, frozen=True, kw_only=True):
    """How hard and how long.

    Attributes:
        clients, room_size: how many, and how many of them share a room.
        rate_hz: transforms of each client a second.
        settle_s: from the last join to the first transform.
        warmup_s, window_s: under load before anything is measured; while it is.
        drain_s: how long stragglers are waited for, at most.
        deflate: offer permessage-deflate.
        wire: the language of the server, one of native/wires.c.
        polls: speak them over HTTP requests alone; without chat and compression.
        chat_every_s: how often each client says something; 0 is never.
        check_every: judge what each n-th member of a room gets; what the others get is counted.
        hall_m: the side of the hall that everybody walks in; 0 is a room of 16 by 12 m.
        near: look at the crowd, at so many who are nearest to each member that is judged; half of
            those who are judged jump to another end of the hall every few seconds.
    """

    clients: int
    room_size: int = 50
    rate_hz: float = 20.0
    settle_s: float = 1.0
    warmup_s: float = 2.0
    window_s: float = 8.0
    drain_s: float = 3.0
    chat_every_s: float = 0.0
    deflate: bool = False
    wire: str = JSON
    polls: bool = False
    check_every: int = 1
    hall_m: float = 0.0
    near: int = 0

    @property
    def seconds(self) -> float:
        """How long it takes from the last join, at most."""
        return self.settle_s + self.warmup_s + self.window_s + self.drain_s


class Latency(Struct, frozen=True, rename="camel"):
    """Microseconds from a transform's send to its arrival, of `count` arrivals."""

    count: int
    p50_us: int
    p99_us: int
    max_us: int


class CrowdSeen(Struct, frozen=True, rename="camel"):
    """How a crowd was seen by those who are judged.

    Attributes:
        behind: how long ago those nearest had left the place where they were seen, 0 where they
            were there.
        near: how old the newest place of those nearest was.
        anybody: the same of everybody.
        full: from a jump on, until those nearest were seen at full rate.
    """

    behind: Latency
    near: Latency
    anybody: Latency
    full: Latency


class ProcessState(Struct, frozen=True, rename="camel"):
    """Lines of /proc at one edge of the window: the server's own, and the cores'.

    Attributes:
        cpu_ns: how long the server's threads have run, 0 where nobody has read it: then `stat` says
            it, in ticks of 10 ms.
    """

    stat: str
    cores: str
    cpu_ns: int = 0


class Outcome(Struct, frozen=True, rename="camel"):
    """The generator's last line; load.h says what each field counts."""

    clients: int
    rooms: int
    joined: int
    sent: int
    blocked: int
    expected: int
    received: int
    disorder: int
    invented: int
    foreign: int
    wrong: int
    refused: int
    deflated: int
    inflated: int
    gone: int
    chat_expected: int
    chat_received: int
    first_problem: str
    window_seconds: float
    due: int
    delivered: int
    bytes: int
    generator_cpu_seconds: float
    echo: Latency
    others: Latency
    before: ProcessState
    after: ProcessState
    # Counted by the generator in C alone.
    judged: int = 0
    skipped: int = 0
    lost: int = 0
    messages: int = 0
    counted: int = 0
    repeated: int = 0
    client_bytes_max: int = 0
    second_bytes_max: int = 0
    crowd: CrowdSeen | None = None

    @property
    def server_cpu_s(self) -> float:
        """CPU time of the server in the window."""
        if self.before.cpu_ns and self.after.cpu_ns:
            return (self.after.cpu_ns - self.before.cpu_ns) / 1e9
        return cpu_seconds(self.after.stat) - cpu_seconds(self.before.stat)

    @property
    def others_share(self) -> float:
        """Of one core, what anything but server and generator used on the cores of the two."""
        busy_s = busy_seconds(self.after.cores) - busy_seconds(self.before.cores)
        others_s = busy_s - self.server_cpu_s - self.generator_cpu_seconds
        return max(0.0, others_s / self.window_seconds)


def read_outcome(line: bytes) -> Outcome:
    """The result in the generator's last line."""
    return msgspec.json.decode(line.decode(errors="replace"), type=Outcome)


def run_load(program: Path, running: Running, seats: list[Seat], plan: Plan) -> Outcome:
    """Put the load on a running server and return what was measured.

    Raises:
        LoadFailedError: where clients could not join, or what arrived was no protocol at all.
    """
    options: dict[str, float | str] = {
        "rate": plan.rate_hz,
        "settle": plan.settle_s,
        "warmup": plan.warmup_s,
        "window": plan.window_s,
        "drain": plan.drain_s,
        "pid": running.pid,
    }
    if not plan.polls:
        options |= {"chat-every": plan.chat_every_s, "check-every": plan.check_every}
        options |= {"wire": plan.wire, "hall": plan.hall_m, "near": plan.near}
    command = [sys.executable, "-m", "benchmarks.polling"] if plan.polls else [str(program)]
    arguments = [text for name, value in options.items() for text in (f"--{name}", str(value))]
    if plan.deflate:
        arguments.append("--deflate")
    if plan.wire == PACKETS:
        seats = [replace(seat, path=SOCKETIO_PATH) for seat in seats]
    with _seat_list(seats) as path, _generator(command, path, arguments) as process:
        try:
            out, errors = process.communicate(
                timeout=plan.settle_s + plan.warmup_s + plan.window_s + SLACK_S
            )
        except subprocess.TimeoutExpired as error:
            raise LoadFailedError("the load generator did not end in time") from error
    if process.returncode != 0:
        raise LoadFailedError(errors.decode(errors="replace").strip())
    return read_outcome(out.splitlines()[-1])


@contextmanager
def hold(program: Path, seats: list[Seat]) -> Iterator[None]:
    """All clients joined and silent for as long as the context lasts.

    Raises:
        LoadFailedError: where they could not join.
    """
    with _seat_list(seats) as path, _generator([str(program)], path, ["--hold"]) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        if b'"joined"' not in process.stdout.readline():
            raise LoadFailedError(process.stderr.read().decode(errors="replace").strip())
        yield


@contextmanager
def _seat_list(seats: list[Seat]) -> Iterator[Path]:
    with tempfile.NamedTemporaryFile("w", suffix=".tsv") as file:
        file.writelines(seat.line() + "\n" for seat in seats)
        file.flush()
        yield Path(file.name)


@contextmanager
def _generator(
    command: list[str], seats: Path, arguments: list[str]
) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [*command, "--clients", str(seats), *arguments],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        pin(process.pid, GENERATOR_CORE)
        yield process
    finally:
        if process.poll() is None and process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()
