"""§5: moves: their order, bounds, rate and rounding, and receivers that are too slow for them."""

from typing import Any

import pytest

from support.evening import FLUSH_MS, Evening, metric, names, payloads
from support.guest import Event
from support.server import RunningServer
from virtubar.protocol.constants import Device

FULL_MS = 2_000
"""After so long every bucket is full."""


def moves(events: list[Event]) -> list[dict[str, Any]]:
    """The transforms among the events."""
    return payloads(events, "avatar_transform_broadcast")


def seqs(events: list[Event]) -> list[int]:
    """The seq of each transform among the events."""
    return [move["seq"] for move in moves(events)]


# Order


async def test_a_move_reaches_everyone_and_comes_back_as_an_echo(evening: Evening) -> None:
    """Others see it, and the sender receives its own broadcast (§5, spec §7)."""
    ann, bob, eve = await evening.company("Ann", "Bob", "Eve")
    await ann.move(1.5, -2.25, y=0.125, rotY=-1.5, anim="wave", speaking=True)
    expected = {
        "userId": ann.user_id,
        "seq": 1,
        "x": 1.5,
        "y": 0.125,
        "z": -2.25,
        "rotY": -1.5,
        "anim": "wave",
        "speaking": True,
    }
    for guest in (ann, bob, eve):
        assert moves(await evening.heard(guest)) == [expected]


async def test_stale_and_repeated_seqs_are_ignored_silently(
    server: RunningServer, evening: Evening
) -> None:
    """Accepted only above the last accepted one; the rest is counted, not answered (§5)."""
    ann, bob = await evening.company("Ann", "Bob")
    name = 'virtubar_drops_total{reason="stale_seq"}'
    before = await metric(server, name)
    for seq in (10, 10, 3, 11, 0):
        await ann.move(seq, seq=seq)
    assert seqs(await evening.heard(bob)) == [10, 11]
    assert seqs(await ann.pending()) == [10, 11]
    assert await metric(server, name) == before + 3


@pytest.mark.parametrize("first", [0, 1, 1_000_000, 2**53 - 1])
async def test_the_first_move_may_have_any_seq(evening: Evening, first: int) -> None:
    """The first transform after a join is accepted whatever its seq (§5)."""
    ann, bob = await evening.company("Ann", "Bob")
    await ann.move(1, seq=first)
    heard = await evening.heard(bob)
    assert (names(heard), seqs(heard)) == (["avatar_transform_broadcast"], [first])


@pytest.mark.parametrize("seq", [1, 3, 5])
async def test_a_seq_that_starts_again_is_announced_first(evening: Evening, seq: int) -> None:
    """Not above the last broadcast: the others get `member_joined` again before the move (§5)."""
    ann, bob = await evening.company("Ann", "Bob")
    await ann.move(2, seq=5, anim="dance")
    await evening.drop(ann)
    await evening.clear()
    back = await evening.connect_again(ann)
    assert payloads(await evening.join(back), "session")[0]["lastSeq"] == 6
    await back.move(9, seq=seq)
    heard = await evening.heard(bob)
    assert names(heard) == ["member_joined", "avatar_transform_broadcast"]
    member = heard[0]["payload"]["member"]
    assert (member["userId"], member["x"], member["anim"]) == (ann.user_id, 2, "idle")
    assert seqs(heard) == [seq]
    assert names(await back.pending()) == ["avatar_transform_broadcast"]


async def test_a_seq_that_goes_on_is_not_announced(evening: Evening) -> None:
    """Above the last broadcast nobody needs to reset anything (§5)."""
    ann, bob = await evening.company("Ann", "Bob")
    await ann.move(2, seq=5)
    await evening.drop(ann)
    await bob.pending()
    back = await evening.connect_again(ann)
    await evening.join(back)
    await back.move(3, seq=7)
    assert names(await evening.heard(bob)) == ["avatar_transform_broadcast"]


async def test_after_a_restart_the_new_order_counts(evening: Evening) -> None:
    """One announcement, then ordinary ordering from the new seq on (§5)."""
    ann, bob = await evening.company("Ann", "Bob")
    await ann.move(2, seq=500)
    await evening.drop(ann)
    await bob.pending()
    back = await evening.connect_again(ann)
    await evening.join(back)
    for seq in (7, 8, 6, 9):
        await back.move(seq, seq=seq)
    heard = await evening.heard(bob)
    assert names(heard).count("member_joined") == 1
    assert seqs(heard) == [7, 8, 9]


# Bounds


@pytest.mark.parametrize("axis", ["x", "y", "z"])
async def test_ten_kilometres_are_the_end_of_the_world(evening: Evening, axis: str) -> None:
    """±10 000 is in, a millimetre more is `invalid_payload` (§5)."""
    ann, bob = await evening.company("Ann", "Bob")
    for value in (10_000, -10_000, 10_000.001, -10_000.001, 1e308):
        fields = {"x": 0.0, axis: value}
        await ann.move(**fields)
    errors = await evening.errors(ann)
    assert [error["code"] for error in errors] == ["invalid_payload"] * 3
    assert [move[axis] for move in moves(await bob.pending())] == [10_000, -10_000]


@pytest.mark.parametrize("anim", ["idle", "walk", "dance", "wave"])
async def test_the_four_animations_are_known(evening: Evening, anim: str) -> None:
    """`idle`, `walk`, `dance` and `wave` (§5, spec §3)."""
    ann, bob = await evening.company("Ann", "Bob")
    await ann.move(1, anim=anim)
    assert moves(await evening.heard(bob))[0]["anim"] == anim


@pytest.mark.parametrize("anim", ["fly", "Walk", "", None])
async def test_other_animations_are_refused(evening: Evening, anim: str | None) -> None:
    """Any other is `invalid_payload`, and nobody moves (§5)."""
    ann, bob = await evening.company("Ann", "Bob")
    await ann.move(1, anim=anim)
    assert (await evening.errors(ann))[0]["code"] == "invalid_payload"
    assert await bob.pending() == []


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (1.23449, "1.234"),
        (1.2346, "1.235"),
        (-7.0004, "-7.0"),
        (-0.0, "0.0"),
        (-0.0004, "0.0"),
        (5e-324, "0.0"),
        (0.1 + 0.2, "0.3"),
    ],
)
async def test_coordinates_are_rounded_to_millimetres(
    evening: Evening, sent: float, shown: str
) -> None:
    """3 decimals, and a negative zero is a zero, on the wire and in the state (§5)."""
    ann, bob = await evening.company("Ann", "Bob")
    await ann.move(sent, sent, y=sent, rotY=sent)
    await evening.settle()
    message = await bob.socket.recv()
    for field in ("x", "y", "z", "rotY"):
        assert f'"{field}":{shown},' in message
    state = (await evening.join(await evening.connect()))[0]
    members = {member["userId"]: member for member in state["payload"]["members"]}
    assert str(float(members[ann.user_id]["x"])) == shown


async def test_angles_are_passed_on_and_wrapped_only_when_huge(evening: Evening) -> None:
    """Any finite angle; within ±10 000 as it came, beyond within ±π (docs/decisions/0003)."""
    ann, bob = await evening.company("Ann", "Bob")
    for angle in (40.5, -9_999.25, 10_000.5, 1e300):
        await ann.move(0, rotY=angle)
    shown = [move["rotY"] for move in moves(await evening.heard(bob))]
    assert shown[:2] == [40.5, -9_999.25]
    assert [abs(angle) <= 3.142 for angle in shown[2:]] == [True, True]


# Rate


async def test_a_burst_over_the_rate_is_throttled_and_the_last_position_arrives(
    evening: Evening,
) -> None:
    """Burst 5, then newest wins: the newest is let through when the bucket allows (§5)."""
    ann, bob = await evening.company("Ann", "Bob")
    with evening.server.held_clock():
        evening.server.advance(FULL_MS)
        for step in range(1, 13):
            await ann.move(step)
        await ann.handled()
        evening.server.advance(49)
        assert seqs(await bob.pending()) == [1, 2, 3, 4, 5]
        evening.server.advance(FLUSH_MS)
        assert seqs(await bob.pending()) == [12]
        echoes = await ann.pending()
    assert seqs(echoes) == [1, 2, 3, 4, 5, 12]
    assert "error" not in names(echoes)


@pytest.mark.parametrize(("device", "rate_hz"), [(Device.DESKTOP, 20), (Device.MOBILE, 15)])
async def test_the_rate_holds_over_time(evening: Evening, device: Device, rate_hz: int) -> None:
    """20/s on a desktop, 15/s on a mobile, after a burst of 5 (§5, spec §3)."""
    bob = await evening.enter("Bob")
    ann = await evening.enter("Ann", evening.mint("ann", device=device))
    with evening.server.held_clock():
        evening.server.advance(FULL_MS)
        await bob.pending()
        for step in range(300):
            await ann.move(step)
            await ann.handled()
            evening.server.advance(10)
        evening.server.advance(200)
        heard = seqs(await bob.pending())
    assert 5 + 3 * rate_hz <= len(heard) <= 5 + 3 * rate_hz + 1
    assert heard == sorted(set(heard))
    assert heard[-1] == 300


async def test_within_the_rate_nothing_is_lost(evening: Evening) -> None:
    """15 a second, as clients send, all arrive in order (§5)."""
    ann, bob = await evening.company("Ann", "Bob")
    with evening.server.held_clock():
        for step in range(45):
            await ann.move(step)
            await ann.handled()
            evening.server.advance(67)
        evening.server.advance(FLUSH_MS)
        assert seqs(await bob.pending()) == list(range(1, 46))


async def test_one_members_rate_is_not_anothers(evening: Evening) -> None:
    """Buckets are each member's own: a crowd may move all at once (§5)."""
    crowd = await evening.company(*(f"g{n}" for n in range(8)))
    with evening.server.held_clock():
        evening.server.advance(FULL_MS)
        for guest in crowd:
            for step in range(5):
                await guest.move(step)
            await guest.handled()
        evening.server.advance(FLUSH_MS)
        for guest in crowd:
            assert len(moves(await guest.pending())) == 40


async def test_throttled_moves_are_counted(server: RunningServer, evening: Evening) -> None:
    """What newest-wins threw away is in the metrics (§5)."""
    ann = await evening.enter("Ann")
    name = 'virtubar_drops_total{reason="throttled"}'
    before = await metric(server, name)
    with server.held_clock():
        server.advance(FULL_MS)
        for step in range(12):
            await ann.move(step)
        await evening.settle()
    assert await metric(server, name) == before + 6
