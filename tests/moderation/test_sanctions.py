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


class Desk:
    """Acts straight on a book, as the real desk does once an act is stored."""

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
                sanction_of(act, sanction_id=f"s-{at_ms}", wall_ms=at_ms, address=address)
            )

    def code(
        self, user: str = "bob", *, at_ms: int, issued_ms: int | None = None, room: str = "lobby"
    ) -> AuthCode | None:
        """Why the user is refused then, with a token of that moment unless said otherwise."""
        refusal = self.book.refusal(room, user, at_ms if issued_ms is None else issued_ms, at_ms)
        return None if refusal is None else refusal.code


@pytest.fixture
def desk() -> Desk:
    """Nobody has done anything yet."""
    return Desk()


def test_a_ban_refuses_until_it_is_lifted(desk: Desk) -> None:
    """Every token, old or new, in that room, of that user."""
    desk.act("ban")
    expected = Refusal(AuthCode.BANNED, "why", None)
    assert desk.book.refusal("lobby", "bob", LATER_MS, LATER_MS) == expected
    assert desk.code("ann", at_ms=NOW_MS) is None
    assert desk.code(at_ms=NOW_MS, room="cellar") is None
    desk.act("unban", at_ms=NOW_MS + 1)
    assert desk.code(at_ms=NOW_MS + 1) is None


def test_a_ban_may_have_an_end(desk: Desk) -> None:
    """It holds to the last millisecond; then a token of before it is still worth nothing."""
    desk.act("ban", life_ms=5000)
    end_ms = NOW_MS + 5000
    held = desk.book.refusal("lobby", "bob", end_ms, end_ms - 1)
    assert held == Refusal(AuthCode.BANNED, "why", end_ms)
    assert desk.code(at_ms=end_ms, issued_ms=NOW_MS + 1) is None
    assert desk.code(at_ms=end_ms, issued_ms=NOW_MS) is AuthCode.KICKED


def test_a_kick_refuses_for_thirty_seconds(desk: Desk) -> None:
    """And every token from before it; a duration means nothing to it."""
    desk.act("kick", life_ms=1)
    end_ms = NOW_MS + KICK_REFUSAL_MS
    held = desk.book.refusal("lobby", "bob", end_ms, end_ms - 1)
    assert held == Refusal(AuthCode.KICKED, "why", end_ms)
    assert desk.code(at_ms=end_ms, issued_ms=NOW_MS + 1) is None
    assert desk.code(at_ms=end_ms + REVOKED_MS - 1, issued_ms=NOW_MS) is AuthCode.KICKED


def test_a_kick_does_not_shorten_a_ban(desk: Desk) -> None:
    """The ban goes on; one that is over is no ban."""
    desk.act("ban", life_ms=60_000)
    desk.act("kick", at_ms=NOW_MS + 1)
    assert desk.code(at_ms=NOW_MS + 50_000) is AuthCode.BANNED
    desk.act("kick", at_ms=NOW_MS + 60_000)
    assert desk.code(at_ms=NOW_MS + 60_001) is AuthCode.KICKED


def test_a_ban_wins_over_a_kick(desk: Desk) -> None:
    """Whichever came first."""
    desk.act("kick")
    desk.act("ban", at_ms=NOW_MS + 1)
    assert desk.code(at_ms=NOW_MS + 2) is AuthCode.BANNED


def test_lifting_a_ban_does_not_bring_old_tokens_back(desk: Desk) -> None:
    """A person let in again asks for a token first."""
    desk.act("ban")
    desk.act("unban", at_ms=NOW_MS + 10)
    assert desk.code(at_ms=NOW_MS + 10, issued_ms=NOW_MS - 1) is AuthCode.KICKED
    assert desk.code(at_ms=NOW_MS + 10, issued_ms=NOW_MS + 1) is None


def test_a_mute_holds_until_its_end_or_its_lifting(desk: Desk) -> None:
    """In its room, for its user; it refuses nobody the door."""
    desk.act("mute", life_ms=5000)
    book = desk.book
    assert book.mute("lobby", "bob", NOW_MS + 4999) == Mute("why", NOW_MS + 5000)
    assert book.mute("lobby", "bob", NOW_MS + 5000) is None
    assert book.mute("lobby", "ann", NOW_MS) is None
    assert book.mute("cellar", "bob", NOW_MS) is None
    assert desk.code(at_ms=NOW_MS) is None
    desk.act("mute")
    assert book.mute("lobby", "bob", LATER_MS) == Mute("why", None)
    desk.act("unmute")
    assert book.mute("lobby", "bob", NOW_MS) is None


@pytest.mark.parametrize("verb", ["unmute", "unban"])
def test_lifting_what_does_not_hold_changes_nothing(desk: Desk, verb: ModerationVerb) -> None:
    """Neither fails, nor touches the other kind."""
    desk.act(verb)
    desk.act("ban" if verb == "unmute" else "mute")
    desk.act(verb)
    refused = desk.code(at_ms=NOW_MS) is not None
    muted = desk.book.mute("lobby", "bob", NOW_MS) is not None
    assert (refused, muted) == (verb == "unmute", verb == "unban")


# The whole server


@pytest.mark.parametrize("verb", ["ban", "kick"])
def test_a_sanction_of_the_server_holds_in_every_room(desk: Desk, verb: ModerationVerb) -> None:
    """In rooms that are made later too; the person is told that it is the server's."""
    desk.act(verb, scope="server")
    for room in ("lobby", "cellar", "made-tomorrow"):
        refusal = desk.book.refusal(room, "bob", NOW_MS, NOW_MS + 1)
        assert refusal is not None
        assert refusal.scope == "server"


def test_the_two_scopes_are_lifted_apart(desk: Desk) -> None:
    """A room's unban leaves the server's ban, and the other way round."""
    desk.act("ban", scope="server")
    desk.act("ban")
    desk.act("unban", at_ms=NOW_MS + 1)
    assert desk.code(at_ms=NOW_MS + 2) is AuthCode.BANNED
    desk.act("unban", at_ms=NOW_MS + 2, scope="server")
    assert desk.code(at_ms=NOW_MS + 3) is None


def test_a_mute_of_the_server_silences_in_every_room(desk: Desk) -> None:
    """And names itself so."""
    desk.act("mute", scope="server")
    assert desk.book.mute("cellar", "bob", NOW_MS) == Mute("why", None, "server")
    desk.act("unmute")
    assert desk.book.mute("cellar", "bob", NOW_MS) is not None


# While an act is being stored


@pytest.mark.parametrize(("verb", "code"), [("ban", AuthCode.BANNED), ("kick", AuthCode.KICKED)])
def test_the_door_is_shut_while_an_act_is_being_stored(
    desk: Desk, verb: ModerationVerb, code: AuthCode
) -> None:
    """And open again where it could not be: nothing of it happened."""
    act = ModerationAct(verb, "lobby", "bob", "mod", Role.MODERATOR, "why")
    sanction = sanction_of(act, sanction_id="s", wall_ms=NOW_MS, address=None)
    desk.book.hold(sanction)
    assert desk.code(at_ms=NOW_MS + 5) is code
    desk.book.release(sanction)
    assert desk.code(at_ms=NOW_MS + 5, issued_ms=NOW_MS - 5) is None


def test_a_mute_holds_only_when_it_is_stored(desk: Desk) -> None:
    """It shuts no door, so there is nothing to hold."""
    act = ModerationAct("mute", "lobby", "bob", "mod", Role.MODERATOR, "why")
    desk.book.hold(sanction_of(act, sanction_id="s", wall_ms=NOW_MS, address=None))
    assert desk.code(at_ms=NOW_MS) is None
    assert desk.book.mute("lobby", "bob", NOW_MS) is None


# Addresses


def refused_from(desk: Desk, *marks: AddressMark, born_ms: int, at_ms: int = NOW_MS + 1) -> bool:
    """Whether a guest who was made then is refused from there."""
    return desk.book.address_refusal("lobby", marks, born_ms, at_ms) is not None


def test_new_guests_from_a_banned_guests_address_have_to_wait(desk: Desk) -> None:
    """Those made before the ban are known and get in; other addresses are nobody's fault."""
    desk.act("ban", address=HOME)
    assert refused_from(desk, HOME, born_ms=NOW_MS)
    assert not refused_from(desk, HOME, born_ms=NOW_MS - 1)
    assert not refused_from(desk, CAFE, born_ms=NOW_MS)
    assert refused_from(desk, CAFE, HOME, born_ms=NOW_MS), "hashed with an older salt"
    assert not refused_from(desk, born_ms=NOW_MS), "an address that tells nothing"


def test_an_address_is_refused_in_the_bans_scope_only(desk: Desk) -> None:
    """A room's ban in that room, the server's everywhere."""
    desk.act("ban", address=HOME)
    assert desk.book.address_refusal("cellar", (HOME,), NOW_MS, NOW_MS) is None
    desk.act("ban", "ann", address=CAFE, scope="server")
    refusal = desk.book.address_refusal("cellar", (CAFE,), NOW_MS, NOW_MS)
    assert refusal is not None
    assert refusal.scope == "server"
    assert refusal.code is AuthCode.BANNED


def test_an_address_is_refused_for_a_day_at_most(desk: Desk) -> None:
    """For the ban's life, if that is shorter; tomorrow somebody else may have the address."""
    desk.act("ban", address=HOME)
    end_ms = NOW_MS + ADDRESS_LIFE_MS
    assert refused_from(desk, HOME, born_ms=end_ms - 1, at_ms=end_ms - 1)
    assert not refused_from(desk, HOME, born_ms=end_ms, at_ms=end_ms)
    desk.act("ban", life_ms=60_000, address=CAFE)
    assert refused_from(desk, CAFE, born_ms=NOW_MS, at_ms=NOW_MS + 59_999)
    assert not refused_from(desk, CAFE, born_ms=NOW_MS, at_ms=NOW_MS + 60_000)


def test_lifting_a_ban_frees_its_address(desk: Desk) -> None:
    """Unless another ban holds it too; a newer ban of the same person replaces the older."""
    desk.act("ban", address=HOME)
    desk.act("ban", "ann", address=HOME)
    desk.act("unban")
    assert refused_from(desk, HOME, born_ms=NOW_MS)
    desk.act("ban", "ann", address=CAFE)
    assert not refused_from(desk, HOME, born_ms=NOW_MS)
    desk.act("unban", "ann")
    assert not refused_from(desk, CAFE, born_ms=NOW_MS)


@pytest.mark.parametrize("verb", ["kick", "mute"])
def test_only_bans_keep_an_address(desk: Desk, verb: ModerationVerb) -> None:
    """A kick is over before an address would matter."""
    desk.act(verb, address=HOME)
    assert not refused_from(desk, HOME, born_ms=NOW_MS)
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
    book = SanctionBook(
        [
            sanction(SanctionKind.BAN, "banned", address=HOME),
            sanction(SanctionKind.BAN, "forgiven", **lifted),
            sanction(SanctionKind.KICK, "kicked", until_ms=NOW_MS + KICK_REFUSAL_MS),
            sanction(SanctionKind.MUTE, "muted"),
        ]
    )
    at_ms = NOW_MS + KICK_REFUSAL_MS
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


def test_what_is_over_is_let_go_and_what_holds_never_is(desk: Desk) -> None:
    """However many acts there are: a ban for good outlives them all."""
    desk.act("ban", "old foe", address=HOME)
    for n in range(3_000):
        desk.act("kick", f"u{n}", at_ms=NOW_MS + n)
    much_later_ms = NOW_MS + 2 * REVOKED_MS
    for n in range(3_000):
        desk.act("ban", f"v{n}", at_ms=much_later_ms, life_ms=1)
    assert desk.code("old foe", at_ms=much_later_ms) is AuthCode.BANNED
    assert desk.code("u2999", at_ms=much_later_ms, issued_ms=NOW_MS) is None, "no token is so old"
    assert desk.book.size < 6_500


def test_a_revocation_is_known_for_as_long_as_a_token_may_live(desk: Desk) -> None:
    """However much is let go meanwhile: the token of a kicked person does not come back to life."""
    desk.act("kick", "bob", at_ms=NOW_MS)
    last_ms = NOW_MS + REVOKED_MS - 1
    for n in range(3_000):
        desk.act("ban", f"v{n}", at_ms=last_ms, life_ms=1)
    assert desk.code("bob", at_ms=last_ms, issued_ms=NOW_MS) is AuthCode.KICKED
    assert desk.code("bob", at_ms=last_ms, issued_ms=NOW_MS + 1) is None


def test_the_address_of_a_ban_that_is_over_is_let_go(desk: Desk) -> None:
    """With the ban: nothing of it is kept."""
    desk.act("ban", "bob", address=HOME, life_ms=1)
    for n in range(3_000):
        desk.act("ban", f"v{n}", at_ms=NOW_MS + 1 + n, life_ms=1)
    assert HOME not in [mark for _, mark in desk.book._addresses]


@pytest.mark.parametrize("erased", ["bob", "mod"])
def test_what_holds_says_why_no_more_once_one_of_the_two_is_erased(desk: Desk, erased: str) -> None:
    """It holds as before, from that address too, until it is lifted."""
    desk.act("ban", address=HOME)
    desk.act("mute")
    desk.act("kick")
    desk.book.forget_words(erased)
    assert desk.book.refusal("lobby", "bob", NOW_MS, NOW_MS) == Refusal(AuthCode.BANNED, "", None)
    assert desk.book.mute("lobby", "bob", NOW_MS) == Mute("", None)
    assert desk.book.address_refusal("lobby", (HOME,), NOW_MS, NOW_MS) is not None
    desk.act("unban")
    kicked = Refusal(AuthCode.KICKED, "", NOW_MS + KICK_REFUSAL_MS)
    assert desk.book.refusal("lobby", "bob", NOW_MS, NOW_MS) == kicked
    assert desk.book.address_refusal("lobby", (HOME,), NOW_MS, NOW_MS) is None


def test_what_others_did_keeps_its_words(desk: Desk) -> None:
    """Only the person's own sanctions, and those that they made, lose theirs."""
    desk.act("mute")
    desk.book.forget_words("ben")
    assert desk.book.mute("lobby", "bob", NOW_MS) == Mute("why", None)


def test_what_holds_in_a_room_is_counted() -> None:
    """Bans and mutes, each person's of a kind once; not kicks, nor what is the server's (§7)."""
    desk = Desk()
    desk.act("ban", "bob")
    desk.act("ban", "bob", at_ms=NOW_MS + 1)
    desk.act("mute", "bob", life_ms=1_000)
    desk.act("mute", "ann")
    desk.act("kick", "ann")
    desk.act("ban", "eve", scope="server")
    desk.act("ban", "eve", room_id="attic")
    assert desk.book.holding("lobby", NOW_MS + 999) == 3
    assert desk.book.holds(SanctionKind.MUTE, "lobby", "ann")
    assert not desk.book.holds(SanctionKind.BAN, "lobby", "ann")
    assert desk.book.holding("lobby", NOW_MS + 1_000) == 2
    desk.act("unban", "bob")
    desk.act("unmute", "ann")
    desk.act("unmute", "nobody")
    assert desk.book.holding("lobby", NOW_MS) == 0
    assert desk.book.holding("attic", NOW_MS) == 1
    assert desk.book.holding(None, NOW_MS) == 1


def test_what_is_over_is_swept_from_the_count_too() -> None:
    """A room that nobody asks about keeps nothing of bans that ended."""
    desk = Desk()
    for number in range(3_000):
        desk.act("ban", f"u{number}", life_ms=1, at_ms=NOW_MS + 2 * number, room_id=f"r{number}")
    rooms = [n for n in range(3_000) if desk.book.holds(SanctionKind.BAN, f"r{n}", f"u{n}")]
    assert len(rooms) < 2_500
