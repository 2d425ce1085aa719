"""The benchmark of a crowd: what the generator sees of one, and how the results are shown."""

import asyncio
import os
from contextlib import suppress
from pathlib import Path

import pytest
from msgspec.structs import replace
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from benchmarks.crowd.__main__ import faults
from benchmarks.crowd.markdown import Results, page
from benchmarks.crowd.measuring import Larger, median_of
from benchmarks.crowd.plots import plots
from benchmarks.crowd.rules import (
    COMPACT_READER,
    DEFLATED,
    QUICK,
    Line,
    Reader,
    line_of,
    plan_for,
)
from benchmarks.figures import Run, figures_of
from benchmarks.load import Outcome, Plan, run_load
from benchmarks.rivals import events
from benchmarks.servers import OpenServer, Running, VirtuBar, run_server

LATE_S = 0.4
PLAN = Plan(
    clients=4,
    room_size=4,
    rate_hz=15.0,
    settle_s=0.1,
    warmup_s=0.6,
    window_s=1.5,
    drain_s=1.0,
    hall_m=24.0,
    near=3,
)


async def load_a_late_server(program: Path) -> Outcome:
    """What the generator says of a server that passes every move on too late."""
    members: list[ServerConnection] = []
    late: set[asyncio.Task[None]] = set()

    async def pass_on(message: str) -> None:
        await asyncio.sleep(LATE_S)
        for receiver in members:
            with suppress(ConnectionClosed):
                await receiver.send(message)

    async def member(connection: ServerConnection) -> None:
        _, _, join = events.decode(await connection.recv())
        user_id = join["user"]["userId"]
        await connection.send(events.room_state(join["roomId"]))
        members.append(connection)
        async for message in connection:
            _, ts, fields = events.decode(message)
            late.add(asyncio.create_task(pass_on(events.broadcast(user_id, ts, fields))))

    async with serve(member, "127.0.0.1", 0, compression=None) as server:
        running = Running(pid=os.getpid(), port=server.sockets[0].getsockname()[1])
        seats = OpenServer("late", []).seats(running, PLAN.clients, PLAN.room_size)
        return await asyncio.to_thread(run_load, program, running, seats, PLAN)


async def test_the_generator_sees_how_far_behind_the_nearest_are(programs: dict[str, Path]) -> None:
    """Somebody who is seen 400 ms late is 400 ms behind, and the place shown is older yet."""
    crowd = (await load_a_late_server(programs["load"])).crowd
    assert crowd is not None
    assert 350_000 <= crowd.behind.p50_us <= 900_000
    assert crowd.near.p50_us > crowd.behind.p50_us
    assert crowd.anybody.max_us >= crowd.near.p99_us


@pytest.mark.parametrize("reader", [COMPACT_READER, DEFLATED], ids=["compact", "deflate"])
def test_a_real_crowd_is_seen_and_judged(programs: dict[str, Path], reader: Reader) -> None:
    """Every walker of a room over the threshold, jumps and chat and bytes too."""
    plan = replace(plan_for(reader, 24, 6.0), warmup_s=1.0, chat_every_s=2.0)
    server = VirtuBar(VIRTUBAR_CROWD_THRESHOLD="8")
    with run_server(server) as running:
        outcome = run_load(programs["load"], running, server.seats(running, 24, 24), plan)
    run = Run(server="virtubar", plan=plan, figures=figures_of(outcome), outcome=outcome)
    line = line_of(24, reader, run)
    assert line.wrongs == ()
    assert line.lost == 0
    assert outcome.chat_received == outcome.chat_expected > 0
    assert outcome.crowd is not None
    assert outcome.crowd.full.count > 0
    assert 0 < line.bytes_per_s <= 1.001 * line.bytes_per_s_max <= 1.1 * line.second_bytes_max
    assert 0 < line.behind_p99_ms < line.near_p99_ms <= line.anybody_max_ms


def test_a_room_of_two_thousand_can_be_started() -> None:
    """The server whose rooms hold more than they may is one that answers, and has such rooms."""
    server = Larger()
    with run_server(server) as running:
        assert len(server.seats(running, 2, 2_000)) == 2


def line(people: int = 1000, reader: str = "compact", **figures: float) -> Line:
    """A room that held."""
    return replace(
        Line(
            people=people,
            reader=reader,
            cpu_share=0.5,
            bytes_per_s=38_000,
            bytes_per_s_max=39_000,
            behind_p99_ms=90,
            anybody_max_ms=1_900,
            approach_p99_ms=120,
        ),
        **figures,
    )


def results(*full: Line) -> Results:
    """A run of the command."""
    return Results(
        started_at="2031-05-06T07:08:09+00:00",
        command="python -m benchmarks.crowd",
        minutes=11.0,
        environment={"cpu": "A processor"},
        times=QUICK,
        full=list(full),
        sizes=[line(10, cpu_share=0.01), line(1000), line(1000, "JSON, deflate", others_share=0.4)],
        large=[line(2000, cpu_share=0.99)],
    )


def test_goals_are_met_or_missed() -> None:
    """Each figure beside what it should be."""
    text = page(results(line(behind_p99_ms=130.0)), {"cpu": "cpu.svg"})
    assert "| nearest 30 behind, p99 | 130 ms | 100 ms | **missed** |" in text
    assert "| CPU of the core | 50 % | 80 % | met |" in text
    assert "(cpu.svg)" in text
    assert "Other processes took part" in text


def test_a_room_breaks_where_its_core_is_full_or_somebody_is_lost() -> None:
    """And is said to hold otherwise."""
    assert line().broken == ""
    assert line(cpu_share=0.97).broken == "the server's core is full (97%)"
    assert line(lost=3.0).broken == "3 lost"
    assert line(anybody_max_ms=2_100.0).broken == "somebody's newest place was 2100 ms old"
    assert replace(line(), why="closed").broken == "closed"


def test_several_rounds_come_to_their_medians() -> None:
    """But what was lost in any of them is lost."""
    rounds = [line(cpu_share=0.4), line(cpu_share=0.9, lost=1.0), line(cpu_share=0.5)]
    assert median_of(rounds).cpu_share == 0.5
    assert median_of(rounds).lost == 1.0


def test_what_is_wrong_or_missing_is_a_fault() -> None:
    """A room that is larger than any may be is none."""
    wrong = replace(line(), wrongs=("1 of nobody in the room",))
    assert faults(results(wrong)) == ["1000 people, compact: 1 of nobody in the room"]
    assert faults(results(replace(line(), why="no result")))
    assert not faults(results(replace(line(2000), why="no result")))


def test_costs_are_drawn_by_the_size_of_the_room() -> None:
    """A line for each kind of client."""
    made = plots(results().sizes)
    assert set(made) == {"cpu", "bytes"}
    assert b"JSON, deflate" in made["cpu"]
    assert plots([]) == {}
