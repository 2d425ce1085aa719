"""What is stored is felt here, whoever stored it (§7)."""

import pytest

from moderation.bench import Bench
from virtubar.moderation.effects import Effects, Lift
from virtubar.protocol.constants import AuthCode, CloseCode, ErrorCode, Role
from virtubar.protocol.events import Error, LocalChat
from virtubar.room.records import Sanction, SanctionKind


@pytest.fixture
async def bench() -> Bench:
    """Storage answers at once."""
    return Bench()


def stored(bench: Bench, kind: SanctionKind, room_id: str | None = "lobby") -> Sanction:
    """What another process has stored against bob just now."""
    made_ms = bench.rooms.clock.wall_ms()
    until_ms = made_ms + 30_000
    return Sanction("s1", kind, room_id, "bob", "mod", Role.MODERATOR, "why", made_ms, until_ms)


@pytest.mark.parametrize(
    ("kind", "code", "closed"),
    [
        (SanctionKind.BAN, AuthCode.BANNED, CloseCode.BANNED),
        (SanctionKind.KICK, AuthCode.KICKED, CloseCode.KICKED),
    ],
)
@pytest.mark.parametrize("room_id", ["lobby", None])
async def test_an_act_that_another_process_stored_puts_its_person_out_here(
    bench: Bench, kind: SanctionKind, code: AuthCode, closed: CloseCode, room_id: str | None
) -> None:
    """Told why, closed, and refused at the door; nothing is stored or audited again."""
    bob, ann = bench.rooms.enter("bob"), bench.rooms.enter("ann")
    bob.names()
    bench.service.effects.apply(stored(bench, kind, room_id))
    assert bob.names() == ["moderation_action", "moderation_details"]
    assert bob.transport.closed is closed
    assert "member_left" in ann.names()
    assert bench.code() is code
    assert (bench.store.kept, bench.store.audit) == ([], [])


async def test_a_mute_and_its_lifting_are_felt_too(bench: Bench) -> None:
    """Silent from now on, and until another process says so."""
    bob = bench.rooms.enter("bob")
    bench.service.effects.apply(stored(bench, SanctionKind.MUTE))
    assert bob.names() == ["moderation_action", "moderation_details"]
    bench.rooms.send(bob, LocalChat("lobby", "Hello", "local"))
    [refused] = bob.transport.events()
    assert isinstance(refused, Error)
    assert refused.code == ErrorCode.MUTED
    bench.service.effects.apply(Lift(SanctionKind.MUTE, "lobby", "bob"))
    assert bob.names() == ["moderation_lifted"]
    bench.rooms.send(bob, LocalChat("lobby", "Hello", "local"))
    bench.rooms.loop.advance(60)
    assert bob.names() == ["chat_broadcast"]
    assert (bench.store.kept, bench.store.audit) == ([], [])


async def test_a_ban_that_is_lifted_elsewhere_holds_no_more(bench: Bench) -> None:
    """Tokens from before it stay revoked."""
    bench.service.effects.apply(stored(bench, SanctionKind.BAN))
    assert bench.code() is AuthCode.BANNED
    bench.service.effects.apply(Lift(SanctionKind.BAN, "lobby", "bob"))
    assert bench.code() is AuthCode.KICKED
    bench.rooms.loop.advance(1)
    assert bench.code() is None


async def test_an_act_of_this_process_goes_the_same_way(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Storing comes first, and what is felt is what was stored."""
    felt: list[tuple[Sanction | Lift, int]] = []
    apply = Effects.apply

    def spy(self: Effects, one: Sanction | Lift) -> None:
        felt.append((one, len(bench.store.audit)))
        apply(self, one)

    monkeypatch.setattr(Effects, "apply", spy)
    await bench.do("ban")
    [ban] = bench.store.kept
    await bench.do("unban")
    assert felt == [(ban, 1), (Lift(SanctionKind.BAN, "lobby", "bob"), 2)]
