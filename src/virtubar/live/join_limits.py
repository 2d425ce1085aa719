"""How often somebody may come into rooms over their sockets. Pure.

By person and by address, for as long as the server lives: a new connection is no new burst (§3).
What `POST /rooms/join` counts are tokens; one token opens the door many times.
"""

from typing import Final

from virtubar.errors import JoinRefusedError
from virtubar.protocol.constants import AuthCode
from virtubar.room.limits import ActorLimit

JOIN_RATE_HZ: Final = 1.0
JOIN_BURST: Final = 60
"""`join_room` of one person over all sockets and rooms, renewals and resumes too."""
ROOM_JOIN_RATE_HZ: Final = 0.5
ROOM_JOIN_BURST: Final = 20
"""Of these, those for one room: a client that backs off (§9) comes every 4 s."""
VISIT_RATE_HZ: Final = 0.1
VISIT_BURST: Final = 10
"""Of these, those that make a new member of one room: nobody looks in more often."""
JOINS_BY_USER: Final = (JOIN_RATE_HZ, JOIN_BURST)
"""`join_room` a second, and at once, of one person, renewals and resumes counted."""
ROOM_JOINS_BY_USER: Final = (ROOM_JOIN_RATE_HZ, ROOM_JOIN_BURST)
"""The same into one room. Each resume costs a whole `room_state` and up to 200 messages (§6):
0.5 MB at most uncompressed, so 0.25 MB/s after the burst."""
JOINS_BY_ADDRESS: Final = (40.0, 400)
"""The same for everybody at one address: twice what HTTP gives tokens to, since a crowd behind one
router comes back together when its line does."""
VISITS_BY_USER: Final = (VISIT_RATE_HZ, VISIT_BURST)
"""New memberships of one room a second, and at once: each is a `member_joined` and a `member_left`
to everybody in it and two lines of the evidence of reports, which holds 4000 of 5 minutes. To and
fro, one person fills 80 of them."""
VISITS_BY_ADDRESS: Final = (20.0, 200)
"""The same for everybody at one address, as tokens are limited by HTTP."""


class JoinLimits:
    """How often people may come in; as long-lived as the server.

    Args:
        addresses: whether the limits per address hold.
    """

    def __init__(self, *, addresses: bool) -> None:
        self._joins = ActorLimit(JOINS_BY_USER, JOINS_BY_ADDRESS if addresses else None)
        self._room_joins = ActorLimit(ROOM_JOINS_BY_USER)
        self._visits = ActorLimit(VISITS_BY_USER, VISITS_BY_ADDRESS if addresses else None)

    def check_join(self, room_id: str, user_id: str, address: str | None, now_ms: float) -> None:
        """Count one `join_room` with a good token.

        Args:
            address: from where, None where addresses do not count.

        Raises:
            JoinRefusedError: TOO_MANY_ATTEMPTS, it is one too many.
        """
        _require(self._room_joins.take(f"{room_id} {user_id}", None, now_ms))
        _require(self._joins.take(user_id, address, now_ms))

    def check_visit(self, room_id: str, user_id: str, address: str | None, now_ms: float) -> None:
        """Count one new membership; arguments and errors as of `check_join`."""
        _require(self._visits.take(f"{room_id} {user_id}", address, now_ms))


def _require(wait_ms: float) -> None:
    if wait_ms > 0:
        seconds = -int(-wait_ms // 1000)
        raise JoinRefusedError(
            AuthCode.TOO_MANY_ATTEMPTS, f"Too many joins; try again in {seconds} s."
        )
