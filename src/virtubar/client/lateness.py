"""How late the samples of one member come (§9). Pure."""

import math
from collections import deque

from virtubar.protocol.constants import LATENESS_QUANTILE, SAMPLES_MAX


class Lateness:
    """The 95th percentile of the last 32."""

    def __init__(self) -> None:
        self._kept_ms: deque[float] = deque(maxlen=SAMPLES_MAX)

    @property
    def p95_ms(self) -> float:
        """0 before the first sample."""
        if not self._kept_ms:
            return 0.0
        ordered = sorted(self._kept_ms)
        return ordered[math.ceil(LATENESS_QUANTILE * len(ordered)) - 1]

    def push(self, lateness_ms: float) -> None:
        """Take one sample's."""
        self._kept_ms.append(lateness_ms)
