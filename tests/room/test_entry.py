"""Who may come into a room (§3)."""

import pytest

from virtubar.errors import JoinRefusedError
from virtubar.protocol.constants import AuthCode, Role
from virtubar.room.config import RoomConfig
from virtubar.room.entry import check_entry

KEEPERS = (Role.MODERATOR, Role.OWNER, Role.ADMIN)
OTHERS = (Role.GUEST, Role.MEMBER)


def refusal(
    config: RoomConfig, role: Role, *, is_member: bool = False, occupancy: int = 0
) -> AuthCode | None:
    """Why the person may not come in; None where they may."""
    try:
        check_entry(config, role, is_member=is_member, occupancy=occupancy)
    except JoinRefusedError as error:
        return error.code
    return None


@pytest.mark.parametrize("role", Role)
def test_an_open_room_takes_everybody(role: Role) -> None:
    """The settings of a room that nobody has changed."""
    assert refusal(RoomConfig("nook", "Nook"), role) is None


@pytest.mark.parametrize("role", OTHERS)
def test_a_locked_room_takes_no_newcomer(role: Role) -> None:
    """Whoever they are, and however empty it is."""
    assert refusal(RoomConfig("nook", "Nook", locked=True), role) is AuthCode.ROOM_LOCKED


@pytest.mark.parametrize("role", KEEPERS)
def test_whoever_keeps_order_comes_into_a_locked_room_for_others(role: Role) -> None:
    """Past the lock and past the list of roles."""
    closed = RoomConfig("nook", "Nook", locked=True, allowed_roles=())
    assert refusal(closed, role) is None


@pytest.mark.parametrize(
    ("allowed", "role", "code"),
    [
        ((Role.MEMBER,), Role.GUEST, AuthCode.SIGN_IN_REQUIRED),
        ((Role.MEMBER,), Role.MEMBER, None),
        ((Role.GUEST,), Role.MEMBER, AuthCode.NOT_ALLOWED),
        ((Role.GUEST, Role.MEMBER), Role.GUEST, None),
        ((), Role.GUEST, AuthCode.SIGN_IN_REQUIRED),
        ((), Role.MEMBER, AuthCode.NOT_ALLOWED),
    ],
)
def test_a_room_may_be_for_some_roles(
    allowed: tuple[Role, ...], role: Role, code: AuthCode | None
) -> None:
    """A guest is told that signing in could help, everybody else that it is not for them."""
    assert refusal(RoomConfig("nook", "Nook", allowed_roles=allowed), role) is code


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(
    ("occupancy", "code"), [(1, None), (2, AuthCode.ROOM_FULL), (3, AuthCode.ROOM_FULL)]
)
def test_a_full_room_is_full_for_everybody(
    role: Role, occupancy: int, code: AuthCode | None
) -> None:
    """Also where there are more inside than it now holds; nobody stands in for a place."""
    assert refusal(RoomConfig("nook", "Nook", capacity=2), role, occupancy=occupancy) is code


@pytest.mark.parametrize("role", Role)
def test_a_member_has_a_place(role: Role) -> None:
    """Whatever the room has become since they came in."""
    closed = RoomConfig("nook", "Nook", capacity=1, locked=True, allowed_roles=())
    assert refusal(closed, role, is_member=True, occupancy=5) is None


def test_the_lock_is_named_before_all_else() -> None:
    """One reason is told, the one that holds for most."""
    closed = RoomConfig("nook", "Nook", capacity=1, locked=True, allowed_roles=())
    assert refusal(closed, Role.GUEST, occupancy=1) is AuthCode.ROOM_LOCKED
