"""What a room counts, hands to storage, and shows to those who keep order."""

import json

import pytest

from room.stage import ROOM_ID, Stage
from virtubar.protocol.constants import CHAT_REPLAY_MAX
from virtubar.protocol.events import ChatBroadcast
from virtubar.room.ports import HeardLine
from virtubar.room.records import ChatRecord


@pytest.fixture
def stage() -> Stage:
    """A room with Ann and Bob in it."""
    stage = Stage()
    stage.enter("ann", "bob")
    return stage


# Counts


def test_what_is_let_through_is_counted(stage: Stage) -> None:
    """Moves, messages and emotes; nothing that was refused, stale or throttled away."""
    for seq in (1, 2, 2, 1):
        stage.move("ann", seq)
    stage.say("ann", "hello")
    stage.say("ann", " ")
    stage.emote("bob", "cheers")
    stage.emote("bob", "moonwalk")
    counts = stage.room.counts
    assert (counts.moves, counts.messages, counts.emotes) == (2, 1, 1)


def test_a_throttled_move_is_counted_when_it_is_let_through(stage: Stage) -> None:
    """Once, and those that it replaced never."""
    for seq in range(10):
        stage.move("ann", seq)
    burst = stage.room.counts.moves
    stage.live(50)
    assert (burst, stage.room.counts.moves) == (5, 6)


# For storage


def test_what_was_said_is_handed_over_once(stage: Stage) -> None:
    """With who said it, under which name, and when."""
    stage.say("ann", " one ")
    said_ms = stage.wall_ms
    assert stage.room.has_said
    (record,) = stage.room.take_said()
    (line,) = stage.room.heard_after(None)
    assert record == ChatRecord(line.message_id, ROOM_ID, "ann", "Ann", "one", said_ms)
    assert (stage.room.has_said, stage.room.take_said()) == (False, [])


def test_what_nobody_heard_is_not_stored(stage: Stage) -> None:
    """Neither empty messages nor refused ones."""
    stage.configure(words=("beer",))
    stage.say("ann", " ")
    stage.say("ann", "beer")
    assert not stage.room.has_said


@pytest.mark.parametrize(("days", "stored"), [(None, True), (1, True), (0, False)])
def test_a_room_may_store_nothing(days: int | None, stored: bool) -> None:
    """With a retention of no days; without a number of its own the server's holds."""
    stage = Stage(chat_retention_days=days)
    stage.enter("ann")
    stage.say("ann")
    assert stage.room.has_said == stored


# For those who keep order


def test_every_message_is_read_whoever_could_hear_it() -> None:
    """Also one that was said to nobody within a radius."""
    stage = Stage(hearing_radius_m=1.0)
    stage.enter("ann", "bob")
    stage.move("bob", 1, x=50)
    stage.say("ann", "psst")
    stage.say("bob", "hm")
    ids = [record.message_id for record in stage.room.take_said()]
    assert stage.room.heard_after(None) == [
        HeardLine(ids[0], "ann", "Ann", "psst", stage.wall_ms),
        HeardLine(ids[1], "bob", "Bob", "hm", stage.wall_ms),
    ]
    assert [line.text for line in stage.room.heard_after(ids[0])] == ["hm"]
    assert stage.room.heard_after(ids[1]) == []


def test_a_message_keeps_the_name_of_somebody_who_left(stage: Stage) -> None:
    """It was said under it."""
    stage.say("ann", "bye")
    stage.leave("ann")
    (line,) = stage.room.heard_after(None)
    assert line.display_name == "Ann"


def test_what_somebody_is_called_is_known_while_they_are_there_and_for_five_minutes() -> None:
    """However long ago they came; and of those who left lately, so that an act can name them."""
    stage = Stage()
    stage.enter("ann", "bob")
    stage.renew("ann", life_ms=1e9)
    stage.leave("bob")
    assert stage.room.name_of("bob") == "Bob"
    stage.now_ms += 300_001
    stage.room.sample_positions(stage.now_ms, stage.wall_ms)
    assert stage.room.name_of("ann") == "Ann"
    assert stage.room.name_of("bob") is None
    assert stage.room.name_of("eve") is None


def test_at_most_as_many_lines_as_are_asked_for(stage: Stage) -> None:
    """The newest of them, oldest first."""
    stage.renew("ann", life_ms=1e9)
    for n in range(CHAT_REPLAY_MAX + 5):
        stage.now_ms += 1000
        stage.say("ann", f"n{n}")
    assert len(stage.room.heard_after(None)) == CHAT_REPLAY_MAX
    texts = [line.text for line in stage.room.heard_after(None, limit=2)]
    assert texts == [f"n{CHAT_REPLAY_MAX + 3}", f"n{CHAT_REPLAY_MAX + 4}"]


# For nobody any more


def test_somebody_who_is_forgotten_leaves_no_word(stage: Stage) -> None:
    """Neither for those who keep order, nor on the way to storage, nor for who missed it; what the
    others said stays (docs/privacy.md)."""
    stage.say("ann", "mine")
    stage.say("bob", "yours")
    stage.detach("bob")
    stage.leave("ann")
    stage.room.forget_person("ann")
    assert [line.text for line in stage.room.heard_after(None)] == ["yours"]
    assert [record.text for record in stage.room.take_said()] == ["yours"]
    stage.drain()
    stage.join("bob", last="")
    told = [event.text for event in stage.told("bob") if isinstance(event, ChatBroadcast)]
    assert told == ["yours"]


def test_somebody_who_is_forgotten_is_in_no_evidence(stage: Stage) -> None:
    """Nothing that they said or did, nor where they stood (docs/privacy.md)."""
    stage.enter("eve")
    stage.say("ann", "mine")
    stage.say("eve", "hers")
    stage.emote("ann", "cheers")
    stage.room.sample_positions(stage.now_ms, stage.wall_ms)
    stage.leave("ann")
    stage.room.forget_person("ann")
    found = stage.room.evidence("bob", "eve", stage.wall_ms)
    assert found is not None
    assert "hers" in json.dumps(found)
    assert "ann" not in json.dumps(found).lower()
