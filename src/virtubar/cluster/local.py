"""Every room lives here: the placement of a server that is one process."""

from collections import OrderedDict
from itertools import count
from typing import Final

from virtubar.cluster.placement import Home

HOMES_MAX: Final = 65_536
"""Rooms whose claim is remembered, those claimed longest ago forgotten first, as if released: more
than are live at once, and about 20 MB. Their next claim has a higher epoch, as any has."""


class LocalPlacement:
    """Implements cluster.placement.Placement with a dict; its epochs last as long as it does.

    Args:
        url: at which this process is reached, None for whoever asks it.
    """

    def __init__(self, url: str | None = None, homes_max: int = HOMES_MAX) -> None:
        self._url = url
        self._homes_max = homes_max
        self._homes: OrderedDict[str, Home] = OrderedDict()
        # One for all rooms: it rises for each, and nothing has to be kept of those released.
        self._epochs = count(1)

    async def find(self, room_id: str) -> Home | None:
        """See cluster.placement.Placement."""
        return self._homes.get(room_id)

    async def claim(self, room_id: str) -> Home:
        """See cluster.placement.Placement."""
        home = self._homes.get(room_id)
        if home is None:
            home = self._homes[room_id] = Home(room_id, self._url, next(self._epochs))
            if len(self._homes) > self._homes_max:
                self._homes.popitem(last=False)
        return home

    async def release(self, home: Home) -> bool:
        """See cluster.placement.Placement."""
        if self._homes.get(home.room_id) != home:
            return False
        del self._homes[home.room_id]
        return True

    def __len__(self) -> int:
        return len(self._homes)
