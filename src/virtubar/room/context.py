"""What a room is given from outside, since it has no clock and no chance of its own. Pure."""

from collections.abc import Callable

from msgspec import Struct

from virtubar.room.spawn import Spawn


class RoomContext(Struct, frozen=True):
    """The same for every room of a process.

    Attributes:
        spawn: where the n-th person to come in stands.
        random_bits: chance for message ids: gives that many random bits.
        motion_ms: motion time of a monotonic moment (§1).
    """

    spawn: Callable[[int], Spawn]
    random_bits: Callable[[int], int]
    motion_ms: Callable[[float], int]
