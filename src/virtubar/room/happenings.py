"""What is remembered for reports, one by one: what was said, what happened, who was where (§7).

Pure.
"""

from heapq import nsmallest
from typing import TYPE_CHECKING, Any, Final, Literal

from msgspec import Struct

from virtubar.protocol.events import ChatBroadcast

if TYPE_CHECKING:
    from array import array

WINDOW_MS: Final = 5 * 60_000
SAMPLE_INTERVAL_MS: Final = 10_000
SAMPLES_MAX: Final = WINDOW_MS // SAMPLE_INTERVAL_MS + 1
SAID_MAX: Final = 2_000
"""Messages kept in a room: seven a second for 5 minutes, more than anybody reads. With a hearing
radius and 250 people in earshot of everything that is 6 MB, without one it is 1 MB."""
HAPPENED_MAX: Final = 4_000
"""Joins, leaves and emotes kept in a room: 0.5 MB. Apart from what was said, so that nobody can
push their words out of memory with emotes."""
NEAREST_MAX: Final = 50
"""People in one sample of a report, beside the reporter and the reported: those nearest to the
middle of the square that the reporter stands in."""
SQUARE_M: Final = 8
"""Everybody in one square is shown the same people, so that what many report is stored once
(storage.evidence); as wide as what one takes in at a glance."""

Kind = Literal["joined", "left", "emote"]


class Happened(Struct, frozen=True, gc=False):
    """A join, a leave or an emote; `number` is the place in the order of all that happened."""

    number: int
    at_ms: int
    kind: Kind
    user_id: str
    name: str
    emote_id: str | None = None

    def shown(self) -> dict[str, Any]:
        """The event as JSON values."""
        shown: dict[str, Any] = {"atMs": self.at_ms, "kind": self.kind, "userId": self.user_id}
        return shown if self.emote_id is None else {**shown, "emoteId": self.emote_id}


class Heard(Struct, frozen=True, gc=False):
    """A message. `number` is as above; `spoken` is the message's in the chat's history."""

    number: int
    spoken: int
    at_ms: int
    chat: ChatBroadcast
    name: str
    audience: int | None

    @property
    def user_id(self) -> str:
        """Who said it."""
        return self.chat.user_id

    def shown(self) -> dict[str, Any]:
        """The message as JSON values."""
        return {
            "atMs": self.at_ms,
            "kind": "chat",
            "userId": self.chat.user_id,
            "messageId": self.chat.message_id,
            "text": self.chat.text,
        }


class Sample(Struct, frozen=True):
    """Where everybody was: `places` holds x and z of each in turn, whole metres."""

    number: int
    at_ms: int
    users: tuple[str, ...]
    names: tuple[str, ...]
    places: "array[int]"

    def near(self, user_id: str, other_id: str) -> "dict[str, Any]":
        """The places of those near the user, of the user and of the other, as JSON values.

        Whoever of the two is not among those near is named by `apart`, where there is one.
        """
        xs, zs = self.places[::2], self.places[1::2]
        here = self.users.index(user_id)
        x, z = _middle(xs[here]), _middle(zs[here])
        squares = [(xs[n] - x) ** 2 + (zs[n] - z) ** 2 for n in range(len(xs))]
        near = nsmallest(NEAREST_MAX, range(len(xs)), key=squares.__getitem__)
        apart = [n for n, user in enumerate(self.users) if user in (user_id, other_id)]
        apart = [n for n in apart if n not in near]
        places = {self.users[n]: [xs[n], zs[n]] for n in (*near, *apart)}
        shown = {"atMs": self.at_ms, "places": places}
        return shown | {"apart": [self.users[n] for n in apart]} if apart else shown


def _middle(at_m: int) -> float:
    """The middle of the square that a coordinate is in."""
    return (at_m // SQUARE_M + 0.5) * SQUARE_M
