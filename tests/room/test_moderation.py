"""Who may do what to whom, and which acts hold (§7)."""

import pytest

from virtubar.protocol.constants import KICK_REFUSAL_MS, AuthCode, Role
from virtubar.protocol.events import ModerationVerb
from virtubar.room.moderation import ENTRIES_MAX, MemorySanctions, may_moderate, standing
from virtubar.room.ports import ModerationAct, Mute, Refusal

NOW_MS = 1_750_000_000_000
RANKS = [[Role.GUEST, Role.MEMBER], [Role.MODERATOR], [Role.OWNER], [Role.ADMIN]]


def act(
    verb: ModerationVerb, user: str = "bob", *, life_ms: int | None = None, room: str = "lobby"
) -> ModerationAct:
    """A moderator's act."""
    return ModerationAct(verb, room, user, "mod", Role.MODERATOR, "why", life_ms)


@pytest.fixture
def sanctions() -> MemorySanctions:
    """Nobody has done anything yet."""
    return MemorySanctions()


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


def test_a_ban_refuses_until_it_is_lifted(sanctions: MemorySanctions) -> None:
    """Every token, old or new, in that room, of that user."""
    sanctions.record(act("ban"), NOW_MS)
    expected = Refusal(AuthCode.BANNED, "why", None)
    assert sanctions.refusal("lobby", "bob", NOW_MS + 10**12, NOW_MS + 10**12) == expected
    assert sanctions.refusal("lobby", "ann", NOW_MS, NOW_MS) is None
    assert sanctions.refusal("cellar", "bob", NOW_MS, NOW_MS) is None
    sanctions.record(act("unban"), NOW_MS + 1)
    assert sanctions.refusal("lobby", "bob", NOW_MS + 1, NOW_MS + 1) is None


def test_a_ban_may_have_an_end(sanctions: MemorySanctions) -> None:
    """It holds to the last millisecond; then a token of before it is still worth nothing."""
    sanctions.record(act("ban", life_ms=5000), NOW_MS)
    end_ms = NOW_MS + 5000
    assert sanctions.refusal("lobby", "bob", end_ms, end_ms - 1) == Refusal(
        AuthCode.BANNED, "why", end_ms
    )
    assert sanctions.refusal("lobby", "bob", NOW_MS + 1, end_ms) is None
    revoked = sanctions.refusal("lobby", "bob", NOW_MS, end_ms)
    assert revoked is not None
    assert revoked.code is AuthCode.KICKED


def test_a_kick_refuses_for_thirty_seconds(sanctions: MemorySanctions) -> None:
    """And every token from before it for ever; a duration means nothing to it."""
    sanctions.record(act("kick", life_ms=1), NOW_MS)
    end_ms = NOW_MS + KICK_REFUSAL_MS
    assert sanctions.refusal("lobby", "bob", end_ms, end_ms - 1) == Refusal(
        AuthCode.KICKED, "why", end_ms
    )
    assert sanctions.refusal("lobby", "bob", NOW_MS + 1, end_ms) is None
    assert sanctions.refusal("lobby", "bob", NOW_MS, end_ms + 10**9) is not None


def test_a_kick_does_not_shorten_a_ban(sanctions: MemorySanctions) -> None:
    """The ban goes on; one that is over is no ban."""
    sanctions.record(act("ban", life_ms=60_000), NOW_MS)
    sanctions.record(act("kick"), NOW_MS + 1)
    held = sanctions.refusal("lobby", "bob", NOW_MS + 2, NOW_MS + 50_000)
    assert held is not None
    assert held.code is AuthCode.BANNED
    sanctions.record(act("kick"), NOW_MS + 60_000)
    held = sanctions.refusal("lobby", "bob", NOW_MS + 60_001, NOW_MS + 60_001)
    assert held is not None
    assert held.code is AuthCode.KICKED


def test_a_ban_wins_over_a_kick(sanctions: MemorySanctions) -> None:
    """Whichever came first."""
    sanctions.record(act("kick"), NOW_MS)
    sanctions.record(act("ban"), NOW_MS + 1)
    held = sanctions.refusal("lobby", "bob", NOW_MS + 2, NOW_MS + 2)
    assert held is not None
    assert held.code is AuthCode.BANNED


def test_lifting_a_ban_does_not_bring_old_tokens_back(sanctions: MemorySanctions) -> None:
    """A person let in again asks for a token first."""
    sanctions.record(act("ban"), NOW_MS)
    sanctions.record(act("unban"), NOW_MS + 10)
    assert sanctions.refusal("lobby", "bob", NOW_MS - 1, NOW_MS + 10) is not None
    assert sanctions.refusal("lobby", "bob", NOW_MS + 1, NOW_MS + 10) is None


def test_a_mute_holds_until_its_end_or_its_lifting(sanctions: MemorySanctions) -> None:
    """In its room, for its user; it refuses nobody the door."""
    sanctions.record(act("mute", life_ms=5000), NOW_MS)
    assert sanctions.mute("lobby", "bob", NOW_MS + 4999) == Mute("why", NOW_MS + 5000)
    assert sanctions.mute("lobby", "bob", NOW_MS + 5000) is None
    assert sanctions.mute("lobby", "ann", NOW_MS) is None
    assert sanctions.mute("cellar", "bob", NOW_MS) is None
    assert sanctions.refusal("lobby", "bob", NOW_MS, NOW_MS) is None
    sanctions.record(act("mute"), NOW_MS)
    assert sanctions.mute("lobby", "bob", NOW_MS + 10**12) == Mute("why", None)
    sanctions.record(act("unmute"), NOW_MS)
    assert sanctions.mute("lobby", "bob", NOW_MS) is None


@pytest.mark.parametrize("verb", ["unmute", "unban"])
def test_lifting_what_does_not_hold_changes_nothing(
    sanctions: MemorySanctions, verb: ModerationVerb
) -> None:
    """Neither fails, nor touches the other kind."""
    sanctions.record(act(verb), NOW_MS)
    sanctions.record(act("ban" if verb == "unmute" else "mute"), NOW_MS)
    sanctions.record(act(verb), NOW_MS)
    refused = sanctions.refusal("lobby", "bob", NOW_MS, NOW_MS) is not None
    muted = sanctions.mute("lobby", "bob", NOW_MS) is not None
    assert (refused, muted) == (verb == "unmute", verb == "unban")


def test_acts_are_kept_within_bounds_the_oldest_forgotten_first(
    sanctions: MemorySanctions,
) -> None:
    """Ten thousand of each kind: at the limit all hold, one past it the first is forgotten."""
    for n in range(ENTRIES_MAX):
        sanctions.record(act("mute", f"u{n}"), NOW_MS)
    assert sanctions.mute("lobby", "u0", NOW_MS) is not None
    sanctions.record(act("mute", "one more"), NOW_MS)
    assert sanctions.mute("lobby", "u0", NOW_MS) is None
    assert sanctions.mute("lobby", "u1", NOW_MS) is not None
    assert sanctions.mute("lobby", "one more", NOW_MS) is not None
