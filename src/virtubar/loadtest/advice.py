"""What an operator can do about what a server refuses. Pure."""

from collections.abc import Iterable
from typing import Final

_LIMITS: Final = (
    "the server limits how much comes from one address: start it with "
    "VIRTUBAR_ADDRESS_LIMITS=off (for tests only), or raise VIRTUBAR_JOINS_PER_SECOND, "
    "VIRTUBAR_JOINS_BURST and VIRTUBAR_CONNECTIONS_PER_ADDRESS, or take a longer --ramp"
)
_FULL: Final = "a room is full: take more --rooms, or raise VIRTUBAR_ROOM_CAPACITY (the lobby's)"
_ADVICE: Final = {
    "rate_limited": _LIMITS,
    "too_many_attempts": _LIMITS,
    "room_full": _FULL,
    "too_many_rooms": "the server has no place for more rooms: raise VIRTUBAR_MAX_ROOMS",
    "sign_in_required": "the room takes members only, and clients of a load test are guests",
    "room_not_found": "there is no such room: leave --room out, and rooms are made",
    "unreachable": "the server did not answer at that URL, or not in time",
    "not_connected": (
        "sockets could not be opened: look at VIRTUBAR_MAX_CONNECTIONS, at "
        "VIRTUBAR_CONNECTIONS_PER_ADDRESS, and at the open files that both sides may have "
        "(ulimit -n)"
    ),
}


def advice_on(codes: Iterable[str]) -> list[str]:
    """A sentence for each kind of refusal that something can be done about, each once."""
    return list(dict.fromkeys(_ADVICE[code] for code in codes if code in _ADVICE))
