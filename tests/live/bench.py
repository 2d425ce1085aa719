"""A hub on a manual clock, with transports that write nothing down but memory."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import Struct

from support.greeting import GREETING
from virtubar.auth.tokens import RealtimeTokens
from virtubar.client.wire import WireReader
from virtubar.errors import VirtuBarError
from virtubar.live.hub import Hub
from virtubar.live.join_limits import JoinLimits
from virtubar.live.joining import JoinRules
from virtubar.live.ports import Dialect
from virtubar.moderation.ports import Answer
from virtubar.moderation.sanctions import SanctionBook
from virtubar.protocol.codec import ServerEnvelope, encode
from virtubar.protocol.compact import KIND_MOVES
from virtubar.protocol.constants import CloseCode, Device, Role
from virtubar.protocol.events import ClientEvent, JoinRoom, JoinUser, Roles, ServerEvent
from virtubar.room.config import RoomConfig
from virtubar.room.context import CrowdRules
from virtubar.room.ports import ModerationAct
from virtubar.runtime.clock import Clock
from virtubar.runtime.metrics import Metrics
from virtubar.transport.compact import COMPACT
from virtubar.transport.connection import Connection, ConnectionParts
from virtubar.transport.dialect import JSON
from virtubar.transport.socketio.dialect import FRAMED, SEPARATED

if TYPE_CHECKING:
    from virtubar.room.records import ChatRecord

DIALECTS: tuple[Dialect, ...] = (JSON, COMPACT, FRAMED, SEPARATED)
OpenAnswer = Callable[[VirtuBarError | None], None]
EPOCH_MS = 1_750_000_000_000
START_MS = 1_000_000.0
SECRET = "a secret for tests, longer than 32 bytes"


class ManualHandle:
    """What the manual loop's `call_later` returned."""

    def __init__(self, when_ms: float, callback: Callable[[], None]) -> None:
        self.when_ms = when_ms
        self.callback = callback
        self.cancelled = False

    def cancel(self) -> None:
        """Never call back."""
        self.cancelled = True


class ManualLoop:
    """An event loop's clock that tests move; calls back what is due, soonest first."""

    def __init__(self, now_ms: float = START_MS) -> None:
        self.now_ms = now_ms
        self.handles: list[ManualHandle] = []

    def call_later(self, delay_s: float, callback: Callable[[], None]) -> ManualHandle:
        """As the loop's own."""
        assert delay_s >= 0
        self.handles.append(ManualHandle(self.now_ms + delay_s * 1000, callback))
        return self.handles[-1]

    def waiting(self) -> list[ManualHandle]:
        """The handles that will call back, soonest first."""
        self.handles = [handle for handle in self.handles if not handle.cancelled]
        return sorted(self.handles, key=lambda handle: handle.when_ms)

    def step(self) -> bool:
        """Go to the next handle and call it back; False where there is none."""
        waiting = self.waiting()
        if not waiting:
            return False
        self.handles.remove(waiting[0])
        self.now_ms = max(self.now_ms, waiting[0].when_ms)
        waiting[0].callback()
        return True

    def run(self, steps_max: int = 100) -> None:
        """Step until nothing waits."""
        for _ in range(steps_max):
            if not self.step():
                return
        raise AssertionError("the timer never comes to rest")

    def advance(self, ms: float) -> None:
        """Let time pass, with everything at its moment."""
        end_ms = self.now_ms + ms
        while (waiting := self.waiting()) and waiting[0].when_ms <= end_ms:
            self.step()
        self.now_ms = end_ms


class ManualClock(Clock):
    """The process's clock, as the manual loop moves it.

    Attributes:
        step_ms: by how much somebody has set the machine's clock.
    """

    __slots__ = ("_loop", "step_ms")

    def __init__(self, loop: ManualLoop) -> None:
        super().__init__()
        self._loop = loop
        self._ahead_ms = EPOCH_MS - START_MS
        self.step_ms = 0

    def now_ms(self) -> float:
        """Monotonic milliseconds."""
        return self._loop.now_ms

    def wall_ms(self) -> int:
        """Epoch milliseconds."""
        return int(self._loop.now_ms + EPOCH_MS - START_MS) + self.step_ms


class MemoryTransport:
    """A transport that keeps what it was given; see live.ports.Transport.

    Attributes:
        closed: the code it was closed with, None while it is open.
        state_bytes: what it was told of the last `room_state`.
    """

    def __init__(self) -> None:
        self.dialect: Dialect = JSON
        self.deflates = False
        self.congested = False
        self.closed: CloseCode | None = None
        self.state_bytes = 0
        self._frames = b""
        self._reader = WireReader()

    def write(self, data: bytes) -> None:
        """Send whole messages."""
        if self.closed is None:
            if self.dialect is SEPARATED and self._frames:
                self._frames += b"\x1e"
            self._frames += data

    def expect_state(self, size_bytes: int) -> None:
        """What comes next begins with a whole room."""
        self.state_bytes = size_bytes

    def close(self, code: CloseCode, reason: str) -> None:
        """Close with that code, once."""
        assert reason
        if self.closed is None:
            self.closed = code

    def events(self) -> list[ServerEvent]:
        """What was sent since this was last asked, but for roles, which come with every join."""
        return [event for event in self.all_events() if not isinstance(event, Roles)]

    def all_events(self) -> list[ServerEvent]:
        """What was sent since this was last asked."""
        return [event for event, _ in self.stamped()]

    def stamped(self) -> list[tuple[ServerEvent, int]]:
        """The same with the time in each envelope."""
        found = [one for message in self._messages() for one in self._read(message)]
        self._frames = b""
        return [(envelope.payload, envelope.ts) for envelope in found]

    def _messages(self) -> list[bytes]:
        if self.dialect is SEPARATED:
            return self._frames.split(b"\x1e") if self._frames else []
        return messages(self._frames, 0x82 if self.dialect is COMPACT else 0x81)

    def _read(self, message: bytes) -> list[ServerEnvelope]:
        if self.dialect is COMPACT and message[0] == KIND_MOVES:
            return self._reader.binary(message)
        return self._reader.text(self._unwrap(message))

    def _unwrap(self, message: bytes) -> bytes:
        if self.dialect in (JSON, COMPACT):
            return message
        assert message.startswith(b'42["')
        return message.partition(b",")[2][:-1]


def messages(frames: bytes, kinds_max: int = 0x81) -> list[bytes]:
    """The payloads of unmasked, unfragmented, uncompressed frames (RFC 6455 §5.2): text, or also
    binary up to that first byte."""
    found = []
    while frames:
        assert 0x81 <= frames[0] <= kinds_max, "a whole message, no reserved bits"
        size, start = frames[1], 2
        if size >= 126:
            width = 2 if size == 126 else 8
            size, start = int.from_bytes(frames[2 : 2 + width]), 2 + width
        found.append(frames[start : start + size])
        assert len(found[-1]) == size
        frames = frames[start + size :]
    return found


class Visitor(Struct):
    """One connection and its transport."""

    user_id: str
    connection: Connection
    transport: MemoryTransport

    def names(self) -> list[str]:
        """The names of what was sent to it since this was last asked."""
        return [str(event.EVENT) for event in self.transport.events()]


class _Received:
    """What connections ask for goes where the bench says at that moment."""

    def __init__(self, bench: "HubBench") -> None:
        self._bench = bench

    def submit(self, act: ModerationAct, answer: Answer | None = None) -> None:
        self._bench.submit(act, answer)

    def open_for(self, room_id: str, answer: OpenAnswer) -> None:
        self._bench.open_room(room_id, answer)


class HubBench:
    """A hub with the lobby, on a manual loop.

    Attributes:
        acts: what was submitted to be done, and who wants to be told.
        said: what was handed on to be stored.
        seen: who came with which role.
        open_room: looks a room up that is not live; there is none until a test says so.
    """

    def __init__(self, max_rooms: int = 10) -> None:
        self.acts: list[tuple[ModerationAct, Answer | None]] = []
        self.said: list[ChatRecord] = []
        self.seen: list[tuple[str, Role]] = []
        self.book = SanctionBook()
        self.open_room: Callable[[str, OpenAnswer], None] = lambda _, answer: answer(None)
        self.submit: Callable[[ModerationAct, Answer | None], None] = self._note
        self.loop = ManualLoop()
        self.clock = ManualClock(self.loop)
        self.metrics = Metrics()
        self.tokens = RealtimeTokens(SECRET)
        self.hub = Hub(
            clock=self.clock,
            metrics=self.metrics,
            call_later=self.loop.call_later,
            random_bits=lambda _bits: 0,
            max_rooms=max_rooms,
            crowds=CrowdRules(),
            joins=JoinRules(
                tokens=self.tokens,
                sanctions=self.book,
                limits=JoinLimits(addresses=True),
            ),
            record_chat=lambda messages, _days: self.said.extend(messages),
            seen=lambda user_id, role: self.seen.append((user_id, role)),
        )
        self.parts = ConnectionParts(self.hub, _Received(self), _Received(self))
        self.hub.create(RoomConfig("lobby", "Lobby", capacity=8))

    def _note(self, act: ModerationAct, answer: Answer | None) -> None:
        self.acts.append((act, answer))

    def open(
        self, user_id: str = "ann", token: str | None = None, address: str | None = None
    ) -> Visitor:
        """A socket opens; the handshake may have presented a token."""
        transport = MemoryTransport()
        return Visitor(user_id, Connection(self.parts, transport, token, address), transport)

    def token(
        self,
        user_id: str,
        *,
        room_id: str = "lobby",
        role: Role = Role.GUEST,
        life_ms: int = 300_000,
        is_bot: bool = False,
    ) -> str:
        """A token for a user."""
        minted, _ = self.tokens.mint(
            user_id=user_id,
            room_id=room_id,
            role=role,
            device=Device.DESKTOP,
            wall_ms=self.clock.wall_ms(),
            token_id="t",
            life_ms=life_ms,
            is_bot=is_bot,
        )
        return minted

    def send(self, visitor: Visitor, event: ClientEvent, ts: int | None = None) -> None:
        """An event comes over a connection, stamped with the server's time unless given."""
        self.send_bytes(visitor, encode(event, self.clock.wall_ms() if ts is None else ts))

    def send_bytes(self, visitor: Visitor, data: bytes) -> None:
        """A message comes over a connection."""
        visitor.connection.message(data, self.clock.now_ms())

    def join(self, visitor: Visitor, token: str | None, room_id: str = "lobby") -> None:
        """`join_room` comes over a connection."""
        user = JoinUser(visitor.user_id, visitor.user_id.title(), "fox")
        self.send(visitor, JoinRoom(room_id, user, token))

    def enter_in(self, dialect: Dialect, user_id: str) -> Visitor:
        """Someone joins whose socket speaks that; from the first event on where it is a raw one."""
        visitor = self.open(user_id)
        if dialect is COMPACT:
            visitor.transport.dialect = COMPACT
        self.join(visitor, self.token(user_id))
        self.loop.advance(60)
        assert visitor.names()[: len(GREETING)] == [*GREETING]
        visitor.transport.dialect = dialect
        return visitor

    def enter(self, user_id: str, **claims: Role | int) -> Visitor:
        """Someone opens a socket, joins, and has read what came."""
        visitor = self.open(user_id)
        self.join(visitor, self.token(user_id, **claims))  # type: ignore[arg-type]  # role, life_ms
        self.loop.advance(60)
        names = visitor.names()
        assert names[: len(GREETING)] == [*GREETING], names
        return visitor
