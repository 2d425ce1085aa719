"""What a room is unless it is set otherwise."""

from virtubar.protocol.constants import EMOTE_IDS
from virtubar.room.config import CAPACITY_DEFAULT, CAPACITY_MAX, RoomConfig, lobby


def test_a_room_of_defaults_is_public_and_heard_whole() -> None:
    """No radius, the protocol's emotes, nobody's own."""
    room = RoomConfig("r", "A room")
    assert (room.capacity, room.hearing_radius_m) == (CAPACITY_DEFAULT, None)
    assert (room.emotes, room.owner_id, room.public) == (EMOTE_IDS, None, True)


def test_the_lobby_is_the_lobby() -> None:
    """Its id is the one that always exists; its size is a setting."""
    assert lobby().room_id == "lobby"
    assert lobby().capacity == CAPACITY_DEFAULT <= CAPACITY_MAX
    assert lobby(12).capacity == 12
