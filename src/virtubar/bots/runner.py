"""Brings bots into a room over the real protocol, and keeps them there."""

import asyncio
import random
from collections.abc import Sequence

import httpx

from virtubar.bots.guests import BartenderBot, Bot, PatronBot, place_in
from virtubar.bots.smalltalk import SmallTalk
from virtubar.client import Bar
from virtubar.client.driver import now_ms
from virtubar.client.tickets import http_client
from virtubar.venue.obstacles import Point

ARRIVAL_MIN_S, ARRIVAL_MAX_S = 0.15, 0.9
"""Between two arrivals: a party comes in one by one."""
TALK_TICK_S = 0.5


async def run_bots(
    base_url: str,
    room_id: str,
    count: int,
    *,
    seed: int = 1,
    stop: asyncio.Event | None = None,
    direct: bool = False,
) -> None:
    """Let `count` bots, the first of them a bartender, spend time in a room.

    A bot that fails is logged and comes back with backoff; one that a moderator threw out stays
    away. Returns when `stop` is set, or none is left; cancelling it works the same: every bot
    leaves with a clean close.

    Args:
        seed: what the bots do depends on nothing else but the guests.
        direct: as of client.connect, for bots that live beside the server.

    Raises:
        JoinFailedError: there is no such room.
    """
    async with http_client(base_url, direct=direct) as http:
        chance = random.Random(seed)  # noqa: S311 - a show
        crew = Crew(base_url, room_id, count, chance, http, direct=direct)
        work = asyncio.create_task(crew.run())
        waits: list[asyncio.Task[object]] = [work]
        if stop is not None:
            waits.append(asyncio.create_task(stop.wait()))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                work.result()
        finally:
            for task in waits:
                task.cancel()
            await asyncio.gather(*waits, return_exceptions=True)


class Crew:
    """All bots of one room."""

    def __init__(
        self,
        base_url: str,
        room_id: str,
        count: int,
        chance: random.Random,
        http: httpx.AsyncClient,
        *,
        direct: bool,
    ) -> None:
        self.base_url = base_url
        self.room_id = room_id
        self.http = http
        self.direct = direct
        self._chance = chance
        self.bots: list[Bot] = []
        for index in range(count):
            own_chance = random.Random(chance.getrandbits(64))  # noqa: S311 - a show
            kind = BartenderBot if index == 0 else PatronBot
            self.bots.append(kind(self, index, own_chance))

    async def run(self) -> None:
        """Until every bot has left for good; raises what no bot can mend."""
        tasks = []
        delay_s = 0.0
        for bot in self.bots:
            tasks.append(asyncio.create_task(bot.run(delay_s)))
            delay_s += self._chance.uniform(ARRIVAL_MIN_S, ARRIVAL_MAX_S)
        talk = asyncio.create_task(self._talk())
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in (talk, *tasks):
                task.cancel()
            await asyncio.gather(talk, *tasks, return_exceptions=True)

    def has(self, user_id: str) -> bool:
        """Whether that member is one of us."""
        return any(bot.user_id == user_id for bot in self.bots)

    def places(self, apart_from: Bot) -> Sequence[Point]:
        """Where everybody else stands, and where our own are going."""
        eyes = self._eyes()
        members = () if eyes is None else eyes.members.values()
        places = [Point(one.x, one.z) for one in members if one.user_id != apart_from.user_id]
        places += [bot.patron.place for bot in self._patrons() if bot is not apart_from]
        return places

    def place_of(self, user_id: str) -> Point | None:
        """Where that member stands; None where no bot can see them."""
        eyes = self._eyes()
        return None if eyes is None else place_in(eyes, user_id)

    def _eyes(self) -> Bar | None:
        return next((bot.bar for bot in self.bots if bot.bar is not None and bot.can_see), None)

    def _patrons(self) -> list[PatronBot]:
        return [bot for bot in self.bots if isinstance(bot, PatronBot) and bot.bar is not None]

    async def _talk(self) -> None:
        talk = SmallTalk(self._chance, now_ms())
        while True:
            await asyncio.sleep(TALK_TICK_S)
            patrons = {bot.name: bot for bot in self._patrons()}
            line = talk.next_line(list(patrons), now_ms())
            if line is not None:
                patrons[line[0]].say(line[1])
