"""The generator's short language: moves as records of binary messages (protocol §12)."""

import asyncio
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace
from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

from benchmarks.figures import figures_of
from benchmarks.load import COMPACT, LoadFailedError, Outcome, Plan, run_load
from benchmarks.rivals import events
from benchmarks.servers import OpenServer, Running, VirtuBar, rival, run_server
from virtubar.protocol.compact import pack_moves
from virtubar.protocol.constants import COMPACT_SUBPROTOCOL
from virtubar.protocol.events import AvatarTransformBroadcast

SHORT = Plan(
    clients=3,
    room_size=3,
    settle_s=0.1,
    warmup_s=0.1,
    window_s=0.4,
    drain_s=1.0,
    wire=COMPACT,
)

Record = Callable[[int, AvatarTransformBroadcast, int], bytes]
"""From who moves, the move and its time to the message that everybody gets."""


def right(index: int, move: AvatarTransformBroadcast, ts: int) -> bytes:
    """As the server packs it."""
    return b"".join(pack_moves([(index, move, ts)]))


def widest(index: int, move: AvatarTransformBroadcast, ts: int) -> bytes:
    """Every part as wide as it can be, on a floor above the ground."""
    packed = right(index, replace(move, y=0.5), ts)
    head, flags, _late = packed[:7], packed[7], packed[9]
    low, high = packed[10:12], packed[12:16]
    x = int.from_bytes(high[:2], "little", signed=True).to_bytes(4, "little", signed=True)
    z = int.from_bytes(high[2:], "little", signed=True).to_bytes(4, "little", signed=True)
    wide = bytes([flags | 8 | 16 | 32 | 64, index, 0, 0, 0]) + low + b"\x00\x00"
    return head + wide + x + z + packed[16:]


def twice(index: int, move: AvatarTransformBroadcast, ts: int) -> bytes:
    """Both in one message."""
    return b"".join(pack_moves([(index, move, ts)] * 2))


def ahead(index: int, move: AvatarTransformBroadcast, ts: int) -> bytes:
    """A move that nobody has made yet."""
    return right(index, replace(move, seq=move.seq + 70_000), ts)


def unknown(index: int, move: AvatarTransformBroadcast, ts: int) -> bytes:
    """By a number that nobody was told of."""
    return right(index + 300, move, ts)


def displaced(index: int, move: AvatarTransformBroadcast, ts: int) -> bytes:
    """A millimetre beside where the sender was."""
    return right(index, replace(move, z=round(move.z + 0.001, 3)), ts)


def truncated(index: int, move: AvatarTransformBroadcast, ts: int) -> bytes:
    """The end of it is missing."""
    return right(index, move, ts)[:-1]


def indices(told: list[tuple[int, str]]) -> str:
    """Who stands for which number."""
    payload = {"members": told}
    return json.dumps(
        {"v": 1, "t": "member_indices", "ts": 1, "payload": payload}, separators=(",", ":")
    )


async def load_a_server(
    programs: dict[str, Path], record: Record, *, check_every: int = 1
) -> Outcome:
    """What the generator says of a server that packs moves in its own way."""
    members: list[ServerConnection] = []
    told: list[tuple[int, str]] = []

    async def member(connection: ServerConnection) -> None:
        _, _, join = events.decode(await connection.recv())
        index, user_id = len(told), join["user"]["userId"]
        told.append((index, user_id))
        await connection.send(events.room_state(join["roomId"]))
        await connection.send(indices(told))
        for other in members:
            await other.send(indices(told[-1:]))
        members.append(connection)
        async for message in connection:
            _, ts, fields = events.decode(message)
            move = AvatarTransformBroadcast(
                *(user_id, fields["seq"], fields["x"], fields["y"], fields["z"]),
                *(fields["rotY"], fields["anim"], fields["speaking"]),
            )
            made = record(index, move, ts)
            for receiver in members:
                await receiver.send(made)

    offered = [Subprotocol(COMPACT_SUBPROTOCOL)]
    async with serve(member, "127.0.0.1", 0, compression=None, subprotocols=offered) as server:
        port = server.sockets[0].getsockname()[1]
        running = Running(pid=os.getpid(), port=port)
        seats = OpenServer("odd", []).seats(running, 3, 3)
        plan = replace(SHORT, check_every=check_every)
        return await asyncio.to_thread(run_load, programs["load"], running, seats, plan)


@pytest.mark.parametrize("record", [right, widest], ids=["narrow", "wide"])
async def test_what_is_right_is_taken_as_right(programs: dict[str, Path], record: Record) -> None:
    """Every record of every message, however wide its parts."""
    outcome = await load_a_server(programs, record)
    assert figures_of(outcome).wrongs == ()
    assert outcome.received == outcome.expected == outcome.judged > 0


@pytest.mark.parametrize(
    ("record", "count"),
    [
        (twice, "disorder"),
        (ahead, "invented"),
        (unknown, "foreign"),
        (displaced, "wrong"),
        (truncated, "foreign"),
    ],
)
async def test_the_generator_notices_what_is_wrong(
    programs: dict[str, Path], record: Record, count: str
) -> None:
    """Each kind of wrong record is counted as what it is, with the first one shown."""
    outcome = await load_a_server(programs, record)
    assert getattr(outcome, count) > 0
    assert outcome.first_problem
    assert not figures_of(outcome).held


async def test_records_of_those_who_are_not_judged_are_counted(programs: dict[str, Path]) -> None:
    """A message counts as many updates as it has records, however wide."""
    outcome = await load_a_server(programs, widest, check_every=3)
    assert outcome.received == outcome.expected == outcome.judged * 3
    doubled = await load_a_server(programs, twice, check_every=3)
    assert doubled.received > doubled.expected


def test_a_server_that_knows_no_short_moves_fails_the_run(programs: dict[str, Path]) -> None:
    """Figures of short moves must not be those of JSON."""
    server = rival("websockets", "websockets_server")
    with run_server(server) as running:
        seats = server.seats(running, 3, 3)
        with pytest.raises(LoadFailedError, match=r"virtubar\.v1\.compact was not taken"):
            run_load(programs["load"], running, seats, SHORT)


@pytest.mark.parametrize("deflate", [False, True])
def test_this_server_moves_people_in_short(programs: dict[str, Path], deflate: bool) -> None:
    """The real one: everything arrives, several moves in a message, a dozen bytes each."""
    server = VirtuBar()
    plan = replace(SHORT, clients=10, room_size=5, window_s=1.0, deflate=deflate)
    with run_server(server) as running:
        outcome = run_load(programs["load"], running, server.seats(running, 10, 5), plan)
    figures = figures_of(outcome)
    assert figures.wrongs == ()
    assert outcome.rooms == 2
    assert outcome.received + outcome.skipped + outcome.lost == outcome.expected
    assert outcome.received > 0.9 * outcome.expected
    assert figures.bytes is not None
    assert 11 < figures.bytes <= 20
