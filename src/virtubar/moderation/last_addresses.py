"""From where guests last came, so that a ban of one can hold for their address too (§7)."""

from collections import OrderedDict
from typing import Final

from virtubar.room.records import AddressMark

SEEN_MAX: Final = 20_000
"""As many as there may be sockets: who is here is always among them."""
SEEN_LIFE_MS: Final = 24 * 3_600_000


class LastAddresses:
    """The mark of the address that each guest last joined from; bounded in number and time.

    Args:
        limit: past it whoever has not joined for longest is forgotten.
    """

    def __init__(self, limit: int = SEEN_MAX) -> None:
        self._limit = limit
        self._seen: OrderedDict[str, tuple[AddressMark, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._seen)

    def remember(self, user_id: str, address: AddressMark | None, wall_ms: int) -> None:
        """The user joined from there; None where nothing can be said of where."""
        self._seen.pop(user_id, None)
        if address is not None:
            self._seen[user_id] = (address, wall_ms)
        self._expire(wall_ms)
        while len(self._seen) > self._limit:
            self._seen.popitem(last=False)

    def find(self, user_id: str, wall_ms: int) -> AddressMark | None:
        """From where the user last joined, None where that is not known or long ago."""
        self._expire(wall_ms)
        found = self._seen.get(user_id)
        return None if found is None else found[0]

    def forget(self, user_id: str) -> None:
        """Nothing is known of the user any more."""
        self._seen.pop(user_id, None)

    def _expire(self, wall_ms: int) -> None:
        """The oldest are in front; after a clock was put back some may stay a little longer."""
        while self._seen:
            _, seen_ms = next(iter(self._seen.values()))
            if wall_ms < seen_ms + SEEN_LIFE_MS:
                return
            self._seen.popitem(last=False)
