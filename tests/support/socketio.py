"""Guests who speak the protocol over Socket.IO's packets, made and read by hand."""

import asyncio
import base64
import contextlib
import json
from collections import deque
from typing import Any, Literal

import httpx
import websockets
from websockets.asyncio.client import ClientConnection
from websockets.frames import Close

from support.guest import RECEIVE_TIMEOUT_S, TLS, Event, Guest

SOCKETIO = "/socket.io/"


class SocketIoGuest(Guest):
    """The same over Socket.IO's packets on a WebSocket, made and read by hand.

    Attributes:
        goodbyes: what the server said of its end: the codes of `closing`, and `disconnect`.
    """

    def __init__(self, http_url: str, joined: dict[str, Any], socket: ClientConnection) -> None:
        super().__init__(http_url, joined, socket)
        self.goodbyes: list[int | str] = []

    async def send_raw(self, message: str | bytes, *, text: bool | None = None) -> None:
        """Send anything as the argument of an event; what is binary, as it is."""
        if isinstance(message, bytes) and not text:
            await self.transmit(message)
            return
        data = message.encode() if isinstance(message, str) else message
        name = _event_name(data.decode(errors="replace")).encode()
        await self.transmit(b'42["%s",%s]' % (name, data), text=True)

    async def send_fragments(self, parts: list[str]) -> None:
        """Send one message in so many fragments."""
        name = _event_name("".join(parts))
        await self.socket.send([f'42["{name}",{parts[0]}', *parts[1:-1], f"{parts[-1]}]"])

    async def leave(self) -> None:
        """Disconnect the Socket.IO socket; the server ends the rest."""
        with contextlib.suppress(websockets.ConnectionClosed):
            await self.socket.send("41")
        await self.socket.wait_closed()

    def _read_message(self, message: str | bytes) -> Event | None:
        """The event in a packet; what is not for the room is left out."""
        assert isinstance(message, str)
        if message == "2" or message.startswith("3"):
            return None
        if message == "41":
            self.goodbyes.append("disconnect")
            return None
        assert message.startswith("42["), message
        name, event = json.loads(message[2:])
        assert name == event["t"]
        if name == "closing":
            assert event["payload"]["reason"]
            self.goodbyes.append(event["payload"]["code"])
            return None
        checked: Event = event
        return checked

    def _check_ending(self, code: int) -> None:
        """Every code but 1000 is told in `closing`; who may not come back, is disconnected."""
        if code not in (1000, 1006):
            final = code in (4001, 4003, 4009)
            assert self.goodbyes == [code, *(["disconnect"] if final else [])]


class PollingGuest(SocketIoGuest):
    """The same over HTTP requests alone: one asks for packets all the time, others bring them."""

    def __init__(
        self, http_url: str, joined: dict[str, Any], http: httpx.AsyncClient, session_id: str
    ) -> None:
        self.http_url = http_url
        self.joined = joined
        self.seq = 0
        self.goodbyes = []
        self._unread = deque()
        self._http = http
        self._params = {"EIO": "4", "transport": "polling", "sid": session_id}
        self._packets: asyncio.Queue[str] = asyncio.Queue()
        self._pongs: asyncio.Queue[str] = asyncio.Queue()
        self._synced = 0
        self._reading = asyncio.Event()
        self._reading.set()
        self._loop = asyncio.create_task(self._poll())

    async def _poll(self) -> None:
        """Ask for packets until there is nobody to ask."""
        with contextlib.suppress(httpx.TransportError):
            while await self._reading.wait():
                answer = await self._http.get(SOCKETIO, params=self._params)
                if answer.status_code != 200:
                    break
                for packet in answer.text.split("\x1e"):
                    if packet == "1":
                        return
                    (self._pongs if packet[0] == "3" else self._packets).put_nowait(packet)

    async def transmit(self, message: str | bytes, *, text: bool | None = None) -> None:
        """Post one packet."""
        if not self.is_open:
            raise self._closed()
        if isinstance(message, bytes) and not text:
            message = "b" + base64.b64encode(message).decode()
        answer = await self._http.post(SOCKETIO, params=self._params, content=message)
        assert answer.status_code in (200, 400, 413)

    async def handled(self) -> None:
        """Come back when the server has handled all that was sent, and all it wrote is here."""
        self._synced += 1
        await self.transmit(f"2{self._synced}")
        while not self._loop.done():
            with contextlib.suppress(TimeoutError):
                if await asyncio.wait_for(self._pongs.get(), 0.05) == f"3{self._synced}":
                    return
        raise self._closed()

    async def _recv(self) -> str:
        while self._packets.empty():
            if self._loop.done():
                raise self._closed()
            waiting = asyncio.ensure_future(self._packets.get())
            try:
                await asyncio.wait((waiting, self._loop), return_when=asyncio.FIRST_COMPLETED)
                if waiting.done():
                    return waiting.result()
            finally:
                waiting.cancel()
        return self._packets.get_nowait()

    def _closed(self) -> websockets.ConnectionClosed:
        codes = [word for word in self.goodbyes if isinstance(word, int)]
        return websockets.ConnectionClosedError(Close(codes[0] if codes else 1000, ""), None)

    @property
    def is_open(self) -> bool:
        """Whether there is a session."""
        return not self._loop.done()

    async def cut(self) -> None:
        """End the connection without a word, and wait until the server has noticed."""
        self._loop.cancel()
        await asyncio.wait((self._loop,))
        # A server notices a poll that is cut, and cannot know where none was there just then.
        for _ in range(20):
            if await self._is_refused():
                return
            await self._cut_poll()
        raise AssertionError("the server does not notice that nobody waits for its answer")

    async def _is_refused(self) -> bool:
        """Whether the server has ended the session, or does so while it is asked."""
        for _ in range(50):
            if (await self._http.post(SOCKETIO, params=self._params, content="3")).is_error:
                return True
        return False

    async def _cut_poll(self) -> None:
        """Ask for packets once more, and go away before they come."""
        poll = asyncio.create_task(self._http.get(SOCKETIO, params=self._params))
        await asyncio.wait((poll,), timeout=0.1)
        poll.cancel()
        await asyncio.wait((poll,))

    def stop_reading(self) -> None:
        """Ask for nothing any more, once the request that waits is answered."""
        self._reading.clear()

    def read_again(self) -> None:
        """Ask again."""
        self._reading.set()

    async def leave(self) -> None:
        """Disconnect the Socket.IO socket; the server ends the rest."""
        if self.is_open:
            self._reading.set()
            await self.transmit("41")
        await asyncio.wait((self._loop,))
        await self._http.aclose()


def _event_name(message: str) -> str:
    """What an honest client would call a message: its `t`, if it is an envelope."""
    try:
        name = json.loads(message)["t"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return "presence"
    return name if isinstance(name, str) and name.isascii() and name.isidentifier() else "presence"


async def open_socketio(
    http_url: str, joined: dict[str, Any], *, query: str = "", **options: Any
) -> SocketIoGuest:
    """A Socket.IO connection over a WebSocket, let into the namespace.

    Args:
        query: appended to the URL's.
        options: of `websockets.connect`.
    """
    base = http_url.replace("http", "ws", 1)
    url = f"{base}/socket.io/?EIO=4&transport=websocket{query}"
    socket = await websockets.connect(url, proxy=None, max_queue=None, **options)
    assert str(await socket.recv()).startswith('0{"sid":"')
    await socket.send("40")
    assert str(await socket.recv()).startswith('40{"sid":"')
    return SocketIoGuest(http_url, joined, socket)


def _client(http_url: str, **headers: str) -> httpx.AsyncClient:
    """One that lets go of idle connections before the server does, after 5 s: as this one may close
    a connection while a request is on its way, a client cannot tell whether it was handled."""
    return httpx.AsyncClient(
        base_url=http_url,
        verify=TLS,
        trust_env=False,
        timeout=30,
        headers=headers,
        limits=httpx.Limits(keepalive_expiry=2.0),
    )


async def open_polling(http_url: str, joined: dict[str, Any], *, query: str = "") -> PollingGuest:
    """A Socket.IO connection over polling, let into the namespace; arguments as before."""
    http = _client(http_url)
    opened = await http.get(f"{SOCKETIO}?EIO=4&transport=polling{query}")
    assert opened.status_code == 200, opened.text
    guest = PollingGuest(http_url, joined, http, json.loads(opened.text[1:])["sid"])
    await guest.transmit("40")
    assert (await guest._recv()).startswith('40{"sid":"')
    return guest


class Line:
    """Engine.IO packets, one by one, over whichever carrier.

    Attributes:
        session_id: what the server called the session.
    """

    session_id = ""

    async def send(self, *packets: str) -> None:
        """Send packets, together where the carrier can."""
        raise NotImplementedError

    async def receive(self) -> str | None:
        """The next packet; None where the server has ended the session."""
        raise NotImplementedError

    async def end(self) -> None:
        """Hang up."""
        raise NotImplementedError

    async def connect(self, auth: str = "") -> str:
        """Be let into the namespace; the packet that says so."""
        await self.send(f"40{auth}")
        answer = await self.receive()
        assert answer is not None
        return answer

    async def event(self) -> tuple[str, dict[str, Any]]:
        """The name and payload of the event that comes next."""
        packet = await self.receive()
        assert packet is not None
        assert packet.startswith("42"), packet
        name, envelope = json.loads(packet[2:])
        assert name == envelope["t"]
        return name, envelope["payload"]

    async def ending(self) -> tuple[dict[str, Any] | None, bool]:
        """The payload of `closing`, if one came, and whether a DISCONNECT did; then the end."""
        closing, disconnected = None, False
        while (packet := await self.receive()) is not None:
            if packet == "41":
                disconnected = True
            elif packet.startswith("42"):
                name, envelope = json.loads(packet[2:])
                closing = envelope["payload"] if name == "closing" else closing
        return closing, disconnected


class SocketLine(Line):
    """Over a WebSocket."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def send(self, *packets: str) -> None:
        """One packet a message."""
        for packet in packets:
            await self.socket.send(packet)

    async def receive(self) -> str | None:
        """The next message."""
        try:
            message = await asyncio.wait_for(self.socket.recv(), RECEIVE_TIMEOUT_S)
        except websockets.ConnectionClosed:
            return None
        assert isinstance(message, str)
        return message

    async def end(self) -> None:
        """Close the socket."""
        await self.socket.close()


class PollingLine(Line):
    """Over requests.

    Attributes:
        statuses: of the answers to what was posted.
    """

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http
        self.statuses: list[int] = []
        self._waiting: list[str] = []
        self._over = False

    async def get(self, **headers: str) -> httpx.Response:
        """Ask for packets."""
        return await self.http.get(f"{ENGINE}&sid={self.session_id}", headers=headers)

    async def post(self, body: str | bytes) -> httpx.Response:
        """Bring packets."""
        return await self.http.post(f"{ENGINE}&sid={self.session_id}", content=body)

    async def send(self, *packets: str) -> None:
        """All in one request."""
        self.statuses.append((await self.post("\x1e".join(packets))).status_code)

    async def receive(self) -> str | None:
        """The next packet of this answer or the next one."""
        if not self._waiting and not self._over:
            answer = await asyncio.wait_for(self.get(), RECEIVE_TIMEOUT_S)
            self._waiting = answer.text.split("\x1e") if answer.is_success else ["1"]
        packet = self._waiting.pop(0) if self._waiting else "1"
        self._over = packet == "1"
        return None if self._over else packet

    async def end(self) -> None:
        """End the session, if it is there, and close the connections."""
        if not self.http.is_closed:
            with contextlib.suppress(httpx.TransportError):
                await self.post("1")
            await self.http.aclose()


ENGINE = f"{SOCKETIO}?EIO=4&transport=polling"
Carrier = Literal["websocket", "polling"]


async def open_line(http_url: str, carrier: Carrier, **headers: str) -> Line:
    """A session that has begun."""
    line: SocketLine | PollingLine
    if carrier == "websocket":
        url = f"{http_url.replace('http', 'ws', 1)}{SOCKETIO}?EIO=4&transport=websocket"
        line = SocketLine(await websockets.connect(url, proxy=None, additional_headers=headers))
        opening = str(await line.socket.recv())
    else:
        http = _client(http_url, **headers)
        line = PollingLine(http)
        answer = await http.get(ENGINE)
        assert answer.status_code == 200, answer.text
        opening = answer.text
    line.session_id = json.loads(opening[1:])["sid"]
    return line
