"""One bot at a time: its connection, again and again, and the body that lives in it."""

import asyncio
import logging
import random
from collections.abc import Container, Sequence
from typing import Protocol

import httpx

from virtubar.bots.actions import Action, Move, Say, Show, Sit
from virtubar.bots.bartender import Bartender
from virtubar.bots.floor import Spot
from virtubar.bots.names import AVATAR_IDS, name_of
from virtubar.bots.patron import Patron
from virtubar.client import (
    Bar,
    BarEvent,
    ConnectionLostError,
    JoinFailedError,
    connect,
)
from virtubar.client.backoff import Backoff
from virtubar.client.driver import now_ms
from virtubar.protocol import events as wire
from virtubar.protocol.constants import AuthCode, CloseCode
from virtubar.venue.obstacles import Point

TICK_S = 1.0 / 15.0
"""As often as a moving avatar is sent (§9)."""
JOIN_TIMEOUT_S = 10.0
STABLE_MS = 10_000.0
"""A visit that lasted this long starts the backoff anew."""
SHOWN_THE_DOOR = frozenset({CloseCode.KICKED, CloseCode.BANNED})
NOT_WELCOME = frozenset({AuthCode.KICKED, AuthCode.BANNED})

logger = logging.getLogger(__name__)


class Company(Protocol):
    """The crew, as one of it sees it."""

    base_url: str
    room_id: str
    http: httpx.AsyncClient
    direct: bool

    def has(self, user_id: str) -> bool:
        """Whether that member is one of us."""
        ...

    def places(self, apart_from: "Bot") -> Sequence[Point]:
        """Where everybody else stands, and where our own are going."""
        ...

    def place_of(self, user_id: str) -> Point | None:
        """Where that member stands; None where no bot can see them."""
        ...


class Bot:
    """One bot: its connection, again and again, and its body in it.

    Attributes:
        bar: the connection, None while it has none.
        user_id: of the newest visit; empty before the first.
        can_see: whether the server sends it the others' transforms.
    """

    can_see = False

    def __init__(self, crew: Company, index: int, chance: random.Random) -> None:
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
            direct=self.crew.direct,
            bot=True,
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
        stable_ms = now_ms() + STABLE_MS
        while not reader.done():
            for action in self.tick():
                await self._do(bar, action)
            if now_ms() >= stable_ms:
                self._backoff.reset()
            await asyncio.sleep(TICK_S)
        reader.result()

    async def _do(self, bar: Bar, action: Action) -> None:
        match action:
            case Move():
                bar.move(action.x, 0.0, action.z, action.rot_y, action.anim)
            case Say():
                await bar.say(action.text)
            case Show():
                bar.emote(action.emote_id)
            case Sit():
                bar.sit(action.seat_id)

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
        return self.patron.tick(now_ms(), lambda: self.crew.places(self), self._seats)

    def _seats(self) -> Container[str]:
        return () if self.bar is None else self.bar.seats

    def notice(self, _bar: Bar, event: BarEvent) -> None:
        """Arrivals are waved at, toasts joined, and who does not get a seat looks for another."""
        match event:
            case wire.Error(event="seat"):
                self.patron.lose_seat(now_ms())
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
