"""Token buckets: how often something may happen."""

from collections import OrderedDict
from typing import Annotated, Final

from msgspec import Meta

from virtubar.addresses import wider
from virtubar.room.written import AgeMs

BucketSnapshot = tuple[Annotated[float, Meta(ge=-1.0, le=1000.0)], AgeMs]
"""Tokens, and how long ago that was."""

_ALMOST: Final = 1e-5
"""Of a token that may be missing: a moment that `wait_ms` was added to is rounded, the more the
longer the machine has been up, and whoever comes back then must be let through. It stays owed."""


class TokenBucket:
    """Lets `burst` through at once and `rate_hz` a second after that.

    Full when made. Times are monotonic milliseconds and must not go back.
    """

    __slots__ = ("_burst", "_filled_ms", "_rate_per_ms", "_tokens")

    def __init__(self, rate_hz: float, burst: float, now_ms: float) -> None:
        self._rate_per_ms = rate_hz / 1000.0
        self._burst = float(burst)
        self._tokens = float(burst)
        self._filled_ms = now_ms

    @property
    def rate_hz(self) -> float:
        """How many tokens come back a second."""
        return self._rate_per_ms * 1000.0

    def take(self, now_ms: float) -> bool:
        """Take one token; False, and none taken, where there is none."""
        tokens = self._tokens + (now_ms - self._filled_ms) * self._rate_per_ms
        tokens = min(tokens, self._burst)
        self._filled_ms = now_ms
        if tokens < 1.0 - _ALMOST:
            self._tokens = tokens
            return False
        self._tokens = tokens - 1.0
        return True

    def has(self, now_ms: float) -> bool:
        """Whether `take` would succeed."""
        tokens = self._tokens + (now_ms - self._filled_ms) * self._rate_per_ms
        return min(tokens, self._burst) >= 1.0 - _ALMOST

    def wait_ms(self, now_ms: float) -> float:
        """Milliseconds until `take` succeeds, 0 where it would now."""
        tokens = self._tokens + (now_ms - self._filled_ms) * self._rate_per_ms
        return max(0.0, (1.0 - tokens) / self._rate_per_ms)

    def set_rate(self, rate_hz: float, now_ms: float) -> None:
        """Go on at another rate from now; what was saved up stays."""
        tokens = self._tokens + (now_ms - self._filled_ms) * self._rate_per_ms
        self._tokens = min(self._burst, tokens)
        self._filled_ms = now_ms
        self._rate_per_ms = rate_hz / 1000.0

    def snapshot(self, now_ms: float) -> "BucketSnapshot | None":
        """What it holds; None where it is full."""
        return None if self.is_full(now_ms) else (self._tokens, now_ms - self._filled_ms)

    def restore(self, snapshot: "BucketSnapshot | None", now_ms: float) -> None:
        """Hold what was written; at most what it may."""
        if snapshot is not None:
            tokens, age_ms = snapshot
            self._tokens, self._filled_ms = min(tokens, self._burst), now_ms - age_ms

    def is_full(self, now_ms: float) -> bool:
        """Whether nothing was taken for long enough that the bucket may be forgotten."""
        return self._tokens + (now_ms - self._filled_ms) * self._rate_per_ms >= self._burst


class KeyedBuckets:
    """One bucket for each key (an address, a user), at most `keys_max` of them.

    Over that the key unused for longest is forgotten: an attacker with that many keys gains one
    burst a key, which the limits on the whole server bound, and memory stays bounded.
    """

    def __init__(self, rate_hz: float, burst: float, keys_max: int = 65_536) -> None:
        self._rate_hz = rate_hz
        self._burst = burst
        self._keys_max = keys_max
        self._buckets: OrderedDict[str, TokenBucket] = OrderedDict()

    def take(self, key: str, now_ms: float) -> float:
        """Take one token for the key: 0 where it was there, else milliseconds to wait for it."""
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = TokenBucket(self._rate_hz, self._burst, now_ms)
            if len(self._buckets) > self._keys_max:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(key)
        return 0.0 if bucket.take(now_ms) else bucket.wait_ms(now_ms)

    def wait_ms(self, key: str, now_ms: float) -> float:
        """Milliseconds until `take` succeeds for the key, 0 where it would now."""
        bucket = self._buckets.get(key)
        return 0.0 if bucket is None or bucket.has(now_ms) else bucket.wait_ms(now_ms)

    def __len__(self) -> int:
        return len(self._buckets)


class AddressBuckets:
    """One bucket for each address, and larger ones for the networks around it.

    One of many addresses that one party has is no more worth than the party: see addresses.wider.

    Args:
        rate_hz: of one address.
        burst: of one address.
    """

    def __init__(self, rate_hz: float, burst: float) -> None:
        self._limit = rate_hz, burst
        # By how many times the budget of an address they have.
        self._levels = {1: KeyedBuckets(rate_hz, burst)}

    def take(self, address: str, now_ms: float) -> float:
        """Take one token for the address: 0 where it was there, else milliseconds to wait for it.

        What is refused takes nothing: an address over its limit costs its neighbours none of
        theirs.
        """
        asked = [(self._level(times), key) for key, times in ((address, 1), *wider(address))]
        wait_ms = max(level.wait_ms(key, now_ms) for level, key in asked)
        if wait_ms > 0:
            return wait_ms
        for level, key in asked:
            level.take(key, now_ms)
        return 0.0

    def _level(self, times: int) -> KeyedBuckets:
        level = self._levels.get(times)
        if level is None:
            rate_hz, burst = self._limit
            level = self._levels[times] = KeyedBuckets(rate_hz * times, burst * times)
        return level
