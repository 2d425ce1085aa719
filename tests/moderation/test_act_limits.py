"""How often acts may be asked for: by person and by address, whatever they are asked over (§7)."""

import pytest

from virtubar.moderation.act_limits import ACTS_BY_ADDRESS, ROOM_ACTS, ActLimits
from virtubar.protocol.constants import ACT_BURST, Role
from virtubar.room.moderation import SYSTEM_ID
from virtubar.room.ports import ActsLimitedError, ModerationAct


def act(actor_id: str, address: str | None = "a", role: Role = Role.GUEST) -> ModerationAct:
    return ModerationAct("kick", "nook", "bob", actor_id, role, "", address=address)


def done(limits: ActLimits, *acts: ModerationAct, is_staff: bool = False, now_ms: float = 0) -> int:
    """How many of them are let through."""
    through = 0
    for one in acts:
        try:
            limits.check(one, is_staff=is_staff, now_ms=now_ms)
        except ActsLimitedError:
            continue
        through += 1
    return through


@pytest.mark.parametrize("is_staff", [True, False])
def test_a_person_has_one_burst_wherever_they_ask(is_staff: bool) -> None:
    """At the limit all are done; one past it none."""
    limits = ActLimits()
    from_everywhere = [act("ann", f"a{n}") for n in range(ACT_BURST + 5)]
    assert done(limits, *from_everywhere, is_staff=is_staff) == ACT_BURST


def test_an_address_has_one_burst_for_all_who_are_no_staff() -> None:
    """Twenty guests from one place do not make twenty bursts."""
    limits = ActLimits()
    crowd = [act(f"u{n % 20}") for n in range(20 * ACT_BURST)]
    assert done(limits, *crowd) == ACTS_BY_ADDRESS[1]
    assert done(limits, act("mod", role=Role.MODERATOR), is_staff=True) == 1
    assert done(limits, act("somebody", "b")) == 1


def test_where_addresses_do_not_count_only_the_person_does() -> None:
    """As the operator sets it."""
    limits = ActLimits(addresses=False)
    crowd = [act(f"u{n % 20}") for n in range(20 * ACT_BURST)]
    assert done(limits, *crowd) == 20 * ACT_BURST


def test_the_rules_of_rooms_are_nobody_in_particular() -> None:
    """`system` acts in many rooms, each of which has its own limit."""
    limits = ActLimits()
    assert done(limits, *[act(SYSTEM_ID, None)] * 100) == 100
    assert done(limits, *[act(SYSTEM_ID, None)] * 100, is_staff=True) == 100


def test_what_a_room_may_make_the_server_store_is_bounded() -> None:
    """A bad evening's worth at once, then one in half a minute."""
    limits = ActLimits()
    for _ in range(ROOM_ACTS[1]):
        limits.check_room("nook", 0.0)
    with pytest.raises(ActsLimitedError) as told:
        limits.check_room("nook", 0.0)
    limits.check_room("cellar", 0.0)
    limits.check_room("nook", told.value.retry_after_ms)
    with pytest.raises(ActsLimitedError):
        limits.check_room("nook", told.value.retry_after_ms)
