"""From where guests come, so that a ban of one can hold for their address too (§7)."""

import secrets

from virtubar.addresses import AddressPolicy
from virtubar.moderation.last_addresses import LastAddresses
from virtubar.moderation.salts import SALT_BYTES, Salts
from virtubar.room.records import AddressMark
from virtubar.runtime.background_writes import BackgroundWrites
from virtubar.runtime.clock import Clock
from virtubar.storage.ports import Storage


class AddressMemory:
    """Knows from where people come, as far as that may be known: hashed, for a day.

    Args:
        on: whether addresses count at all (`VIRTUBAR_ADDRESS_BANS`).
    """

    def __init__(
        self,
        *,
        storage: Storage,
        addresses: AddressPolicy,
        writes: BackgroundWrites,
        clock: Clock,
        on: bool,
    ) -> None:
        self._storage = storage
        self._addresses = addresses
        self._writes = writes
        self._clock = clock
        self._on = on
        self._salts = Salts()
        self._last = LastAddresses()

    async def open(self) -> None:
        """Know the salts that are kept, and have one for today."""
        self._salts = Salts(await self._storage.salts.all())

    def marks(self, address: str) -> tuple[AddressMark, ...]:
        """The address, hashed with every salt that is kept; none where it tells nothing."""
        if not self._on or not self._addresses.tells_apart(address):
            return ()
        self._renew()
        return self._salts.marks(address, self._clock.wall_ms())

    def remember(self, user_id: str, address: str) -> None:
        """The person comes from there now, and from nowhere else any more."""
        marks = self.marks(address)
        self._last.remember(user_id, marks[0] if marks else None, self._clock.wall_ms())

    def forget(self, user_id: str) -> None:
        """The person is to be forgotten."""
        self._last.forget(user_id)

    def last(self, user_id: str) -> AddressMark | None:
        """From where the person last came, None where that is not known."""
        return self._last.find(user_id, self._clock.wall_ms())

    def _renew(self) -> None:
        """A new salt each day; what was hashed with the one before last can be told no more."""
        wall_ms = self._clock.wall_ms()
        if not self._salts.is_due(wall_ms):
            return
        salt, forget_before_ms = self._salts.renew(wall_ms, secrets.token_bytes(SALT_BYTES))

        async def keep() -> None:
            await self._storage.salts.add(salt, forget_before_ms)

        self._writes.put("salt", keep)
