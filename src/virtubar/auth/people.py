"""Who somebody is, and whose ids are whose (§3)."""

import re
from typing import Final

from msgspec import Struct

from virtubar.protocol.constants import USER_ID_PATTERN, Role

GUEST_PREFIX: Final = "guest-"
SYSTEM_ID: Final = "system"
"""What the audit calls the rules of a room: nobody's id."""


class Identity(Struct, frozen=True):
    """Who the bearer of an identity token is.

    Attributes:
        role: what they may do in every room; GUEST for guests and nobody else.
        display_name: what the provider or the operator calls them, uncleaned; None for guests.
        external: whether a provider vouches for them.
        born_ms: wall time at which a guest was first made; None for everybody else.
        is_bot: whether a guest was made for a program; it stays so for as long as the guest is.
    """

    user_id: str
    role: Role
    display_name: str | None
    external: bool
    born_ms: int | None = None
    is_bot: bool = False


def is_operator_id(user_id: str) -> bool:
    """Whether the id can be an operator's: a user id, and none that is this server's to give."""
    return re.match(USER_ID_PATTERN, user_id) is not None and not is_reserved(user_id)


def is_reserved(user_id: str) -> bool:
    """Whether the id is this server's to give: a guest's, or the system's own."""
    return user_id.startswith(GUEST_PREFIX) or user_id == SYSTEM_ID
