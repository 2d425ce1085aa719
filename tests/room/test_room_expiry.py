"""Tokens that end, deadlines, and doing them late (§3)."""

from room.stage import LIFE_MS, START_MS, Stage
from support.greeting import GREETING
from virtubar.protocol.constants import (
    CHAT_REPLAY_MS,
    EXPIRY_GRACE_MS,
    LEAVE_GRACE_MS,
    AuthCode,
)
from virtubar.protocol.events import AuthError, MemberLeft
from virtubar.room.outcomes import Ending

YEAR_MS = 365 * 86_400_000.0


def stage_of_two(life_ms: int = LIFE_MS) -> Stage:
    """A room with Ann, whose token lives that long, and Bob, whose token never ends."""
    stage = Stage()
    stage.join("ann", life_ms=life_ms)
    stage.join("bob", life_ms=10 * YEAR_MS)
    stage.drain()
    stage.posts.clear()
    return stage


def test_an_empty_room_waits_for_nothing() -> None:
    """No deadline, so that no timer runs for it."""
    assert Stage().room.next_deadline() is None


def test_the_token_of_a_member_is_a_deadline() -> None:
    """Its end, on the monotonic clock."""
    assert stage_of_two(1234).room.next_deadline() == START_MS + 1234


def test_a_member_whose_token_ends_is_told_and_stays() -> None:
    """`auth_error token_expired` at the end, not a millisecond before; nobody else notices."""
    stage = stage_of_two(1000)
    stage.expire_after(999)
    assert stage.told("ann") == []
    stage.expire_after(1)
    (error,) = stage.told("ann")
    assert isinstance(error, AuthError)
    assert error.code == AuthCode.TOKEN_EXPIRED
    assert stage.told("bob") == []
    assert "ann" in stage.room.members
    assert stage.endings == []


def test_the_membership_is_kept_for_thirty_seconds() -> None:
    """One millisecond before the end the member moves and is seen; at the end they leave, and
    their socket stays open, unjoined."""
    stage = stage_of_two(1000)
    stage.expire_after(1000)
    stage.drain()
    stage.posts.clear()
    stage.expire_after(EXPIRY_GRACE_MS - 1)
    stage.move("ann", 1)
    assert stage.moves("bob") == [("ann", 1)]
    ending = [stage.room.ending]
    stage.expire_after(1)
    ending.append(stage.room.ending)
    assert ending == [False, True]
    stage.posts.clear()
    assert stage.told("bob") == [MemberLeft("ann")]
    assert stage.told("ann") == []
    assert stage.endings == [Ending("ann", None, AuthCode.TOKEN_EXPIRED)]
    assert "ann" not in stage.room.members


def test_a_renewal_in_time_is_silent() -> None:
    """No room_state, no member_joined, and the membership goes on with the new token's life."""
    stage = stage_of_two(1000)
    stage.expire_after(1000)
    stage.drain()
    stage.posts.clear()
    stage.expire_after(EXPIRY_GRACE_MS - 1)
    stage.renew("ann", life_ms=60_000)
    assert not stage.room.dirty
    stage.expire_after(59_999)
    assert stage.told("ann") == []
    assert "ann" in stage.room.members
    stage.expire_after(1)
    assert stage.names("ann") == ["auth_error"]


def test_a_renewal_before_the_end_moves_the_end() -> None:
    """The deadline of the first token comes and finds another."""
    stage = stage_of_two(1000)
    stage.renew("ann", life_ms=5000)
    stage.expire_after(4999)
    assert stage.told("ann") == []
    stage.expire_after(1)
    assert stage.names("ann") == ["auth_error"]


def test_a_rejoin_after_the_end_of_the_token_is_good() -> None:
    """A new connection with a new token ends the wait, too."""
    stage = stage_of_two(1000)
    stage.expire_after(1000)
    assert stage.join("ann", life_ms=YEAR_MS) == "replaced"
    stage.expire_after(EXPIRY_GRACE_MS)
    assert "ann" in stage.room.members


def test_a_token_that_ended_within_the_leeway_expires_at_once() -> None:
    """It was let in late, and is asked for a fresh one with the next look at the clock."""
    stage = Stage()
    stage.join("ann", life_ms=-3000)
    stage.expire_after(0)
    assert stage.names("ann") == [*GREETING, "auth_error"]


def test_a_token_that_ends_in_the_grace_of_a_lost_connection_is_not_asked_for() -> None:
    """Whoever comes back brings a token, and whoever does not is gone after the grace."""
    stage = stage_of_two(1000)
    stage.detach("ann")
    stage.expire_after(LEAVE_GRACE_MS - 1)
    assert stage.names("bob") == ["avatar_transform_broadcast"]
    assert stage.join("ann") == "resumed"


def test_someone_lost_while_the_token_was_over_has_the_grace_of_the_loss() -> None:
    """Twenty seconds from the loss, whatever was left of the thirty."""
    stage = stage_of_two(1000)
    stage.expire_after(1000)
    stage.expire_after(EXPIRY_GRACE_MS - 1)
    stage.detach("ann")
    stage.expire_after(LEAVE_GRACE_MS - 1)
    assert "ann" in stage.room.members
    stage.expire_after(1)
    assert "ann" not in stage.room.members
    stage.drain()
    assert stage.endings == [], "no connection has to be told"


def test_a_year_late_is_fine() -> None:
    """Everything that was due happens, once, and nothing is due after it."""
    stage = Stage()
    stage.enter("ann", "bob", "cat")
    stage.detach("cat")
    for seq in range(9):
        stage.move("bob", seq, x=seq)
    stage.expire_after(YEAR_MS)
    assert stage.names("ann")[-1] == "auth_error"
    assert stage.room.members["bob"].x == 8
    assert "cat" not in stage.room.members
    stage.expire_after(YEAR_MS)
    assert stage.room.members == {}
    stage.drain()
    assert sorted(ending.user_id for ending in stage.endings) == ["ann", "bob"]
    assert stage.room.next_deadline() is None


def test_early_does_nothing() -> None:
    """`expire` may be called at any time."""
    stage = stage_of_two(1000)
    for _ in range(999):
        stage.expire_after(1)
    assert not stage.room.dirty


def test_after_expiring_the_next_deadline_lies_ahead() -> None:
    """Or the timer would come back at once, for ever."""
    stage = stage_of_two(1000)
    for seq in range(9):
        stage.move("bob", seq)
    for _ in range(40):
        when_ms = stage.room.next_deadline()
        assert when_ms is not None
        assert when_ms > stage.now_ms
        stage.expire_after(when_ms - stage.now_ms)
        if "ann" not in stage.room.members:
            return
    raise AssertionError("the membership never ended")


def test_renewing_with_the_same_token_adds_no_deadline() -> None:
    """A client that renews two hundred times a second would pile them up."""
    stage = stage_of_two()
    same = stage.admission("ann")
    for _ in range(1000):
        stage.room.renew(same)
    assert len(stage.room._deadlines._heap) <= 3


def test_the_right_to_the_past_ends_five_minutes_after_the_membership() -> None:
    """Then one who comes back is a fresh visitor (§6)."""
    stage = stage_of_two(1000)
    stage.expire_after(1000)
    stage.expire_after(EXPIRY_GRACE_MS)
    stage.now_ms += 60_000
    stage.say("bob", "anybody?")
    stage.now_ms += CHAT_REPLAY_MS - 60_000
    stage.drain()
    stage.posts.clear()
    stage.join("ann", last="")
    assert stage.names("ann") == [*GREETING]


def test_the_replay_of_someone_whose_membership_ended_is_kept() -> None:
    """A token that ran out is not a leave by choice: the chat goes on where it stopped (§6)."""
    stage = stage_of_two(1000)
    stage.expire_after(1000)
    stage.expire_after(EXPIRY_GRACE_MS)
    stage.say("bob", "where were we?")
    stage.drain()
    stage.posts.clear()
    stage.join("ann", last="")
    assert stage.names("ann") == [*GREETING, "chat_broadcast"]
