"""What was said lately in a room, and who could hear it (§6)."""

from collections import OrderedDict, deque
from collections.abc import Callable, Container

from msgspec import Struct

from virtubar.protocol.constants import CHAT_REPLAY_MAX, CHAT_REPLAY_MS
from virtubar.protocol.events import ChatBroadcast
from virtubar.room.ports import HeardLine

_COUNTER_MAX = 0xFFF
LISTENERS_MAX = 4096
"""People who dropped out and are remembered for replay, the longest gone forgotten first."""


class MessageIds:
    """UUIDv7 texts that rise within a room (RFC 9562 §5.7, method 1: a 12-bit counter).

    Args:
        random_bits: gives that many random bits as an integer.
    """

    def __init__(self, random_bits: Callable[[int], int]) -> None:
        self._random_bits = random_bits
        self._last_ms = 0
        self._counter = 0

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
    audience: Container[str] | None


class ChatHistory:
    """The last 200 messages of the last 5 minutes, and since when each person could hear.

    Whoever drops out keeps the right to what was said since they first came, for 5 minutes after
    they were last seen; someone who left by themselves gives it up. A message said within a
    hearing radius is replayed only to those who were within it.
    """

    def __init__(self) -> None:
        self._said: deque[_Said] = deque(maxlen=CHAT_REPLAY_MAX)
        self._count = 0
        # user → number of the first message they could hear; bounded by the room's capacity
        self._present: dict[str, int] = {}
        # user → the same, and when they were last seen; longest gone first
        self._gone: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def enter(self, user_id: str, now_ms: float) -> None:
        """The person can hear from now on, or still can."""
        if user_id in self._present:
            return
        first, seen_ms = self._gone.pop(user_id, (self._count, now_ms))
        self._present[user_id] = first if seen_ms > now_ms - CHAT_REPLAY_MS else self._count

    def drop_out(self, user_id: str, now_ms: float) -> None:
        """The person is gone, but not by choice."""
        first = self._present.pop(user_id, None)
        if first is not None:
            self._gone[user_id] = (first, now_ms)
            if len(self._gone) > LISTENERS_MAX:
                self._gone.popitem(last=False)

    def leave(self, user_id: str) -> None:
        """The person left; a later visit is a fresh one."""
        self._present.pop(user_id, None)
        self._gone.pop(user_id, None)

    def first_heard(self, user_id: str) -> int:
        """The number of the first message that the person could hear; of the next one for those
        who are not here."""
        return self._present.get(user_id, self._count)

    def add(
        self,
        chat: ChatBroadcast,
        name: str,
        audience: Container[str] | None,
        now_ms: float,
        wall_ms: int,
    ) -> int:
        """Remember a message and who said it; `audience` None is the whole room.

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
        self.leave(user_id)

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
        first = self.first_heard(user_id)
        oldest_ms = now_ms - CHAT_REPLAY_MS
        return [
            (said.chat, said.wall_ms)
            for said in self._said
            if said.number >= first
            and said.now_ms >= oldest_ms
            and said.chat.message_id > last_message_id
            and (said.audience is None or user_id in said.audience)
        ]
