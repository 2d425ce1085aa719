"""Who keeps order in a room, and who is a bot: for everybody to see (§3). Pure."""

from collections.abc import Iterable, Mapping

from virtubar.protocol.events import Roles
from virtubar.room.member import Member
from virtubar.room.moderation import standing


def roles_of(members: Iterable[Member], owner_id: str | None) -> Roles:
    """What each of them counts as in the room that this person owns."""
    return Roles(
        [
            (one.user_id, standing(one.role, owns=one.user_id == owner_id), one.is_bot)
            for one in members
        ]
    )


class RoleNews:
    """Whose role the others have not been told yet; as many as come in between two flushes."""

    def __init__(self) -> None:
        self._whose: dict[str, None] = {}

    def __bool__(self) -> bool:
        return bool(self._whose)

    def changed(self, user_id: str) -> None:
        """Somebody came in, or counts as something else from now on."""
        self._whose[user_id] = None

    def take(self, members: Mapping[str, Member], owner_id: str | None) -> Roles | None:
        """Hand over, once, the roles of those of them who are members; None where none is."""
        present = [members[user_id] for user_id in self._whose if user_id in members]
        self._whose.clear()
        return roles_of(present, owner_id) if present else None
