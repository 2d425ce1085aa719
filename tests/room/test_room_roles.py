"""Names and roles in a room: who is called what, keeps order, or is a bot (§3)."""

import pytest

from room.stage import Stage
from virtubar.protocol.constants import Role
from virtubar.protocol.events import (
    AvatarTransformBroadcast,
    MemberJoined,
    Roles,
    RoomState,
    Seats,
    ServerEvent,
    Session,
)


@pytest.fixture
def stage() -> Stage:
    return Stage()


def kinds(events: list[ServerEvent]) -> list[type[ServerEvent]]:
    return [type(event) for event in events]


def roles(events: list[ServerEvent]) -> list[list[tuple[str, str, bool]]]:
    """What each `roles` among them says."""
    return [event.members for event in events if isinstance(event, Roles)]


def test_a_newcomer_is_told_everybodys_role_after_the_session(stage: Stage) -> None:
    """State, session, roles, in that order, and one of each."""
    stage.enter("ann")
    stage.join("eve", role=Role.MODERATOR)
    stage.join("sam", is_bot=True)
    told = stage.told_all("sam")
    assert kinds(told) == [RoomState, Session, Roles, Seats]
    everybody = [("ann", "guest", False), ("eve", "moderator", False), ("sam", "guest", True)]
    assert roles(told) == [everybody]
    assert roles(stage.told_all("eve")) == [everybody]


def test_the_others_are_told_the_roles_of_newcomers_after_their_joining(stage: Stage) -> None:
    """Of all who came in since the last flush at once; of nobody who is gone again."""
    stage.enter("ann")
    stage.join("eve", role=Role.ADMIN)
    stage.join("bob")
    stage.join("cat")
    stage.leave("bob")
    told = stage.told_all("ann")
    assert kinds(told)[-1] is Roles
    assert kinds(told).count(MemberJoined) == 3
    assert roles(told) == [[("eve", "admin", False), ("cat", "guest", False)]]


def test_newcomers_share_one_list_of_roles(stage: Stage) -> None:
    """However many come in at once, it is made and encoded once."""
    for user in ("ann", "bob", "cat"):
        stage.join(user)
    stage.drain()
    posts = [next(p for p in stage.posts[u] if isinstance(p.event, Roles)) for u in ("ann", "cat")]
    assert posts[0] is posts[1]


def test_the_owner_of_the_room_is_shown_as_its_owner() -> None:
    """Whatever they come in as; and as what they are once the room is nobody's."""
    stage = Stage(owner_id="ann")
    stage.enter("ann")
    stage.join("bob")
    assert roles(stage.told_all("bob")) == [[("ann", "owner", False), ("bob", "guest", False)]]
    stage.configure()
    assert stage.room.dirty
    assert roles(stage.told_all("bob")) == [[("ann", "guest", False)]]


def test_a_renewal_tells_of_another_role_and_of_nothing_else(stage: Stage) -> None:
    """Whoever is made a moderator meanwhile is seen to be one."""
    stage.enter("ann", "bob")
    stage.renew("ann")
    assert not stage.room.dirty
    stage.renew("ann", role=Role.MODERATOR)
    assert roles(stage.told_all("bob")) == [[("ann", "moderator", False)]]
    stage.detach("ann")
    stage.join("ann", role=Role.MODERATOR)
    assert roles(stage.told_all("bob")) == []
    stage.detach("ann")
    stage.join("ann")
    assert roles(stage.told_all("bob")) == [[("ann", "guest", False)]]


def test_a_bot_stays_a_bot_and_never_speaks(stage: Stage) -> None:
    """Another token takes nothing of that back; its chat is heard all the same."""
    stage.enter("ann")
    stage.join("sam", is_bot=True)
    stage.told("ann")
    stage.detach("sam")
    stage.join("sam")
    stage.told("ann")
    stage.move("sam", 1, speaking=True)
    stage.move("ann", 1, speaking=True)
    moves = [one for one in stage.told("ann") if isinstance(one, AvatarTransformBroadcast)]
    assert [(move.user_id, move.speaking) for move in moves] == [("sam", False), ("ann", True)]
    stage.say("sam")
    assert stage.names("ann") == ["chat_broadcast"]


def test_bots_are_counted(stage: Stage) -> None:
    """Those who are members, in the grace or not."""
    stage.enter("ann")
    stage.join("sam", is_bot=True)
    stage.join("kim", is_bot=True)
    stage.detach("kim")
    assert stage.room.bots == 2
    stage.leave("sam")
    assert (stage.room.bots, len(stage.room.members)) == (1, 2)


def test_a_resume_keeps_the_name_and_a_leave_frees_it(stage: Stage) -> None:
    """Numbers are for newcomers: nobody's name changes while they are here."""
    for user in ("a", "b"):
        stage.join(user, name="Ada")
    names = {member.user_id: member.display_name for member in stage.room.members.values()}
    assert names == {"a": "Ada", "b": "Ada 2"}
    stage.detach("b")
    stage.leave("a")
    stage.join("b", name="Ada")
    assert stage.room.members["b"].display_name == "Ada 2"
    stage.join("c", name="Ada")
    assert stage.room.members["c"].display_name == "Ada"


def test_only_who_keeps_order_in_the_room_is_called_so() -> None:
    """By the token, or as its owner; a bot is not."""
    stage = Stage(owner_id="ann")
    stage.join("ann", name="The Owner")
    stage.join("eve", name="Moderator", role=Role.MODERATOR)
    stage.join("max", name="Admin", role=Role.MEMBER)
    stage.join("sam", name="Staff", is_bot=True)
    names = [member.display_name for member in stage.room.members.values()]
    assert names == ["The Owner", "Moderator", "Admin 2", "Staff 2"]
