"""What is run, in which order, against whom."""

import time
from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from benchmarks import floods
from benchmarks.figures import (
    NOT_STORED,
    RIVALS,
    SOCKETIO,
    SOCKETIO_DEFLATE,
    SOCKETIO_POLLING,
    STORED,
    Memory,
    Run,
    find,
    most_held,
)
from benchmarks.load import JSON, PACKETS, LoadFailedError, Plan, hold
from benchmarks.measuring import Measurer
from benchmarks.proc import resident_kib_of
from benchmarks.servers import (
    OpenServer,
    Server,
    ServerFailedError,
    VirtuBar,
    floor_server,
    node_rival,
    rival,
    run_server,
)

PARTS = ("crowd", "rivals", "latency", "memory", "storage", "socketio", "floods", "decode")
CHAT_EVERY_S = 5.0
"""A talkative evening: everybody says something every five seconds."""
LOWER_RATES_HZ = (10.0, 5.0, 2.5)
"""Tried one after another with a rival that cannot hold even the smallest crowd at 20 Hz."""
INFLATE_ALL_UP_TO = 200
"""Clients up to which every deflated message is read; beyond, those of each fifth member of every
room are, and the others are counted, since the generator has one core."""
PAIRS = 5
"""Runs of each where two are nearly the same: one pair differs by more than is to be measured."""
ROOM_SIZE = 50
FLOOD_S, FLOOD_QUICK_S = 8.0, 4.0
"""How long people walk under each flood."""
START_SETTLE_S = 0.5
"""From the first answer to the reading of memory: what starting left behind is collected."""
IDLE_SETTLE_S = 3.0
"""From the last join to the reading of memory: announcements go out, buffers shrink."""


class Bench:
    """One benchmark run: plans, servers and what was measured so far.

    Args:
        programs: the compiled floor and load generator, by name.
        say: told what happens, a line at a time.
    """

    def __init__(
        self, programs: dict[str, Path], *, quick: bool, say: Callable[[str], None]
    ) -> None:
        self._load = programs["load"]
        self._measurer = Measurer(self._load, say)
        self._floor = floor_server(programs["floor"])
        self._ours = VirtuBar()
        self._rivals = [rival(name, f"{name}_server") for name in RIVALS]
        self._quick = quick
        self._say = say
        self.runs: list[Run] = []
        self.memory: list[Memory] = []
        self.flood_runs: list[floods.FloodRun] = []
        self.failures: list[str] = []

    @property
    def crowds(self) -> tuple[int, ...]:
        """How many clients, in rooms of 50."""
        return (50, 1000) if self._quick else (50, 200, 1000)

    def crowd(self) -> None:
        """The floor and VirtuBar, plain and deflated, under each crowd."""
        for clients in self.crowds:
            plan = self._plan(clients)
            self.measure(self._floor, plan)
            self.measure(self._ours, plan)
            every = 1 if clients <= INFLATE_ALL_UP_TO else 5
            deflate = replace(plan, deflate=True, check_every=every)
            if clients == self.crowds[-1] or not self._quick:
                self.measure(VirtuBar("virtubar, deflate"), deflate)

    def rivals(self) -> None:
        """Each rival under each crowd, and at lower rates where it cannot hold the smallest."""
        for server in self._rivals:
            for clients in self.crowds[:1] if self._quick else self.crowds:
                self.measure(server, self._plan(clients))
            self._find_holdable(server)
            held = most_held(self.runs, server.name)
            if held and not find(self.runs, "virtubar", held.plan.clients, held.plan.rate_hz):
                self.measure(self._ours, held.plan)

    def _find_holdable(self, server: OpenServer, wire: str = JSON) -> None:
        for rate_hz in LOWER_RATES_HZ:
            if most_held(self.runs, server.name) is not None:
                return
            plan = replace(self._plan(self.crowds[0]), rate_hz=rate_hz, wire=wire)
            self.measure(server, plan)

    def latency(self) -> None:
        """A room of 10 under light load, everybody's."""
        servers: list[Server] = [self._floor, self._ours, *self._rivals]
        for server in servers[:2] if self._quick else servers:
            self.measure(server, replace(self._plan(10), room_size=10))

    def idle_memory(self) -> None:
        """Resident memory per idle joined connection."""
        for clients in (1000,) if self._quick else (1000, 5000):
            self._measure_memory(self._ours, clients)
        for server in () if self._quick else self._rivals:
            self._measure_memory(server, 1000)

    def storage(self) -> None:
        """The same chat, stored and not."""
        dropped = VirtuBar(NOT_STORED, VIRTUBAR_CHAT_RETENTION_DAYS="0")
        kept = VirtuBar(STORED)
        for clients in self.crowds[1:]:
            plan = replace(self._plan(clients), chat_every_s=CHAT_EVERY_S)
            self._in_turns((dropped, plan), (kept, plan))

    def socketio(self) -> None:
        """Socket.IO's members beside raw ones, and other servers of Socket.IO doing the same."""
        for clients in self.crowds:
            plan = replace(self._plan(clients), wire=PACKETS)
            if clients == self.crowds[-1]:
                self._in_turns((self._ours, self._plan(clients)), (VirtuBar(SOCKETIO), plan))
            else:
                if find(self.runs, "virtubar", clients) is None:
                    self.measure(self._ours, self._plan(clients))
                self.measure(VirtuBar(SOCKETIO), plan)
            every = 1 if clients <= INFLATE_ALL_UP_TO else 5
            deflate = replace(plan, deflate=True, check_every=every)
            self.measure(VirtuBar(SOCKETIO_DEFLATE), deflate)
        self.measure(VirtuBar(SOCKETIO_POLLING), replace(self._plan(self.crowds[0]), polls=True))
        try:
            rivals = [
                node_rival("socket.io", "socketio.mjs"),
                rival("python-socketio", "socketio_server"),
            ]
        except ServerFailedError as error:
            self.failures.append(str(error))
            return
        for server in rivals:
            for clients in self.crowds[:1] if self._quick else self.crowds[:2]:
                self.measure(server, replace(self._plan(clients), wire=PACKETS))
            self._find_holdable(server, PACKETS)

    def floods(self) -> None:
        """What a stranger's excess costs somebody who walks."""
        seconds = FLOOD_QUICK_S if self._quick else FLOOD_S
        for kind in floods.EVERY:
            self._say(f"virtubar: {kind or 'quiet'} …")
            try:
                self.flood_runs.append(floods.measure(kind, seconds))
            except (ServerFailedError, OSError) as error:
                self.failures.append(f"{kind or 'quiet'}: {error}")
                self._say(f"  {error}")

    def _in_turns(self, one: tuple[Server, Plan], other: tuple[Server, Plan]) -> None:
        """Pairs of runs, each begun by the other of the two, so that a drift hits both alike."""
        for turn in range(1 if self._quick else PAIRS):
            for server, plan in (one, other) if turn % 2 == 0 else (other, one):
                self.measure(server, plan)

    def _plan(self, clients: int) -> Plan:
        if self._quick:
            return Plan(clients=clients, warmup_s=1.0, window_s=3.0)
        return Plan(clients=clients)

    def measure(self, server: Server, plan: Plan) -> Run:
        """One server under one load, kept in `runs`."""
        run = self._measurer.measure(server, plan)
        self.runs.append(run)
        return run

    def _measure_memory(self, server: Server, clients: int) -> None:
        self._say(f"{server.name}: memory with {clients} idle members …")
        try:
            with run_server(server) as running:
                time.sleep(START_SETTLE_S)
                started_kib = resident_kib_of(running.pid)
                with hold(self._load, server.seats(running, clients, ROOM_SIZE)):
                    time.sleep(IDLE_SETTLE_S)
                    joined_kib = resident_kib_of(running.pid)
        except (LoadFailedError, ServerFailedError, OSError) as error:
            self.failures.append(f"{server.name}, {clients} idle members: {error}")
            self._say(f"  {error}")
            return
        self.memory.append(
            Memory(
                server=server.name,
                clients=clients,
                started_kib=started_kib,
                joined_kib=joined_kib,
            )
        )
