"""A room written down: what is in it, what is not, how large it is, and what is refused."""

from collections.abc import Callable
from typing import Any
from zlib import crc32

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from room.stage import ROOM_ID, START_MS, Stage
from virtubar.errors import SnapshotRefusedError
from virtubar.protocol.constants import CHAT_BURST, LEAVE_GRACE_MS, UNLOAD_GRACE_MS, ErrorCode, Role
from virtubar.protocol.events import Error, MemberJoined, MemberLeft, RoomState, Session
from virtubar.room.config import RoomConfig
from virtubar.room.order import RECENT_MAX
from virtubar.room.ports import Mute
from virtubar.room.snapshot import (
    SNAPSHOT_BYTES,
    SNAPSHOT_BYTES_A_MEMBER,
    SNAPSHOT_VERSION,
    RoomSnapshot,
    decode_snapshot,
    encode_snapshot,
    snapshot_bytes_max,
)

OTHER_MS = 77_000.0


def evening(**settings: Any) -> Stage:
    """A room with two people, one of them lost, who said, did and took something."""
    stage = Stage(**settings)
    stage.enter("ann", "bob")
    stage.say("ann", "Hello")
    stage.emote("bob")
    stage.sit("ann", "stool")
    stage.move("bob", 4, 2.0, 3.0)
    stage.room.sample_positions(stage.now_ms, stage.wall_ms)
    stage.detach("bob")
    return stage


def snapshot_of(stage: Stage) -> RoomSnapshot:
    """What would be written now."""
    return stage.room.snapshot(stage.now_ms, stage.wall_ms)


def bytes_of(value: object) -> bytes:
    """These values as bytes whose checksum is right."""
    body = msgspec.msgpack.encode(value)
    return crc32(body).to_bytes(4, "big") + body


# What is in it


def test_bytes_are_read_as_what_was_written() -> None:
    """Nothing is lost between the value and its bytes, nor in JSON."""
    snapshot = snapshot_of(evening(hearing_radius_m=3.0))
    assert decode_snapshot(encode_snapshot(snapshot)) == snapshot
    assert msgspec.json.decode(msgspec.json.encode(snapshot), type=RoomSnapshot) == snapshot


def test_whoever_was_connected_is_lost_when_the_room_is_read() -> None:
    """Sockets do not survive: the grace runs from the moment of the snapshot (§4)."""
    other = evening().restored(OTHER_MS, later_ms=6_000)
    assert not other.room.members["ann"].connected
    other.live(LEAVE_GRACE_MS - 6_000 - 1)
    assert list(other.room.members) == ["ann", "bob"]
    other.live(2)
    assert list(other.room.members) == []


def test_whoever_was_in_has_a_number_for_short_messages_again() -> None:
    """Each one of their own, from the lowest up, in the order in which they came (§12)."""
    other = evening().restored(OTHER_MS)
    assert dict(other.room.indices) == {"ann": 0, "bob": 1}


def test_the_grace_of_a_page_that_was_going_is_as_short_as_ever() -> None:
    """What `presence` said of the page counts where it is lost by the way of a snapshot (§4)."""
    stage = Stage()
    stage.enter("ann")
    stage.show("ann", False, unloading=True)
    other = stage.restored(OTHER_MS)
    other.live(UNLOAD_GRACE_MS + 1)
    assert not other.room.members


def test_a_member_resumes_where_they_were() -> None:
    """The same seq, place and seat; others are not told of a join (§4)."""
    stage = evening()
    other = stage.restored(OTHER_MS)
    assert other.join("bob") == "resumed"
    assert other.join("ann") == "resumed"
    told = other.told_all("ann")
    assert isinstance(told[0], RoomState)
    assert isinstance(told[1], Session)
    assert (told[1].resumed, told[1].last_seq) == (
        True,
        stage.room.members["ann"].seq_broadcast + 1,
    )
    assert {one.user_id: (one.x, one.z) for one in told[0].members}["bob"] == (2.0, 3.0)
    assert not any(isinstance(event, MemberJoined | MemberLeft) for event in told)
    assert not other.room._seating.seats.take("cat", "stool", (0, 0, 0))


def test_a_throttled_move_is_where_its_member_comes_to_rest() -> None:
    """An avatar's last position always arrives (§5)."""
    stage = Stage()
    stage.enter("ann")
    for seq in range(9):
        stage.move("ann", seq, float(seq))
    assert stage.room.members["ann"].pending is not None
    other = stage.restored(OTHER_MS)
    assert other.room.members["ann"].x == 8.0


def test_a_mute_goes_on_and_ends_when_it_would_have() -> None:
    """A deadline at a time of day is met on a clock that began elsewhere (§7)."""
    stage = evening()
    mute = Mute("loud", stage.wall_ms + 10_000)
    stage.room.mute("ann", mute, stage.now_ms, stage.wall_ms)
    other = stage.restored(OTHER_MS, later_ms=4_000)
    assert other.room.members["ann"].mute == mute
    other.live(5_999)
    assert other.room.members["ann"].mute == mute
    other.live(2)
    assert other.room.members["ann"].mute is None


def test_limits_are_not_full_again() -> None:
    """Nobody gains a burst of chat by the death of a process (§6)."""
    stage = Stage()
    stage.enter("ann")
    for _ in range(CHAT_BURST):
        assert stage.say("ann") is None
    other = stage.restored(OTHER_MS)
    other.join("ann")
    refused = other.say("ann")
    assert isinstance(refused, Error)
    assert (refused.code, refused.retry_after_ms) == (ErrorCode.RATE_LIMITED, 1000)


def test_what_was_said_can_be_asked_for_and_its_ids_go_on_rising() -> None:
    """Missed chat is replayed by another process too; ids stay unique and ordered (§6)."""
    stage = evening()
    other = stage.restored(OTHER_MS)
    other.join("bob", last="")
    assert "chat_broadcast" in other.names("bob")
    first = other.room.heard_after(None)[0]
    assert (first.text, first.display_name) == ("Hello", "Ann")
    assert other.say("bob", "Good evening") is None
    assert other.room.heard_after(None)[1].message_id > first.message_id


def test_what_was_not_handed_over_to_be_stored_still_is() -> None:
    """No chat that was acknowledged is lost."""
    stage = evening()
    other = stage.restored(OTHER_MS)
    assert other.room.take_said() == stage.room.take_said() != []
    assert stage.restored(OTHER_MS).room.take_said() == []


def test_an_act_that_was_under_way_comes_again_with_the_next_strike() -> None:
    """Whether it was stored cannot be known; nobody stays silenced for it (§6)."""
    stage = Stage(guard="strict", words=("beer",))
    stage.enter("ann")
    for _ in range(2):
        stage.say("ann", "beer")
    assert len(stage.room.order.take_acts()) == 1
    assert stage.say("ann", "wine") is not None, "held"
    other = stage.restored(OTHER_MS)
    other.join("ann")
    assert other.say("ann", "wine") is None
    other.say("ann", "beer")
    assert [act.verb for act in other.room.order.take_acts()] == ["mute"]


def test_names_with_a_number_still_look_like_what_they_did() -> None:
    """Whoever comes next under the same name gets the next number (§3)."""
    stage = Stage()
    for user in ("ann", "bob"):
        stage.join(user, name="!!!")
    other = stage.restored(OTHER_MS)
    other.join("cat", name="!!!")
    names = [member.display_name for member in other.room.members.values()]
    assert names == ["!!!", "!!! 2", "!!! 3"]


def test_the_settings_are_those_of_the_reader() -> None:
    """They are stored elsewhere, and may have changed since."""
    stage = evening(guard="strict")
    other = Stage(OTHER_MS)
    config = RoomConfig(ROOM_ID, "Renamed", locked=True)
    other.read(encode_snapshot(snapshot_of(stage)), config)
    assert other.room.config == config
    assert other.join("ann") == "resumed", "a member has a place already"


def test_nobody_waits_for_motion_times_of_a_clock_that_was_ahead() -> None:
    """A reader whose clock is behind begins with its own time: every observer begins anew (§1)."""
    stage = evening()
    other = Stage(OTHER_MS)
    other.now_ms = OTHER_MS - 3_600_000
    other.read(encode_snapshot(snapshot_of(stage)))
    member = other.room.members["bob"]
    assert member.motion.last_ms == other.wall_ms
    assert member.grace_ms == other.now_ms + LEAVE_GRACE_MS, "as if it was written now"


# How large it is


TEXT = "\U0001f37b" * 239


def crowded(people: int, strangers: int = 0) -> RoomSnapshot:
    """A room that remembers as much as it can, with the longest of everything.

    Args:
        people: inside.
        strangers: so many who were lost, and as many others who left just now.
    """
    stage = Stage(hearing_radius_m=100.0, guard="strict", words=("beer",), capacity=1000)
    for first in range(0, strangers, 900):
        lost = [f"lost{n:0124}" for n in range(first, min(first + 900, strangers))]
        for user in lost:
            stage.join(user, name=_name(user))
            stage.detach(user)
        stage.expire_after(LEAVE_GRACE_MS)
        stage.drain()
    users = [f"{n:0128}" for n in range(people)]
    for user in users:
        stage.join(user, name=_name(user))
        stage.sit(user, user[-32:])
    for n in range(60):
        stage.now_ms += 1_000
        for user in users:
            stage.move(user, n, 3.0)
            assert stage.say(user, f"{chr(0x4E00 + n)}{TEXT}") is None
        stage.drain()
    stage.room.sample_positions(stage.now_ms, stage.wall_ms)
    for user in (f"left{n:0124}" for n in range(strangers)):
        stage.join(user, name=_name(user))
        stage.say(user, "beer")
        stage.say(user, "wine")
        stage.emote(user)
        stage.leave(user)
    _remember_a_minute(stage, [f"left{n:0124}" for n in range(strangers)][-RECENT_MAX:])
    mute = Mute("\U0001f37b" * 500, None)
    for user in users:
        stage.room.mute(user, mute, stage.now_ms, stage.wall_ms)
    return snapshot_of(stage)


def _remember_a_minute(stage: Stage, users: list[str]) -> None:
    """As if each of them had said something every second."""
    for n in range(65):
        for user in users:
            stage.room.order.spoke(user, str(n), stage.now_ms - 60_000 + n * 900)


def _name(user: str) -> str:
    return "\U0001f37b" * 28 + user[-4:]


def test_a_snapshot_is_no_larger_than_its_bound_whatever_was_said() -> None:
    """Where the room remembers more than fits, what is kept for reports goes, oldest first."""
    snapshot, bound = crowded(40, strangers=4_200), snapshot_bytes_max(40)
    assert len(msgspec.msgpack.encode(snapshot)) > bound, "else this shows nothing"
    data = encode_snapshot(snapshot)
    assert len(data) <= bound
    read = decode_snapshot(data)
    assert replace(read, evidence=snapshot.evidence) == snapshot, "nothing else is left out"
    kept = [one.number for one in read.evidence.said]
    assert kept == [one.number for one in snapshot.evidence.said][-len(kept) :] != []


def test_without_evidence_a_room_fits_by_itself() -> None:
    """6 KiB are enough for a member, and 4 MiB for all others who are remembered."""
    few, many = (len(without_evidence(crowded(people))) for people in (10, 40))
    assert (many - few) / 30 <= SNAPSHOT_BYTES_A_MEMBER
    assert len(without_evidence(crowded(10, strangers=4_200))) <= SNAPSHOT_BYTES


def without_evidence(snapshot: RoomSnapshot) -> bytes:
    """The bytes of all but what is kept for reports."""
    evidence = replace(snapshot.evidence, said=[], happened=[], samples=[], people=[])
    return msgspec.msgpack.encode(replace(snapshot, evidence=evidence))


def test_a_quiet_room_is_small() -> None:
    """Whoever is there costs a few hundred bytes."""
    stage = Stage()
    stage.enter(*(f"user-{n}" for n in range(100)))
    assert len(encode_snapshot(snapshot_of(stage))) < 100 * 300


# What is refused


@given(st.data())
def test_damaged_bytes_are_refused(data: st.DataObject) -> None:
    """One byte that is another, or missing at the end, is noticed."""
    good = encode_snapshot(snapshot_of(evening()))
    place = data.draw(st.integers(0, len(good) - 1))
    flipped = bytearray(good)
    flipped[place] ^= data.draw(st.integers(1, 255))
    for bad in (bytes(flipped), good[:place]):
        with pytest.raises(SnapshotRefusedError) as refused:
            decode_snapshot(bad)
        assert refused.value.fault == "damaged"


@pytest.mark.parametrize("body", [b"", b"\xc1", msgspec.msgpack.encode([1]), b"\x81" * 4096])
def test_bytes_that_are_no_snapshot_are_refused(body: bytes) -> None:
    """Whatever they are, there is one error."""
    with pytest.raises(SnapshotRefusedError) as refused:
        decode_snapshot(crc32(body).to_bytes(4, "big") + body)
    assert refused.value.fault == "damaged"


def test_another_version_is_refused() -> None:
    """A server says so, and does not guess."""
    other = replace(snapshot_of(evening()), version=SNAPSHOT_VERSION + 1)
    with pytest.raises(SnapshotRefusedError) as refused:
        decode_snapshot(encode_snapshot(other))
    assert refused.value.fault == "version"


def test_another_rooms_snapshot_is_refused() -> None:
    """Nobody finds themselves elsewhere."""
    data = encode_snapshot(snapshot_of(evening()))
    with pytest.raises(SnapshotRefusedError) as refused:
        Stage(OTHER_MS).read(data, RoomConfig("cellar", "Cellar"))
    assert refused.value.fault == "room"


def _member(**fields: Any) -> Callable[[RoomSnapshot], RoomSnapshot]:
    def change(snapshot: RoomSnapshot) -> RoomSnapshot:
        first, *rest = snapshot.roster.members
        roster = replace(snapshot.roster, members=[replace(first, **fields), *rest])
        return replace(snapshot, roster=roster)

    return change


@pytest.mark.parametrize(
    "change",
    [
        _member(user_id="two words"),
        _member(user_id="bob"),
        _member(display_name="x" * 33),
        _member(seq_broadcast=-2),
        _member(grace_left_ms=LEAVE_GRACE_MS + 1.0),
        _member(grace_left_ms=float("nan")),
        lambda one: replace(one, seats=[*one.seats, *one.seats]),
        lambda one: replace(one, seats=[replace(one.seats[0], user_id="cat")]),
        lambda one: replace(one, seats=[replace(one.seats[0], x=float("inf"))]),
        lambda one: replace(one, history=replace(one.history, count=0)),
        lambda one: replace(one, history=replace(one.history, gone=[("ann", 0, 99, 1.0)])),
        lambda one: replace(one, evidence=replace(one.evidence, people=[])),
        lambda one: replace(one, evidence=replace(one.evidence, count=0)),
        lambda one: replace(one, unstored=["x"]),
    ],
)
def test_values_that_no_room_has_are_refused(
    change: Callable[[RoomSnapshot], RoomSnapshot],
) -> None:
    """Even where the checksum is right; and there is no half of a room."""
    stage, before = Stage(OTHER_MS), Stage(OTHER_MS).room.members
    with pytest.raises(SnapshotRefusedError) as refused:
        stage.read(bytes_of(change(snapshot_of(evening()))))
    assert refused.value.fault == "bounds"
    assert stage.room.members == before == {}


def test_an_audience_of_nobody_is_refused() -> None:
    """Its bits stand for people of the list."""
    snapshot = snapshot_of(evening(hearing_radius_m=3.0))
    [message] = snapshot.history.messages
    history = replace(snapshot.history, messages=[replace(message, audience=b"\xff")])
    with pytest.raises(SnapshotRefusedError) as refused:
        Stage(OTHER_MS).read(bytes_of(replace(snapshot, history=history)))
    assert refused.value.fault == "bounds"


def test_too_many_bytes_are_not_even_looked_at() -> None:
    """More than the largest room has."""
    with pytest.raises(SnapshotRefusedError) as refused:
        decode_snapshot(bytes(snapshot_bytes_max(1000) + 1))
    assert refused.value.fault == "bounds"


def test_writing_changes_nothing() -> None:
    """A room may be written every second of its life."""
    stage = evening(guard="strict")
    assert snapshot_of(stage) == snapshot_of(stage)
    stage.join("eve", role=Role.ADMIN)
    assert "room_state" in stage.names("eve")
    assert stage.now_ms == START_MS
