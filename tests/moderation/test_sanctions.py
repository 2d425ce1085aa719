"""Which sanctions hold, and what every door is told of them (§3, §7)."""

from typing import Any

import pytest

from virtubar.auth.tokens import REVOKED_MS
from virtubar.moderation.sanctions import (
    ADDRESS_LIFE_MS,
    LIFTS,
    SanctionBook,
    sanction_of,
)
from virtubar.protocol.constants import KICK_REFUSAL_MS, AuthCode, Role
from virtubar.protocol.events import ModerationVerb
from virtubar.room.ports import ModerationAct, Mute, Refusal
from virtubar.room.records import AddressMark, Sanction, SanctionKind

NOW_MS = 1_750_000_000_000
LATER_MS = NOW_MS + 10**12
HOME = AddressMark("salt", "home")
CAFE = AddressMark("salt", "cafe")


class SanctionsBench:
    """Acts straight on a book, as the real bench does once an act is stored."""

    def __init__(self) -> None:
        self.book = SanctionBook()

    def act(
        self,
        verb: ModerationVerb,
        user: str = "bob",
        *,
        at_ms: int = NOW_MS,
        life_ms: int | None = None,
        address: AddressMark | None = None,
        **fields: Any,
    ) -> None:
        """A moderator's act, in the lobby unless said otherwise."""
        given: dict[str, Any] = {"room_id": "lobby", **fields}
        act = ModerationAct(
            verb=verb,
            user_id=user,
            actor_id="mod",
            actor_role=Role.MODERATOR,
            reason="why",
            duration_ms=life_ms,
            **given,
        )
        if verb in LIFTS:
            room_id = None if act.scope == "server" else act.room_id
            self.book.lift(LIFTS[verb], room_id, user)
        else:
            self.book.apply(
                sanction_of(act, sanction_id=f"s-{at_ms}", wall_ms=at_ms, address=address), at_ms
            )

    def code(
        self, user: str = "bob", *, at_ms: int, issued_ms: int | None = None, room: str = "lobby"
    ) -> AuthCode | None:
        """Why the user is refused then, with a token of that moment unless said otherwise."""
        refusal = self.book.refusal(room, user, at_ms if issued_ms is None else issued_ms, at_ms)
        return None if refusal is None else refusal.code


@pytest.fixture
def bench() -> SanctionsBench:
    """Nobody has done anything yet."""
    return SanctionsBench()


def test_a_ban_refuses_until_it_is_lifted(bench: SanctionsBench) -> None:
    """Every token, old or new, in that room, of that user."""
    bench.act("ban")
    expected = Refusal(AuthCode.BANNED, "why", None)
    assert bench.book.refusal("lobby", "bob", LATER_MS, LATER_MS) == expected
    assert bench.code("ann", at_ms=NOW_MS) is None
    assert bench.code(at_ms=NOW_MS, room="cellar") is None
    bench.act("unban", at_ms=NOW_MS + 1)
    assert bench.code(at_ms=NOW_MS + 1) is None


def test_a_ban_may_have_an_end(bench: SanctionsBench) -> None:
    """It holds to the last millisecond; then a token of before it is still worth nothing."""
    bench.act("ban", life_ms=5000)
    end_ms = NOW_MS + 5000
    held = bench.book.refusal("lobby", "bob", end_ms, end_ms - 1)
    assert held == Refusal(AuthCode.BANNED, "why", end_ms)
    assert bench.code(at_ms=end_ms, issued_ms=NOW_MS + 1) is None
    assert bench.code(at_ms=end_ms, issued_ms=NOW_MS) is AuthCode.KICKED


def test_a_kick_refuses_for_thirty_seconds(bench: SanctionsBench) -> None:
    """And every token from before it; a duration means nothing to it."""
    bench.act("kick", life_ms=1)
    end_ms = NOW_MS + KICK_REFUSAL_MS
    held = bench.book.refusal("lobby", "bob", end_ms, end_ms - 1)
    assert held == Refusal(AuthCode.KICKED, "why", end_ms)
    assert bench.code(at_ms=end_ms, issued_ms=NOW_MS + 1) is None
    assert bench.code(at_ms=end_ms + REVOKED_MS - 1, issued_ms=NOW_MS) is AuthCode.KICKED


def test_a_kick_does_not_shorten_a_ban(bench: SanctionsBench) -> None:
    """The ban goes on; one that is over is no ban."""
    bench.act("ban", life_ms=60_000)
    bench.act("kick", at_ms=NOW_MS + 1)
    assert bench.code(at_ms=NOW_MS + 50_000) is AuthCode.BANNED
    bench.act("kick", at_ms=NOW_MS + 60_000)
    assert bench.code(at_ms=NOW_MS + 60_001) is AuthCode.KICKED


def test_a_ban_wins_over_a_kick(bench: SanctionsBench) -> None:
    """Whichever came first."""
    bench.act("kick")
    bench.act("ban", at_ms=NOW_MS + 1)
    assert bench.code(at_ms=NOW_MS + 2) is AuthCode.BANNED


def test_lifting_a_ban_does_not_bring_old_tokens_back(bench: SanctionsBench) -> None:
    """A person let in again asks for a token first."""
    bench.act("ban")
    bench.act("unban", at_ms=NOW_MS + 10)
    assert bench.code(at_ms=NOW_MS + 10, issued_ms=NOW_MS - 1) is AuthCode.KICKED
    assert bench.code(at_ms=NOW_MS + 10, issued_ms=NOW_MS + 1) is None


def test_a_mute_holds_until_its_end_or_its_lifting(bench: SanctionsBench) -> None:
    """In its room, for its user; it refuses nobody the door."""
    bench.act("mute", life_ms=5000)
    book = bench.book
    assert book.mute("lobby", "bob", NOW_MS + 4999) == Mute("why", NOW_MS + 5000)
    assert book.mute("lobby", "bob", NOW_MS + 5000) is None
    assert book.mute("lobby", "ann", NOW_MS) is None
    assert book.mute("cellar", "bob", NOW_MS) is None
    assert bench.code(at_ms=NOW_MS) is None
    bench.act("mute")
    assert book.mute("lobby", "bob", LATER_MS) == Mute("why", None)
    bench.act("unmute")
    assert book.mute("lobby", "bob", NOW_MS) is None


@pytest.mark.parametrize("verb", ["unmute", "unban"])
def test_lifting_what_does_not_hold_changes_nothing(
    bench: SanctionsBench, verb: ModerationVerb
) -> None:
    """Neither fails, nor touches the other kind."""
    bench.act(verb)
    bench.act("ban" if verb == "unmute" else "mute")
    bench.act(verb)
    refused = bench.code(at_ms=NOW_MS) is not None
    muted = bench.book.mute("lobby", "bob", NOW_MS) is not None
    assert (refused, muted) == (verb == "unmute", verb == "unban")


# The whole server


@pytest.mark.parametrize("verb", ["ban", "kick"])
def test_a_sanction_of_the_server_holds_in_every_room(
    bench: SanctionsBench, verb: ModerationVerb
) -> None:
    """In rooms that are made later too; the person is told that it is the server's."""
    bench.act(verb, scope="server")
    for room in ("lobby", "cellar", "made-tomorrow"):
        refusal = bench.book.refusal(room, "bob", NOW_MS, NOW_MS + 1)
        assert refusal is not None
        assert refusal.scope == "server"


def test_the_two_scopes_are_lifted_apart(bench: SanctionsBench) -> None:
    """A room's unban leaves the server's ban, and the other way round."""
    bench.act("ban", scope="server")
    bench.act("ban")
    bench.act("unban", at_ms=NOW_MS + 1)
    assert bench.code(at_ms=NOW_MS + 2) is AuthCode.BANNED
    bench.act("unban", at_ms=NOW_MS + 2, scope="server")
    assert bench.code(at_ms=NOW_MS + 3) is None


def test_a_mute_of_the_server_silences_in_every_room(bench: SanctionsBench) -> None:
    """And names itself so."""
    bench.act("mute", scope="server")
    assert bench.book.mute("cellar", "bob", NOW_MS) == Mute("why", None, "server")
    bench.act("unmute")
    assert bench.book.mute("cellar", "bob", NOW_MS) is not None


# While an act is being stored


@pytest.mark.parametrize(("verb", "code"), [("ban", AuthCode.BANNED), ("kick", AuthCode.KICKED)])
def test_the_door_is_shut_while_an_act_is_being_stored(
    bench: SanctionsBench, verb: ModerationVerb, code: AuthCode
) -> None:
    """And open again where it could not be: nothing of it happened."""
    act = ModerationAct(verb, "lobby", "bob", "mod", Role.MODERATOR, "why")
    sanction = sanction_of(act, sanction_id="s", wall_ms=NOW_MS, address=None)
    bench.book.hold(sanction)
    assert bench.code(at_ms=NOW_MS + 5) is code
    bench.book.release(sanction)
    assert bench.code(at_ms=NOW_MS + 5, issued_ms=NOW_MS - 5) is None


def test_a_mute_holds_only_when_it_is_stored(bench: SanctionsBench) -> None:
    """It shuts no door, so there is nothing to hold."""
    act = ModerationAct("mute", "lobby", "bob", "mod", Role.MODERATOR, "why")
    bench.book.hold(sanction_of(act, sanction_id="s", wall_ms=NOW_MS, address=None))
    assert bench.code(at_ms=NOW_MS) is None
    assert bench.book.mute("lobby", "bob", NOW_MS) is None


# Addresses


def refused_from(
    bench: SanctionsBench, *marks: AddressMark, born_ms: int, at_ms: int = NOW_MS + 1
) -> bool:
    """Whether a guest who was made then is refused from there."""
    return bench.book.address_refusal("lobby", marks, born_ms, at_ms) is not None


def test_new_guests_from_a_banned_guests_address_have_to_wait(bench: SanctionsBench) -> None:
    """Those made before the ban are known and get in; other addresses are nobody's fault."""
    bench.act("ban", address=HOME)
    assert refused_from(bench, HOME, born_ms=NOW_MS)
    assert not refused_from(bench, HOME, born_ms=NOW_MS - 1)
    assert not refused_from(bench, CAFE, born_ms=NOW_MS)
    assert refused_from(bench, CAFE, HOME, born_ms=NOW_MS), "hashed with an older salt"
    assert not refused_from(bench, born_ms=NOW_MS), "an address that tells nothing"


def test_an_address_is_refused_in_the_bans_scope_only(bench: SanctionsBench) -> None:
    """A room's ban in that room, the server's everywhere."""
    bench.act("ban", address=HOME)
    assert bench.book.address_refusal("cellar", (HOME,), NOW_MS, NOW_MS) is None
    bench.act("ban", "ann", address=CAFE, scope="server")
    assert bench.book.address_refusal("cellar", (CAFE,), NOW_MS, NOW_MS) == Refusal(
        AuthCode.BANNED,
        "New guests from this address have to wait.",
        NOW_MS + ADDRESS_LIFE_MS,
        "server",
    ), "until when, and not why: the guest may be another"


def test_an_address_is_refused_for_a_day_at_most(bench: SanctionsBench) -> None:
    """For the ban's life, if that is shorter; tomorrow somebody else may have the address."""
    bench.act("ban", address=HOME)
    end_ms = NOW_MS + ADDRESS_LIFE_MS
    assert refused_from(bench, HOME, born_ms=end_ms - 1, at_ms=end_ms - 1)
    assert not refused_from(bench, HOME, born_ms=end_ms, at_ms=end_ms)
    bench.act("ban", life_ms=60_000, address=CAFE)
    assert refused_from(bench, CAFE, born_ms=NOW_MS, at_ms=NOW_MS + 59_999)
    assert not refused_from(bench, CAFE, born_ms=NOW_MS, at_ms=NOW_MS + 60_000)


def test_lifting_a_ban_frees_its_address(bench: SanctionsBench) -> None:
    """Unless another ban holds it too; a newer ban of the same person replaces the older."""
    bench.act("ban", address=HOME)
    bench.act("ban", "ann", address=HOME)
    bench.act("unban")
    assert refused_from(bench, HOME, born_ms=NOW_MS)
    bench.act("ban", "ann", address=CAFE)
    assert not refused_from(bench, HOME, born_ms=NOW_MS)
    bench.act("unban", "ann")
    assert not refused_from(bench, CAFE, born_ms=NOW_MS)


@pytest.mark.parametrize("verb", ["kick", "mute"])
def test_only_bans_keep_an_address(bench: SanctionsBench, verb: ModerationVerb) -> None:
    """A kick is over before an address would matter."""
    bench.act(verb, address=HOME)
    assert not refused_from(bench, HOME, born_ms=NOW_MS)
    act = ModerationAct(verb, "lobby", "bob", "mod", Role.MODERATOR, "why", None)
    made = sanction_of(act, sanction_id="s", wall_ms=NOW_MS, address=HOME)
    assert made.address is None, "nor does storage get to see it"


# At the start of a server


def sanction(kind: SanctionKind, user: str, **fields: Any) -> Sanction:
    """A stored sanction."""
    given: dict[str, Any] = {"made_ms": NOW_MS, "until_ms": None, **fields}
    return Sanction(f"s-{user}", kind, "lobby", user, "mod", Role.MODERATOR, "why", **given)


def test_a_book_opens_with_what_was_stored() -> None:
    """What was lifted only revokes; a kick that is over only revokes too."""
    lifted = {"lifted_ms": NOW_MS + 5, "lifted_by": "mod"}
    book = SanctionBook()
    at_ms = NOW_MS + KICK_REFUSAL_MS
    for stored in (
        sanction(SanctionKind.BAN, "banned", address=HOME),
        sanction(SanctionKind.BAN, "forgiven", **lifted),
        sanction(SanctionKind.KICK, "kicked", until_ms=NOW_MS + KICK_REFUSAL_MS),
        sanction(SanctionKind.MUTE, "muted"),
    ):
        book.apply(stored, at_ms)
    for user, old, new in [
        ("banned", AuthCode.BANNED, AuthCode.BANNED),
        ("forgiven", AuthCode.KICKED, None),
        ("kicked", AuthCode.KICKED, None),
        ("muted", None, None),
    ]:
        for issued_ms, code in [(NOW_MS - 1, old), (NOW_MS + 1, new)]:
            refusal = book.refusal("lobby", user, issued_ms, at_ms)
            assert (None if refusal is None else refusal.code) is code, (user, issued_ms)
    assert book.mute("lobby", "muted", at_ms) is not None
    assert book.address_refusal("lobby", (HOME,), NOW_MS, at_ms) is not None


def test_what_is_over_is_let_go_and_what_holds_never_is(bench: SanctionsBench) -> None:
    """However many acts there are: a ban for good outlives them all."""
    bench.act("ban", "old foe", address=HOME)
    for n in range(3_000):
        bench.act("kick", f"u{n}", at_ms=NOW_MS + n)
    much_later_ms = NOW_MS + 2 * REVOKED_MS
    for n in range(3_000):
        bench.act("ban", f"v{n}", at_ms=much_later_ms, life_ms=1)
    assert bench.code("old foe", at_ms=much_later_ms) is AuthCode.BANNED
    assert bench.code("u2999", at_ms=much_later_ms, issued_ms=NOW_MS) is None, "no token is so old"
    assert bench.book.size < 6_500


def test_what_is_over_is_judged_by_now_not_by_when_an_act_was_made(bench: SanctionsBench) -> None:
    """A sanction from before the clock was set back lets go of nothing that still holds, and one
    from long ago keeps nothing that is over."""
    bench.act("mute", "ann", life_ms=60_000)
    ahead_ms, book = NOW_MS + 3_600_000, bench.book
    for n in range(3_000):
        book.apply(sanction(SanctionKind.BAN, f"v{n}", made_ms=ahead_ms), NOW_MS + 1)
    assert book.mute("lobby", "ann", NOW_MS + 1) is not None
    book = SanctionBook()
    for n in range(3_000):
        over = sanction(SanctionKind.MUTE, f"v{n}", made_ms=NOW_MS, until_ms=NOW_MS + 1)
        book.apply(over, ahead_ms)
    assert book.size < 1_100


def test_a_revocation_is_known_for_as_long_as_a_token_may_live(bench: SanctionsBench) -> None:
    """However much is let go meanwhile: the token of a kicked person does not come back to life."""
    bench.act("kick", "bob", at_ms=NOW_MS)
    last_ms = NOW_MS + REVOKED_MS - 1
    for n in range(3_000):
        bench.act("ban", f"v{n}", at_ms=last_ms, life_ms=1)
    assert bench.code("bob", at_ms=last_ms, issued_ms=NOW_MS) is AuthCode.KICKED
    assert bench.code("bob", at_ms=last_ms, issued_ms=NOW_MS + 1) is None


def test_the_address_of_a_ban_that_is_over_is_let_go(bench: SanctionsBench) -> None:
    """With the ban: nothing of it is kept."""
    bench.act("ban", "bob", address=HOME, life_ms=1)
    for n in range(3_000):
        bench.act("ban", f"v{n}", at_ms=NOW_MS + 1 + n, life_ms=1)
    assert HOME not in [mark for _, mark in bench.book._addresses]


@pytest.mark.parametrize("erased", ["bob", "mod"])
def test_what_holds_says_why_no_more_once_one_of_the_two_is_erased(
    bench: SanctionsBench, erased: str
) -> None:
    """It holds as before, from that address too, until it is lifted."""
    bench.act("ban", address=HOME)
    bench.act("mute")
    bench.act("kick")
    bench.book.apply(sanction(SanctionKind.BAN, "named", user_name="Ann", actor_name="Mo"), NOW_MS)
    assert bench.book.name_of(SanctionKind.BAN, "lobby", "named") == "Ann"
    bench.book.forget_words("named")
    assert bench.book.name_of(SanctionKind.BAN, "lobby", "named") is None
    bench.book.forget_words(erased)
    assert bench.book.refusal("lobby", "bob", NOW_MS, NOW_MS) == Refusal(AuthCode.BANNED, "", None)
    assert bench.book.mute("lobby", "bob", NOW_MS) == Mute("", None)
    assert bench.book.address_refusal("lobby", (HOME,), NOW_MS, NOW_MS) is not None
    bench.act("unban")
    kicked = Refusal(AuthCode.KICKED, "", NOW_MS + KICK_REFUSAL_MS)
    assert bench.book.refusal("lobby", "bob", NOW_MS, NOW_MS) == kicked
    assert bench.book.address_refusal("lobby", (HOME,), NOW_MS, NOW_MS) is None


def test_whoever_was_put_out_keeps_the_name_when_only_the_other_is_erased(
    bench: SanctionsBench,
) -> None:
    """Staff has to find the ban that they are to lift."""
    bench.book.apply(sanction(SanctionKind.BAN, "named", user_name="Ann", actor_name="Mo"), NOW_MS)
    bench.book.forget_words("mod")
    assert bench.book.name_of(SanctionKind.BAN, "lobby", "named") == "Ann"


def test_what_others_did_keeps_its_words(bench: SanctionsBench) -> None:
    """Only the person's own sanctions, and those that they made, lose theirs."""
    bench.act("mute")
    bench.book.forget_words("ben")
    assert bench.book.mute("lobby", "bob", NOW_MS) == Mute("why", None)


def test_what_holds_in_a_room_is_counted() -> None:
    """Bans and mutes, each person's of a kind once; not kicks, nor what is the server's (§7)."""
    bench = SanctionsBench()
    bench.act("ban", "bob")
    bench.act("ban", "bob", at_ms=NOW_MS + 1)
    bench.act("mute", "bob", life_ms=1_000)
    bench.act("mute", "ann")
    bench.act("kick", "ann")
    bench.act("ban", "eve", scope="server")
    bench.act("ban", "eve", room_id="attic")
    assert bench.book.holding("lobby", NOW_MS + 999) == 3
    assert bench.book.holds(SanctionKind.MUTE, "lobby", "ann")
    assert not bench.book.holds(SanctionKind.BAN, "lobby", "ann")
    assert bench.book.holding("lobby", NOW_MS + 1_000) == 2
    bench.act("unban", "bob")
    bench.act("unmute", "ann")
    bench.act("unmute", "nobody")
    assert bench.book.holding("lobby", NOW_MS) == 0
    assert bench.book.holding("attic", NOW_MS) == 1
    assert bench.book.holding(None, NOW_MS) == 1


def test_what_is_over_is_swept_from_the_count_too() -> None:
    """A room that nobody asks about keeps nothing of bans that ended."""
    bench = SanctionsBench()
    for number in range(3_000):
        bench.act("ban", f"u{number}", life_ms=1, at_ms=NOW_MS + 2 * number, room_id=f"r{number}")
    rooms = [n for n in range(3_000) if bench.book.holds(SanctionKind.BAN, f"r{n}", f"u{n}")]
    assert len(rooms) < 2_500
