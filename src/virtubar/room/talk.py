"""What members say and show, who hears it, and what is remembered of it (§6). Pure."""

from collections.abc import Callable, Container, Mapping

from virtubar.protocol.constants import CHAT_REPLAY_MAX, ErrorCode
from virtubar.protocol.events import (
    ChatBroadcast,
    ChatHeard,
    Emote,
    EmoteBroadcast,
    Error,
    LocalChat,
)
from virtubar.room.chat import IdsSnapshot, MessageIds
from virtubar.room.config import RoomConfig
from virtubar.room.member import Member
from virtubar.room.memory import Memory
from virtubar.room.outbox import Outbox
from virtubar.room.outcomes import Counts, refuse
from virtubar.room.records import ChatRecord
from virtubar.room.speech import Speech, hearers
from virtubar.room.text import ChatRefusedError


class Talk:
    """The messages and emotes of one room.

    Args:
        members, outbox, counts, memory: the room's.
        random_bits: chance for message ids: gives that many random bits.

    Attributes:
        speech: what may be said.
    """

    def __init__(
        self,
        config: RoomConfig,
        members: Mapping[str, Member],
        outbox: Outbox,
        counts: Counts,
        memory: Memory,
        random_bits: Callable[[int], int],
    ) -> None:
        self.speech = Speech(config)
        self._config = config
        self._members = members
        self._outbox = outbox
        self._counts = counts
        self._ids = MessageIds(random_bits)
        self._memory = memory
        self._said: list[ChatRecord] = []

    def configure(self, config: RoomConfig) -> None:
        """Go on under other settings, at once."""
        self._config = config
        self.speech.configure(config)

    def handle_chat(
        self, member: Member, event: LocalChat, _ts: int, now_ms: float, wall_ms: int
    ) -> Error | None:
        """Somebody says something: those within earshot hear it, or the speaker why not."""
        try:
            text = self.speech.admit(member, event.text, now_ms, wall_ms)
        except ChatRefusedError as error:
            return refuse(event, error.code, error.message, error.retry_after_ms)
        chat = ChatBroadcast(member.user_id, text, self._ids.next(wall_ms))
        audience = hearers(member, self._members.values(), self._config.hearing_radius_m)
        self._memory.said(chat, member.display_name, audience, now_ms, wall_ms)
        self._counts.messages += 1
        if self._config.chat_retention_days != 0:
            self._store(chat.message_id, chat.user_id, member.display_name, text, wall_ms)
        self._outbox.post(chat, wall_ms, audience)
        if audience is not None:
            heard = ChatHeard(chat.message_id, len(audience) - 1)
            self._outbox.post(heard, wall_ms, frozenset((member.user_id,)))
        return None

    def _store(self, message_id: str, user_id: str, name: str, text: str, said_ms: int) -> None:
        record = ChatRecord(message_id, self._config.room_id, user_id, name, text, said_ms)
        self._said.append(record)

    def handle_emote(
        self, member: Member, event: Emote, _ts: int, now_ms: float, wall_ms: int
    ) -> Error | None:
        """Somebody shows a feeling, to the whole room."""
        if event.emote_id not in self._config.emotes:
            return refuse(event, ErrorCode.UNKNOWN_EMOTE, "This room has no such emote.")
        if not member.emote_bucket.take(now_ms):
            wait_ms = member.emote_bucket.wait_ms(now_ms)
            limit = "Two emotes a second."
            error = self.speech.too_fast(member, limit, wait_ms, now_ms, wall_ms)
            return refuse(event, error.code, error.message, error.retry_after_ms)
        self._outbox.post(EmoteBroadcast(member.user_id, event.emote_id), wall_ms)
        self._memory.emoted(member, event.emote_id, wall_ms)
        self._counts.emotes += 1
        return None

    def unstored(self) -> list[str]:
        """The ids of the messages that are to be stored and were not taken yet, as far as the
        history has them: the last 200."""
        return [record.message_id for record in self._said][-CHAT_REPLAY_MAX:]

    def restore(self, ids: IdsSnapshot, unstored: Container[str]) -> None:
        """Go on after the ids that were given, with what was to be stored, which the history
        knows."""
        self._ids.restore(ids)
        for line in self._memory.history.heard_after(None, CHAT_REPLAY_MAX):
            if line.message_id in unstored:
                self._store(
                    line.message_id, line.user_id, line.display_name, line.text, line.said_ms
                )

    def snapshot_ids(self) -> IdsSnapshot:
        """The last message id that was given."""
        return self._ids.snapshot()

    @property
    def has_said(self) -> bool:
        """Whether anything was said that is to be stored and was not taken yet."""
        return bool(self._said)

    def take_said(self) -> list[ChatRecord]:
        """Hand over, once, what was said, where the room's chat is stored at all."""
        said, self._said = self._said, []
        return said

    def forget_person(self, user_id: str) -> None:
        """Keep nothing of what somebody who is not here said and did."""
        self._memory.forget_person(user_id)
        self._said = [record for record in self._said if record.user_id != user_id]
