"""In a crowd the near are seen at full rate, the others less often, and nobody is forgotten (§12).

A model of each receiver is held beside the room: what they know of whom, and since when.
"""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from room.stage import Stage
from virtubar.protocol.constants import CROWD_BYTES_PER_S, SEND_RATE_HZ
from virtubar.protocol.events import (
    AvatarTransformBroadcast,
    ChatBroadcast,
    MemberJoined,
    MemberLeft,
    RoomState,
    ServerEvent,
)
from virtubar.room.parts import Post

FLUSH_MS = 50.0
NEWEST_MS = 2_000.0
COMPACT_BYTES = 12


class Crowded:
    """A room of people who walk about a hall, and what each of them has been told.

    Args:
        people: in the room at first.
        side_m: of the hall.
        bytes_per_s: what the moves may cost each of them.
    """

    def __init__(
        self,
        people: int,
        *,
        threshold: int,
        side_m: float,
        seed: int = 1,
        bytes_per_s: int = CROWD_BYTES_PER_S,
    ) -> None:
        self.chance = random.Random(seed)
        self.side_m = side_m
        self.stage = Stage(crowd_threshold=threshold, crowd_bytes_per_s=bytes_per_s, capacity=1_000)
        self.at: dict[str, tuple[float, float]] = {}
        self.seqs: dict[str, int] = {}
        # When each move of each was made, by seq.
        self.made: dict[str, dict[int, float]] = {}
        self.known: dict[str, dict[str, int]] = {}
        self.said: dict[str, list[ServerEvent]] = {}
        self.updates: dict[str, int] = {}
        self.next = 0
        for _ in range(people):
            self.enter()
        self.flush()

    def enter(self) -> str:
        """Somebody comes in."""
        user = f"u{self.next:04}"
        self.next += 1
        admission = structs.replace(self.stage.admission(user), move_bytes=COMPACT_BYTES)
        self.stage.room.join(admission, None, self.stage.now_ms, self.stage.wall_ms)
        half = self.side_m / 2
        self.at[user] = (self.chance.uniform(-half, half), self.chance.uniform(-half, half))
        self.seqs[user] = -1
        self.made[user] = {}
        self.known[user] = {}
        self.said[user] = []
        self.updates[user] = 0
        return user

    def leave(self, user: str) -> None:
        """Somebody goes."""
        self.stage.leave(user)
        for known in (self.at, self.seqs, self.known, self.said, self.made):
            known.pop(user, None)

    def step(self, user: str, *, speaking: bool = False) -> None:
        """Somebody walks on."""
        x, z = self.at[user]
        half = self.side_m / 2
        x = min(half, max(-half, x + self.chance.uniform(-0.15, 0.15)))
        z = min(half, max(-half, z + self.chance.uniform(-0.15, 0.15)))
        self.at[user] = (x, z)
        self.seqs[user] += 1
        self.made[user][self.seqs[user]] = self.stage.now_ms
        self.stage.move(user, self.seqs[user], x, z, speaking=speaking)

    def walk(self) -> None:
        """Everybody walks, each at 15 moves a second."""
        for user in self.at:
            if self.chance.random() < SEND_RATE_HZ * FLUSH_MS / 1000.0:
                self.step(user)

    def flush(self) -> None:
        """50 ms pass, and what is due goes out."""
        self.stage.now_ms += FLUSH_MS
        room = self.stage.room
        room.expire(self.stage.now_ms, self.stage.wall_ms)
        if not room.dirty:
            return
        receivers: set[str] = set()
        for route in room.drain(self.stage.now_ms, self.stage.wall_ms).routes:
            for user in route.receivers:
                assert user not in receivers, "one write a receiver"
                receivers.add(user)
                for post in route.posts:
                    self._tell(user, post)

    def _tell(self, user: str, post: Post) -> None:
        event, known = post.event, self.known[user]
        if isinstance(event, AvatarTransformBroadcast):
            assert event.user_id in known, "nobody is seen before they came, or after they left"
            assert event.seq >= known[event.user_id], "nobody goes back"
            known[event.user_id] = event.seq
            self.updates[user] += 1
            return
        if isinstance(event, RoomState):
            known.clear()
            members = self.stage.room.members
            known.update({m.user_id: members[m.user_id].seq_broadcast for m in event.members})
        elif isinstance(event, MemberJoined):
            known[event.member.user_id] = -1
        elif isinstance(event, MemberLeft):
            known.pop(event.user_id, None)
        if isinstance(event, MemberJoined | MemberLeft | ChatBroadcast):
            self.said[user].append(event)

    def check_fresh(self) -> None:
        """Everybody knows of everybody where they were at some time in the last two seconds."""
        for user, known in self.known.items():
            assert known.keys() == self.stage.room.members.keys()
            for other, seq in known.items():
                unseen_ms = self.made[other].get(seq + 1)
                if unseen_ms is not None:
                    age_ms = self.stage.now_ms - unseen_ms
                    assert age_ms <= NEWEST_MS, f"{user} last saw {other} {age_ms} ms ago"

    def behind(self) -> list[tuple[str, str]]:
        """Who has not seen whose newest move."""
        members = self.stage.room.members
        return [
            (user, other)
            for user, known in self.known.items()
            for other, seq in known.items()
            if seq < members[other].seq_broadcast
        ]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.integers(0, 2**32),
    st.integers(2, 45),
    st.floats(1.0, 60.0),
    st.sampled_from([1_000, 3_000, CROWD_BYTES_PER_S]),
)
def test_whoever_comes_walks_or_goes_nobody_is_forgotten(
    seed: int, people: int, side_m: float, bytes_per_s: int
) -> None:
    """Across places that are divided and united, outlooks that change, and a room that becomes a
    crowd and is none again: what everybody knows of everybody is two seconds old at most, and once
    all stand still it is all that there is."""
    crowd = Crowded(people, threshold=20, side_m=side_m, seed=seed, bytes_per_s=bytes_per_s)
    chance = crowd.chance
    for _ in range(120):
        present = sorted(crowd.at)
        walkers = [user for user in present if chance.random() < chance.choice([0.05, 0.9])]
        for user in walkers:
            crowd.step(user, speaking=chance.random() < 0.02)
        if chance.random() < 0.15 and len(present) < 60:
            crowd.enter()
        if chance.random() < 0.15 and len(present) > 2:
            crowd.leave(chance.choice(present))
        if chance.random() < 0.1:
            crowd.stage.say(chance.choice(sorted(crowd.at)))
        crowd.flush()
        crowd.check_fresh()
    for _ in range(int(NEWEST_MS / FLUSH_MS)):
        crowd.flush()
    assert crowd.behind() == []
    assert not crowd.stage.room.dirty


def test_what_is_reliable_reaches_everybody_in_the_same_order() -> None:
    """Chat, joins and leaves know no distance."""
    crowd = Crowded(80, threshold=20, side_m=60.0)
    for said in crowd.said.values():
        said.clear()
    watchers = sorted(crowd.at)
    for n in range(30):
        for user in watchers:
            crowd.step(user)
        crowd.stage.say(watchers[n % 7])
        newcomer = crowd.enter()
        if n % 3 == 0:
            crowd.flush()
            crowd.leave(newcomer)
        crowd.flush()
    first, *others = [crowd.said[user] for user in watchers]
    assert len([event for event in first if isinstance(event, ChatBroadcast)]) > 20
    assert all(said == first for said in others)


def test_below_the_threshold_everybody_sees_all_at_full_rate() -> None:
    """Each move, to each, at once."""
    crowd = Crowded(20, threshold=20, side_m=60.0)
    for _ in range(20):
        for user in crowd.at:
            crowd.step(user)
        crowd.flush()
        assert crowd.behind() == []
    assert set(crowd.updates.values()) == {20 * 20}


def test_a_room_may_be_a_crowd_sooner_than_the_server_says() -> None:
    """And is one, or is none any more, as soon as it is set; never later than the server says."""
    crowd = Crowded(40, threshold=50, side_m=60.0, bytes_per_s=1_000)
    room = crowd.stage.room

    def seen_at_once(threshold: int | None) -> bool:
        room.configure(structs.replace(room.config, crowd_threshold=threshold))
        crowd.flush()
        for user in crowd.at:
            crowd.step(user)
        crowd.flush()
        return crowd.behind() == []

    assert seen_at_once(None)
    assert not seen_at_once(20)
    assert seen_at_once(40)
    for _ in range(20):
        crowd.enter()
    assert not seen_at_once(1_000)


def test_the_own_echo_and_the_nearest_come_at_full_rate() -> None:
    """Of a thousand who walk, the nearest thirty, with every flush."""
    crowd = Crowded(1_000, threshold=64, side_m=24.0)
    watchers = sorted(crowd.at)[:25]
    late = seen = 0
    for n in range(40):
        crowd.walk()
        crowd.flush()
        if n < 20:
            continue  # places and their rates are being found
        for watcher in watchers:
            x, z = crowd.at[watcher]
            near = sorted(
                crowd.at, key=lambda u: (crowd.at[u][0] - x) ** 2 + (crowd.at[u][1] - z) ** 2
            )
            assert near[0] == watcher
            behind = [crowd.seqs[other] - crowd.known[watcher][other] for other in near[:31]]
            assert behind[0] == 0
            late += sum(one > 0 for one in behind)
            seen += len(behind)
    assert late < 0.01 * seen


def test_a_receiver_gets_no_more_than_the_budget() -> None:
    """Of a thousand who all walk all the time, over two seconds."""
    crowd = Crowded(1_000, threshold=64, side_m=24.0)
    for _ in range(20):
        crowd.walk()
        crowd.flush()
    before = dict(crowd.updates)
    for _ in range(40):
        crowd.walk()
        crowd.flush()
    rates = [(crowd.updates[user] - before[user]) / 2.0 * COMPACT_BYTES for user in before]
    assert max(rates) <= CROWD_BYTES_PER_S
    assert min(rates) >= 0.3 * CROWD_BYTES_PER_S


def test_whoever_says_something_is_seen_better_for_a_while() -> None:
    """All across the hall, three times a second, where others are seen every two seconds."""
    crowd = Crowded(200, threshold=64, side_m=200.0, bytes_per_s=4_000)
    speaker, silent, *_ = sorted(crowd.at)
    for _ in range(20):
        crowd.walk()
        crowd.flush()
    crowd.stage.say(speaker)
    oldest = {speaker: 0, silent: 0}
    for n in range(50):
        for user in oldest if n % 2 else ():
            crowd.step(user)
        crowd.flush()
        for user, most in oldest.items():
            behind = [crowd.seqs[user] - known[user] for known in crowd.known.values()]
            oldest[user] = max(most, *behind)
    assert oldest[speaker] * 2 * FLUSH_MS <= 300.0
    assert oldest[silent] * 2 * FLUSH_MS > 1_000.0


@pytest.mark.parametrize("speaking", [True, False])
def test_a_voice_is_seen_across_the_hall_at_once(*, speaking: bool) -> None:
    """Who begins or ends to speak is told to everybody with the next flush."""
    crowd = Crowded(200, threshold=64, side_m=200.0)
    (user, *_) = sorted(crowd.at)
    crowd.step(user, speaking=not speaking)
    for _ in range(60):
        crowd.flush()
    crowd.step(user, speaking=speaking)
    crowd.flush()
    assert all(known[user] == crowd.seqs[user] for known in crowd.known.values())
