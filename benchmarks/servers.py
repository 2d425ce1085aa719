"""Start a server, wait until it answers, let clients in and stop it again.

Each server is its own process, on core 0 where the machine has two cores or more.
"""

import http.client
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import IO, Protocol

import msgspec
from msgspec import Struct

SERVER_CORE = 0
GENERATOR_CORE = 1
READY_TIMEOUT_S = 20.0
STOP_TIMEOUT_S = 15.0
REPOSITORY = Path(__file__).resolve().parent.parent
NODE = REPOSITORY / "benchmarks" / "rivals" / "node"
WITH_NODE = (str(REPOSITORY / "scripts" / "with-node"), "benchmarks/rivals/node")
NODE_OF_THE_WHEEL = {"VIRTUBAR_NODE": "wheel"}
"""For scripts/with-node: one version of Node for every machine that measures."""


class ServerFailedError(Exception):
    """A server did not start, or answered what it must not; the sentence says what it said."""


class Running(Struct, frozen=True):
    """A server that answers: its process and where it listens."""

    pid: int
    port: int


class Seat(Struct, frozen=True):
    """One client as the load generator takes it: where it connects and how it joins."""

    port: int
    room_id: str
    user_id: str
    join_message: str
    path: str = "/ws"

    def line(self) -> str:
        """The client's line in the generator's list."""
        fields = ("127.0.0.1", str(self.port), self.path, self.room_id, self.user_id)
        return "\t".join((*fields, self.join_message))


class Server(Protocol):
    """A kind of server that can be measured."""

    name: str

    def command(self, port: int) -> list[str]:
        """What starts it on that loopback port."""
        ...

    def environment(self) -> dict[str, str]:
        """What is added to the process's environment."""
        ...

    def is_ready(self, port: int) -> bool:
        """Whether it answers."""
        ...

    def seats(self, running: Running, clients: int, room_size: int) -> list[Seat]:
        """Places for so many clients, room after room in turn, so that phases mix."""
        ...


def room_ids(clients: int, room_size: int) -> list[str]:
    """The room of each client: neighbours in the list are in different rooms."""
    rooms = max(1, clients // room_size)
    return [f"bench-{i % rooms}" for i in range(clients)]


def join_message(room_id: str, user_id: str, token: str | None = None) -> str:
    """A `join_room` envelope."""
    user = {"userId": user_id, "displayName": "Bench", "avatarId": "default"}
    payload: dict[str, object] = {"roomId": room_id, "user": user}
    if token is not None:
        payload["realtimeToken"] = token
    envelope = {"v": 1, "t": "join_room", "ts": int(time.time() * 1000), "payload": payload}
    return msgspec.json.encode(envelope).decode()


class OpenServer:
    """A server that takes any join: the floor and the rivals."""

    def __init__(self, name: str, command: list[str], *, user_id_digits: int = 16) -> None:
        self.name = name
        self._command = command
        self._digits = user_id_digits

    def command(self, port: int) -> list[str]:
        """What starts it on that loopback port."""
        return [*self._command, str(port)]

    def environment(self) -> dict[str, str]:
        """Nothing beyond the driver's own environment."""
        return {}

    def is_ready(self, port: int) -> bool:
        """Whether it accepts connections."""
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
        return False

    def seats(self, running: Running, clients: int, room_size: int) -> list[Seat]:
        """Places under made-up guest ids, as long as real ones where the server has room."""
        seats = []
        for index, room_id in enumerate(room_ids(clients, room_size)):
            user_id = f"guest-{index:0{self._digits}x}"
            message = join_message(room_id, user_id)
            seats.append(Seat(running.port, room_id, user_id, message))
        return seats


class VirtuBar:
    """This project's server, as `virtubar serve` starts it, with real joins and tokens.

    Args:
        sources: run as pure Python, and not the build that this process has.
        settings: variables that differ from what is shipped.
    """

    capacity_max = 1000
    """People that a room may hold."""

    def __init__(self, name: str = "virtubar", *, sources: bool = False, **settings: str) -> None:
        self.name = name
        self._settings = settings
        if sources:
            path = os.pathsep.join([str(REPOSITORY / "src"), str(REPOSITORY)])
            self._settings |= {"PYTHONPATH": path}

    def command(self, port: int) -> list[str]:
        """What starts it on that loopback port."""
        serve = [sys.executable, "-m", "virtubar.cli", "serve"]
        return [*serve, "--host", "127.0.0.1", "--port", str(port)]

    def environment(self) -> dict[str, str]:
        """Address limits off, since all load comes from one address; all else as shipped."""
        return {
            "VIRTUBAR_ADDRESS_LIMITS": "off",
            "VIRTUBAR_LOG_LEVEL": "warning",
            "VIRTUBAR_SECRET": "a secret of the benchmarks, of 32 bytes and more",
            **self._settings,
        }

    def is_ready(self, port: int) -> bool:
        """Whether `/readyz` answers 200."""
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
        with suppress(OSError, http.client.HTTPException), closing(connection):
            connection.request("GET", "/readyz")
            return connection.getresponse().status == http.client.OK
        return False

    def seats(self, running: Running, clients: int, room_size: int) -> list[Seat]:
        """Places joined through the HTTP API, each with its own guest and token."""
        api = http.client.HTTPConnection("127.0.0.1", running.port, timeout=10)
        wanted = room_ids(clients, room_size)
        for room_id in dict.fromkeys(wanted):
            _post(
                api,
                "/rooms",
                {"roomId": room_id, "capacity": min(self.capacity_max, room_size + 10)},
            )
        seats = []
        for room_id in wanted:
            answer = _post(api, "/rooms/join", {"roomId": room_id, "displayName": "Bench"})
            user_id = str(answer["userId"])
            message = join_message(room_id, user_id, str(answer["realtimeToken"]))
            seats.append(Seat(running.port, room_id, user_id, message))
        api.close()
        return seats


def floor_server(program: Path) -> OpenServer:
    """The C floor; its fixed frames hold ids of 12 characters."""
    return OpenServer("floor", [str(program)], user_id_digits=6)


def rival(name: str, module: str) -> OpenServer:
    """A server of benchmarks/rivals."""
    return OpenServer(name, [sys.executable, "-m", f"benchmarks.rivals.{module}"])


class NodeServer(OpenServer):
    """A server of benchmarks/rivals/node, on the Node that requirements-node.lock fixes."""

    def __init__(self, name: str, script: str) -> None:
        super().__init__(name, [*WITH_NODE, "node", script])

    def environment(self) -> dict[str, str]:
        """Which Node."""
        return NODE_OF_THE_WHEEL


class Colyseus(NodeServer):
    """Colyseus, where a seat is taken over HTTP before the WebSocket is opened."""

    def seats(self, running: Running, clients: int, room_size: int) -> list[Seat]:
        """Places taken through its matchmaker, whose room of rooms is told apart by `bar`."""
        seats = []
        api = http.client.HTTPConnection("127.0.0.1", running.port, timeout=10)
        for room_id in room_ids(clients, room_size):
            seat = _post(api, "/matchmake/joinOrCreate/bar", {"bar": room_id})
            session_id = str(seat["sessionId"])
            path = f"/{seat['processId']}/{seat['roomId']}?sessionId={session_id}&skipHandshake=1"
            seats.append(Seat(running.port, room_id, session_id, "-", path))
        api.close()
        return seats


def node_rival(name: str, script: str) -> NodeServer:
    """A server of benchmarks/rivals/node, with its packages installed.

    Raises:
        ServerFailedError: where they cannot be.
    """
    install_node_packages()
    return Colyseus(name, script) if name == "colyseus" else NodeServer(name, script)


def install_node_packages() -> None:
    """What package-lock.json of benchmarks/rivals/node says, where it is not there already.

    Raises:
        ServerFailedError: where npm fails.
    """
    wanted, installed = NODE / "package-lock.json", NODE / "node_modules" / ".package-lock.json"
    if installed.is_file() and installed.stat().st_mtime >= wanted.stat().st_mtime:
        return
    command = [*WITH_NODE, "npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"]
    environment = os.environ | NODE_OF_THE_WHEEL
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ServerFailedError(f"npm could not install the rivals: {done.stderr[-500:]}")


def _post(api: http.client.HTTPConnection, path: str, body: dict[str, object]) -> dict[str, object]:
    api.request("POST", path, msgspec.json.encode(body), {"Content-Type": "application/json"})
    response = api.getresponse()
    text = response.read()
    if response.status not in (http.client.OK, http.client.CREATED):
        raise ServerFailedError(f"POST {path} answered {response.status}: {text.decode()[:300]}")
    return msgspec.json.decode(text, type=dict[str, object])


def _path() -> str:
    """Where a server of Python finds its modules: as we do, and the rivals here."""
    ours = os.environ.get("PYTHONPATH")
    return os.pathsep.join([ours, str(REPOSITORY)] if ours else [str(REPOSITORY)])


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def raise_file_limit() -> int:
    """Let this process and its children open as many files as the machine allows; how many."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def pin(pid: int, core: int) -> None:
    """Keep a process that has just started on one core, where there are two."""
    if len(os.sched_getaffinity(0)) > 1 and core in os.sched_getaffinity(0):
        os.sched_setaffinity(pid, {core})


@contextmanager
def run_server(server: Server) -> Iterator[Running]:
    """The server, started and answering; stopped at the end.

    Raises:
        ServerFailedError: where it does not answer in time.
    """
    port = free_port()
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("VIRTUBAR_")}
    # The server's own folder, so that its database goes with it.
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            server.command(port),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=inherited | {"PYTHONPATH": _path()} | server.environment(),
            cwd=folder,
        )
        try:
            pin(process.pid, SERVER_CORE)
            _wait_ready(server, process, port, log)
            yield Running(process.pid, port)
        finally:
            _stop(process)


def _wait_ready(
    server: Server, process: subprocess.Popen[bytes], port: int, log: IO[bytes]
) -> None:
    deadline = time.monotonic() + READY_TIMEOUT_S
    while not server.is_ready(port):
        if process.poll() is not None or time.monotonic() > deadline:
            log.seek(0)
            said = log.read().decode(errors="replace")[-2000:]
            raise ServerFailedError(f"{server.name} did not start; it said:\n{said}")
        time.sleep(0.05)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
