"""Hidden pages, and coming back into view (§4)."""

import pytest

from room.stage import Stage
from support.greeting import GREETING
from virtubar.protocol.constants import LEAVE_GRACE_MS, SIGHT_BURST, UNLOAD_GRACE_MS
from virtubar.protocol.events import RoomState


@pytest.fixture
def stage() -> Stage:
    """A room with Ann and Bob in it."""
    stage = Stage()
    stage.enter("ann", "bob")
    return stage


def test_nobody_is_told_of_a_hidden_page(stage: Stage) -> None:
    """Members never see it as a leave."""
    stage.show("bob", visible=False)
    assert stage.told("ann") == []
    stage.show("bob", visible=True)
    assert stage.told("ann") == []


def test_nothing_said_before_the_page_is_seen_again_is_lost(stage: Stage) -> None:
    """Whatever was said, shown or left in the same flush still comes, before the state."""
    stage.show("bob", visible=False)
    stage.drain()
    stage.say("ann", "before")
    stage.emote("ann")
    stage.show("bob", visible=True)
    stage.say("ann", "after")
    assert stage.names("bob") == [
        "chat_broadcast",
        "emote_broadcast",
        "chat_broadcast",
        "room_state",
    ]


def test_the_state_after_hiding_has_the_newest_positions(stage: Stage) -> None:
    """Also those of the flush it comes with, whose transforms need not be sent then."""
    stage.show("bob", visible=False)
    stage.move("ann", 1, x=1)
    stage.drain()
    stage.move("ann", 2, x=2)
    stage.show("bob", visible=True)
    stage.move("ann", 3, x=3)
    (state,) = stage.told("bob")
    assert isinstance(state, RoomState)
    assert next(member.x for member in state.members if member.user_id == "ann") == 3


def test_showing_a_page_that_is_seen_does_nothing(stage: Stage) -> None:
    """A state is sent when the page was hidden, not whenever it is asked for."""
    stage.show("bob", visible=True)
    assert not stage.room.dirty


def test_a_page_hidden_again_gets_no_state(stage: Stage) -> None:
    """Nobody looks at it."""
    stage.show("bob", visible=False)
    stage.show("bob", visible=True)
    stage.show("bob", visible=False)
    assert stage.told("bob") == []


def test_a_page_shown_twice_in_one_flush_gets_one_state(stage: Stage) -> None:
    """However often it was hidden between."""
    for visible in (False, True, False, True):
        stage.show("bob", visible)
    assert stage.names("bob") == ["room_state"]


def test_a_newcomer_who_hides_at_once_gets_the_state_and_no_moves(stage: Stage) -> None:
    """The state belongs to the join."""
    stage.join("cat")
    stage.show("cat", visible=False)
    stage.move("ann", 1)
    stage.say("ann")
    assert stage.names("cat") == [*GREETING, "chat_broadcast"]


def test_a_newcomer_who_hides_and_shows_gets_one_state(stage: Stage) -> None:
    """The one of the join, and it comes first."""
    stage.join("cat")
    stage.show("cat", visible=False)
    stage.show("cat", visible=True)
    stage.move("ann", 1)
    assert stage.names("cat") == [*GREETING, "avatar_transform_broadcast"]


def test_a_page_shown_and_then_replaced_is_told_once(stage: Stage) -> None:
    """The new connection gets the state of its join and nothing of the old one's."""
    stage.emote("ann")
    stage.show("bob", visible=False)
    stage.show("bob", visible=True)
    stage.join("bob")
    assert stage.names("bob") == [*GREETING]


def test_someone_lost_while_coming_into_view_is_no_receiver(stage: Stage) -> None:
    """The state that was due is not sent to nobody."""
    stage.show("bob", visible=False)
    stage.show("bob", visible=True)
    stage.detach("bob")
    assert stage.told("bob") == []


def test_a_new_connection_is_visible(stage: Stage) -> None:
    """What the old one's page was does not matter."""
    stage.show("bob", visible=False)
    stage.detach("bob")
    stage.join("bob")
    stage.drain()
    stage.posts.clear()
    stage.move("ann", 1)
    assert stage.moves("bob") == [("ann", 1)]


def test_a_hidden_member_moves_for_the_others(stage: Stage) -> None:
    """Hiding stops what comes, not what goes."""
    stage.show("bob", visible=False)
    stage.move("bob", 1)
    assert stage.moves("ann") == [("bob", 1)]
    assert stage.moves("bob") == []


def test_coming_back_into_sight_has_a_limit_that_loses_nothing(stage: Stage) -> None:
    """A whole state each time: ten at once, then one a second, the last wish wins."""
    for _ in range(SIGHT_BURST):
        stage.show("bob", visible=False)
        stage.show("bob", visible=True)
        assert stage.names("bob") == ["room_state"]
    stage.show("bob", visible=False)
    stage.show("bob", visible=True)
    stage.move("ann", 1)
    assert stage.names("bob") == []

    stage.live(999)
    assert stage.names("bob") == []
    stage.live(1)
    assert stage.names("bob") == ["room_state"]


def test_a_page_hidden_again_does_not_come_back_by_itself(stage: Stage) -> None:
    """The wish to see ends with the page's own word."""
    for _ in range(SIGHT_BURST + 1):
        stage.show("bob", visible=False)
        stage.show("bob", visible=True)
    stage.show("bob", visible=False)
    stage.told("bob")
    stage.live(5000)
    assert stage.names("bob") == []


def test_a_page_that_goes_keeps_its_place_for_as_long_as_a_reload_takes() -> None:
    """8 s after it said so, at the limit and one past: nobody stands about after closing a tab."""
    stage = Stage()
    stage.enter("ann", "bob")
    stage.show("bob", False, unloading=True)
    stage.detach("bob")
    stage.expire_after(UNLOAD_GRACE_MS - 1)
    assert stage.join("bob") == "resumed"
    stage.show("bob", False, unloading=True)
    stage.detach("bob")
    stage.expire_after(UNLOAD_GRACE_MS)
    assert "member_left" in stage.names("ann")
    assert stage.join("bob") == "new"


def test_a_page_that_goes_is_hidden_after_it_said_so() -> None:
    """Browsers tell the hiding of a page after its unloading; that takes nothing back."""
    stage = Stage()
    stage.enter("ann")
    stage.show("ann", False, unloading=True)
    stage.show("ann", False)
    stage.detach("ann")
    stage.expire_after(UNLOAD_GRACE_MS)
    assert stage.join("ann") == "new"


@pytest.mark.parametrize("how", ["is seen again", "comes back"])
def test_a_page_that_has_stayed_has_the_whole_grace(how: str) -> None:
    """A browser may put a page aside and bring it back, on its connection or on another (§4)."""
    stage = Stage()
    stage.enter("ann")
    stage.show("ann", False, unloading=True)
    if how == "is seen again":
        stage.show("ann", True)
    else:
        stage.detach("ann")
        stage.join("ann")
    stage.detach("ann")
    stage.expire_after(LEAVE_GRACE_MS - 1)
    assert stage.join("ann") == "resumed"
