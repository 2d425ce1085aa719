"""What was said lately in a room, and who could hear it (§6)."""

from collections import deque
from collections.abc import Callable
from typing import Annotated

from msgspec import Meta, Struct

from virtubar.errors import SnapshotRefusedError
from virtubar.protocol.constants import CHAT_REPLAY_MAX, CHAT_REPLAY_MS
from virtubar.protocol.events import ChatBroadcast
from virtubar.room.config import CAPACITY_MAX
from virtubar.room.listeners import LISTENERS_MAX, Audience, Gone, Listeners, Present
from virtubar.room.ports import HeardLine
from virtubar.room.written import AgeMs, Count, MessageId, Name, Text, UserId, WallMs, rises

_COUNTER_MAX = 0xFFF


class IdsSnapshot(Struct, frozen=True, array_like=True):
    """The last message id that was given: its time, and its number within it."""

    last_ms: Annotated[int, Meta(ge=0, lt=2**48)]
    counter: Annotated[int, Meta(ge=0, le=_COUNTER_MAX)]


class MessageSnapshot(Struct, frozen=True, array_like=True):
    """One message.

    Attributes:
        said_ms: wall time, as it was shown.
        age_ms: how long ago it was said.
        audience: who could hear it, of those who can still ask; None for the whole room.
    """

    number: Count
    user_id: UserId
    name: Name
    message_id: MessageId
    text: Text
    said_ms: WallMs
    age_ms: AgeMs
    audience: Audience | None


class HistorySnapshot(Struct, frozen=True):
    """What was said lately, and since which message who could hear it.

    Attributes:
        count: the number of the next message.
        gone: those who may come back, longest gone first.
    """

    count: Count
    messages: Annotated[list[MessageSnapshot], Meta(max_length=CHAT_REPLAY_MAX)]
    present: Annotated[list[Present], Meta(max_length=CAPACITY_MAX)]
    gone: Annotated[list[Gone], Meta(max_length=LISTENERS_MAX)]


class MessageIds:
    """UUIDv7 texts that rise within a room (RFC 9562 §5.7, method 1: a 12-bit counter).

    Args:
        random_bits: gives that many random bits as an integer.
    """

    def __init__(self, random_bits: Callable[[int], int]) -> None:
        self._random_bits = random_bits
        self._last_ms = 0
        self._counter = 0

    def snapshot(self) -> IdsSnapshot:
        """The last id that was given."""
        return IdsSnapshot(self._last_ms, self._counter)

    def restore(self, snapshot: IdsSnapshot) -> None:
        """Give only ids above the one that was written."""
        self._last_ms, self._counter = snapshot.last_ms, snapshot.counter

    def next(self, wall_ms: int) -> str:
        """The id of a message said now; above every earlier one, even if the clock went back."""
        if wall_ms > self._last_ms:
            self._last_ms, self._counter = wall_ms, 0
        elif self._counter < _COUNTER_MAX:
            self._counter += 1
        else:
            self._last_ms, self._counter = self._last_ms + 1, 0
        high = f"{self._last_ms & 0xFFFFFFFFFFFF:012x}"
        tail = f"{0x8000000000000000 | self._random_bits(62):016x}"
        return f"{high[:8]}-{high[8:]}-7{self._counter:03x}-{tail[:4]}-{tail[4:]}"


class _Said(Struct, frozen=True):
    number: int
    chat: ChatBroadcast
    name: str
    wall_ms: int
    now_ms: float
    audience: int | None


def _restored(message: MessageSnapshot, audience: int | None, now_ms: float) -> _Said:
    return _Said(
        message.number,
        ChatBroadcast(message.user_id, message.text, message.message_id),
        message.name,
        message.said_ms,
        now_ms - message.age_ms,
        audience,
    )


class ChatHistory:
    """The last 200 messages of the last 5 minutes, and since when each person could hear.

    A message said within a hearing radius is replayed only to those who were within it.

    Attributes:
        listeners: who could hear, since when.
    """

    __slots__ = ("_count", "_said", "listeners")

    def __init__(self) -> None:
        self.listeners = Listeners()
        self._said: deque[_Said] = deque(maxlen=CHAT_REPLAY_MAX)
        self._count = 0

    def snapshot(self, now_ms: float) -> HistorySnapshot:
        """What was said, for those who can still ask for it."""
        audiences = self.listeners.write((said.number, said.audience) for said in self._said)
        messages = [
            MessageSnapshot(
                said.number,
                said.chat.user_id,
                said.name,
                said.chat.message_id,
                said.chat.text,
                said.wall_ms,
                now_ms - said.now_ms,
                audience,
            )
            for said, audience in zip(self._said, audiences, strict=True)
        ]
        return HistorySnapshot(self._count, messages, *self.listeners.snapshot(now_ms))

    def restore(self, snapshot: HistorySnapshot, now_ms: float) -> None:
        """Remember what was written.

        Raises:
            SnapshotRefusedError: it cannot have happened so.
        """
        if not rises([message.number for message in snapshot.messages], snapshot.count):
            raise SnapshotRefusedError("bounds", "messages out of their order")
        self.listeners.restore(snapshot.present, snapshot.gone, snapshot.count, now_ms)
        self._count = snapshot.count
        for message in snapshot.messages:
            audience = self.listeners.read(message.audience)
            self._said.append(_restored(message, audience, now_ms))

    def enter(self, user_id: str, now_ms: float) -> None:
        """The person can hear from now on, or still can."""
        self.listeners.enter(user_id, self._count, now_ms)

    def right_of(self, user_id: str) -> tuple[int, int]:
        """What the person may ask for; see Listeners.right_of."""
        return self.listeners.right_of(user_id, self._count)

    def add(
        self,
        chat: ChatBroadcast,
        name: str,
        audience: int | None,
        now_ms: float,
        wall_ms: int,
    ) -> int:
        """Remember a message and who said it; `audience` as `listeners` says it.

        Returns:
            The message's number; numbers rise by one.
        """
        number = self._count
        self._said.append(_Said(number, chat, name, wall_ms, now_ms, audience))
        self._count += 1
        return number

    def forget(self, now_ms: float) -> None:
        """Let go of what is too old to be missed."""
        while self._said and self._said[0].now_ms < now_ms - CHAT_REPLAY_MS:
            self._said.popleft()

    def forget_person(self, user_id: str) -> None:
        """Keep nothing that the person said, nor that they were here."""
        kept = [said for said in self._said if said.chat.user_id != user_id]
        self._said = deque(kept, maxlen=CHAT_REPLAY_MAX)
        self.listeners.leave(user_id)

    def heard_after(self, message_id: str | None, limit: int) -> list[HeardLine]:
        """Every message after that one, whoever could hear it, oldest first; the newest `limit`."""
        lines = [
            HeardLine(
                said.chat.message_id, said.chat.user_id, said.name, said.chat.text, said.wall_ms
            )
            for said in self._said
            if message_id is None or said.chat.message_id > message_id
        ]
        return lines[-limit:]

    def missed(
        self, user_id: str, last_message_id: str, now_ms: float
    ) -> list[tuple[ChatBroadcast, int]]:
        """What the person could have heard after that message, in order, with its wall time."""
        first, bit = self.right_of(user_id)
        oldest_ms = now_ms - CHAT_REPLAY_MS
        return [
            (said.chat, said.wall_ms)
            for said in self._said
            if said.number >= first
            and said.now_ms >= oldest_ms
            and said.chat.message_id > last_message_id
            and (said.audience is None or said.audience & bit)
        ]
