"""What happens in a room, told in lines. Pure.

Names and chat come from strangers by way of a server that may be anybody's: whatever a terminal
could take as an order is replaced before it is shown.
"""

from collections.abc import Mapping

from virtubar.client.events import BarEvent, Joined, Member, Reconnecting
from virtubar.protocol import events as wire

UNKNOWN = "somebody"


def printable(text: str) -> str:
    """The text with every control and formatting character replaced."""
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)


class Storyteller:
    """Tells events as lines; knows the names of those who have left, too."""

    def __init__(self, members: Mapping[str, Member]) -> None:
        self._members = members
        self._names: dict[str, str] = {}

    def tell(self, event: BarEvent) -> str | None:
        """One line, None where there is nothing to tell (transforms, heartbeats)."""
        match event:
            case wire.RoomState():
                self._names = {one.user_id: printable(one.display_name) for one in event.members}
                return f"* {len(event.members)} here"
            case wire.MemberJoined(member=one):
                return self._tell_arrival(one)
            case wire.MemberLeft(user_id=user_id):
                return f"- {self._names.pop(user_id, UNKNOWN)} left"
            case wire.ChatBroadcast(user_id=user_id, text=text):
                return f"{self._name(user_id)}: {printable(text)}"
            case wire.EmoteBroadcast(user_id=user_id, emote_id=emote_id):
                return f"~ {self._name(user_id)} {printable(emote_id)}"
        return self._tell_ourselves(event)

    def _tell_arrival(self, member: wire.MemberInfo) -> str | None:
        known = member.user_id in self._names
        self._names[member.user_id] = printable(member.display_name)
        return None if known else f"+ {self._names[member.user_id]} came in"

    def _tell_ourselves(self, event: BarEvent) -> str | None:
        match event:
            case Joined(resumed=resumed):
                return "* back in the room" if resumed else "* in the room"
            case Reconnecting(code=code, reason=reason, delay_ms=delay_ms):
                why = printable(reason) or f"closed with {code}"
                return f"* connection lost ({why}), again in {delay_ms / 1000:.1f} s"
            case wire.ModerationAction(type=kind, reason=reason):
                return f"* we were {kind}: {printable(reason)}"
            case wire.Error(code=code, message=message):
                return f"* refused ({code}): {printable(message)}"
        return None

    def _name(self, user_id: str) -> str:
        member = self._members.get(user_id)
        if member is not None:
            return printable(member.display_name)
        return self._names.get(user_id, UNKNOWN)
