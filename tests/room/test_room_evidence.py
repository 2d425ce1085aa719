"""What a report is given: what its reporter could have seen and heard in 5 minutes (§7)."""

import json
from typing import Any

import pytest

from room.stage import ROOM_ID, Stage
from virtubar.protocol.constants import CHAT_REPLAY_MS, LEAVE_GRACE_MS
from virtubar.protocol.events import AvatarTransform
from virtubar.room.evidence import SHOWN_MAX
from virtubar.room.happenings import (
    HAPPENED_MAX,
    NEAREST_MAX,
    SAID_MAX,
    SAMPLE_INTERVAL_MS,
    SAMPLES_MAX,
    WINDOW_MS,
)
from virtubar.room.ports import Mute


@pytest.fixture
def stage() -> Stage:
    """A room with Ann and Bob in it."""
    stage = Stage()
    stage.enter("ann", "bob")
    return stage


def gather(stage: Stage, reporter: str = "ann", reported: str = "bob") -> dict[str, Any] | None:
    """The evidence for one report."""
    return stage.room.evidence(reporter, reported, stage.wall_ms)


def evidence(stage: Stage, reporter: str = "ann", reported: str = "bob") -> dict[str, Any]:
    """The evidence for one report that may be made."""
    found = gather(stage, reporter, reported)
    assert found is not None
    return found


def seen(found: dict[str, Any]) -> list[tuple[str, str]]:
    """Who did what, with what was said or felt, in order."""
    return [
        (event["userId"], event.get("text") or event.get("emoteId") or event["kind"])
        for event in found["events"]
    ]


def step(stage: Stage, ms: float = 1) -> None:
    """Let a moment pass."""
    stage.now_ms += ms


def test_it_has_the_form_that_is_written_down(stage: Stage) -> None:
    """Times in wall ms, people by name, events with what belongs to their kind, whole metres."""
    came_ms = stage.wall_ms
    step(stage, 1000)
    stage.move("bob", 1, x=1.4, z=-2.6)
    stage.say("bob", "hello")
    stage.emote("bob", "heart")
    said = stage.room.heard_after(None)[0]
    step(stage, 1000)
    stage.leave("bob")
    ann = stage.room.members["ann"]
    found = evidence(stage)
    assert found == {
        "fromMs": stage.wall_ms - WINDOW_MS,
        "toMs": stage.wall_ms,
        "people": {"ann": "Ann", "bob": "Bob"},
        "events": [
            {"atMs": came_ms, "kind": "joined", "userId": "ann"},
            {"atMs": came_ms, "kind": "joined", "userId": "bob"},
            {"atMs": came_ms + 1000, "kind": "chat", "userId": "bob", "text": "hello",
             "messageId": said.message_id},
            {"atMs": came_ms + 1000, "kind": "emote", "userId": "bob", "emoteId": "heart"},
            {"atMs": came_ms + 2000, "kind": "left", "userId": "bob"},
        ],
        "positions": [
            {"atMs": stage.wall_ms, "places": {"ann": [round(ann.x), round(ann.z)]},
             "apart": ["ann"]},
        ],
    }  # fmt: skip
    assert json.loads(json.dumps(found)) == found


def test_positions_are_sampled_and_taken_once_more_for_the_report(stage: Stage) -> None:
    """Each sample holds everybody's place at its time, and asking changes nothing."""
    for n in range(3):
        stage.move("bob", n, x=10.0 * n)
        stage.room.sample_positions(stage.now_ms, stage.wall_ms)
        step(stage, SAMPLE_INTERVAL_MS)
    stage.move("bob", 3, x=99)
    found = evidence(stage)
    assert [sample["places"]["bob"][0] for sample in found["positions"]] == [0, 10, 20, 99]
    times = [sample["atMs"] for sample in found["positions"]]
    assert times == [stage.wall_ms - ago * SAMPLE_INTERVAL_MS for ago in (3, 2, 1, 0)]
    assert evidence(stage) == found


# Only what the reporter could have seen and heard


def test_what_was_before_the_reporter_came_is_not_in_it(stage: Stage) -> None:
    """Neither words nor feelings nor places, also of the very same moment."""
    stage.say("bob", "before")
    stage.emote("bob", "sad")
    stage.room.sample_positions(stage.now_ms, stage.wall_ms)
    stage.join("cat")
    stage.say("bob", "after")
    found = evidence(stage, "cat")
    assert seen(found) == [("cat", "joined"), ("bob", "after")]
    assert len(found["positions"]) == 1


def test_what_was_out_of_earshot_is_not_in_it() -> None:
    """A hearing radius holds for reports too; feelings are seen through the whole room."""
    stage = Stage(hearing_radius_m=5.0)
    stage.enter("ann", "bob")
    stage.move("ann", 1)
    for seq, (x, text) in enumerate([(50, "far"), (3, "near"), (50, "far again")]):
        stage.move("bob", seq, x=x)
        step(stage)
        stage.say("bob", text)
    stage.emote("bob", "clap")
    assert seen(evidence(stage))[2:] == [("bob", "near"), ("bob", "clap")]


def test_someone_who_dropped_out_has_heard_what_is_replayed_and_seen_what_they_were_there_for(
    stage: Stage,
) -> None:
    """Missed chat is theirs (§6); whoever came, went or felt while they were gone was not seen."""
    stage.say("bob", "first")
    stage.detach("ann")
    step(stage)
    stage.emote("bob", "laugh")
    stage.expire_after(LEAVE_GRACE_MS)
    stage.say("bob", "meanwhile")
    stage.emote("bob", "clap")
    step(stage)
    stage.join("ann", last="")
    assert seen(evidence(stage)) == [("bob", "first"), ("bob", "meanwhile"), ("ann", "joined")]


def test_the_grace_is_part_of_a_stay(stage: Stage) -> None:
    """Who resumes has been there all the time."""
    stage.detach("ann")
    step(stage)
    stage.emote("bob", "laugh")
    step(stage)
    stage.join("ann")
    assert seen(evidence(stage)) == [("ann", "joined"), ("bob", "joined"), ("bob", "laugh")]


def test_someone_who_left_has_given_it_up(stage: Stage) -> None:
    """A later visit is a fresh one, as for missed chat."""
    stage.say("bob", "rude")
    stage.leave("ann")
    step(stage)
    stage.join("ann")
    assert seen(evidence(stage)) == [("ann", "joined")]


def test_what_was_refused_is_not_in_it(stage: Stage) -> None:
    """Nobody heard it."""
    stage.configure(words=("beer",))
    stage.say("bob", "beer")
    stage.emote("bob", "moonwalk")
    stage.room.mute("bob", Mute("loud", None), stage.now_ms, stage.wall_ms)
    stage.say("bob", "hello")
    assert seen(evidence(stage)) == [("ann", "joined"), ("bob", "joined")]


# Whom it is about


def test_nobody_who_is_not_there_gets_any(stage: Stage) -> None:
    """A reporter is a member, in grace or not."""
    stage.detach("ann")
    assert gather(stage) is not None
    stage.expire_after(LEAVE_GRACE_MS)
    assert gather(stage) is None
    assert gather(stage, "zoe") is None


def test_someone_who_was_never_met_cannot_be_reported(stage: Stage) -> None:
    """Not by a name that was made up, nor somebody who left before one came."""
    assert gather(stage, reported="zoe") is None
    stage.leave("bob")
    step(stage)
    stage.join("cat")
    assert gather(stage, "cat", "bob") is None
    assert gather(stage, "ann", "bob") is not None


@pytest.mark.parametrize(("away_ms", "known"), [(0, True), (1, False)])
def test_someone_who_left_can_be_reported_for_five_minutes(
    stage: Stage, away_ms: int, known: bool
) -> None:
    """By those who saw them."""
    stage.renew("ann", life_ms=2 * WINDOW_MS)
    stage.leave("bob")
    step(stage, WINDOW_MS + away_ms)
    assert (gather(stage) is not None) == known


def test_someone_who_is_there_can_be_reported_however_quiet(stage: Stage) -> None:
    """After an hour of nothing too."""
    step(stage, 12 * WINDOW_MS)
    stage.room.sample_positions(stage.now_ms, stage.wall_ms)
    found = evidence(stage)
    assert found["people"] == {"ann": "Ann", "bob": "Bob"}
    assert found["events"] == []
    assert len(found["positions"]) == 2


# Bounds


def test_what_is_older_than_five_minutes_is_forgotten(stage: Stage) -> None:
    """When positions are sampled, without anybody asking; the chat's history too."""
    stage.say("bob", "once")
    stage.emote("bob")
    stage.room.sample_positions(stage.now_ms, stage.wall_ms)
    step(stage, WINDOW_MS)
    stage.room.sample_positions(stage.now_ms, stage.wall_ms)
    kept = stage.room._memory.evidence
    assert (len(kept._said), len(kept._happened), len(kept._samples)) == (1, 3, 2)
    assert len(stage.room.heard_after(None)) == 1
    step(stage, 1)
    stage.room.sample_positions(stage.now_ms, stage.wall_ms)
    assert (len(kept._said), len(kept._happened), len(kept._samples)) == (0, 0, 2)
    assert stage.room.heard_after(None) == []
    assert CHAT_REPLAY_MS == WINDOW_MS


def test_an_empty_room_keeps_no_samples(stage: Stage) -> None:
    """Whoever samples need not look whether anybody is in."""
    for user in ("ann", "bob"):
        stage.leave(user)
    stage.room.sample_positions(stage.now_ms, stage.wall_ms)
    assert len(stage.room._memory.evidence._samples) == 0


def test_memory_is_bounded_and_emotes_do_not_displace_words() -> None:
    """A crowd does what it may for five minutes."""
    stage = Stage(capacity=400)
    users = [f"u{n}" for n in range(400)]
    stage.enter("ann", "bob", *users[:398])
    stage.say("bob", "rude")
    for n in range(60):
        for user in users[:390]:
            stage.emote(user)
            if n < 5:
                stage.say(user, f"n{n}")
        if n % 2:
            stage.room.sample_positions(stage.now_ms, stage.wall_ms)
        step(stage, 5000)
        stage.drain()
        stage.posts.clear()
    kept = stage.room._memory.evidence
    assert len(kept._said) == 5 * 390 + 1 <= SAID_MAX
    assert len(kept._happened) == HAPPENED_MAX
    assert len(kept._samples) <= SAMPLES_MAX
    assert len(kept._since) == 400
    found = evidence(stage)
    assert ("bob", "rude") in seen(found)
    assert len(found["events"]) <= 2 * SHOWN_MAX
    assert all(len(sample["places"]) <= NEAREST_MAX + 2 for sample in found["positions"])


def test_a_sample_shows_the_nearest_and_the_reported() -> None:
    """The reporter and the reported wherever they are; nobody twice, nobody else."""
    stage = Stage(capacity=100)
    users = [f"u{n:02d}" for n in range(90)]
    stage.enter("ann", "bob", *users)
    stage.move("ann", 1, x=0)
    stage.move("bob", 1, x=1000)
    for n, user in enumerate(users):
        stage.move(user, 1, x=n)
    (sample,) = evidence(stage)["positions"]
    assert set(sample["places"]) == {"ann", "bob", *users[: NEAREST_MAX - 1]}
    assert set(evidence(stage)["people"]) >= {"ann", "bob"}
    (near,) = evidence(stage, reported="u01")["positions"]
    assert set(near["places"]) == {"ann", *users[: NEAREST_MAX - 1]}


def test_the_furthest_places_fit() -> None:
    """As far as coordinates go, both ways."""
    stage = Stage()
    stage.enter("ann", "bob")
    stage.move("bob", 1, x=-10_000, z=10_000)
    (sample,) = evidence(stage)["positions"]
    assert sample["places"]["bob"] == [-10_000, 10_000]


def test_nobodys_noise_displaces_the_reported() -> None:
    """In a report there is room for their events, whatever the others did after."""
    stage = Stage(capacity=300)
    stage.enter("ann", "bob", *[f"u{n}" for n in range(298)])
    stage.say("bob", "rude")
    for _ in range(4):
        for n in range(298):
            stage.emote(f"u{n}")
        step(stage, 500)
    found = evidence(stage)
    events = seen(found)
    assert events[:2] == [("bob", "joined"), ("bob", "rude")]
    assert len(events) == 2 + SHOWN_MAX
    assert {user for user, _ in events} <= set(found["people"])


def test_moving_costs_no_memory(stage: Stage) -> None:
    """Thousands of moves leave nothing behind but a place."""
    room = stage.room
    for seq in range(1, 2000):
        event = AvatarTransform(ROOM_ID, seq, seq % 7, 0.0, 0.0, 0.0, "walk", False)
        step(stage, 50)
        room.handle("bob", event, stage.wall_ms, stage.now_ms, stage.wall_ms)
    assert len(room._memory.evidence._happened) == 2
    assert len(evidence(stage)["positions"]) == 1


def test_the_reporter_is_in_every_sample() -> None:
    """Also in a crowd on one spot that is larger than a sample."""
    stage = Stage(capacity=100)
    users = [f"u{n:02d}" for n in range(90)]
    stage.enter(*users, "ann", "bob")
    for user in (*users, "ann", "bob"):
        stage.move(user, 1)
    (sample,) = evidence(stage)["positions"]
    assert len(sample["places"]) == NEAREST_MAX + 2
    assert {"ann", "bob"} <= set(sample["places"])


def test_whoever_stands_in_one_square_is_shown_the_same() -> None:
    """But for the two whom a report is about, who are apart where they are not among the near."""
    stage = Stage(capacity=200)
    users = [f"u{n:03d}" for n in range(100)]
    stage.enter("ann", "cat", "bob", *users)
    for user, x, z in (("ann", 8, 8), ("cat", 15, 15), ("bob", 500, 0)):
        stage.move(user, 1, x=x, z=z)
    for n, user in enumerate(users):
        stage.move(user, 1, x=12 + n / 100, z=12)
    stage.room.sample_positions(stage.now_ms, stage.wall_ms)
    step(stage)
    anns, cats = (evidence(stage, who)["positions"][0] for who in ("ann", "cat"))
    assert sorted(anns["apart"]) == ["ann", "bob"]
    assert sorted(cats["apart"]) == ["bob", "cat"]
    near = [{who for who in one["places"] if who not in one["apart"]} for one in (anns, cats)]
    assert near[0] == near[1]
    assert len(near[0]) == NEAREST_MAX
