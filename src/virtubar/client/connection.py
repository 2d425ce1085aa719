"""`connect`: a visit to a bar as an async context manager (§9).

Longer than most modules because it is all that an application sees, with its documentation.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Mapping
from types import MappingProxyType, TracebackType
from typing import Literal, Self

import httpx
from msgspec import Struct

from virtubar.client.driver import Driver, now_ms
from virtubar.client.events import BarEvent, Delivery, Member
from virtubar.client.mailbox import Mailbox
from virtubar.client.opening import Transport
from virtubar.client.sender import Pose
from virtubar.client.session import Session
from virtubar.client.states import State
from virtubar.client.steps import Start, Visibility
from virtubar.client.tickets import IdentitySource, JoinRequests, http_client
from virtubar.client.wire import WireChoice
from virtubar.errors import ConnectionLostError, JoinFailedError
from virtubar.protocol.constants import DEFAULT_AVATAR_ID, CloseCode, Device
from virtubar.protocol.events import Anim, ClientEvent, Emote, LocalChat, Seat

JOIN_TIMEOUT_S = 30.0
"""How long the first join may take in all, tries included."""


class _Options(Struct, frozen=True):
    base_url: str
    room_id: str
    display_name: str | None
    avatar_id: str | None
    identity: IdentitySource | None
    device: Device
    listen: bool
    join_timeout_s: float
    http: httpx.AsyncClient | None
    transport: Transport
    direct: bool
    is_bot: bool
    wire: WireChoice


def connect(  # noqa: PLR0913 - named options of one visit, each with a default
    base_url: str,
    room_id: str,
    *,
    display_name: str | None = None,
    avatar_id: str | None = None,
    identity_token: IdentitySource | None = None,
    device: Literal["desktop", "mobile"] = "desktop",
    listen: bool = True,
    join_timeout_s: float = JOIN_TIMEOUT_S,
    http: httpx.AsyncClient | None = None,
    transport: Transport = "websocket",
    direct: bool = False,
    bot: bool = False,
    wire: WireChoice = "auto",
) -> "Bar":
    """Come into a room: `async with connect("http://127.0.0.1:8000", "lobby") as bar: ...`.

    Joins over HTTP, answers `auth_error` by a fresh join on the same socket, reconnects with
    backoff and resumes, renews the token before it expires. The socket carries plain frames:
    permessage-deflate is not asked for.

    Args:
        base_url: of the server's HTTP API.
        display_name: 1 to 32 characters; None for a guest's name of the server's choice.
        identity_token: `Bar.identity_token` of an earlier visit keeps the userId. An identity
            provider's token ends, during a visit too: give a function, sync or async, that gets a
            fresh one. It is asked before the first join and whenever the server answers 401; one
            that raises is asked again with backoff.
        device: sets the rate class of the token (§3).
        listen: False for an application that reads no events; `members` are kept all the same.
        join_timeout_s: for the first join, all tries together.
        http: a client to share between many bars; it is not closed with this one.
        transport: `socketio` for networks that let no WebSocket through; it needs the extra
            `virtubar[socketio]`, and costs more.
        direct: for a program beside the server: never through a proxy, and with its socket at
            `base_url` too, whatever public URL the server names. Without it the environment's
            proxy (`HTTPS_PROXY` and its kin) serves both, but for what is on this machine.
        bot: say that a program comes in: everybody in the room is told, it counts as no person,
            and its identity stays a bot's.
        wire: how transforms come over a WebSocket: `auto` as the server would like, which is
            `compact` where the room is crowded. The events are the same.

    Raises:
        ConfigurationError: the environment's proxy is neither http nor https.
        JoinFailedError: on entering the context; the server refused, or did not let anybody in in
            `join_timeout_s` (code `timeout`).
        ConnectionLostError: on entering; closed for good while joining.
    """
    return Bar(
        _Options(
            base_url,
            room_id,
            display_name,
            avatar_id,
            identity_token,
            Device(device),
            listen,
            join_timeout_s,
            http,
            transport,
            direct,
            bot,
            wire,
        )
    )


class Bar:
    """One person in one room; made by `connect`.

    Iterating yields every event (virtubar.protocol.events) and the client's own `Joined` and
    `Reconnecting`, in order, to one reader. The iteration ends when the application leaves, and
    raises what ended the session otherwise. Unread events are bounded as mailbox.py says: a reader
    that is far behind gets transforms coalesced, then ReaderTooSlowError.
    """

    def __init__(self, options: _Options) -> None:
        self._options = options
        self._mailbox = Mailbox() if options.listen else None
        self._epoch_ms = time.time() * 1000.0 - now_ms()
        self._session = Session(
            options.room_id,
            display_name=options.display_name or "",
            avatar_id=options.avatar_id or DEFAULT_AVATAR_ID,
            epoch_ms=self._epoch_ms,
            chance=random.random,
        )
        self._changed = asyncio.Event()
        self._http: httpx.AsyncClient | None = None
        self._join_requests: JoinRequests | None = None
        self._driver: Driver | None = None

    async def __aenter__(self) -> Self:
        """Wait until the room let us in; what `connect` raises comes from here."""
        options = self._options
        self._http = options.http or http_client(options.base_url, direct=options.direct)
        self._join_requests = JoinRequests(
            self._http,
            options.base_url,
            options.room_id,
            display_name=options.display_name,
            avatar_id=options.avatar_id,
            identity=options.identity,
            device=options.device,
            direct=options.direct,
            is_bot=options.is_bot,
        )
        self._driver = Driver(
            self,
            self._session,
            self._join_requests,
            epoch_ms=self._epoch_ms,
            transport=options.transport,
            direct=options.direct,
            wire=options.wire,
        )
        try:
            self._driver.feed(Start())
            await self._wait_joined(options.join_timeout_s)
        except BaseException:
            await self._leave()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave with a clean close 1000: the others see it at once (§4)."""
        await self._leave()

    # What is known

    @property
    def state(self) -> State:
        """One of the six states of §9."""
        return self._session.state

    @property
    def user_id(self) -> str:
        """The own userId."""
        return self._session.view.user_id

    @property
    def role(self) -> str:
        """The own role, as the session says it."""
        return self._session.view.role

    @property
    def muted(self) -> bool:
        """Whether a moderator has muted us."""
        return self._session.view.muted

    @property
    def identity_token(self) -> str | None:
        """To be kept and given to `connect` next time; None where an outside identity was used."""
        if self._join_requests is not None:
            return self._join_requests.identity_token
        given = self._options.identity
        return given if isinstance(given, str) else None

    @property
    def members(self) -> Mapping[str, Member]:
        """A live view of everyone in the room by userId, ourselves included."""
        return MappingProxyType(self._session.view.members)

    @property
    def seats(self) -> Mapping[str, str]:
        """A live view of the seats that are taken: seatId → userId (§11)."""
        return MappingProxyType(self._session.view.seats)

    @property
    def clock_offset_ms(self) -> float:
        """Server time minus the client's epoch time; 0 before anything is known."""
        return self._session.view.clock.offset_ms or 0.0

    @property
    def round_trip_ms(self) -> float | None:
        """The newest heartbeat's round trip; None before the first answer."""
        return self._session.view.clock.round_trip_ms

    @property
    def server_time_ms(self) -> float:
        """The server's epoch time now, as far as it is known."""
        return self._session.view.clock.server_ms(self._epoch_ms + now_ms())

    # What the person does

    def move(
        self,
        x: float,
        y: float,
        z: float,
        rot_y: float,
        anim: Anim = "walk",
        *,
        speaking: bool = False,
    ) -> None:
        """Be there now. Call it as often as you like: it is throttled, newest wins (§9).

        While reconnecting it is kept and sent after the resume.

        Args:
            x, y, z: metres, y up.
            rot_y: radians about +y.

        Raises:
            ClientError: what ended the session.
        """
        self._live().move(Pose(x, y, z, rot_y, anim, speaking, now_ms()))

    async def say(self, text: str) -> None:
        """Say something to those who can hear; while reconnecting it waits for the room.

        The own `chat_broadcast` confirms it; an `error` event says why it was refused (§6).

        Raises:
            ClientError: what ended the session.
        """
        driver = self._live()
        while driver.state is not State.JOINED:
            await self._wait_change()
            driver = self._live()
        driver.send(LocalChat(self._options.room_id, text, "local"))

    def emote(self, emote_id: str) -> None:
        """Show a feeling now; lost while there is no room to show it to.

        Raises:
            ClientError: what ended the session.
        """
        self.send(Emote(self._options.room_id, emote_id))

    def sit(self, seat_id: str | None) -> None:
        """Ask for a seat, or give the own one up (None); lost while not joined (§11).

        A `SeatChanged` with the own userId grants it; an `error` `seat_taken` says that somebody
        else has it. Ask where you are to sit down: farther than 1.5 m from there it is free again.

        Raises:
            ClientError: what ended the session.
        """
        self.send(Seat(self._options.room_id, seat_id))

    def set_visible(self, visible: bool) -> None:
        """Ask for transforms of the others, or for none (`presence`, §4); holds over reconnects."""
        self._live().feed(Visibility(visible))

    def send(self, event: ClientEvent) -> None:
        """Send any event of the protocol as it is; lost while not joined.

        Raises:
            ClientError: what ended the session.
        """
        driver = self._live()
        if driver.state is State.JOINED:
            driver.send(event)

    # What the person sees

    def __aiter__(self) -> AsyncIterator[BarEvent]:
        """The events from now on, those unread among them."""
        return self

    async def __anext__(self) -> BarEvent:
        """The next event; cancelling it loses none."""
        return (await self.next_delivery()).event

    async def next_delivery(self) -> Delivery:
        """The next event with its times, which smoothing needs; cancelling it loses none.

        Raises:
            StopAsyncIteration: the application left.
            ClientError: what ended the session, after the last event.
        """
        if self._mailbox is None:
            raise RuntimeError("connected with listen=False: there are no events to read")
        while not self._mailbox:
            if self._driver is not None and self._driver.has_left:
                raise StopAsyncIteration
            self._live()
            await self._wait_change()
        return self._mailbox.take()

    # What the driver tells

    def deliver(self, delivery: Delivery) -> None:
        """Take one event in; ReaderTooSlowError ends the session."""
        if self._mailbox is not None:
            self._mailbox.put(delivery)
            self._changed.set()

    def state_changed(self) -> None:
        """Wake whoever waits."""
        self._changed.set()

    # Inside

    def _live(self) -> Driver:
        if self._driver is None:
            raise RuntimeError("use it as `async with connect(...) as bar`")
        if self._driver.error is not None:
            raise self._driver.error
        if self._driver.state is State.CLOSED:
            raise ConnectionLostError(CloseCode.NORMAL, "this bar was left")
        return self._driver

    async def _wait_change(self) -> None:
        self._changed.clear()
        await self._changed.wait()

    async def _wait_joined(self, timeout_s: float) -> None:
        try:
            async with asyncio.timeout(timeout_s):
                while self._live().state is not State.JOINED:
                    await self._wait_change()
        except TimeoutError:
            trouble = self._session.trouble or "no answer"
            message = f"not in the room after {timeout_s:g} s: {trouble}"
            raise JoinFailedError("timeout", message) from None

    async def _leave(self) -> None:
        try:
            if self._driver is not None:
                await self._driver.stop()
        finally:
            if self._http is not None and self._options.http is None:
                await self._http.aclose()
            self._changed.set()
