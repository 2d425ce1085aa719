"""`python -m benchmarks.polling`: the load generator for members who poll.

Takes the options of native/load.c that make sense here, does the same in the same phases, and
prints the same last line. In Python, since a room of 50 that poll is all that is measured.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
import uvloop

from benchmarks.load import Latency, Outcome, ProcessState
from benchmarks.pollers import Poller, Tally
from benchmarks.servers import GENERATOR_CORE, SERVER_CORE, Seat

TICK_S = 0.001
JOINS_AT_ONCE = 16


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The command line's choices; see load.Plan."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.polling")
    parser.add_argument("--clients", type=Path, required=True, help="the list of seats")
    parser.add_argument("--pid", type=int, required=True, help="of the server")
    for name in ("rate", "settle", "warmup", "window", "drain"):
        parser.add_argument(f"--{name}", type=float, required=True)
    return parser.parse_args(arguments)


def read_seats(text: str) -> list[Seat]:
    """The seats in a list as servers.Seat.line writes them."""
    seats = []
    for line in text.splitlines():
        _, port, path, room_id, user_id, join_message = line.split("\t", 5)
        seats.append(Seat(int(port), room_id, user_id, join_message, path))
    return seats


def clock_us() -> int:
    """Monotonic microseconds."""
    return time.monotonic_ns() // 1000


def read_state(pid: int) -> ProcessState:
    """The server's line of /proc, and those of the cores that are measured on."""
    wanted = tuple(f"cpu{core} " for core in (SERVER_CORE, GENERATOR_CORE))
    lines = Path("/proc/stat").read_text().splitlines()
    cores = "".join(f"{line};" for line in lines if line.startswith(wanted))
    return ProcessState(Path(f"/proc/{pid}/stat").read_text().strip(), cores)


def latency(times_us: list[int]) -> Latency:
    """Of so many arrivals; sorts them."""
    times_us.sort()
    count = len(times_us)
    if not count:
        return Latency(0, 0, 0, 0)
    return Latency(count, times_us[count // 2], times_us[count * 99 // 100], times_us[-1])


class Load:
    """Everybody, in their rooms."""

    def __init__(self, seats: list[Seat]) -> None:
        self.tally = Tally()
        rooms: dict[str, dict[str, Poller]] = {seat.room_id: {} for seat in seats}
        self.rooms = len(rooms)
        self.clients: list[Poller] = []
        for index, seat in enumerate(seats):
            room = rooms[seat.room_id]
            client = Poller(index, seat, room, self.tally, clock_us)
            room[seat.user_id] = client
            self.clients.append(client)

    async def join(self) -> None:
        """Everybody comes in."""
        door = asyncio.Semaphore(JOINS_AT_ONCE)

        async def join(client: Poller) -> None:
            async with door:
                await client.join()

        await asyncio.gather(*map(join, self.clients))

    async def walk(self, rate_hz: float) -> None:
        """Everybody moves, at phases spread evenly over the period, until this is cancelled."""
        started_s = time.monotonic()
        moved = 0
        while True:
            due = int((time.monotonic() - started_s) * rate_hz * len(self.clients))
            for number in range(moved, due):
                self.clients[number % len(self.clients)].move(time.time_ns() // 1_000_000)
            moved = due
            await asyncio.sleep(TICK_S)

    async def wait_for_stragglers(self, seconds: float) -> None:
        """Until everything that was sent has arrived, or so long."""
        for _ in range(int(seconds / TICK_S)):
            if self.tally.received >= self.tally.expected:
                break
            await asyncio.sleep(TICK_S)


async def measure(options: argparse.Namespace) -> Outcome:
    """Join, settle, walk, measure and wait for what is still under way."""
    load = Load(read_seats(options.clients.read_text()))
    await load.join()
    await asyncio.sleep(options.settle)
    walk = asyncio.create_task(load.walk(options.rate))
    await asyncio.sleep(options.warmup)
    tally = load.tally
    before, started_s, used_s = read_state(options.pid), time.monotonic(), time.process_time()
    tally.window_open = True
    await asyncio.sleep(options.window)
    tally.window_open = False
    after, used_s = read_state(options.pid), time.process_time() - used_s
    seconds = time.monotonic() - started_s
    walk.cancel()
    await load.wait_for_stragglers(options.drain)
    for client in load.clients:
        client.close()
    return Outcome(
        clients=len(load.clients),
        rooms=load.rooms,
        joined=sum(client.joined.done() for client in load.clients),
        sent=tally.sent,
        blocked=0,
        expected=tally.expected,
        received=tally.received,
        disorder=tally.disorder,
        invented=tally.invented,
        foreign=tally.foreign,
        wrong=tally.wrong,
        refused=tally.refused,
        deflated=0,
        inflated=0,
        gone=tally.gone,
        chat_expected=0,
        chat_received=0,
        first_problem=tally.first_problem,
        window_seconds=seconds,
        due=tally.window_due,
        delivered=tally.window_delivered,
        bytes=tally.window_bytes,
        generator_cpu_seconds=used_s,
        echo=latency(tally.window_echo_us),
        others=latency(tally.window_others_us),
        before=before,
        after=after,
    )


def main(arguments: Sequence[str]) -> int:
    """Measure; returns the exit code."""
    options = parse(arguments)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            outcome = runner.run(measure(options))
    except OSError as error:
        print(f"polling: {error}", file=sys.stderr)
        return 1
    print(msgspec.json.encode(outcome).decode())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
