"""Whatever a room refuses, it says why in a sentence that the page can show (§2, §3)."""

import re
from collections.abc import Callable

import pytest

from room.stage import LIFE_MS, ROOM_ID, Stage
from virtubar.errors import JoinRefusedError
from virtubar.protocol.constants import AuthCode, ErrorCode, Role
from virtubar.protocol.events import AuthError, Error, LocalChat, ServerEvent
from virtubar.room.config import RoomConfig
from virtubar.room.entry import check_entry
from virtubar.room.ports import Mute

_sentence = re.compile(r"[A-Z][a-z]*( [a-z0-9;:,]+)+\.( [A-Z][a-z]*( [a-z0-9;:,]+)+\.)*")


def assert_is_told(told: ServerEvent | None, code: ErrorCode) -> None:
    """The refusal has the code for programs and a sentence for people."""
    assert isinstance(told, Error)
    assert told.code is code
    assert _sentence.fullmatch(told.message), told.message


def repeated(do: Callable[[], ServerEvent | None]) -> ServerEvent | None:
    """What comes back once a limit is reached."""
    return next((told for told in (do() for _ in range(20)) if told is not None), None)


@pytest.fixture
def stage() -> Stage:
    """A room with Ann and Bob in it."""
    stage = Stage(words=("beer",), guard="gentle")
    stage.enter("ann", "bob")
    return stage


def test_who_does_something_too_fast_is_told_the_limit(stage: Stage) -> None:
    """Of messages, emotes and seats."""
    numbers = iter(range(100))
    for do in (
        lambda: stage.say("ann", f"n{next(numbers)}"),
        lambda: stage.emote("ann"),
        lambda: stage.sit("ann", f"stool-{next(numbers)}"),
    ):
        told = repeated(do)
        assert_is_told(told, ErrorCode.RATE_LIMITED)
        assert isinstance(told, Error)
        assert told.message.endswith(" a second.")


def test_who_does_something_that_is_not_there_to_be_done_is_told_so(stage: Stage) -> None:
    """Another room, an emote that the room has not, a seat that somebody has, nothing to say."""
    elsewhere = LocalChat("cellar", "Hello", "local")
    told = stage.room.handle("ann", elsewhere, stage.wall_ms, stage.now_ms, stage.wall_ms)
    assert_is_told(told, ErrorCode.WRONG_ROOM)
    assert_is_told(stage.emote("ann", "somersault"), ErrorCode.UNKNOWN_EMOTE)
    assert stage.sit("bob", "stool") is None
    assert_is_told(stage.sit("ann", "stool"), ErrorCode.SEAT_TAKEN)
    assert_is_told(stage.say("ann", " \u200b "), ErrorCode.CHAT_EMPTY)


def test_whose_words_are_not_welcome_is_told_so(stage: Stage) -> None:
    """A listed word, the same thing again and again, a mute."""
    assert_is_told(stage.say("ann", "beer"), ErrorCode.CHAT_REFUSED)

    def again() -> ServerEvent | None:
        stage.now_ms += 2_000
        return stage.say("bob", "the same thing")

    assert_is_told(repeated(again), ErrorCode.CHAT_REFUSED)
    stage.room.mute("bob", Mute("loud", None), stage.now_ms, stage.wall_ms)
    assert_is_told(stage.say("bob", "anything"), ErrorCode.MUTED)


def test_slow_mode_says_that_it_is_on_and_how_slow() -> None:
    """So that nobody thinks that the page is broken."""
    stage = Stage(slow_mode_s=30)
    stage.enter("ann")
    assert stage.say("ann", "one") is None
    stage.now_ms += 2_000
    told = stage.say("ann", "two")
    assert_is_told(told, ErrorCode.RATE_LIMITED)
    assert isinstance(told, Error)
    assert "30 seconds" in told.message


def test_whose_token_ran_out_is_told_what_to_do(stage: Stage) -> None:
    """Before they are put out, so that the page can ask for another one."""
    stage.expire_after(LIFE_MS)
    (told,) = [event for event in stage.told("ann") if isinstance(event, AuthError)]
    assert told.code is AuthCode.TOKEN_EXPIRED
    assert _sentence.fullmatch(told.message), told.message
    assert "join again" in told.message


@pytest.mark.parametrize(
    ("config", "role"),
    [
        (RoomConfig(ROOM_ID, "Lobby", locked=True), Role.GUEST),
        (RoomConfig(ROOM_ID, "Lobby", allowed_roles=()), Role.GUEST),
        (RoomConfig(ROOM_ID, "Lobby", allowed_roles=()), Role.MEMBER),
        (RoomConfig(ROOM_ID, "Lobby", capacity=1), Role.ADMIN),
    ],
)
def test_who_may_not_come_in_reads_why(config: RoomConfig, role: Role) -> None:
    """A lock, no guests, not everybody, no place."""
    with pytest.raises(JoinRefusedError) as refused:
        check_entry(config, role, is_member=False, occupancy=1)
    assert _sentence.fullmatch(refused.value.message), refused.value.message
    assert str(refused.value) == refused.value.message
