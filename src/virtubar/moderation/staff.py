"""Who is above members, remembered when they are away, so that nobody moderates them meanwhile."""

from collections.abc import Callable, Iterable
from typing import Final

from virtubar.protocol.constants import Role
from virtubar.room.records import StaffRecord
from virtubar.runtime.background_writes import BackgroundWrites
from virtubar.storage.ports import PeopleStore

_STAFF: Final = (Role.MODERATOR, Role.ADMIN)
_KIND: Final = "staff_seen"
_STORED_EVERY_MS: Final = 86_400_000
"""Once a day is enough to know who is still about: retention is a year."""


class Staff:
    """The roles that moderators and admins were last seen with.

    As large as the staff, whom an identity provider or the operator has named.
    """

    def __init__(
        self, store: PeopleStore, writes: BackgroundWrites, wall_ms: Callable[[], int]
    ) -> None:
        self._store = store
        self._writes = writes
        self._wall_ms = wall_ms
        self._known: dict[str, StaffRecord] = {}

    def load(self, records: Iterable[StaffRecord]) -> None:
        """Know these from the start."""
        self._known.update({record.user_id: record for record in records})

    def role_of(self, user_id: str) -> Role:
        """What the person was last seen as; GUEST for everybody who is no staff."""
        record = self._known.get(user_id)
        return Role.GUEST if record is None else record.role

    def seen(self, user_id: str, role: Role) -> None:
        """The person came with that role now; a room's owner says nothing of other rooms."""
        if role is Role.OWNER or (role not in _STAFF and user_id not in self._known):
            return
        record = StaffRecord(user_id, role, self._wall_ms())
        before = self._known.get(user_id)
        if role in _STAFF:
            self._known[user_id] = record
        else:
            del self._known[user_id]
        is_known = before is not None and before.role is role
        if is_known and before is not None and record.seen_ms - before.seen_ms < _STORED_EVERY_MS:
            self._known[user_id] = before
            return

        async def note() -> None:
            await self._store.seen(record)

        self._writes.put(_KIND, note, key=user_id)

    def forget(self, user_id: str) -> None:
        """The person is to be forgotten, and what waits to be written of them too."""
        self._known.pop(user_id, None)
        self._writes.forget(_KIND, user_id)
