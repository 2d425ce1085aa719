"""Brings bots into a room over the real protocol, and keeps them there."""

import asyncio
import logging
import random
from collections.abc import Sequence

import httpx

from virtubar.bots.actions import Action, Move, Say, Show
from virtubar.bots.bartender import Bartender
from virtubar.bots.floor import Point, Spot
from virtubar.bots.names import AVATAR_IDS, name_of
from virtubar.bots.patron import Patron
from virtubar.bots.smalltalk import SmallTalk
from virtubar.client import (
    Bar,
    BarEvent,
    ConnectionLostError,
    JoinFailedError,
    connect,
)
from virtubar.client.backoff import Backoff
from virtubar.client.driver import now_ms
from virtubar.client.tickets import http_client
from virtubar.protocol import events as wire
from virtubar.protocol.constants import AuthCode, CloseCode

TICK_S = 1.0 / 15.0
"""As often as a moving avatar is sent (§9)."""
ARRIVAL_MIN_S, ARRIVAL_MAX_S = 0.15, 0.9
"""Between two arrivals: a party comes in one by one."""
TALK_TICK_S = 0.5
JOIN_TIMEOUT_S = 10.0
SHOWN_THE_DOOR = frozenset({CloseCode.KICKED, CloseCode.BANNED})
NOT_WELCOME = frozenset({AuthCode.KICKED, AuthCode.BANNED})

logger = logging.getLogger(__name__)


async def run_bots(
    base_url: str,
    room_id: str,
    count: int,
    *,
    seed: int = 1,
    stop: asyncio.Event | None = None,
) -> None:
    """Let `count` bots, the first of them a bartender, spend time in a room.

    A bot that fails is logged and comes back with backoff; one that a moderator threw out stays
    away. Returns when `stop` is set, or none is left; cancelling it works the same: every bot
    leaves with a clean close.

    Args:
        seed: what the bots do depends on nothing else but the guests.

    Raises:
        JoinFailedError: there is no such room.
    """
    async with http_client() as http:
        crew = Crew(base_url, room_id, count, random.Random(seed), http)  # noqa: S311 - a show
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
    ) -> None:
        self.base_url = base_url
        self.room_id = room_id
        self.http = http
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

    def places(self, apart_from: "Bot") -> Sequence[Point]:
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

    def _patrons(self) -> list["PatronBot"]:
        return [bot for bot in self.bots if isinstance(bot, PatronBot) and bot.bar is not None]

    async def _talk(self) -> None:
        talk = SmallTalk(self._chance, now_ms())
        while True:
            await asyncio.sleep(TALK_TICK_S)
            patrons = {bot.name: bot for bot in self._patrons()}
            line = talk.next_line(list(patrons), now_ms())
            if line is not None:
                patrons[line[0]].say(line[1])


class Bot:
    """One bot: its connection, again and again, and its body in it.

    Attributes:
        bar: the connection, None while it has none.
        user_id: of the newest visit; empty before the first.
        can_see: whether the server sends it the others' transforms.
    """

    can_see = False

    def __init__(self, crew: Crew, index: int, chance: random.Random) -> None:
        self.crew = crew
        self.name = name_of(index)
        self.bar: Bar | None = None
        self.user_id = ""
        self.chance = chance
        self._avatar_id = AVATAR_IDS[index % len(AVATAR_IDS)]
        self._identity_token: str | None = None
        self._backoff = Backoff(chance.random)

    async def run(self, delay_s: float) -> None:
        """Come in after the delay, and again after every failure."""
        await asyncio.sleep(delay_s)
        while True:
            try:
                await self._visit()
            except ConnectionLostError as error:
                logger.warning("bot lost its connection: %s", error)
                if error.close_code in SHOWN_THE_DOOR:
                    return
            except JoinFailedError as error:
                logger.warning("bot cannot get in: %s", error)
                if error.code == AuthCode.ROOM_NOT_FOUND:
                    raise
                if error.code in NOT_WELCOME:
                    return
            except Exception:
                logger.exception("bot failed")
            await asyncio.sleep(self._backoff.next_ms() / 1000.0)

    async def _visit(self) -> None:
        async with connect(
            self.crew.base_url,
            self.crew.room_id,
            display_name=self.name,
            avatar_id=self._avatar_id,
            identity_token=self._identity_token,
            join_timeout_s=JOIN_TIMEOUT_S,
            http=self.crew.http,
        ) as bar:
            self._identity_token = bar.identity_token
            self.user_id = bar.user_id
            bar.set_visible(self.can_see)
            me = bar.members[bar.user_id]
            self.enter(Spot(Point(me.x, me.z), me.rot_y))
            self.bar = bar
            reader = asyncio.create_task(self._read(bar))
            try:
                await self._live(bar, reader)
            finally:
                self.bar = None
                reader.cancel()
                await asyncio.gather(reader, return_exceptions=True)

    async def _live(self, bar: Bar, reader: "asyncio.Task[None]") -> None:
        started_ms = now_ms()
        while not reader.done():
            for action in self.tick():
                await self._do(bar, action)
            if now_ms() - started_ms > JOIN_TIMEOUT_S * 1000.0:
                self._backoff.reset()
            await asyncio.sleep(TICK_S)
        reader.result()

    async def _do(self, bar: Bar, action: Action) -> None:
        match action:
            case Move():
                bar.move(
                    action.x, 0.0, action.z, action.rot_y, action.anim, speaking=action.speaking
                )
            case Say():
                await bar.say(action.text)
            case Show():
                bar.emote(action.emote_id)

    async def _read(self, bar: Bar) -> None:
        async for event in bar:
            self.notice(bar, event)

    def enter(self, spot: Spot) -> None:
        """Begin a visit at the spot that the server chose."""
        raise NotImplementedError

    def tick(self) -> list[Action]:
        """What to do now."""
        raise NotImplementedError

    def notice(self, bar: Bar, event: BarEvent) -> None:
        """Something happened."""
        raise NotImplementedError


class PatronBot(Bot):
    """A patron; asks for no transforms, for the bartender watches the room for all."""

    def enter(self, spot: Spot) -> None:
        """A new evening begins at the door."""
        self.patron = Patron(self.chance, spot, now_ms())

    def say(self, text: str) -> None:
        """Say a line of small talk."""
        self.patron.say(text, now_ms())

    def tick(self) -> list[Action]:
        """What the patron does."""
        return self.patron.tick(now_ms(), lambda: self.crew.places(self))

    def notice(self, _bar: Bar, event: BarEvent) -> None:
        """Arrivals are waved at, toasts joined."""
        match event:
            case wire.MemberJoined(member=one) if one.user_id != self.user_id:
                self.patron.notice_arrival(Point(one.x, one.z), now_ms())
            case wire.EmoteBroadcast(user_id=user_id) if user_id != self.user_id:
                at = self.crew.place_of(user_id)
                if at is not None:
                    self.patron.notice_emote(event.emote_id, at, now_ms())


class BartenderBot(Bot):
    """The bartender, who sees everybody."""

    can_see = True

    def enter(self, spot: Spot) -> None:
        """Behind the counter at once, wherever the server put a newcomer."""
        del spot
        self._bartender = Bartender(self.chance, now_ms())

    def tick(self) -> list[Action]:
        """What the bartender does."""
        return self._bartender.tick(now_ms())

    def notice(self, bar: Bar, event: BarEvent) -> None:
        """Guests who come are greeted, guests who ask are answered; bots have had enough."""
        match event:
            case wire.MemberJoined(member=one) if not self.crew.has(one.user_id):
                self._bartender.notice_arrival(one.user_id, one.display_name, now_ms())
            case wire.ChatBroadcast(user_id=user_id) if not self.crew.has(user_id):
                member = bar.members.get(user_id)
                name = member.display_name if member is not None else "stranger"
                at = place_in(bar, user_id)
                self._bartender.hear(user_id, name, event.text, at, now_ms())


def place_in(bar: Bar, user_id: str) -> Point | None:
    """Where a member is, as far as that connection knows."""
    member = bar.members.get(user_id)
    return None if member is None else Point(member.x, member.z)
