"""When the own transform is sent (§5, §9)."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from virtubar.client.sender import Pose, TransformSender
from virtubar.protocol.constants import URGENT_BURST
from virtubar.protocol.events import Anim


def pose(
    at_ms: float, x: float = 0.0, *, rot_y: float = 0.0, anim: Anim = "walk", speaking: bool = False
) -> Pose:
    return Pose(x, 0.0, 0.0, rot_y, anim, speaking, at_ms)


def step(sender: TransformSender, one: Pose) -> Pose | None:
    sender.move(one)
    return sender.poll(one.at_ms)


def test_the_first_pose_goes_at_once() -> None:
    """Nobody should wait for a start (§9)."""
    sender = TransformSender()
    assert step(sender, pose(0.0)) == pose(0.0)


def test_nothing_is_due_before_the_first_move() -> None:
    """A visitor who never moved stays where the server put them."""
    sender = TransformSender()
    assert sender.due_ms() is None
    assert sender.poll(10_000.0) is None
    assert sender.resend(10_000.0) is None


def test_moving_sends_fifteen_a_second() -> None:
    """However often the application moves (§9)."""
    sender = TransformSender()
    sent = [step(sender, pose(ms, ms / 1_000.0)) for ms in range(2_000)]
    assert 29 <= sum(one is not None for one in sent) <= 31


def test_the_newest_pose_wins() -> None:
    """What lay between two sends is not made up for."""
    sender = TransformSender()
    step(sender, pose(0.0))
    for ms in range(1, 60):
        assert step(sender, pose(ms, ms)) is None
    due_ms = sender.due_ms()
    assert due_ms is not None
    sent = sender.poll(due_ms)
    assert sent is not None
    assert sent.x == 59


def test_a_session_rate_below_fifteen_is_honoured() -> None:
    """`session.rateHz` is the server's word (§5)."""
    sender = TransformSender()
    sender.set_rate(5.0)
    assert sender.interval_ms == 200.0


def test_a_session_rate_above_fifteen_changes_nothing() -> None:
    """15 Hz is what smoothing wants; more only costs (§9)."""
    sender = TransformSender()
    sender.set_rate(20.0)
    assert sender.interval_ms == pytest.approx(1_000 / 15)


def test_start_and_stop_go_at_once() -> None:
    """They do not wait for the interval (§9)."""
    sender = TransformSender()
    step(sender, pose(0.0, anim="idle"))
    assert step(sender, pose(10.0, 0.1)) is not None
    assert step(sender, pose(20.0, 0.2, anim="idle")) is not None


def test_speaking_goes_at_once() -> None:
    """A mouth that moves late looks wrong."""
    sender = TransformSender()
    step(sender, pose(0.0, anim="idle"))
    assert step(sender, pose(5.0, anim="idle", speaking=True)) is not None


def test_a_nervous_application_is_throttled() -> None:
    """Starts and stops beside the rate are few: the server's burst is 5 (§5)."""
    sender = TransformSender()
    anims: tuple[Anim, Anim] = ("walk", "idle")
    sent = [step(sender, pose(ms, anim=anims[ms % 2])) for ms in range(1_000)]
    assert sum(one is not None for one in sent) <= 15 + URGENT_BURST + 1


def test_standing_still_sends_once_a_second() -> None:
    """1 Hz while still (§9)."""
    sender = TransformSender()
    step(sender, pose(0.0, anim="idle"))
    sent = [ms for ms in range(1, 5_000) if sender.poll(ms) is not None]
    assert sent == [1_000, 2_000, 3_000, 4_000]


def test_a_twitch_is_nothing() -> None:
    """Under a centimetre and a degree nobody sees it."""
    sender = TransformSender()
    step(sender, pose(0.0))
    assert step(sender, pose(500.0, 0.009, rot_y=math.radians(0.9))) is None


def test_a_turn_across_the_seam_is_small() -> None:
    """Angles are compared on the circle."""
    sender = TransformSender()
    step(sender, pose(0.0, rot_y=math.pi))
    assert step(sender, pose(500.0, rot_y=-math.pi)) is None


def test_the_exact_last_position_arrives_while_still() -> None:
    """Even the last millimetres, with the next keep-alive."""
    sender = TransformSender()
    step(sender, pose(0.0))
    step(sender, pose(500.0, 0.009))
    sent = sender.poll(1_000.0)
    assert sent is not None
    assert (sent.x, sent.at_ms) == (0.009, 1_000.0)


def test_the_time_is_that_of_the_move() -> None:
    """The envelope's ts says when the move was made, not when it was sent (§1)."""
    sender = TransformSender()
    step(sender, pose(0.0))
    sender.move(pose(20.0, 1.0))
    sent = sender.poll(70.0)
    assert sent is not None
    assert sent.at_ms == 20.0


def test_resend_gives_the_newest_pose_with_a_new_time() -> None:
    """After a rejoin the server may hold an older one (§4)."""
    sender = TransformSender()
    step(sender, pose(0.0))
    sender.move(pose(10.0, 3.0))
    sent = sender.resend(9_000.0)
    assert sent is not None
    assert (sent.x, sent.at_ms) == (3.0, 9_000.0)
    assert sender.poll(9_001.0) is None


@given(
    st.lists(
        st.tuples(st.floats(0.0, 400.0), st.floats(-10.0, 10.0), st.sampled_from(["walk", "idle"])),
        min_size=1,
        max_size=60,
    ),
    st.sampled_from([5.0, 15.0, 20.0]),
)
def test_rate_and_last_position_hold(
    moves: list[tuple[float, float, Anim]], rate_hz: float
) -> None:
    """Whatever an application does: the rate holds, and the last pose arrives."""
    sender = TransformSender()
    sender.set_rate(rate_hz)
    now_ms = 0.0
    times: list[float] = []
    last: Pose | None = None
    for wait_ms, x, anim in moves:
        end_ms = now_ms + wait_ms
        while (due_ms := sender.due_ms()) is not None and due_ms <= end_ms:
            now_ms = max(now_ms, due_ms)
            last = sender.poll(now_ms) or last
            times.append(now_ms)
        now_ms = end_ms
        one = step(sender, pose(now_ms, x, anim=anim))
        if one is not None:
            last = one
            times.append(now_ms)
    last = sender.poll(now_ms + 1_000.0) or last
    assert last is not None
    assert (last.x, last.anim) == (moves[-1][1], moves[-1][2])
    for start in times:
        within = sum(start <= one < start + 1_000.0 for one in times)
        assert within <= min(15.0, rate_hz) + URGENT_BURST + 1
