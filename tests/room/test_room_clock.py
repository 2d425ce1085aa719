"""The clock is set while people are in: what ends at a time of day, ends then (§3, §7)."""

import pytest

from room.stage import Stage
from virtubar.protocol.constants import LEAVE_GRACE_MS
from virtubar.protocol.events import ChatBroadcast, HeartbeatAck
from virtubar.room.clock_steps import CLOCK_STEP_MIN_MS
from virtubar.room.ports import Mute

HOUR_MS = 3_600_000


def test_a_token_ends_sooner_when_the_clock_is_set_forward() -> None:
    """By an hour: every token of five minutes is over, and its member is told."""
    stage = Stage()
    stage.enter("ann")
    stage.set_clock(HOUR_MS)
    when_ms = stage.room.next_deadline()
    assert when_ms is not None
    assert when_ms < stage.now_ms
    stage.expire_after(0)
    assert stage.names("ann") == ["auth_error"]


def test_a_token_ends_later_when_the_clock_is_set_back() -> None:
    """It says until when; that is an hour farther off."""
    stage = Stage()
    stage.enter("ann")
    stage.set_clock(-HOUR_MS)
    stage.expire_after(HOUR_MS + 299_999)
    assert stage.names("ann") == []
    stage.expire_after(1)
    assert stage.names("ann") == ["auth_error"]


@pytest.mark.parametrize("step_ms", [-HOUR_MS, HOUR_MS])
def test_a_mute_ends_when_the_clock_says_so(step_ms: int) -> None:
    """Two hours from now, by the clock as it was; sooner or later by the clock as it is."""
    stage = Stage()
    stage.join("ann", life_ms=9 * HOUR_MS)
    mute = Mute("loud", stage.wall_ms + 2 * HOUR_MS)
    stage.room.mute("ann", mute, stage.now_ms, stage.wall_ms)
    stage.drain()
    stage.posts.clear()
    stage.set_clock(step_ms)
    stage.live(2 * HOUR_MS - step_ms - 1)
    assert stage.names("ann") == []
    stage.live(1)
    assert stage.names("ann") == ["moderation_lifted"]


def test_a_step_is_found_by_whoever_looks_next() -> None:
    """A deadline, or somebody who comes in; the room need not be told."""
    stage = Stage()
    stage.enter("ann")
    stage.step_ms = HOUR_MS
    stage.join("bob")
    stage.expire_after(0)
    assert stage.names("ann") == ["member_joined", "auth_error"]


def test_a_step_too_small_to_tell_from_a_busy_moment_is_none() -> None:
    """At the limit it is felt, one millisecond below it is not; small ones add up."""
    stage = Stage()
    stage.join("ann", life_ms=1000)
    stage.set_clock(CLOCK_STEP_MIN_MS - 1)
    assert stage.room.next_deadline() == stage.now_ms + 1000
    stage.set_clock(1)
    assert stage.room.next_deadline() == stage.now_ms + 1000 - CLOCK_STEP_MIN_MS


@pytest.mark.parametrize("step_ms", [-HOUR_MS, HOUR_MS])
def test_what_waits_is_not_moved_by_a_step(step_ms: int) -> None:
    """The grace of a lost connection is 20 s, whatever the time of day."""
    stage = Stage()
    stage.enter("ann", "bob")
    stage.detach("bob")
    stage.set_clock(step_ms)
    stage.live(LEAVE_GRACE_MS - 1)
    assert "bob" in stage.room.members
    stage.live(1)
    assert "bob" not in stage.room.members


@pytest.mark.parametrize("step_ms", [-HOUR_MS, HOUR_MS])
def test_missed_chat_is_that_of_the_last_five_minutes(step_ms: int) -> None:
    """A step forward loses none of it, and one back keeps none of it longer."""
    stage = Stage()
    stage.enter("ann", "bob")
    stage.say("ann", "hello")
    stage.drain()
    stage.detach("bob")
    stage.set_clock(step_ms)
    stage.room.sample_positions(stage.now_ms, stage.wall_ms)
    stage.posts.clear()
    stage.join("bob", last="", life_ms=9 * HOUR_MS)
    assert [event.text for event in stage.told("bob") if isinstance(event, ChatBroadcast)] == [
        "hello"
    ]
    stage.now_ms += 300_001
    stage.room.sample_positions(stage.now_ms, stage.wall_ms)
    assert stage.room.heard_after(None) == []


@pytest.mark.parametrize("step_ms", [-HOUR_MS, HOUR_MS])
def test_evidence_is_that_of_the_last_five_minutes(step_ms: int) -> None:
    """What happened a minute ago happened a minute before now by the clock as it is; after five
    minutes nothing is kept, whichever way it was set."""
    stage = Stage()
    stage.join("ann", life_ms=9 * HOUR_MS)
    stage.join("bob", life_ms=9 * HOUR_MS)
    stage.say("bob", "boo")
    stage.now_ms += 60_000
    stage.set_clock(step_ms)
    found = stage.room.evidence("ann", "bob", stage.wall_ms)
    assert found is not None
    assert [event["atMs"] for event in found["events"]] == [stage.wall_ms - 60_000] * 3
    stage.now_ms += 240_001
    found = stage.room.evidence("ann", "bob", stage.wall_ms)
    assert found is not None
    assert found["events"] == []


def test_a_heartbeat_tells_the_clock_as_it_is() -> None:
    """Ends of tokens and mutes are counted by it; moves are stamped by another (§1)."""
    stage = Stage()
    stage.enter("ann")
    stage.move("ann", 1)
    stage.set_clock(HOUR_MS)
    stage.move("ann", 2)
    ack = stage.heartbeat("ann")
    assert isinstance(ack, HeartbeatAck)
    assert ack.server_time_ms == stage.wall_ms
    stage.drain()
    first, second = stage.posts["ann"]
    assert (first.ts, second.ts) == (stage.wall_ms - HOUR_MS, stage.wall_ms - HOUR_MS)
