"""Speaking and showing feelings: limits, who hears, and what was missed (§6)."""

import pytest

from room.stage import EPOCH_MS, Stage
from support.greeting import WHOLE_GREETING
from virtubar.protocol.constants import (
    CHAT_BURST,
    CHAT_REPLAY_MAX,
    CHAT_REPLAY_MS,
    EMOTE_BURST,
    EMOTE_IDS,
    LEAVE_GRACE_MS,
    ErrorCode,
)
from virtubar.protocol.events import (
    ChatBroadcast,
    ChatHeard,
    EmoteBroadcast,
    Error,
    ServerEvent,
)


@pytest.fixture
def stage() -> Stage:
    """A room with Ann and Bob in it."""
    stage = Stage()
    stage.enter("ann", "bob")
    return stage


def texts(events: list[ServerEvent]) -> list[str]:
    """What was said, in these events."""
    return [event.text for event in events if isinstance(event, ChatBroadcast)]


def refusal(reply: ServerEvent | None) -> Error:
    """The error that came back."""
    assert isinstance(reply, Error)
    return reply


def test_a_message_goes_to_everyone_its_speaker_too(stage: Stage) -> None:
    """As one `chat_broadcast` with a messageId, stamped with the server's time."""
    assert stage.say("ann", "  hello\tthere ") is None
    (said,) = stage.told("ann")
    assert isinstance(said, ChatBroadcast)
    assert (said.user_id, said.text) == ("ann", "hello there")
    stage.say("bob")
    stage.drain()
    assert stage.posts["bob"][0].event == said
    assert stage.posts["bob"][0].ts == EPOCH_MS


def test_message_ids_rise_in_the_order_of_speaking(stage: Stage) -> None:
    """Also within one millisecond, and between speakers."""
    for speaker in ("ann", "bob", "ann"):
        stage.say(speaker)
    ids = [event.message_id for event in stage.told("bob") if isinstance(event, ChatBroadcast)]
    assert len(ids) == 3
    assert ids == sorted(set(ids))


def test_240_characters_are_said_and_241_refused(stage: Stage) -> None:
    """At the limit whole; past it refused, never cut, and at no cost to the rate."""
    assert stage.say("ann", "é" * 240) is None
    for _ in range(20):
        error = refusal(stage.say("ann", "é" * 241))
        assert (error.code, error.event) == (ErrorCode.CHAT_TOO_LONG, "local_chat")
        assert error.retry_after_ms is None
    assert refusal(stage.say("ann", " \u202e\n ")).code == ErrorCode.CHAT_EMPTY
    assert stage.say("ann", "still here") is None
    assert texts(stage.told("bob")) == ["é" * 240, "still here"]


def test_five_messages_at_once_and_the_sixth_is_refused_with_a_time(stage: Stage) -> None:
    """The burst, one past it, and `retryAfterMs` after which the next one is let through."""
    for _ in range(CHAT_BURST):
        assert stage.say("ann") is None
    error = refusal(stage.say("ann"))
    assert error.code == ErrorCode.RATE_LIMITED
    assert error.retry_after_ms == 1000
    stage.now_ms += error.retry_after_ms - 1
    assert refusal(stage.say("ann")).retry_after_ms in (1, 2), "never too early"
    stage.now_ms += 1
    assert stage.say("ann") is None
    assert len(stage.told("bob")) == CHAT_BURST + 1


def test_one_speaker_at_the_limit_does_not_silence_another(stage: Stage) -> None:
    """The rate is each person's own, and a reconnect does not reset it."""
    for _ in range(CHAT_BURST):
        stage.say("ann")
    assert stage.say("bob") is None
    stage.join("ann")
    assert refusal(stage.say("ann")).code == ErrorCode.RATE_LIMITED


@pytest.mark.parametrize(("distance_m", "heard"), [(4.999, True), (5.0, True), (5.001, False)])
def test_a_hearing_radius_ends_where_it_says(distance_m: float, heard: bool) -> None:
    """At the radius one hears, a millimetre past it one does not; the speaker always does, and is
    told how many others did."""
    stage = Stage(hearing_radius_m=5.0)
    stage.enter("ann", "bob")
    stage.move("ann", 1, x=0)
    stage.move("bob", 1, x=distance_m)
    stage.drain()
    stage.posts.clear()
    stage.say("ann", "psst")
    said, count = stage.told("ann")
    assert isinstance(said, ChatBroadcast)
    assert count == ChatHeard(said.message_id, int(heard))
    assert texts(stage.told("bob")) == (["psst"] if heard else [])


def test_a_hearing_radius_is_a_sphere() -> None:
    """Every axis counts: 3, 4 and 12 are 13 apart."""
    stage = Stage(hearing_radius_m=13.0)
    stage.enter("ann", "bob")
    stage.move("ann", 1)
    for user, y in (("ann", 0.0), ("bob", 12.0)):
        member = stage.room.members[user]
        member.x, member.y, member.z = 0.0, y, 0.0
    bob = stage.room.members["bob"]
    bob.x, bob.z = 3.0, 4.0
    stage.say("ann", "in")
    bob.y = 12.1
    stage.say("ann", "out")
    assert texts(stage.told("bob")) == ["in"]


def test_without_a_radius_nobody_is_counted(stage: Stage) -> None:
    """`chat_heard` comes only where a radius is set."""
    stage.say("ann")
    assert stage.names("ann") == ["chat_broadcast"]


# Missed chat


def last_id(stage: Stage, user: str) -> str:
    """The id of the last message that the person was told, once told everything."""
    ids = [event.message_id for event in stage.told(user) if isinstance(event, ChatBroadcast)]
    return ids[-1]


def test_what_was_missed_comes_after_the_session_in_order_with_its_time(stage: Stage) -> None:
    """Exactly what was said after `lastMessageId`, as ordinary broadcasts."""
    stage.say("ann", "one")
    seen = last_id(stage, "bob")
    stage.detach("bob")
    stage.now_ms += 700
    stage.say("ann", "two")
    said_ms = stage.wall_ms
    stage.say("ann", "three")
    stage.drain()
    stage.now_ms += 5000
    stage.join("bob", last=seen)
    stage.drain()
    posts = stage.posts["bob"]
    assert [str(post.event.EVENT) for post in posts] == [
        *WHOLE_GREETING,
        "chat_broadcast",
        "chat_broadcast",
    ]
    assert texts([post.event for post in posts]) == ["two", "three"]
    assert [post.ts for post in posts[len(WHOLE_GREETING) :]] == [said_ms, said_ms]


def test_a_message_before_the_flush_is_replayed_and_one_after_it_comes_live(stage: Stage) -> None:
    """The seam between replay and room: nothing twice, nothing lost."""
    stage.say("bob", "zero")
    seen = last_id(stage, "bob")
    stage.detach("bob")
    stage.say("ann", "one")
    stage.join("bob", last=seen)
    stage.say("ann", "two")
    assert texts(stage.told("bob")) == ["one", "two"]


def test_whoever_asks_for_nothing_gets_nothing(stage: Stage) -> None:
    """`lastMessageId` is optional, and without it there is no replay."""
    stage.detach("bob")
    stage.say("ann")
    stage.join("bob")
    assert texts(stage.told("bob")) == []


def test_a_fresh_visitor_gets_nothing_that_was_said_before(stage: Stage) -> None:
    """Whatever id it makes up, and also what was said in the very same moment."""
    stage.say("ann", "a secret")
    stage.join("cat", last="")
    stage.say("ann", "in public")
    assert texts(stage.told("cat")) == ["in public"]


def test_someone_who_left_is_a_fresh_visitor(stage: Stage) -> None:
    """Going by choice gives the right to the past up, also to what one heard."""
    stage.say("ann", "one")
    stage.leave("bob")
    stage.say("ann", "two")
    stage.join("bob", last="")
    assert texts(stage.told("bob")) == []


def test_someone_whose_grace_ended_still_gets_what_was_missed(stage: Stage) -> None:
    """They are a new member, but did not go by choice."""
    stage.detach("bob")
    stage.say("ann", "in the grace")
    stage.expire_after(LEAVE_GRACE_MS)
    stage.say("ann", "after it")
    assert stage.join("bob", last="") == "new"
    assert texts(stage.told("bob")) == ["in the grace", "after it"]


@pytest.mark.parametrize(("away_ms", "missed"), [(-1, ["after it"]), (0, [])])
def test_the_right_to_the_past_ends_five_minutes_after_the_grace(
    stage: Stage, away_ms: int, missed: list[str]
) -> None:
    """A millisecond before that it is there; then one is a fresh visitor."""
    stage.detach("bob")
    stage.expire_after(LEAVE_GRACE_MS)
    stage.now_ms += 60_000
    stage.say("ann", "after it")
    stage.now_ms += CHAT_REPLAY_MS - 60_000 + away_ms
    stage.join("bob", last="")
    assert texts(stage.told("bob")) == missed


@pytest.mark.parametrize(("age_ms", "kept"), [(CHAT_REPLAY_MS, True), (CHAT_REPLAY_MS + 1, False)])
def test_what_was_said_is_kept_for_five_minutes(stage: Stage, age_ms: int, kept: bool) -> None:
    """At five minutes it is replayed, a millisecond later it is not."""
    stage.say("ann", "once")
    stage.now_ms += age_ms
    stage.join("bob", last="")
    assert texts(stage.told("bob")) == (["once"] if kept else [])


def test_at_most_200_messages_are_replayed(stage: Stage) -> None:
    """The newest of them, in order."""
    stage.detach("bob")
    for n in range(CHAT_REPLAY_MAX + 3):
        stage.now_ms += 1000
        assert stage.say("ann", f"n{n}") is None
    stage.join("bob", last="")
    assert texts(stage.told("bob")) == [f"n{n}" for n in range(3, CHAT_REPLAY_MAX + 3)]


def test_what_one_could_not_hear_is_not_replayed() -> None:
    """A message within a radius belongs to those who were within it, lost or not."""
    stage = Stage(hearing_radius_m=5.0)
    stage.enter("ann", "bob", "cat")
    for user, x in (("ann", 0), ("bob", 3), ("cat", 50)):
        stage.move(user, 1, x=x)
    stage.drain()
    stage.posts.clear()
    for user in ("bob", "cat"):
        stage.detach(user)
    stage.say("ann", "psst")
    for user in ("bob", "cat"):
        stage.join(user, last="")
    assert texts(stage.told("bob")) == ["psst"]
    assert texts(stage.told("cat")) == []


# Emotes


def test_an_emote_goes_to_everyone_its_sender_too(stage: Stage) -> None:
    """As `emote_broadcast`."""
    assert stage.emote("ann", "cheers") is None
    assert stage.told("ann") == [EmoteBroadcast("ann", "cheers")]
    assert stage.told("bob") == [EmoteBroadcast("ann", "cheers")]


def test_every_known_emote_is_known(stage: Stage) -> None:
    """A room without a list of its own knows those of the protocol."""
    for emote_id in EMOTE_IDS:
        stage.now_ms += 500
        assert stage.emote("ann", emote_id) is None


def test_an_unknown_emote_is_refused_at_no_cost_to_the_rate(stage: Stage) -> None:
    """Nobody sees it."""
    for _ in range(20):
        error = refusal(stage.emote("ann", "moonwalk"))
        assert (error.code, error.event) == (ErrorCode.UNKNOWN_EMOTE, "emote")
    assert stage.emote("ann") is None
    assert stage.names("bob") == ["emote_broadcast"]


def test_a_room_may_have_its_own_emotes() -> None:
    """Then it knows those, and no others."""
    stage = Stage(emotes=("toast",))
    stage.enter("ann")
    assert stage.emote("ann", "toast") is None
    assert refusal(stage.emote("ann", "cheers")).code == ErrorCode.UNKNOWN_EMOTE


def test_four_emotes_at_once_and_the_fifth_is_refused_with_a_time(stage: Stage) -> None:
    """Two a second, burst four; `retryAfterMs` keeps its word."""
    for _ in range(EMOTE_BURST):
        assert stage.emote("ann") is None
    error = refusal(stage.emote("ann"))
    assert (error.code, error.retry_after_ms) == (ErrorCode.RATE_LIMITED, 500)
    stage.now_ms += 499
    assert refusal(stage.emote("ann")).retry_after_ms in (1, 2), "never too early"
    stage.now_ms += 1
    assert stage.emote("ann") is None


def test_chat_and_emotes_have_limits_of_their_own(stage: Stage) -> None:
    """Speaking does not use up feelings, nor either of them moving."""
    for _ in range(9):
        stage.say("ann")
        stage.emote("ann")
    stage.move("ann", 1)
    names = stage.names("bob")
    assert names.count("chat_broadcast") == CHAT_BURST
    assert names.count("emote_broadcast") == EMOTE_BURST
    assert names.count("avatar_transform_broadcast") == 1
