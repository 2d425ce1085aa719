"""The live rooms of a process."""

import pytest

from live.bench import HubBench
from virtubar.live.hub import ROOM_IDLE_MS
from virtubar.protocol.events import JoinRoom, JoinUser
from virtubar.room.config import RoomConfig
from virtubar.room.ports import RoomExistsError, RoomsFullError


@pytest.fixture
def house() -> HubBench:
    """Three rooms at most, the lobby among them."""
    return HubBench(max_rooms=3)


def test_an_id_is_taken_once(house: HubBench) -> None:
    """Of two rooms with one id the second is refused (§1)."""
    house.hub.create(RoomConfig("den", "Den"))
    with pytest.raises(RoomExistsError):
        house.hub.create(RoomConfig("den", "Another"))
    assert house.hub.find("den") == RoomConfig("den", "Den")


def test_only_public_rooms_are_listed_but_all_count(house: HubBench) -> None:
    """A private room is found by its id, not listed, and takes a place."""
    house.hub.create(RoomConfig("den", "Den", public=False))
    assert house.hub.has_place()
    assert not house.hub.has_place(reserved=1)
    house.hub.create(RoomConfig("attic", "Attic"))
    assert [room.room_id for room in house.hub.public()] == ["attic", "lobby"]
    assert not house.hub.has_place()


def test_the_room_that_was_empty_for_longest_is_put_away_after_five_minutes(
    house: HubBench,
) -> None:
    """Nobody can fill the house for good; the lobby always stays."""
    house.hub.create(RoomConfig("den", "Den"))
    _visit(house, "den")
    house.loop.advance(60_000)
    house.hub.create(RoomConfig("attic", "Attic"))
    _visit(house, "attic")
    house.loop.advance(ROOM_IDLE_MS - 60_001)
    with pytest.raises(RoomsFullError):
        house.hub.put_one_away()

    house.loop.advance(1)
    house.hub.put_one_away()

    assert [room.room_id for room in house.hub.public()] == ["attic", "lobby"]


def test_members_are_counted_with_bots_and_bots_apart(house: HubBench) -> None:
    """In all rooms together: people are the difference."""
    house.hub.create(RoomConfig("den", "Den"))
    for user_id, room_id, is_bot in (
        ("ann", "lobby", False),
        ("sam", "lobby", True),
        ("ada", "den", True),
    ):
        house.join(
            house.open(user_id), house.token(user_id, room_id=room_id, is_bot=is_bot), room_id
        )
    gauges = house.metrics.gauges
    assert gauges is not None
    assert (gauges.members(), gauges.bots(), gauges.rooms()) == (3, 2, 2)


def test_somebody_is_called_what_they_are_called_in_that_room(house: HubBench) -> None:
    """Or were called there lately, else in whichever room they are."""
    house.hub.create(RoomConfig("den", "Den"))
    for room_id, name in (("lobby", "Annie"), ("den", "Ann")):
        visitor = house.open("ann")
        user = JoinUser("ann", name, "fox")
        house.send(visitor, JoinRoom(room_id, user, house.token("ann", room_id=room_id)))
        if room_id == "lobby":
            visitor.connection.closed(left=True)
    names = [house.hub.name_of(room_id, "ann") for room_id in ("lobby", "den", "", "attic")]
    assert names == ["Annie", "Ann", "Ann", "Ann"]
    assert house.hub.name_of("lobby", "bob") is None
    house.hub.forget("ann")
    assert house.hub.name_of("lobby", "ann") == "Ann"


def _visit(house: HubBench, room_id: str) -> None:
    """Somebody comes into the room and goes at once."""
    visitor = house.open("ann")
    house.join(visitor, house.token("ann", room_id=room_id), room_id)
    visitor.connection.closed(left=True)
    live = house.hub.live(room_id)
    assert live is not None
    live.flush(house.clock.now_ms())


def test_rooms_that_nobody_has_entered_go_first_and_at_once(house: HubBench) -> None:
    """The oldest of them: whoever fills the house with empty rooms puts nobody's evening out."""
    house.hub.create(RoomConfig("den", "Den"))
    _visit(house, "den")
    house.loop.advance(ROOM_IDLE_MS)
    for name in ("first", "second"):
        house.hub.create(RoomConfig(name, name))
        house.loop.advance(1)
    house.hub.put_one_away()
    house.hub.put_one_away()
    assert [room.room_id for room in house.hub.public()] == ["den", "lobby"]


def test_a_room_with_somebody_in_it_is_not_put_away(house: HubBench) -> None:
    """However long ago anything happened there."""
    house.hub.create(RoomConfig("den", "Den"))
    visitor = house.open("ann")
    house.join(visitor, house.token("ann", room_id="den", life_ms=10**8), "den")
    house.loop.advance(2 * ROOM_IDLE_MS)
    with pytest.raises(RoomsFullError):
        house.hub.put_one_away()
    assert house.hub.used() == ["den"]
