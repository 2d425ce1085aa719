"""Addresses as they may be kept: hashed with a salt that is thrown away after two days (§7).

Somebody who has the hashes and the salts can find IPv4 addresses by trying all of them; once a
salt is gone nobody can.
"""

import hashlib
import hmac
from collections.abc import Iterable
from typing import Final

from virtubar.room.records import AddressMark, Salt

SALT_LIFE_MS: Final = 24 * 3_600_000
"""So long new marks are made with one salt."""
SALT_KEPT_MS: Final = 48 * 3_600_000
"""So long marks made with it can be recognised: a day at least after the last one."""
SALT_BYTES: Final = 40
"""Random bytes that a salt is made of, those of its id included."""
_ID_BYTES: Final = 8


def new_salt(random_bytes: bytes, wall_ms: int) -> Salt:
    """A salt with an id of its own.

    Args:
        random_bytes: SALT_BYTES of them, unpredictable.

    Raises:
        ValueError: of another length.
    """
    if len(random_bytes) != SALT_BYTES:
        raise ValueError(f"a salt takes {SALT_BYTES} random bytes, not {len(random_bytes)}")
    return Salt(random_bytes[:_ID_BYTES].hex(), random_bytes[_ID_BYTES:], wall_ms)


def mark(address: str, salt: Salt) -> AddressMark:
    """The address under the salt: HMAC-SHA256, hexadecimal.

    Args:
        address: see AddressPolicy.client.
    """
    digest = hmac.new(salt.value, address.encode(errors="surrogatepass"), hashlib.sha256)
    return AddressMark(salt.salt_id, digest.hexdigest())


class Salts:
    """The salts that are kept, newest first.

    Args:
        kept: in any order.
    """

    def __init__(self, kept: Iterable[Salt] = ()) -> None:
        self._kept = sorted(kept, key=lambda salt: salt.made_ms, reverse=True)

    def renew(self, wall_ms: int, random_bytes: bytes) -> tuple[Salt, int]:
        """Make marks with a new salt from now on.

        Args:
            random_bytes: SALT_BYTES of them, unpredictable.

        Returns:
            The salt, for storage to keep, and the wall time before which those were made that
            storage must throw away.
        """
        salt = new_salt(random_bytes, wall_ms)
        self._kept.insert(0, salt)
        return salt, wall_ms - SALT_KEPT_MS + 1

    def current(self, wall_ms: int) -> Salt | None:
        """What new marks are made with; None where no salt is kept."""
        kept = self._all(wall_ms)
        return kept[0] if kept else None

    def is_due(self, wall_ms: int) -> bool:
        """Whether it is time for a new salt. The last one goes on until there is one."""
        salt = self.current(wall_ms)
        return salt is None or wall_ms >= salt.made_ms + SALT_LIFE_MS

    def mark(self, address: str, wall_ms: int) -> AddressMark | None:
        """The address under the newest salt; None where no salt is kept."""
        salt = self.current(wall_ms)
        return None if salt is None else mark(address, salt)

    def marks(self, address: str, wall_ms: int) -> tuple[AddressMark, ...]:
        """The address under every salt that is kept, newest first."""
        return tuple(mark(address, salt) for salt in self._all(wall_ms))

    def _all(self, wall_ms: int) -> list[Salt]:
        """Those that are young enough; older ones are gone for good."""
        self._kept = [salt for salt in self._kept if wall_ms < salt.made_ms + SALT_KEPT_MS]
        return self._kept
