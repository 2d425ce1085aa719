"""The generator's other language: patches of a Colyseus room's state."""

import asyncio
import itertools
import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace
from websockets.asyncio.server import ServerConnection, serve

from benchmarks.figures import figures_of
from benchmarks.load import COLYSEUS, LoadFailedError, Outcome, Plan, run_load
from benchmarks.servers import Running, Seat, node_rival, run_server

SHORT = Plan(
    clients=3,
    room_size=3,
    settle_s=0.1,
    warmup_s=0.1,
    window_s=0.4,
    drain_s=1.0,
    wire=COLYSEUS,
)
JOIN_ROOM, ROOM_STATE, ROOM_STATE_PATCH = b"\x0a", b"\x0e\x80", b"\x0f"
MOVE = b"\x0d\xa4move"

Patch = Callable[[dict[str, Any]], bytes]
"""From a move to the patch that everybody gets."""


def right(move: dict[str, Any]) -> bytes:
    """As @colyseus/schema 5 writes what one move has changed."""
    fields = b"\xff\x05" + struct.pack("<BI", 0x80, move["seq"])
    for index, name in enumerate(("x", "y", "z", "rotY"), start=1):
        fields += struct.pack("<Bf", index, move[name])
    return ROOM_STATE_PATCH + fields + b"\x85\xa4walk" + b"\x06\x00"


def numbered(number: bytes) -> Patch:
    """The same for a structure with a larger number."""
    return lambda move: right(move).replace(b"\xff\x05", b"\xff" + number, 1)


def twice(move: dict[str, Any]) -> bytes:
    """Both in one patch."""
    return right(move) + right(move)[1:]


def ahead(move: dict[str, Any]) -> bytes:
    """A move that nobody has made yet."""
    return right(move | {"seq": move["seq"] + 1000})


def spoofed(move: dict[str, Any]) -> bytes:
    """Under the number of somebody who is not there."""
    return right(move | {"seq": move["seq"] + (1000 << 18)})


def displaced(move: dict[str, Any]) -> bytes:
    """A millimetre beside where the sender was."""
    return right(move | {"z": move["z"] + 0.001})


def unmoved(move: dict[str, Any]) -> bytes:
    """Without the coordinates, as though they had not changed."""
    return ROOM_STATE_PATCH + b"\xff\x05" + struct.pack("<BI", 0x80, move["seq"])


def truncated(move: dict[str, Any]) -> bytes:
    """The end of it is missing."""
    return right(move)[:-3]


async def load_a_server(
    programs: dict[str, Path], patch: Patch, *, skip_every: int = 0, check_every: int = 1
) -> Outcome:
    """What the generator says of a server that makes its own patches."""
    members: list[ServerConnection] = []
    turns = itertools.count(1)

    async def member(connection: ServerConnection) -> None:
        await connection.send(JOIN_ROOM)
        assert await connection.recv() == JOIN_ROOM
        await connection.send(ROOM_STATE)
        members.append(connection)
        async for message in connection:
            assert isinstance(message, bytes)
            assert message.startswith(MOVE)
            if skip_every and next(turns) % skip_every == 0:
                continue
            made = patch(msgspec.msgpack.decode(message[len(MOVE) :]))
            for receiver in members:
                await receiver.send(made)

    async with serve(member, "127.0.0.1", 0, compression=None) as server:
        port = server.sockets[0].getsockname()[1]
        seats = [Seat(port, "bench-0", f"session-{index}", "-", "/p/r") for index in range(3)]
        running = Running(pid=os.getpid(), port=port)
        plan = replace(SHORT, check_every=check_every)
        return await asyncio.to_thread(run_load, programs["load"], running, seats, plan)


@pytest.mark.parametrize(
    "patch",
    [right, numbered(b"\xcc\xff"), numbered(b"\xcd\x00\xff"), numbered(b"\xce\x00\xff\xff\x00")],
    ids=["u7", "u8", "u16", "u32"],
)
async def test_what_is_right_is_taken_as_right(programs: dict[str, Path], patch: Patch) -> None:
    """Every update of every patch, however large the number of its structure."""
    outcome = await load_a_server(programs, patch)
    assert figures_of(outcome).wrongs == ()
    assert outcome.received == outcome.expected == outcome.judged > 0
    assert (outcome.skipped, outcome.lost) == (0, 0)
    assert outcome.echo.count * 2 == pytest.approx(outcome.others.count, rel=0.1)


@pytest.mark.parametrize(
    ("patch", "count"),
    [
        (twice, "disorder"),
        (ahead, "invented"),
        (spoofed, "foreign"),
        (displaced, "wrong"),
        (unmoved, "wrong"),
        (truncated, "foreign"),
    ],
)
async def test_the_generator_notices_what_is_wrong(
    programs: dict[str, Path], patch: Patch, count: str
) -> None:
    """Each kind of wrong update is counted as what it is, with the first one shown."""
    outcome = await load_a_server(programs, patch)
    assert getattr(outcome, count) > 0
    assert outcome.first_problem
    assert not figures_of(outcome).held


async def test_an_update_that_a_newer_one_overtook_is_not_lost(programs: dict[str, Path]) -> None:
    """A state has the newest only: what is skipped is told apart from what never came."""
    outcome = await load_a_server(programs, right, skip_every=4)
    assert figures_of(outcome).wrongs == ()
    assert outcome.skipped + outcome.lost == outcome.expected - outcome.received > 0
    assert outcome.lost <= 3 * 3


async def test_patches_of_those_who_are_not_judged_are_counted(programs: dict[str, Path]) -> None:
    """A patch counts as many updates as it has structures, read by everybody or by one in three."""
    outcome = await load_a_server(programs, right, check_every=3)
    assert outcome.received == outcome.expected == outcome.judged * 3
    doubled = await load_a_server(programs, twice, check_every=3)
    assert doubled.received > doubled.expected


async def test_a_run_with_chat_is_refused(programs: dict[str, Path]) -> None:
    """The state that is measured has none."""
    seats = [Seat(1, "bench-0", "session", "-", "/p/r")]
    plan = replace(SHORT, chat_every_s=1.0)
    with pytest.raises(LoadFailedError, match="without chat"):
        run_load(programs["load"], Running(pid=os.getpid(), port=1), seats, plan)


def test_colyseus_does_the_same_job(programs: dict[str, Path]) -> None:
    """The real server: nothing wrong, nothing lost, two rooms that do not hear each other."""
    server = node_rival("colyseus", "colyseus.mjs")
    plan = replace(SHORT, clients=10, room_size=5, warmup_s=0.2, window_s=1.0)
    with run_server(server) as running:
        outcome = run_load(programs["load"], running, server.seats(running, 10, 5), plan)
    assert figures_of(outcome).wrongs == ()
    assert outcome.rooms == 2
    assert outcome.lost <= 0.005 * outcome.judged
    assert outcome.received + outcome.skipped + outcome.lost == outcome.expected
    assert outcome.others.count > outcome.echo.count > 0
