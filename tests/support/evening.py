"""One test's evening: a room of its own on a real server, and everyone who comes to it."""

import contextlib
from typing import Any, Literal

import websockets

from support.greeting import GREETING
from support.guest import Event, Guest, make_room, request, request_join
from support.server import TEST_SECRET, RunningServer
from support.socketio import open_polling, open_socketio
from virtubar.auth.tokens import RealtimeTokens
from virtubar.protocol.constants import Device, Role

FLUSH_MS = 60
"""After so long everything that a room has to say has gone out; flushes are 50 ms apart at most."""
STEP_S = 10
"""How much time passes at once: less than pings wait for their answers."""


Spoken = Literal["raw", "socketio", "polling"]


class Evening:
    """A room and its guests.

    Attributes:
        room: what `POST /rooms` answered.
        transport: what the guests speak, unless they choose.
        guests: everyone who connected, whether they are still there or not.
    """

    def __init__(
        self, server: RunningServer, room: dict[str, Any], transport: Spoken = "raw"
    ) -> None:
        self.transport = transport
        self.server = server
        self.room = room
        self.guests: list[Guest] = []
        self._deaf: list[Guest] = []
        self._tokens = RealtimeTokens(TEST_SECRET)
        self._minted = 0

    @property
    def room_id(self) -> str:
        """The room of this evening."""
        return str(self.room["roomId"])

    @property
    def url(self) -> str:
        """The base of the API."""
        return self.server.http_url

    # Tokens

    def mint(
        self,
        user_id: str,
        *,
        role: Role = Role.GUEST,
        device: Device = Device.DESKTOP,
        room_id: str | None = None,
        age_ms: int = 0,
        life_ms: int | None = None,
    ) -> dict[str, Any]:
        """What `POST /rooms/join` would answer, for any user and role.

        Args:
            age_ms: how long ago the token was issued.
        """
        self._minted += 1
        room_id = self.room_id if room_id is None else room_id
        token, expires_at_ms = self._tokens.mint(
            user_id=user_id,
            room_id=room_id,
            role=role,
            device=device,
            wall_ms=self.server.clock.wall_ms() - age_ms,
            token_id=f"test-{self._minted}",
            life_ms=life_ms,
        )
        return {
            "realtimeToken": token,
            "expiresAtMs": expires_at_ms,
            "userId": user_id,
            "roomId": room_id,
            "identityToken": None,
        }

    async def ticket(self, *, identity: str | None = None, **body: Any) -> dict[str, Any]:
        """What `POST /rooms/join` answers for this room."""
        response = await request_join(self.url, self.room_id, identity=identity, **body)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    async def fresh(self, guest: Guest) -> dict[str, Any]:
        """A fresh ticket for the same user."""
        return await self.ticket(identity=guest.joined["identityToken"])

    # Coming

    async def connect(
        self,
        ticket: dict[str, Any] | None = None,
        *,
        query: str = "",
        transport: Spoken | None = None,
        **options: Any,
    ) -> Guest:
        """A guest with a token and an open socket, who has not joined.

        Args:
            ticket: from `mint` or `ticket`; a new guest's where None.
            query: appended to the socket's URL: `?name=value`.
            transport: what the guest speaks; the evening's where None.
            options: of `websockets.connect`.
        """
        ticket = await self.ticket() if ticket is None else ticket
        transport, more = transport or self.transport, query.replace("?", "&", 1)
        guest: Guest
        if transport == "socketio":
            guest = await open_socketio(self.url, ticket, query=more, **options)
        elif transport == "polling":
            assert not options
            guest = await open_polling(self.url, ticket, query=more)
        else:
            url = f"{self.server.ws_url}{query}"
            socket = await websockets.connect(url, proxy=None, max_queue=None, **options)
            guest = Guest(self.url, ticket, socket)
        self.guests.append(guest)
        return guest

    async def join(self, guest: Guest, **fields: Any) -> list[Event]:
        """Send `join_room`; what the guest got for it, in order."""
        await guest.join_room(**fields)
        return await self.heard(guest)

    async def refused(self, guest: Guest, **fields: Any) -> str:
        """The code of the `auth_error` that a join is refused with."""
        (answer,) = await self.join(guest, **fields)
        assert answer["t"] == "auth_error", answer
        assert answer["payload"]["message"]
        return str(answer["payload"]["code"])

    async def enter(
        self, name: str = "Ann", ticket: dict[str, Any] | None = None, **options: Any
    ) -> Guest:
        """A guest inside the room, who has read what everybody is told first."""
        guest = await self.connect(ticket, **options)
        events = await self.join(guest, name=name)
        assert names(events[: len(GREETING)]) == [*GREETING], events
        return guest

    async def enter_as(self, role: Role, user_id: str) -> Guest:
        """Someone with that role inside the room."""
        return await self.enter(user_id, self.mint(user_id, role=role))

    async def company(self, *people: str) -> list[Guest]:
        """That many guests inside the room, who have heard of each other."""
        guests = [await self.enter(name) for name in people]
        await self.clear()
        return guests

    # Going

    async def drop(self, guest: Guest) -> None:
        """Cut the guest's connection without a word, and let the server notice."""
        await guest.cut()
        await self.settle()

    def stop_reading(self, guest: Guest) -> None:
        """The guest's machine takes nothing in any more, and answers no ping."""
        guest.stop_reading()
        self._deaf.append(guest)

    async def read_again(self, guest: Guest) -> None:
        """It does again; comes back when it has everything, or its socket has ended."""
        self._deaf.remove(guest)
        guest.read_again()
        with contextlib.suppress(websockets.ConnectionClosed):
            await guest.handled()

    async def connect_again(self, guest: Guest) -> Guest:
        """A new connection of the same user with a fresh token, who has not joined."""
        return await self.connect(await self.fresh(guest))

    # Listening

    async def settle(self) -> None:
        """Let everything that was sent be handled, and everything said of it arrive."""
        await self._handled()
        self.server.finish_acts()
        self.server.advance(FLUSH_MS)
        await self._handled()

    async def _handled(self) -> None:
        for guest in self._there():
            with contextlib.suppress(websockets.ConnectionClosed):
                await guest.handled()

    async def heard(self, guest: Guest) -> list[Event]:
        """Everything that the guest has heard and not read yet, and nothing else is under way."""
        await self.settle()
        return await guest.pending()

    async def errors(self, guest: Guest) -> list[dict[str, Any]]:
        """What the guest has been refused since the last look; skips all else."""
        return payloads(await self.heard(guest), "error")

    async def clear(self) -> None:
        """Everyone reads what there is, so that a test counts from here."""
        await self.settle()
        for guest in self._there():
            await guest.pending()

    def _there(self) -> list[Guest]:
        """Everyone whose socket is open and read."""
        return [guest for guest in self.guests if guest.is_open and guest not in self._deaf]

    # Time and the end

    async def pass_time(self, seconds: float) -> None:
        """Let that much time pass for the server, while everyone there answers its pings."""
        left = seconds
        while left > 0:
            step = min(STEP_S, left)
            left -= step
            await self._handled()
            self.server.advance(step * 1000)
        await self._handled()

    async def step(self, ms: float) -> None:
        """A short while passes, in which everyone's messages are handled."""
        await self._handled()
        self.server.advance(ms)

    async def end(self) -> None:
        """Everyone goes."""
        for guest in self._deaf:
            await guest.cut()
        for guest in self.guests:
            await guest.leave()


async def open_evening(server: RunningServer, transport: Spoken = "raw", **room: Any) -> Evening:
    """An evening in a new room with these settings, of guests who speak that."""
    return Evening(server, await make_room(server.http_url, **room), transport)


async def metric(server: RunningServer, name: str) -> float:
    """One value of `/metrics`, by its name and labels; 0 where it is not there."""
    response = await request(server.http_url, "GET", "/metrics")
    for line in response.text.splitlines():
        if line.startswith(f"{name} "):
            return float(line.rpartition(" ")[2])
    return 0.0


def names(events: list[Event]) -> list[str]:
    """The names of events, in order."""
    return [event["t"] for event in events]


def payloads(events: list[Event], name: str) -> list[dict[str, Any]]:
    """The payloads of the events of that name, in order."""
    return [event["payload"] for event in events if event["t"] == name]
