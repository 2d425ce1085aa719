"""What a room is given from outside, since it has no clock and no chance of its own. Pure."""

from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from virtubar.protocol.constants import CROWD_BYTES_PER_S, CROWD_THRESHOLD
from virtubar.room.config import RoomConfig, crowd_threshold
from virtubar.room.spawn import Spawn


class CrowdRules(Struct, frozen=True):
    """When a room is a crowd, and what its moves may cost each receiver then (§12).

    Attributes:
        threshold: members above which it is one.
        bytes_per_s: of moves, to each.
    """

    threshold: int = CROWD_THRESHOLD
    bytes_per_s: int = CROWD_BYTES_PER_S

    def of(self, config: RoomConfig) -> "CrowdRules":
        """The same for one room, which may be a crowd sooner."""
        return replace(self, threshold=crowd_threshold(config, self.threshold))


class RoomContext(Struct, frozen=True):
    """The same for every room of a process.

    Attributes:
        spawn: where the n-th person to come in stands.
        random_bits: chance for message ids: gives that many random bits.
        motion_ms: motion time of a monotonic moment (§1).
        crowds: what is done about rooms that are very full.
    """

    spawn: Callable[[int], Spawn]
    random_bits: Callable[[int], int]
    motion_ms: Callable[[float], int]
    crowds: CrowdRules = CrowdRules()
