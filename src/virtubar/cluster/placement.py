"""Where a room lives: the port, and what every implementation must promise."""

from typing import Protocol

from msgspec import Struct


class Home(Struct, frozen=True):
    """The process that a room lives in, and the right by which it does.

    Attributes:
        url: `https://host` at which that process is reached, None for whoever asked it: where
            there is one process, that is at the address of their own request.
        epoch: the fencing number: it rises with every claim of that room that took it over, so
            that what an earlier owner still says can be told from what the present one does.
    """

    room_id: str
    url: str | None
    epoch: int


class Placement(Protocol):
    """Which process owns which room; one room has one owner at a time.

    `tests/cluster/test_placement.py` holds every implementation to it.
    """

    async def find(self, room_id: str) -> Home | None:
        """Where the room lives; None where nobody has claimed it."""
        ...

    async def claim(self, room_id: str) -> Home:
        """Where the room lives from now on: with whoever has it, else here, under an epoch above
        all that it had. Of several who claim at once one gets it, and all are told whom."""
        ...

    async def release(self, home: Home) -> bool:
        """Give up a claim of this process; False, and nothing changed, where it is another's, or
        not the present one: nobody may take away what another has claimed, before or since."""
        ...
