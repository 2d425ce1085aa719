"""What the API is made of; `virtubar.app` fills it in, tests fill it with fakes."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from virtubar.addresses import AddressPolicy
from virtubar.api.jwks import ProviderKeys
from virtubar.auth.identities import Identities
from virtubar.auth.tokens import RealtimeTokens
from virtubar.cluster.placement import Placement
from virtubar.protocol.constants import CROWD_THRESHOLD, Role
from virtubar.room.config import CAPACITY_DEFAULT, RETENTION_MAX_DAYS
from virtubar.room.ports import Moderation, Oversight, Rooms, Sanctions
from virtubar.room.records import AddressMark, AuditEntry
from virtubar.storage.ports import Erased, Storage

Check = Callable[[], bool | Awaitable[bool]]
"""Something that must answer True before guests should be sent here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiParts:
    """Everything the API needs from outside.

    Attributes:
        placement: in which process a room lives, whose URL a join answers.
        storage: what is read for lists, and where views and reports are written; `/readyz` asks
            whether it answers.
        wall_ms: epoch time in ms, for tokens and sanctions.
        now_ms: monotonic time in ms, for rate limits.
        new_id: 16 random characters of `[0-9a-z]`, never the same twice: token ids, and what is
            behind `guest-` in the id of a guest.
        new_record_id: a UUIDv7 as text that rises with every call: ids of reports.
        address_marks: an address key (see AddressPolicy.client) hashed with every salt that is
            kept, the newest first; empty where addresses do not tell people apart, or are not to
            be looked at.
        remember_address: a guest (user id) was let in from that address key just now.
        staff_seen: somebody came with that role, whatever it is: who is remembered as a moderator
            and comes as a member now is none any more.
        forget_in_memory: drop what memory holds of a person, and write what still waits to be
            written, before storage forgets them.
        store_chat: write the chat that still waits to be written; StorageError where not all of
            it was, in a bounded time.
        erase: forget a person in storage, with the line that says so, and in what memory has of
            it; StorageError where it is not finished.
        draining: whether the server is about to stop and takes nobody in.
        checks: what must answer True before traffic makes sense beside storage, by the name that
            `/readyz` says.
        metrics_text: the Prometheus exposition.
        provider_keys: of an identity provider that signs with keys of its own.
        public_url: `https://host`, None to take it from each request.
        allowed_origins: pages of other sites that may read answers; `*` is any.
        address_limits: whether the limits per address hold.
        joins_per_second: by address, after `joins_burst` at once; `user_…` the same by user.
        room_capacity: of rooms made without one.
        crowd_threshold: members of a room above which short messages are worth having.
        chat_retention_days: the most that a room may have.
    """

    rooms: Rooms
    placement: Placement
    sanctions: Sanctions
    moderation: Moderation
    oversight: Oversight
    storage: Storage
    tokens: RealtimeTokens
    identities: Identities
    addresses: AddressPolicy
    wall_ms: Callable[[], int]
    now_ms: Callable[[], float]
    new_id: Callable[[], str]
    new_record_id: Callable[[], str]
    address_marks: Callable[[str], tuple[AddressMark, ...]]
    remember_address: Callable[[str, str], None]
    staff_seen: Callable[[str, Role], None]
    forget_in_memory: Callable[[str], Awaitable[None]]
    store_chat: Callable[[], Awaitable[None]]
    erase: Callable[[str, AuditEntry], Awaitable[Erased]]
    draining: Callable[[], bool]
    checks: Mapping[str, Check]
    metrics_text: Callable[[], bytes]
    provider_keys: ProviderKeys | None = None
    public_url: str | None = None
    allowed_origins: tuple[str, ...] = ()
    address_limits: bool = True
    joins_per_second: float = 20
    joins_burst: int = 200
    user_joins_per_second: float = 1
    user_joins_burst: int = 20
    room_capacity: int = CAPACITY_DEFAULT
    crowd_threshold: int = CROWD_THRESHOLD
    chat_retention_days: int = RETENTION_MAX_DAYS
