"""A room whose settings change while people are in it (§1, §3, §6)."""

from typing import Any

import pytest

from room.stage import Stage
from virtubar.errors import JoinRefusedError
from virtubar.protocol.constants import LEAVE_GRACE_MS, AuthCode, ErrorCode, Role
from virtubar.protocol.events import ChatBroadcast, Error, ServerEvent
from virtubar.room.config import RoomConfig


@pytest.fixture
def stage() -> Stage:
    """A room with Ann and Bob in it."""
    stage = Stage()
    stage.enter("ann", "bob")
    return stage


def refused(stage: Stage, user: str, **claims: Any) -> AuthCode | None:
    """Why the person may not come in; None where they came in."""
    try:
        stage.join(user, **claims)
    except JoinRefusedError as error:
        return error.code
    return None


def code(reply: ServerEvent | None) -> str | None:
    """The code of the error that came back, None where none did."""
    return reply.code if isinstance(reply, Error) else None


def test_a_smaller_room_throws_nobody_out_and_takes_nobody_in(stage: Stage) -> None:
    """Until there is a place again under the new capacity."""
    stage.configure(capacity=1)
    assert stage.told("ann") == []
    assert refused(stage, "cat") is AuthCode.ROOM_FULL
    stage.leave("bob")
    assert refused(stage, "cat") is AuthCode.ROOM_FULL
    stage.leave("ann")
    assert refused(stage, "cat") is None


def test_a_lock_is_felt_at_once_by_newcomers_alone(stage: Stage) -> None:
    """Who is inside stays, and comes back from a lost connection and over another one."""
    stage.configure(locked=True)
    assert refused(stage, "cat") is AuthCode.ROOM_LOCKED
    stage.detach("bob")
    assert stage.join("bob") == "resumed"
    assert stage.join("ann") == "replaced"
    stage.configure(locked=False)
    assert refused(stage, "cat") is None


def test_a_place_that_was_given_up_is_locked_too(stage: Stage) -> None:
    """After the grace, and after leaving by choice, one is a newcomer."""
    stage.configure(locked=True)
    stage.detach("ann")
    stage.expire_after(LEAVE_GRACE_MS)
    stage.leave("bob")
    assert refused(stage, "ann") is AuthCode.ROOM_LOCKED
    assert refused(stage, "bob") is AuthCode.ROOM_LOCKED


def test_the_owner_comes_in_with_any_token(stage: Stage) -> None:
    """Ownership is the room's, whatever role a token carries."""
    stage.configure(locked=True, allowed_roles=(Role.MEMBER,), owner_id="zoe")
    assert refused(stage, "zoe", role=Role.GUEST) is None
    assert refused(stage, "may", role=Role.MODERATOR) is None
    assert refused(stage, "cat", role=Role.MEMBER) is AuthCode.ROOM_LOCKED


def test_guests_who_are_inside_stay_when_sign_in_is_required(stage: Stage) -> None:
    """The list of roles is for newcomers."""
    stage.configure(allowed_roles=(Role.MEMBER,))
    assert stage.say("ann") is None
    assert refused(stage, "cat") is AuthCode.SIGN_IN_REQUIRED
    assert refused(stage, "dan", role=Role.MEMBER) is None


def test_a_new_hearing_radius_is_felt_by_the_next_message(stage: Stage) -> None:
    """And its end as well."""
    stage.move("bob", 1, x=50)
    stage.configure(hearing_radius_m=3.0)
    stage.say("ann", "psst")
    stage.configure(hearing_radius_m=None)
    stage.say("ann", "hello")
    heard = [event.text for event in stage.told("bob") if isinstance(event, ChatBroadcast)]
    assert heard == ["hello"]


def test_new_emotes_words_and_slow_mode_are_felt_at_once(stage: Stage) -> None:
    """Each by the very next thing that somebody does; slow mode knows who spoke before it."""
    assert stage.say("ann", "beer") is None
    stage.configure(emotes=("toast",), words=("beer",), slow_mode_s=30)
    assert code(stage.emote("ann", "cheers")) == ErrorCode.UNKNOWN_EMOTE
    assert stage.emote("ann", "toast") is None
    assert code(stage.say("bob", "Beer!")) == ErrorCode.CHAT_REFUSED
    assert code(stage.say("ann", "water")) == ErrorCode.RATE_LIMITED
    stage.configure()
    assert stage.say("bob", "Beer!") is None
    assert stage.say("ann", "water") is None


def test_settings_of_another_room_are_refused(stage: Stage) -> None:
    """A defect of the caller; the room goes on as it was."""
    with pytest.raises(ValueError, match="nook"):
        stage.room.configure(RoomConfig("nook", "Nook", locked=True))
    assert not stage.room.config.locked
