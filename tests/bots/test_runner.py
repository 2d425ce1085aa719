"""Bots in the real bar, over the real protocol."""

import asyncio
from collections.abc import Callable, Iterator

import httpx
import pytest

from support.guest import make_room
from support.server import RunningServer, running_server
from virtubar.bots import floor, guests, patron, runner
from virtubar.bots.actions import Action
from virtubar.bots.names import BARTENDER_NAME
from virtubar.bots.runner import run_bots
from virtubar.client import Bar, BarEvent, JoinFailedError, connect
from virtubar.protocol import events as wire


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bots of a test come in without keeping anybody waiting."""
    monkeypatch.setattr(runner, "ARRIVAL_MIN_S", 0.0)
    monkeypatch.setattr(runner, "ARRIVAL_MAX_S", 0.02)
    monkeypatch.setattr(guests, "JOIN_TIMEOUT_S", 1.0)


@pytest.fixture
def server() -> Iterator[RunningServer]:
    with running_server() as running:
        yield running


async def wait_for_members(bar: Bar, count: int) -> None:
    """Until so many are in the room, the one who looks included."""
    async with asyncio.timeout(10):
        while len(bar.members) != count:
            await anext(bar)


async def eventually(holds: Callable[[], bool]) -> None:
    """Until it holds, for ten seconds at most."""
    async with asyncio.timeout(10):
        while not await asyncio.to_thread(holds):  # noqa: ASYNC110 - nobody would tell us
            await asyncio.sleep(0.02)


def members(server: RunningServer) -> int:
    """How many the server counts."""
    room = httpx.get(f"{server.http_url}/rooms/lobby").json()
    return int(room["memberCount"])


async def test_bots_come_in_move_and_leave(server: RunningServer) -> None:
    """The whole evening in short: everybody has a name, somebody walks, nobody stays behind."""
    stop = asyncio.Event()
    async with connect(server.http_url, "lobby", display_name="Ann") as ann:
        bots = asyncio.create_task(run_bots(server.http_url, "lobby", 6, seed=2, stop=stop))
        await wait_for_members(ann, 7)
        names = {one.display_name for one in ann.members.values()}
        assert names == {"Ann", BARTENDER_NAME, "Ada", "Bruno", "Chiara", "Dev", "Elif"}
        async with asyncio.timeout(10):
            walkers: set[str] = set()
            while len(walkers) < 2:
                event = await anext(ann)
                if isinstance(event, wire.AvatarTransformBroadcast) and event.anim == "walk":
                    walkers.add(event.user_id)
        stop.set()
        await asyncio.wait_for(bots, 10)
        await wait_for_members(ann, 1)


async def test_bots_take_no_seat_of_a_guests(
    server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They ask like everybody, and go elsewhere where it is refused (§11)."""
    monkeypatch.setattr(patron, "_CHOICES", (patron.Activity.TABLE,))
    monkeypatch.setattr(patron, "_SPOTS", {patron.Activity.TABLE: floor.TABLE_SPOTS[:2]})
    first, second = (spot.seat_id for spot in floor.TABLE_SPOTS[:2])
    stop = asyncio.Event()
    async with connect(server.http_url, "lobby", display_name="Ann") as ann:
        ann.sit(first)
        bots = asyncio.create_task(run_bots(server.http_url, "lobby", 3, stop=stop))
        async with asyncio.timeout(60):
            while second not in ann.seats:
                await anext(ann)
        assert ann.seats[first or ""] == ann.user_id
        stop.set()
        await asyncio.wait_for(bots, 10)


async def test_the_bartender_greets_and_serves(server: RunningServer) -> None:
    """A newcomer is welcomed by name, and gets a beer."""
    stop = asyncio.Event()
    bots = asyncio.create_task(run_bots(server.http_url, "lobby", 1, stop=stop))
    await eventually(lambda: members(server) == 1)
    async with connect(server.http_url, "lobby", display_name="Ann") as ann:
        lines: list[str] = []
        await ann.say("One beer, please!")
        async with asyncio.timeout(10):
            while len(lines) < 2:
                event = await anext(ann)
                if isinstance(event, wire.ChatBroadcast) and event.user_id != ann.user_id:
                    lines.append(event.text)
        assert all("Ann" in line for line in lines)
    stop.set()
    await asyncio.wait_for(bots, 10)


async def test_cancelling_leaves_cleanly(server: RunningServer) -> None:
    """Ctrl-C is a clean leave for every bot: nobody waits out a grace (§4)."""
    async with connect(server.http_url, "lobby") as ann:
        bots = asyncio.create_task(run_bots(server.http_url, "lobby", 4))
        await wait_for_members(ann, 5)
        bots.cancel()
        with pytest.raises(asyncio.CancelledError):
            await bots
        await wait_for_members(ann, 1)


async def test_cancelling_while_they_arrive_leaves_nobody_behind(server: RunningServer) -> None:
    """Some are in, some are at the door, some are on their way."""
    bots = asyncio.create_task(run_bots(server.http_url, "lobby", 20))
    await eventually(lambda: members(server) > 0)
    bots.cancel()
    with pytest.raises(asyncio.CancelledError):
        await bots
    await eventually(lambda: members(server) == 0)


async def test_an_unknown_room_is_raised(server: RunningServer) -> None:
    """No bot can mend that."""
    with pytest.raises(JoinFailedError, match="room_not_found"):
        await asyncio.wait_for(run_bots(server.http_url, "nowhere", 3), 10)


async def test_a_server_that_is_not_there_yet_is_waited_for(
    server: RunningServer, caplog: pytest.LogCaptureFixture
) -> None:
    """Each failure is logged; the bots come when it is."""
    port = server.app.address[1]
    await asyncio.to_thread(server.stop)
    stop = asyncio.Event()
    bots = asyncio.create_task(run_bots(f"http://127.0.0.1:{port}", "lobby", 2, stop=stop))
    await eventually(lambda: "bot cannot get in" in caplog.text)
    with running_server(port=port) as later:
        await eventually(lambda: members(later) == 2)
        stop.set()
        await asyncio.wait_for(bots, 10)


async def test_a_bot_that_fails_is_logged_and_comes_back(
    server: RunningServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A fault of one body costs nobody else the evening."""
    ticks = guests.BartenderBot.tick
    failures = iter([RuntimeError("stumbled")])

    def stumble_once(bot: guests.BartenderBot) -> list[Action]:
        for failure in failures:
            raise failure
        return ticks(bot)

    monkeypatch.setattr(guests.BartenderBot, "tick", stumble_once)
    stop = asyncio.Event()
    async with connect(server.http_url, "lobby") as ann:
        bots = asyncio.create_task(run_bots(server.http_url, "lobby", 2, stop=stop))
        async with asyncio.timeout(10):
            came: list[str] = []
            while came.count(BARTENDER_NAME) < 2:
                event = await anext(ann)
                if isinstance(event, wire.MemberJoined):
                    came.append(event.member.display_name)
        assert "stumbled" in caplog.text
        stop.set()
        await asyncio.wait_for(bots, 10)


async def test_a_bot_that_was_thrown_out_stays_away(server: RunningServer) -> None:
    """And where it was the last one, the evening is over (§7)."""
    token = (await make_room(server.http_url, roomId="snug"))["identityToken"]
    async with connect(server.http_url, "snug", identity_token=token) as owner:
        bots = asyncio.create_task(run_bots(server.http_url, "snug", 1))
        await wait_for_members(owner, 2)
        [bot_id] = set(owner.members) - {owner.user_id}
        owner.send(wire.Moderate("kick", bot_id, "No bots."))
        await asyncio.wait_for(bots, 10)
        await wait_for_members(owner, 1)


async def test_a_bot_that_is_not_let_in_again_stays_away(server: RunningServer) -> None:
    """A ban is the end of it, without a connection too (§7)."""
    token = (await make_room(server.http_url, roomId="snug"))["identityToken"]
    async with connect(server.http_url, "snug", identity_token=token) as owner:
        bots = asyncio.create_task(run_bots(server.http_url, "snug", 2))
        await wait_for_members(owner, 3)
        for bot_id in set(owner.members) - {owner.user_id}:
            owner.send(wire.Moderate("ban", bot_id, "No bots."))
        await asyncio.wait_for(bots, 10)


async def test_no_bots_are_no_trouble(server: RunningServer) -> None:
    """Zero is a number."""
    await asyncio.wait_for(run_bots(server.http_url, "lobby", 0), 5)


async def test_patrons_do_not_receive_transforms(
    server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twenty bots would cost more than the guests; only the bartender watches the room."""
    seen: dict[type[guests.Bot], int] = {guests.PatronBot: 0, guests.BartenderBot: 0}

    def count_for(kind: type[guests.PatronBot] | type[guests.BartenderBot]) -> None:
        notice = kind.notice

        def count(bot: guests.Bot, bar: Bar, event: BarEvent) -> None:
            seen[kind] += isinstance(event, wire.AvatarTransformBroadcast)
            notice(bot, bar, event)  # type: ignore[arg-type] # each kind counts its own

        monkeypatch.setattr(kind, "notice", count)

    count_for(guests.PatronBot)
    count_for(guests.BartenderBot)
    stop = asyncio.Event()
    async with connect(server.http_url, "lobby") as ann:
        bots = asyncio.create_task(run_bots(server.http_url, "lobby", 4, stop=stop))
        await wait_for_members(ann, 5)
        await eventually(lambda: seen[guests.BartenderBot] >= 10)
        before = dict(seen)
        await eventually(lambda: seen[guests.BartenderBot] >= before[guests.BartenderBot] + 30)
        assert seen[guests.PatronBot] == before[guests.PatronBot]
        stop.set()
        await asyncio.wait_for(bots, 10)
