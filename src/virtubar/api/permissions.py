"""Who may look at what and change what over HTTP (§7). Pure.

Acts on people (kick, ban, mute, …) are not here: they depend on the person too, and are judged
where they are done (`room.ports.Moderation`), so that every way to do them has the same rule.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from virtubar.protocol.constants import Role
from virtubar.room.moderation import may_oversee


class Right(StrEnum):
    """Something that not everybody may do.

    Those of a room go by what somebody counts as in that room, its owner being its owner; those
    of the whole server by the role of their identity, which is never the owner's.
    """

    # Of a room
    LOOK_IN = "look_in"
    READ_CHAT = "read_chat"
    READ_SANCTIONS = "read_sanctions"
    READ_AUDIT = "read_audit"
    READ_REPORTS = "read_reports"
    CLOSE_REPORTS = "close_reports"
    READ_SETTINGS = "read_settings"
    CHANGE_ROOM = "change_room"

    # Of the whole server
    SEE_ALL_ROOMS = "see_all_rooms"
    READ_ALL_REPORTS = "read_all_reports"
    KNOW_WHAT_EXISTS = "know_what_exists"
    READ_SERVER_SANCTIONS = "read_server_sanctions"
    READ_WHOLE_AUDIT = "read_whole_audit"
    ERASE_PEOPLE = "erase_people"


_OVERSEERS: Final = frozenset(filter(may_oversee, Role))
_STAFF: Final = frozenset({Role.MODERATOR, Role.ADMIN})
_ADMINS: Final = frozenset({Role.ADMIN})

HOLDERS: Final[Mapping[Right, frozenset[Role]]] = {
    Right.LOOK_IN: _OVERSEERS,
    Right.READ_CHAT: _OVERSEERS,
    Right.READ_SANCTIONS: _OVERSEERS,
    Right.READ_AUDIT: _OVERSEERS,
    Right.READ_REPORTS: _OVERSEERS,
    Right.CLOSE_REPORTS: _OVERSEERS,
    Right.READ_SETTINGS: _OVERSEERS,
    Right.CHANGE_ROOM: _OVERSEERS,
    Right.SEE_ALL_ROOMS: _STAFF,
    Right.READ_ALL_REPORTS: _STAFF,
    Right.KNOW_WHAT_EXISTS: _STAFF,
    Right.READ_SERVER_SANCTIONS: _ADMINS,
    Right.READ_WHOLE_AUDIT: _ADMINS,
    Right.ERASE_PEOPLE: _ADMINS,
}
"""The whole table: which roles have which right."""


def may(role: Role, right: Right) -> bool:
    """Whether somebody of that role has the right."""
    return role in HOLDERS[right]
