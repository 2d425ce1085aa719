"""The compiled programs: the floor and the generator together, and what the generator notices."""

import asyncio
import itertools
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace
from websockets.asyncio.server import ServerConnection, serve

from benchmarks import __main__ as command
from benchmarks import native
from benchmarks.figures import figures_of
from benchmarks.load import JSON, PACKETS, LoadFailedError, Outcome, Plan, hold, run_load
from benchmarks.rivals import events
from benchmarks.servers import (
    OpenServer,
    Running,
    Seat,
    VirtuBar,
    floor_server,
    node_rival,
    rival,
    run_server,
)

SHORT = Plan(clients=10, room_size=10, settle_s=0.1, warmup_s=0.2, window_s=1.0, drain_s=30.0)
"""Over as soon as everything has arrived; a machine that does other things besides takes longer."""

Answer = Callable[[str, int, dict[str, object]], list[str]]
"""From a transform's sender, time and payload to the messages that everybody gets."""


def test_the_floor_serves_ten_clients_rightly(programs: dict[str, Path]) -> None:
    """Everything sent arrives once, in order, as one frame of 185 bytes."""
    server = floor_server(programs["floor"])
    with run_server(server) as running:
        outcome = run_load(programs["load"], running, server.seats(running, 10, 10), SHORT)
    figures = figures_of(outcome)
    assert figures.wrongs == ()
    assert outcome.joined == 10
    assert outcome.received == outcome.expected == outcome.sent * 10
    assert outcome.due / 10 == pytest.approx(200 * outcome.window_seconds, rel=0.5)  # 10 at 20 Hz
    assert figures.bytes == pytest.approx(185, rel=0.05)
    assert figures.cpu_us is not None
    assert 0 < figures.cpu_us < 1000
    assert 0 < figures.worst_p50_ms < 1000
    assert outcome.echo.count * 9 == pytest.approx(outcome.others.count, rel=0.1)


def test_rooms_do_not_hear_each_other(programs: dict[str, Path]) -> None:
    """Two rooms of five: each update goes to five, and to nobody of the other room."""
    server = floor_server(programs["floor"])
    with run_server(server) as running:
        outcome = run_load(programs["load"], running, server.seats(running, 10, 5), SHORT)
    assert outcome.rooms == 2
    assert outcome.foreign == 0
    assert outcome.received == outcome.expected == outcome.sent * 5


@pytest.mark.parametrize("deflate", [False, True])
def test_the_generator_speaks_socketio_packets(programs: dict[str, Path], deflate: bool) -> None:
    """Handshake, names around envelopes both ways, compressed or not: all is checked as ever."""
    server = VirtuBar()
    plan = replace(SHORT, wire=PACKETS, deflate=deflate, drain_s=2.0)  # it may merge some
    with run_server(server) as running:
        outcome = run_load(programs["load"], running, server.seats(running, 10, 10), plan)
    assert figures_of(outcome).wrongs == ()
    assert 0 < outcome.received <= outcome.expected
    assert (outcome.deflated > 0) is deflate


@pytest.mark.parametrize(
    ("choose", "name", "program", "wire"),
    [
        (rival, "python-socketio", "socketio_server", PACKETS),
        (node_rival, "socket.io", "socketio.mjs", PACKETS),
        (node_rival, "ws", "ws.mjs", JSON),
    ],
    ids=["python-socketio", "npm", "ws"],
)
def test_the_rivals_that_send_each_event_do_the_same_job(
    programs: dict[str, Path],
    choose: Callable[[str, str], OpenServer],
    name: str,
    program: str,
    wire: str,
) -> None:
    """A rival's figures are worth something only where it does the work."""
    server = choose(name, program)
    plan = replace(SHORT, clients=4, wire=wire)
    with run_server(server) as running:
        outcome = run_load(programs["load"], running, server.seats(running, 4, 4), plan)
    assert figures_of(outcome).wrongs == ()
    assert outcome.received == outcome.expected > 0


def test_held_members_stay_joined_until_the_context_ends(programs: dict[str, Path]) -> None:
    """Idle memory is read while everybody is in and nobody speaks."""
    server = floor_server(programs["floor"])
    with run_server(server) as running, hold(programs["load"], server.seats(running, 20, 10)):
        connected = len(os.listdir(f"/proc/{running.pid}/fd"))  # noqa: PTH208 - names are enough
    assert connected >= 20


@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("starlette", "starlette_server"),
        ("websockets", "websockets_server"),
        ("fastapi", "fastapi_server"),
    ],
)
def test_the_rivals_do_the_same_job(programs: dict[str, Path], name: str, module: str) -> None:
    """A comparison with a rival that is wrong would prove nothing."""
    server = rival(name, module)
    with run_server(server) as running:
        outcome = run_load(programs["load"], running, server.seats(running, 10, 10), SHORT)
    assert figures_of(outcome).wrongs == ()
    assert outcome.received == outcome.expected > 0


async def serve_and_load(
    programs: dict[str, Path],
    answer: Answer,
    *,
    deflate: bool = False,
    every: int = 1,
    chat_every_s: float = 0.0,
    drain_s: float = 30.0,
) -> Outcome:
    """What the generator says of a server that answers in its own way."""
    members: list[ServerConnection] = []

    async def member(connection: ServerConnection) -> None:
        _, _, join = events.decode(await connection.recv())
        await connection.send(events.room_state(join["roomId"]))
        members.append(connection)
        async for message in connection:
            _, ts, transform = events.decode(message)
            for text in answer(join["user"]["userId"], ts, transform):
                for receiver in members:
                    await receiver.send(text)

    compression = "deflate" if deflate else None
    async with serve(member, "127.0.0.1", 0, compression=compression) as server:
        port = server.sockets[0].getsockname()[1]
        running = Running(pid=os.getpid(), port=port)
        seats = OpenServer("odd", []).seats(running, 3, 3)
        plan = Plan(
            clients=3,
            room_size=3,
            settle_s=0.1,
            warmup_s=0.1,
            window_s=0.4,
            drain_s=drain_s,
            deflate=deflate,
            check_every=every,
            chat_every_s=chat_every_s,
        )
        return await asyncio.to_thread(run_load, programs["load"], running, seats, plan)


def right(user_id: str, ts: int, transform: dict[str, object]) -> list[str]:
    """As it should be."""
    return [events.broadcast(user_id, ts, transform)]


def twice(user_id: str, ts: int, transform: dict[str, object]) -> list[str]:
    """Every update doubled."""
    return right(user_id, ts, transform) * 2


def spoofed(user_id: str, ts: int, transform: dict[str, object]) -> list[str]:
    """Under the name of somebody who is not there."""
    return right(user_id + "x", ts, transform)


def ahead(user_id: str, ts: int, transform: dict[str, object]) -> list[str]:
    """With a seq that nobody has sent yet."""
    return right(user_id, ts, transform | {"seq": 1_000_000})


def displaced(user_id: str, ts: int, transform: dict[str, object]) -> list[str]:
    """A millimetre beside where the sender was."""
    x = round(float(str(transform["x"])) + 0.001, 3)
    return right(user_id, ts, transform | {"x": x})


def refused(_user_id: str, ts: int, _transform: dict[str, object]) -> list[str]:
    """Errors in place of updates."""
    payload = {"code": "rate_limited", "message": "no", "event": "avatar_transform"}
    return [json.dumps({"v": 1, "t": "error", "ts": ts, "payload": payload}, separators=(",", ":"))]


@pytest.mark.parametrize(
    ("answer", "count"),
    [
        (twice, "disorder"),
        (spoofed, "foreign"),
        (ahead, "invented"),
        (displaced, "wrong"),
        (refused, "refused"),
    ],
)
async def test_the_generator_notices_what_is_wrong(
    programs: dict[str, Path], answer: Answer, count: str
) -> None:
    """Each kind of wrong update is counted as what it is, with the first one shown."""
    outcome = await serve_and_load(programs, answer, drain_s=1.0)
    assert getattr(outcome, count) > 0
    assert outcome.first_problem
    assert not figures_of(outcome).held


async def test_the_generator_notices_what_is_missing(programs: dict[str, Path]) -> None:
    """Every fourth update dropped, never twice the same walker's: a quarter is missing, and nothing
    is called wrong."""
    turns = itertools.count()

    def lossy(user_id: str, ts: int, transform: dict[str, object]) -> list[str]:
        return [] if next(turns) % 4 == 0 else right(user_id, ts, transform)

    outcome = await serve_and_load(programs, lossy, drain_s=2.0)
    figures = figures_of(outcome)
    assert figures.wrongs == ()
    assert figures.missing_per_thousand == pytest.approx(250, abs=40)
    assert outcome.skipped + outcome.lost == outcome.expected - outcome.received
    assert outcome.lost <= 3 * 3, "all but the last ones were overtaken by a newer one"


@pytest.mark.parametrize("lost", [0, 1], ids=["all of it", "less one"])
async def test_chat_is_counted_to_the_last_message(programs: dict[str, Path], lost: int) -> None:
    """Everybody talks beside walking; a single message that does not come is noticed."""
    said = itertools.count()

    def answer(user_id: str, ts: int, payload: dict[str, object]) -> list[str]:
        if "text" not in payload:
            return right(user_id, ts, payload)
        heard = {"userId": user_id, "text": payload["text"], "messageId": "m"}
        envelope = {"v": 1, "t": "chat_broadcast", "ts": ts, "payload": heard}
        return [json.dumps(envelope, separators=(",", ":"))] if next(said) >= lost else []

    drain_s = 2.0 if lost else 30.0
    outcome = await serve_and_load(programs, answer, chat_every_s=0.1, drain_s=drain_s)
    assert outcome.chat_expected >= 3 * 3 * 3
    assert outcome.chat_received == outcome.chat_expected - lost * 3
    wrongs = [f"{lost * 3} messages that never came"] if lost else []
    assert list(figures_of(outcome).wrongs) == wrongs


async def test_deflated_updates_are_read(programs: dict[str, Path]) -> None:
    """With permessage-deflate offered and taken, what is inside is judged as ever."""
    outcome = await serve_and_load(programs, right, deflate=True)
    assert figures_of(outcome).wrongs == ()
    assert outcome.received == outcome.expected
    assert outcome.inflated == outcome.deflated > outcome.received
    assert (await serve_and_load(programs, displaced, deflate=True, drain_s=1.0)).wrong > 0


@pytest.mark.parametrize("deflate", [False, True])
async def test_updates_of_those_who_are_not_judged_are_counted(
    programs: dict[str, Path], deflate: bool
) -> None:
    """One member in three is read, the others' messages are counted: doubles are a surplus."""
    outcome = await serve_and_load(programs, right, deflate=deflate, every=3)
    assert outcome.received == outcome.expected
    assert outcome.judged * 3 == outcome.expected
    assert outcome.counted * 3 == outcome.messages * 2 > 0
    assert outcome.inflated < outcome.deflated or not deflate
    doubled = await serve_and_load(programs, twice, deflate=deflate, every=3)
    assert doubled.received > doubled.expected


async def test_an_error_to_somebody_who_is_not_judged_is_noticed(
    programs: dict[str, Path],
) -> None:
    """What is no update is no delivery either, whoever gets it."""
    outcome = await serve_and_load(programs, refused, every=3, drain_s=1.0)
    assert outcome.received == 0
    assert outcome.refused == outcome.messages


async def test_a_server_without_the_extension_fails_a_deflate_run(
    programs: dict[str, Path],
) -> None:
    """Bytes per update of a deflate run must not be those of plain frames."""
    server = rival("websockets", "websockets_server")
    with run_server(server) as running:
        seats = server.seats(running, 2, 2)
        plan = Plan(clients=2, room_size=2, deflate=True)
        with pytest.raises(LoadFailedError, match="permessage-deflate was not taken"):
            run_load(programs["load"], running, seats, plan)


def test_a_server_that_is_not_there_is_reported(programs: dict[str, Path]) -> None:
    """A refused connection ends the run with a sentence, not with zeros."""
    seat = Seat(port=1, room_id="bench-0", user_id="guest-0", join_message="{}")
    with pytest.raises(LoadFailedError, match="could not join"):
        run_load(programs["load"], Running(pid=0, port=1), [seat], SHORT)


def test_without_a_compiler_the_command_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No `cc`: exit code 2 and the packages' names."""
    monkeypatch.setenv("PATH", "/nowhere")
    assert command.main(["--quick"]) == 2
    assert "apt-get install gcc" in capsys.readouterr().err


def test_a_compiler_that_fails_is_quoted(tmp_path: Path) -> None:
    """What the compiler said is what one needs to know."""
    with pytest.raises(native.MissingToolError, match="could not compile floor"):
        native.build("floor", tmp_path, compiler=sys.executable)
