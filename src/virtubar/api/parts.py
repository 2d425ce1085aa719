"""What the API is made of; `virtubar.app` fills it in, tests fill it with fakes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from virtubar.addresses import AddressPolicy
from virtubar.auth.identities import Identities
from virtubar.auth.tokens import RealtimeTokens
from virtubar.room.config import CAPACITY_DEFAULT
from virtubar.room.ports import Rooms, Sanctions


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiParts:
    """Everything the API needs from outside.

    Attributes:
        wall_ms: epoch time in ms, for tokens and sanctions.
        now_ms: monotonic time in ms, for rate limits.
        new_id: 16 random characters of `[0-9a-z]`, never the same twice: token ids, and what is
            behind `guest-` in the id of a guest.
        draining: whether the server is about to stop and takes nobody in.
        checks: what must answer True before traffic makes sense, by the name `/readyz` says.
        metrics_text: the Prometheus exposition.
        public_url: `https://host`, None to take it from each request.
        allowed_origins: pages of other sites that may read answers; `*` is any.
        address_limits: whether the limits per address hold.
        joins_per_second: by address, after `joins_burst` at once; `user_…` the same by user.
        room_capacity: of rooms made without one.
    """

    rooms: Rooms
    sanctions: Sanctions
    tokens: RealtimeTokens
    identities: Identities
    addresses: AddressPolicy
    wall_ms: Callable[[], int]
    now_ms: Callable[[], float]
    new_id: Callable[[], str]
    draining: Callable[[], bool]
    checks: Mapping[str, Callable[[], bool]]
    metrics_text: Callable[[], bytes]
    public_url: str | None = None
    allowed_origins: tuple[str, ...] = ()
    address_limits: bool = True
    joins_per_second: float = 20
    joins_burst: int = 200
    user_joins_per_second: float = 1
    user_joins_burst: int = 20
    room_capacity: int = CAPACITY_DEFAULT
