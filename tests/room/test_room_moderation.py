"""Mutes, kicks and bans as the room feels them (§7)."""

import pytest

from room.stage import Stage
from support.greeting import GREETING
from virtubar.protocol.constants import AuthCode, CloseCode, ErrorCode, Role
from virtubar.protocol.events import (
    Error,
    MemberLeft,
    ModerationAction,
    ModerationDetails,
    ModerationLifted,
    Session,
)
from virtubar.room.outcomes import Ending
from virtubar.room.ports import Mute, Refusal


@pytest.fixture
def stage() -> Stage:
    """A room with Ann and Bob in it."""
    stage = Stage()
    stage.enter("ann", "bob")
    return stage


def mute(stage: Stage, user: str, life_ms: int | None = None) -> Mute:
    """Mute someone, for good or for that long."""
    held = Mute("too loud", None if life_ms is None else stage.wall_ms + life_ms)
    stage.room.mute(user, held, stage.now_ms, stage.wall_ms)
    return held


@pytest.mark.parametrize(
    ("code", "kind", "close_code"),
    [
        (AuthCode.KICKED, "kicked", CloseCode.KICKED),
        (AuthCode.BANNED, "banned", CloseCode.BANNED),
    ],
)
def test_whoever_is_thrown_out_is_told_why_and_then_closed(
    stage: Stage, code: AuthCode, kind: str, close_code: CloseCode
) -> None:
    """`moderation_action` and its details to that person only; the others see a leave."""
    until_ms = stage.wall_ms + 60_000
    stage.room.eject("bob", Refusal(code, "spilled beer", until_ms), stage.wall_ms)
    action, details = stage.told("bob")
    assert isinstance(action, ModerationAction)
    assert (action.type, action.reason) == (kind, "spilled beer")
    assert isinstance(details, ModerationDetails)
    assert (details.type, details.until_ms, details.scope) == (kind, until_ms, "room")
    assert stage.endings == [Ending("bob", close_code, kind)]
    assert stage.told("ann") == [MemberLeft("bob")]


def test_throwing_out_someone_lost_ends_the_grace(stage: Stage) -> None:
    """There is no connection to tell or to close; the others see the leave at once."""
    stage.detach("bob")
    stage.drain()
    stage.posts.clear()
    stage.room.eject("bob", Refusal(AuthCode.BANNED, "", None), stage.wall_ms)
    assert stage.told("ann") == [MemberLeft("bob")]
    assert stage.told("bob") == []
    assert stage.endings == []


def test_throwing_out_someone_who_is_not_there_does_nothing(stage: Stage) -> None:
    """The record of it is not the room's business."""
    stage.room.eject("cat", Refusal(AuthCode.BANNED, "", None), stage.wall_ms)
    stage.room.mute("cat", Mute("", None), stage.now_ms, stage.wall_ms)
    assert not stage.room.dirty


def test_whoever_is_thrown_out_has_no_right_to_the_past(stage: Stage) -> None:
    """When they may come in again, they are a fresh visitor."""
    stage.room.eject("bob", Refusal(AuthCode.KICKED, "", None), stage.wall_ms)
    stage.say("ann", "good riddance")
    stage.drain()
    stage.posts.clear()
    stage.join("bob", last="")
    assert stage.names("bob") == [*GREETING]


def test_someone_muted_is_told_and_nobody_else(stage: Stage) -> None:
    """`moderation_action` and its details, null for good."""
    mute(stage, "bob")
    assert stage.told("bob") == [
        ModerationAction("mutedByMod", "too loud"),
        ModerationDetails("mutedByMod", None, "room"),
    ]
    assert stage.told("ann") == []


def test_what_someone_muted_says_is_refused(stage: Stage) -> None:
    """`error muted` each time, at no cost to the rate, whatever the text; emotes go on."""
    mute(stage, "bob")
    for text in ("hello", " ", "x" * 999):
        reply = stage.say("bob", text)
        assert isinstance(reply, Error)
        assert reply.code == ErrorCode.MUTED
    assert stage.emote("bob") is None
    assert stage.names("ann") == ["emote_broadcast"]
    stage.room.mute("bob", None, stage.now_ms, stage.wall_ms)
    assert stage.say("bob") is None


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.OWNER, Role.ADMIN])
def test_a_mute_binds_those_who_keep_order_too(stage: Stage, role: Role) -> None:
    """SimpleRules rules do not; a mute was meant for them by somebody above."""
    stage.join("eve", role=role)
    mute(stage, "eve")
    reply = stage.say("eve")
    assert isinstance(reply, Error)
    assert reply.code == ErrorCode.MUTED


def test_a_mute_ends_at_its_moment_and_its_end_is_told(stage: Stage) -> None:
    """Not a millisecond sooner; the deadline is the room's own."""
    mute(stage, "bob", 5000)
    stage.expire_after(4999)
    assert isinstance(stage.say("bob"), Error)
    stage.drain()
    stage.posts.clear()
    stage.expire_after(1)
    assert stage.told("bob") == [ModerationLifted("mutedByMod")]
    assert stage.say("bob") is None


def test_a_mute_made_longer_ends_later(stage: Stage) -> None:
    """The first end comes and finds another."""
    mute(stage, "bob", 1000)
    mute(stage, "bob", 5000)
    stage.expire_after(4999)
    assert isinstance(stage.say("bob"), Error)
    stage.expire_after(1)
    assert stage.say("bob") is None


def test_a_mute_made_for_good_does_not_end(stage: Stage) -> None:
    """The earlier one's end lifts nothing."""
    mute(stage, "bob", 1000)
    mute(stage, "bob")
    stage.expire_after(10_000)
    assert isinstance(stage.say("bob"), Error)


def test_lifting_a_mute_is_told_once(stage: Stage) -> None:
    """And not to someone who had none."""
    stage.room.mute("bob", None, stage.now_ms, stage.wall_ms)
    assert stage.told("bob") == []
    mute(stage, "bob", 5000)
    stage.room.mute("bob", None, stage.now_ms, stage.wall_ms)
    assert stage.names("bob") == ["moderation_action", "moderation_details", "moderation_lifted"]
    stage.expire_after(5000)
    assert stage.told("bob") == []


def test_a_mute_is_repeated_when_its_bearer_comes_back(stage: Stage) -> None:
    """`session.muted`, and after the session the action and its details again."""
    held = mute(stage, "bob", 60_000)
    stage.drain()
    stage.posts.clear()
    stage.detach("bob")
    stage.join("bob", mute=held)
    told = stage.told("bob")
    assert isinstance(told[1], Session)
    assert told[1].muted
    assert told[len(GREETING) :] == [
        ModerationAction("mutedByMod", "too loud"),
        ModerationDetails("mutedByMod", held.until_ms, "room"),
    ]
    assert isinstance(stage.say("bob"), Error)


def test_a_mute_that_ended_meanwhile_is_gone_on_the_return(stage: Stage) -> None:
    """What holds is what the join is given."""
    mute(stage, "bob")
    stage.detach("bob")
    stage.join("bob", mute=None)
    session = stage.told("bob")[-2]
    assert isinstance(session, Session)
    assert not session.muted
    assert stage.say("bob") is None


def test_what_was_addressed_to_one_reaches_nobody_else(stage: Stage) -> None:
    """Several private posts in one flush each go to whom they are for, among what is for all."""
    stage.join("cat")
    stage.drain()
    stage.posts.clear()
    mute(stage, "ann")
    stage.say("cat", "hm")
    mute(stage, "bob")
    assert stage.names("ann") == ["moderation_action", "moderation_details", "chat_broadcast"]
    assert stage.names("bob") == ["chat_broadcast", "moderation_action", "moderation_details"]
    assert stage.names("cat") == ["chat_broadcast"]
