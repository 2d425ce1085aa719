"""What the rules remember of one member, and what others are shown."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from room.stage import Stage
from virtubar.protocol.constants import COORDINATE_MAX_M, ROT_Y_WRAP_RAD, Device, Role
from virtubar.protocol.events import AvatarTransform, AvatarTransformBroadcast, MemberInfo
from virtubar.room.limits import MemberLimits
from virtubar.room.member import Member
from virtubar.room.ports import Mute
from virtubar.room.spawn import Spawn

COORDINATES = st.floats(-COORDINATE_MAX_M, COORDINATE_MAX_M)


def member() -> Member:
    """Ann, at the origin."""
    return Member(Stage().admission("ann"), Spawn(0.0, 0.0, 0.0, 0.0), MemberLimits(20.0, 0.0))


def placed(
    x: float = 0.0, *, rot_y: float = 0.0, speaking: bool = False, mute: Mute | None = None
) -> AvatarTransformBroadcast:
    """What others are told of a move there."""
    ann = member()
    ann.mute = mute
    return ann.place(AvatarTransform("lobby", 1, x, -x, x / 2, rot_y, "dance", speaking))


def test_a_member_is_shown_as_it_is() -> None:
    """Name, looks and place, and nothing of what the rules remember."""
    assert member().info() == MemberInfo("ann", "Ann", "fox", 0.0, 0.0, 0.0, 0.0, "idle")


def test_a_move_is_told_and_remembered_alike() -> None:
    """Whoever comes later sees the member where the others saw it go."""
    ann = member()
    told = ann.place(AvatarTransform("lobby", 9, 1.0, 2.0, 3.0, 0.5, "wave", True))
    assert told == AvatarTransformBroadcast("ann", 9, 1.0, 2.0, 3.0, 0.5, "wave", True)
    assert ann.info() == MemberInfo("ann", "Ann", "fox", 1.0, 2.0, 3.0, 0.5, "wave")
    assert ann.seq_broadcast == 9


@given(COORDINATES)
def test_coordinates_are_told_to_the_millimetre(x: float) -> None:
    """Three decimals, never more than half a millimetre off, never a negative zero."""
    told = placed(x)
    for told_m, exact_m in ((told.x, x), (told.y, -x), (told.z, x / 2)):
        assert told_m == round(told_m, 3)
        assert abs(told_m - exact_m) <= 0.000_501
        assert math.copysign(1, told_m) == 1 or told_m != 0


def test_a_little_less_than_nothing_is_nothing() -> None:
    """-0.0001 m rounds to zero, without its sign."""
    told = placed(-0.0001, rot_y=-0.0001)
    assert [math.copysign(1, value) for value in (told.x, told.z, told.rot_y)] == [1, 1, 1]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_an_angle_keeps_its_direction(rot_y: float) -> None:
    """Within the bound it is told as it is, to the milliradian; beyond it, wrapped to ±π."""
    told = placed(rot_y=rot_y).rot_y
    if abs(rot_y) <= ROT_Y_WRAP_RAD:
        assert told == pytest.approx(rot_y, abs=0.000_51)
    else:
        assert -3.142 <= told <= 3.142


@pytest.mark.parametrize(("rot_y", "told"), [(10_000.0, 10_000.0), (-10_000.0, -10_000.0)])
def test_an_angle_at_the_bound_is_not_wrapped(rot_y: float, told: float) -> None:
    """The bound itself is within it."""
    assert placed(rot_y=rot_y).rot_y == told


def test_an_angle_past_the_bound_points_the_same_way() -> None:
    """Ten thousand turns and a quarter are a quarter."""
    assert placed(rot_y=10_000 * math.tau + 1.0).rot_y == pytest.approx(1.0, abs=0.002)


@pytest.mark.parametrize("speaking", [True, False])
def test_a_mute_forces_silence(speaking: bool) -> None:
    """`speaking` is what was sent, and false while muted (§7)."""
    assert placed(speaking=speaking).speaking is speaking
    assert placed(speaking=speaking, mute=Mute("", None)).speaking is False


def test_the_rate_is_that_of_the_token() -> None:
    """20 a second on a desktop, 15 on a phone (§5)."""
    stage = Stage()
    rates = {}
    for device in Device:
        admission = stage.admission("ann", device=device)
        there = Member(admission, Spawn(0, 0, 0, 0), MemberLimits(20.0, 0.0))
        rates[device] = there.rate_hz
    assert rates == {Device.DESKTOP: 20.0, Device.MOBILE: 15.0}


def test_another_connection_keeps_the_place_and_forgets_the_order() -> None:
    """Position and broadcast seq stay; the accepted seq starts again; role and device change."""
    ann = member()
    ann.place(AvatarTransform("lobby", 9, 1.0, 2.0, 3.0, 0.5, "wave", True))
    ann.seq_accepted, ann.connected, ann.visible = 9, False, False
    ann.grace_ms, ann.kept_ms = 1.0, 2.0
    admission = Stage().admission("ann", role=Role.ADMIN, device=Device.MOBILE)
    ann.reconnect(admission, 0.0)
    assert (ann.x, ann.y, ann.z, ann.seq_broadcast) == (1.0, 2.0, 3.0, 9)
    remembered = [ann.connected, ann.visible, ann.seq_accepted, ann.grace_ms, ann.kept_ms]
    assert remembered == [True, True, None, None, None]
    assert ann.expires_ms == admission.expires_ms
    assert (ann.role, ann.rate_hz) == (Role.ADMIN, 15.0)
