"""A worse network than the real one, for each client alone: when what is sent arrives. Pure.

Everything travels over TCP, so nothing is lost for good and nothing overtakes: a packet that is
lost is sent again, and what comes behind it waits.
"""

import math
from random import Random
from typing import Final

from msgspec import Struct

PACKET_BYTES: Final = 1400
"""Of one packet: what an Ethernet frame carries, less what headers and tunnels take."""
RETRANSMIT_MS: Final = 200.0
"""What a sender waits for at least before it sends a packet again: Linux's TCP_RTO_MIN."""
AT_ONCE_MS: Final = 1.0
"""Messages that follow each other within this were written together, and share packets."""
LOSS_MAX: Final = 0.5
WINDOW_BYTES: Final = 64 * 1024
"""What may be on its way to a client before its socket is no longer read: a receive window."""


class Conditions(Struct, frozen=True, kw_only=True, rename="camel"):
    """What the network adds, in each direction.

    Attributes:
        latency_ms: one way, always.
        jitter_ms: one way, anything from nothing to this.
        loss: of packets, 0 to LOSS_MAX.
        bandwidth: bytes a second; None is no limit.
    """

    latency_ms: float = 0.0
    jitter_ms: float = 0.0
    loss: float = 0.0
    bandwidth: float | None = None

    @property
    def is_clean(self) -> bool:
        """Whether it adds nothing."""
        return self == Conditions()


class Way:
    """One direction of one client's connection.

    Args:
        chance: with the same seed the same messages are late.
    """

    def __init__(self, conditions: Conditions, chance: Random) -> None:
        self._conditions = conditions
        self._chance = chance
        self._free_ms = -math.inf
        self._last_ms = -math.inf
        self._sent_ms = -math.inf
        self._space_bytes = 0

    def arrival_ms(self, sent_ms: float, size_bytes: int) -> float:
        """When a message arrives that is sent now; never before the one ahead of it."""
        conditions = self._conditions
        left_ms = sent_ms
        if conditions.bandwidth is not None:
            left_ms = max(sent_ms, self._free_ms) + size_bytes * 1000.0 / conditions.bandwidth
            self._free_ms = left_ms
        delay_ms = conditions.latency_ms + conditions.jitter_ms * self._chance.random()
        for _ in range(self._packets(sent_ms, size_bytes)):
            delay_ms += self._resent_ms()
        self._last_ms = max(self._last_ms, left_ms + delay_ms)
        return self._last_ms

    def _packets(self, sent_ms: float, size_bytes: int) -> int:
        """How many packets a message begins; none where it fits into the one before."""
        if sent_ms - self._sent_ms >= AT_ONCE_MS:
            self._space_bytes = 0
        self._sent_ms = sent_ms
        count = max(0, math.ceil((size_bytes - self._space_bytes) / PACKET_BYTES))
        self._space_bytes += count * PACKET_BYTES - size_bytes
        return count

    def _resent_ms(self) -> float:
        """What one packet costs that may be lost, again and again, each time for twice as long."""
        wait_ms, total_ms = RETRANSMIT_MS + 2.0 * self._conditions.latency_ms, 0.0
        while self._chance.random() < self._conditions.loss:
            total_ms += wait_ms
            wait_ms *= 2.0
        return total_ms
