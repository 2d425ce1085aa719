"""Who may do what to whom (§7)."""

import pytest

from virtubar.protocol.constants import Role
from virtubar.room.moderation import higher, may_moderate, may_oversee, standing

RANKS = [[Role.GUEST, Role.MEMBER], [Role.MODERATOR], [Role.OWNER], [Role.ADMIN]]


@pytest.mark.parametrize("actor", [(n, role) for n, roles in enumerate(RANKS) for role in roles])
@pytest.mark.parametrize("target", [(n, role) for n, roles in enumerate(RANKS) for role in roles])
def test_one_moderates_those_below_one(actor: tuple[int, Role], target: tuple[int, Role]) -> None:
    """Guests nobody, moderators guests, owners moderators, admins owners; nobody an equal."""
    assert may_moderate("a", actor[1], "b", target[1]) == (actor[0] > target[0])


@pytest.mark.parametrize(
    ("role", "owns", "counts_as"),
    [
        (Role.GUEST, False, Role.GUEST),
        (Role.MODERATOR, False, Role.MODERATOR),
        (Role.ADMIN, False, Role.ADMIN),
        (Role.GUEST, True, Role.OWNER),
        (Role.MEMBER, True, Role.OWNER),
        (Role.MODERATOR, True, Role.OWNER),
        (Role.ADMIN, True, Role.ADMIN),
    ],
)
def test_the_owner_of_a_room_counts_as_its_owner(role: Role, owns: bool, counts_as: Role) -> None:
    """Unless they are more than that."""
    assert standing(role, owns=owns) is counts_as


def test_nobody_moderates_themselves() -> None:
    """Whatever roles they have."""
    assert not may_moderate("a", Role.ADMIN, "a", Role.GUEST)


@pytest.mark.parametrize("actor", list(Role))
@pytest.mark.parametrize("target", list(Role))
def test_only_admins_act_on_the_whole_server(actor: Role, target: Role) -> None:
    """And on nobody who is one."""
    allowed = actor is Role.ADMIN and target is not Role.ADMIN
    assert may_moderate("a", actor, "b", target, "server") == allowed


@pytest.mark.parametrize("role", list(Role))
def test_who_may_moderate_anybody_may_oversee(role: Role) -> None:
    """Lists, reports, the audit and settings are for those who can act on them."""
    assert may_oversee(role) == any(may_moderate("a", role, "b", other) for other in Role)


def test_the_higher_of_two_roles() -> None:
    """By standing, not by the order of their names."""
    assert higher(Role.GUEST, Role.MODERATOR) is Role.MODERATOR
    assert higher(Role.OWNER, Role.MODERATOR) is Role.OWNER
    assert higher(Role.MEMBER, Role.GUEST) is Role.MEMBER
