"""What may be said in a room, by whom, and who hears it (§6)."""

from collections.abc import Iterable

from virtubar.protocol.constants import ErrorCode
from virtubar.room.config import RoomConfig
from virtubar.room.member import Member
from virtubar.room.moderation import may_oversee, standing
from virtubar.room.order import Order
from virtubar.room.text import ChatRefusedError, clean_chat
from virtubar.room.words import WordList

REPEATING = "You said the same thing again and again."
FLOODING = "You sent far more than one can read."
LISTED = "A word in that message is not welcome in this room."


class Speech:
    """The house rules of one room: mutes, limits, slow mode, word list and guard.

    Whoever keeps order in the room is bound by mutes and by the protocol's own limits alone.

    Attributes:
        order: what is remembered of people, and what is to be done about some.
    """

    def __init__(self, config: RoomConfig) -> None:
        self.order = Order(config)
        self._config = config
        self._words = WordList(config.words)

    def configure(self, config: RoomConfig) -> None:
        """Go on under other settings, at once."""
        if config.words != self._config.words:
            self._words = WordList(config.words)
        self._config = config
        self.order.configure(config)

    def may_be_called(self, name: str) -> bool:
        """Whether a display name has no listed word in it."""
        return not self._words.finds(name)

    def admit(self, member: Member, raw: str, now_ms: float, wall_ms: int) -> str:
        """The text as the others will read it.

        Raises:
            ChatRefusedError: MUTED, CHAT_EMPTY, CHAT_TOO_LONG, CHAT_REFUSED or RATE_LIMITED.
        """
        if member.mute is not None:
            raise ChatRefusedError(ErrorCode.MUTED, "You are muted in this room.")
        text = clean_chat(raw)
        bound = not self._is_exempt(member)
        if bound:
            self._check(member, text, now_ms, wall_ms)
        if not member.chat_bucket.take(now_ms):
            wait_ms = member.chat_bucket.wait_ms(now_ms)
            raise self.too_fast(member, "One message a second.", wait_ms, now_ms, wall_ms)
        if bound:
            if self.order.repeats(member.user_id, text, now_ms):
                raise self._strike(member, REPEATING, now_ms, wall_ms)
            self.order.spoke(member.user_id, text, now_ms)
        return text

    def _check(self, member: Member, text: str, now_ms: float, wall_ms: int) -> None:
        """What costs nothing of the rate."""
        order = self.order
        if order.is_held(member.user_id):
            raise ChatRefusedError(ErrorCode.CHAT_REFUSED, "That was too much; wait a moment.")
        if self._words.finds(text):
            if order.minds_words:
                raise self._strike(member, LISTED, now_ms, wall_ms)
            raise ChatRefusedError(ErrorCode.CHAT_REFUSED, LISTED)
        wait_ms = order.wait_ms(member.user_id, now_ms)
        if wait_ms > 0:
            limit = f"One message in {self._config.slow_mode_s} seconds: slow mode is on."
            raise self.too_fast(member, limit, wait_ms, now_ms, wall_ms)

    def too_fast(
        self, member: Member, limit: str, wait_ms: float, now_ms: float, wall_ms: int
    ) -> ChatRefusedError:
        """The refusal of a message or an emote over a limit; once too often it is a strike."""
        if not self._is_exempt(member) and self.order.floods(member.user_id, now_ms):
            return self._strike(member, FLOODING, now_ms, wall_ms)
        return ChatRefusedError(ErrorCode.RATE_LIMITED, limit, wait_ms)

    def _strike(self, member: Member, reason: str, now_ms: float, wall_ms: int) -> ChatRefusedError:
        told = self.order.strike(member.user_id, reason, member.mute, now_ms, wall_ms)
        return ChatRefusedError(ErrorCode.CHAT_REFUSED, told)

    def _is_exempt(self, member: Member) -> bool:
        return may_oversee(standing(member.role, owns=member.user_id == self._config.owner_id))


def hearers(
    speaker: Member, members: Iterable[Member], radius_m: float | None
) -> frozenset[str] | None:
    """Who is within the hearing radius, the speaker included; None for the whole room."""
    if radius_m is None:
        return None
    return frozenset(
        other.user_id
        for other in members
        if (other.x - speaker.x) ** 2 + (other.y - speaker.y) ** 2 + (other.z - speaker.z) ** 2
        <= radius_m**2
    )
