"""What one room remembers of who was there and what was said, for a while. Pure.

Two memories that hear of the same: the chat's history, for those who come back (§6), and the
evidence, for those who report somebody (§7).
"""

from collections.abc import Collection
from typing import Any

from virtubar.protocol.events import ChatBroadcast
from virtubar.room.chat import ChatHistory, HistorySnapshot
from virtubar.room.evidence import Evidence
from virtubar.room.evidence_snapshot import EvidenceSnapshot
from virtubar.room.member import Admission, Member
from virtubar.room.parts import Post


class Memory:
    """Both memories of one room.

    Attributes:
        history: what was said, and who could hear it.
        evidence: what went on in the last 5 minutes.
    """

    __slots__ = ("evidence", "history")

    def __init__(self) -> None:
        self.history = ChatHistory()
        self.evidence = Evidence()

    # Coming and going

    def joined(self, member: Member, wall_ms: int) -> None:
        """Somebody came in who was no member."""
        self.evidence.joined(member, wall_ms)

    def listens(self, user_id: str, now_ms: float) -> None:
        """A member can hear from now on, or still can."""
        self.history.enter(user_id, now_ms)

    def left(self, member: Member, wall_ms: int) -> None:
        """A member is gone by choice, or by an act: what was said before is not for them."""
        self.history.listeners.leave(member.user_id)
        self.evidence.left(member, wall_ms)

    def dropped_out(self, member: Member, now_ms: float, wall_ms: int) -> None:
        """A member is gone, and may come back to what they have missed."""
        self.history.listeners.drop_out(member.user_id, now_ms)
        self.evidence.left(member, wall_ms)

    def missed(self, admission: Admission, now_ms: float) -> list[Post]:
        """What a member has missed since the last message that they have (§6)."""
        last_id = admission.last_message_id
        if last_id is None:
            return []
        missed = self.history.missed(admission.user_id, last_id, now_ms)
        return [Post(chat, said_ms) for chat, said_ms in missed]

    # What goes on

    def said(
        self,
        chat: ChatBroadcast,
        name: str,
        audience: frozenset[str] | None,
        now_ms: float,
        wall_ms: int,
    ) -> None:
        """Somebody of that name said something; `audience` None is the whole room."""
        heard_by = self.history.listeners.audience(audience)
        number = self.history.add(chat, name, heard_by, now_ms, wall_ms)
        self.evidence.said(number, chat, name, heard_by, wall_ms)

    def emoted(self, member: Member, emote_id: str, wall_ms: int) -> None:
        """Somebody showed a feeling."""
        self.evidence.emoted(member, emote_id, wall_ms)

    def sample(self, members: Collection[Member], now_ms: float, wall_ms: int) -> None:
        """Note where everybody is, and forget what is too old."""
        self.evidence.sample(members, wall_ms)
        self.history.forget(now_ms)

    def shift(self, step_ms: int) -> None:
        """The machine's clock was set by so much."""
        self.evidence.shift(step_ms)

    def forget_person(self, user_id: str) -> None:
        """Keep nothing of what somebody who is not here said and did."""
        self.history.forget_person(user_id)
        self.evidence.forget_person(user_id)

    # What others want to know

    def gather(
        self, reporter_id: str, reported_id: str, members: Collection[Member], wall_ms: int
    ) -> dict[str, Any] | None:
        """What the reporter could have seen and heard lately; see Evidence.gather."""
        right = self.history.right_of(reporter_id)
        return self.evidence.gather(reporter_id, reported_id, members, right, wall_ms)

    # Written down

    def snapshot(self, now_ms: float) -> tuple[HistorySnapshot, EvidenceSnapshot]:
        """Both, for those who can still ask for what is in them."""
        listeners = self.history.listeners
        return self.history.snapshot(now_ms), self.evidence.snapshot(listeners)

    def restore(self, history: HistorySnapshot, evidence: EvidenceSnapshot, now_ms: float) -> None:
        """Remember what was written.

        Raises:
            SnapshotRefusedError: it cannot have happened so.
        """
        self.history.restore(history, now_ms)
        self.evidence.restore(evidence, self.history.listeners)
