"""Pages that are hidden, and come back into sight (§4). Pure."""

from virtubar.protocol.events import Presence
from virtubar.room.deadlines import Deadlines
from virtubar.room.member import Member
from virtubar.room.outbox import Outbox


class Sight:
    """Which members of one room see the others' moves."""

    __slots__ = ("_deadlines", "_outbox")

    def __init__(self, outbox: Outbox, deadlines: Deadlines) -> None:
        self._outbox = outbox
        self._deadlines = deadlines

    def handle(
        self, member: Member, event: Presence, _ts: int, now_ms: float, _wall_ms: int
    ) -> None:
        """A hidden page is shown again at once, or as soon as the limit allows."""
        member.sight_ms = None
        # A page that goes is hidden after it said so: only one that is seen again has stayed.
        member.unloading = not event.visible and (member.unloading or event.unloading)
        if not event.visible and member.visible:
            member.visible = False
            self._outbox.cursors.hide(member.user_id)
        elif event.visible and not member.visible:
            self.show(member, now_ms)

    def show(self, member: Member, now_ms: float) -> None:
        """Give the member the room again, now or when the limit allows."""
        if member.sight_bucket.take(now_ms):
            member.sight_ms = None
            member.visible = True
            self._outbox.cursors.show(member.user_id)
        else:
            member.sight_ms = now_ms + member.sight_bucket.wait_ms(now_ms)
            self._deadlines.hasten(member.user_id, member.sight_ms)
