"""The order that a room keeps by itself: words, slow mode, repetition, floods (§6)."""

from typing import Any

import pytest

from room.stage import ROOM_ID, Stage
from virtubar.protocol.constants import (
    CHAT_BURST,
    EMOTE_BURST,
    SLOW_MODE_MAX_S,
    AuthCode,
    ErrorCode,
    Role,
)
from virtubar.protocol.events import ChatBroadcast, Error, ServerEvent
from virtubar.room.config import Guard
from virtubar.room.order import CALM_MS, PEOPLE_MAX, RECENT_MAX
from virtubar.room.ports import ModerationAct, Mute, Refusal
from virtubar.room.recent import LIMITED_MS, REPEATS_MS

TEN_MINUTES_MS = 600_000
HOUR_MS = 3_600_000
KEEPERS = (Role.MODERATOR, Role.OWNER, Role.ADMIN)
PAUSE_MS = 2_000
"""Between two messages of somebody who keeps to the limit."""


def open_stage(**settings: Any) -> Stage:
    """A room with Ann and Bob in it, whose tokens last for the whole evening."""
    stage = Stage(**settings)
    stage.enter("ann", "bob")
    for user in ("ann", "bob"):
        stage.renew(user, life_ms=12 * HOUR_MS)
    return stage


def code(reply: ServerEvent | None) -> str | None:
    """The code of the error that came back, None where none did."""
    return reply.code if isinstance(reply, Error) else None


def refusal(reply: ServerEvent | None) -> Error:
    """The error that came back."""
    assert isinstance(reply, Error)
    return reply


def texts(stage: Stage, user: str) -> list[str]:
    """What the person has heard."""
    return [event.text for event in stage.told(user) if isinstance(event, ChatBroadcast)]


def say_slowly(stage: Stage, user: str, *said: str) -> list[str | None]:
    """Say all of it within the limit; the codes that came back."""
    codes = []
    for text in said:
        stage.now_ms += PAUSE_MS
        codes.append(code(stage.say(user, text)))
    return codes


# Words


def test_a_message_with_a_listed_word_is_refused_and_nobody_hears_it() -> None:
    """Not even its sender, at no cost to the rate, and without an act in an unguarded room."""
    stage = open_stage(words=("beer", "go away"))
    for _ in range(20):
        error = refusal(stage.say("ann", "a BEER, please"))
        assert (error.code, error.event) == (ErrorCode.CHAT_REFUSED, "local_chat")
        assert error.retry_after_ms is None
    assert code(stage.say("ann", "Go away!")) == ErrorCode.CHAT_REFUSED
    assert stage.say("ann", "a beermat") is None
    assert texts(stage, "bob") == ["a beermat"]
    assert not stage.room.order.has_acts


def test_a_refusal_does_not_repeat_the_word() -> None:
    """Nobody is told what to write around."""
    stage = open_stage(words=("beer",))
    assert "beer" not in refusal(stage.say("ann", "beer")).message


def test_a_name_is_held_against_the_list() -> None:
    """Whoever lets somebody in asks the room."""
    stage = open_stage(words=("beer",))
    assert not stage.room.may_be_called("Mr. Béer")
    assert stage.room.may_be_called("Mr. Beerbohm")


# Slow mode


def test_slow_mode_says_when_and_keeps_its_word() -> None:
    """One message in so many seconds; the refused text is lost to nobody but its sender knows."""
    stage = open_stage(slow_mode_s=30)
    assert stage.say("ann", "one") is None
    stage.now_ms += 10_000
    error = refusal(stage.say("ann", "two"))
    assert (error.code, error.retry_after_ms) == (ErrorCode.RATE_LIMITED, 20_000)
    assert stage.say("bob", "hello") is None
    stage.now_ms += 19_999
    assert refusal(stage.say("ann", "two")).retry_after_ms == 1
    stage.now_ms += 1
    assert stage.say("ann", "two") is None
    assert texts(stage, "bob") == ["one", "hello", "two"]


def test_slow_mode_survives_leaving_and_coming_back() -> None:
    """Nobody walks around the bar to speak sooner."""
    stage = open_stage(slow_mode_s=30)
    stage.say("ann")
    stage.leave("ann")
    stage.join("ann")
    assert code(stage.say("ann")) == ErrorCode.RATE_LIMITED


def test_the_longest_slow_mode_is_remembered_whole() -> None:
    """An hour, however many have spoken since."""
    stage = open_stage(slow_mode_s=SLOW_MODE_MAX_S)
    stage.say("ann")
    stage.now_ms += SLOW_MODE_MAX_S * 1000 - 1
    assert stage.say("bob") is None
    assert refusal(stage.say("ann")).retry_after_ms == 1
    stage.now_ms += 1
    assert stage.say("ann") is None


# Repetition


@pytest.mark.parametrize(("guard", "allowed"), [("off", 9), ("gentle", 3), ("strict", 2)])
def test_the_same_message_again_and_again_is_refused(guard: Guard, allowed: int) -> None:
    """Up to the limit it is said; after it, it is refused with what comes next."""
    stage = open_stage(guard=guard)
    said = ["Cheers!", "cheers", "CHEERS!!!", "chéérs", "cheers", "c\u200bheers", "ｃｈｅｅｒｓ"]
    codes = say_slowly(stage, "ann", *said[: allowed + 1])
    assert codes[:allowed] == [None] * len(codes[:allowed])
    assert codes[allowed:] == ([] if guard == "off" else [ErrorCode.CHAT_REFUSED])


def test_the_first_strike_is_a_warning_that_says_what_comes_next() -> None:
    """In words for a person; no act is asked for, and other messages go through."""
    stage = open_stage(guard="gentle")
    say_slowly(stage, "ann", "hm", "hm", "hm")
    stage.now_ms += PAUSE_MS
    error = refusal(stage.say("ann", "hm"))
    assert error.code == ErrorCode.CHAT_REFUSED
    assert "muted for 10 minutes" in error.message
    assert not stage.room.order.has_acts
    assert say_slowly(stage, "ann", "sorry") == [None]


def test_repetition_is_counted_over_a_minute() -> None:
    """What was said a minute ago does not count, a millisecond less does."""
    for age_ms, expected in ((REPEATS_MS - 1, ErrorCode.CHAT_REFUSED), (REPEATS_MS, None)):
        stage = open_stage(guard="gentle")
        stage.say("ann", "hm")
        stage.now_ms += age_ms
        stage.say("ann", "hm")
        stage.say("ann", "hm")
        assert code(stage.say("ann", "hm")) == expected


def test_two_people_may_say_the_same() -> None:
    """Cheers are for everybody; and different words in between do not hide one's own."""
    stage = open_stage(guard="gentle")
    for _ in range(3):
        stage.now_ms += 3 * PAUSE_MS
        assert stage.say("ann", "cheers") is None
        assert stage.say("bob", "cheers") is None
        assert stage.say("ann", "and again") is None
    assert code(stage.say("bob", "cheers")) == ErrorCode.CHAT_REFUSED
    assert code(stage.say("ann", "Cheers.")) == ErrorCode.CHAT_REFUSED


def test_repetition_is_counted_over_a_rejoin() -> None:
    """Leaving by choice forgets nothing of it."""
    stage = open_stage(guard="gentle")
    say_slowly(stage, "ann", "hm", "hm", "hm")
    stage.leave("ann")
    stage.join("ann")
    assert say_slowly(stage, "ann", "hm") == [ErrorCode.CHAT_REFUSED]


# Floods


@pytest.mark.parametrize(("guard", "limited"), [("gentle", 8), ("strict", 5)])
def test_too_much_over_the_limit_is_a_strike(guard: Guard, limited: int) -> None:
    """Each is refused with its time until one is the warning."""
    stage = open_stage(guard=guard)
    for n in range(CHAT_BURST):
        assert stage.say("ann", f"n{n}") is None
    codes = [code(stage.say("ann", f"m{n}")) for n in range(limited)]
    assert codes == [ErrorCode.RATE_LIMITED] * (limited - 1) + [ErrorCode.CHAT_REFUSED]
    assert code(stage.say("ann", "more")) == ErrorCode.RATE_LIMITED


def test_emotes_count_into_a_flood() -> None:
    """The refused emote carries the warning, with its own name."""
    stage = open_stage(guard="strict")
    for n in range(CHAT_BURST + 2):
        stage.say("ann", f"n{n}")
    for _ in range(EMOTE_BURST + 2):
        assert code(stage.emote("ann")) in (None, ErrorCode.RATE_LIMITED)
    error = refusal(stage.emote("ann"))
    assert (error.code, error.event) == (ErrorCode.CHAT_REFUSED, "emote")


def test_a_flood_is_counted_over_half_a_minute() -> None:
    """Four now and one when the first is 30 s old are no five."""
    for age_ms, expected in ((LIMITED_MS - 1, "chat_refused"), (LIMITED_MS, "rate_limited")):
        stage = open_stage(guard="strict", slow_mode_s=600)
        stage.say("ann", "first")
        for _ in range(4):
            assert code(stage.say("ann", "x")) == ErrorCode.RATE_LIMITED
        stage.now_ms += age_ms
        assert code(stage.say("ann", "x")) == expected


def test_an_unguarded_room_only_limits() -> None:
    """However long it goes on."""
    stage = open_stage()
    codes = {code(stage.say("ann", "hm")) for _ in range(200)}
    assert codes == {None, ErrorCode.RATE_LIMITED}
    assert not stage.room.order.has_acts


# Words as strikes


def test_only_a_strict_room_counts_listed_words() -> None:
    """A gentle one refuses them, as often as they are tried."""
    for guard, acts in (("gentle", 0), ("strict", 1)):
        stage = open_stage(guard=guard, words=("beer",))
        for _ in range(3):
            assert code(stage.say("ann", "beer")) == ErrorCode.CHAT_REFUSED
        assert len(stage.room.order.take_acts()) == acts


# The ladder


def strike(stage: Stage, user: str = "ann") -> list[ModerationAct]:
    """Somebody says a listed word in a strict room; what is to be done, and is done at once."""
    stage.now_ms += PAUSE_MS
    stage.say(user, "beer")
    acts = stage.room.order.take_acts()
    for act in acts:
        if act.verb == "mute":
            assert act.duration_ms is not None
            mute = Mute(act.reason, stage.wall_ms + act.duration_ms)
            stage.room.mute(user, mute, stage.now_ms, stage.wall_ms)
        stage.room.order.settle(user, done=True)
    return acts


def strict(**settings: Any) -> Stage:
    """A room in which a listed word is a strike."""
    return open_stage(guard="strict", words=("beer",), **settings)


def test_the_ladder_is_warning_ten_minutes_an_hour_and_out() -> None:
    """Each step after the one before, by `system`, with the reason in words."""
    stage = strict()
    steps = []
    for wait_ms in (0, TEN_MINUTES_MS, HOUR_MS, 0):
        steps.append(strike(stage))
        stage.live(wait_ms)
    assert [[(act.verb, act.duration_ms) for act in acts] for acts in steps] == [
        [],
        [("mute", TEN_MINUTES_MS)],
        [("mute", HOUR_MS)],
        [("kick", None)],
    ]
    for (act,) in steps[1:]:
        assert (act.actor_id, act.actor_role) == ("system", Role.ADMIN)
        assert (act.room_id, act.user_id, act.scope) == (ROOM_ID, "ann", "room")
        assert act.reason


def test_whoever_goes_on_after_a_kick_is_kicked_again() -> None:
    """The ladder ends there; a moderator may do more."""
    stage = strict()
    for wait_ms in (0, TEN_MINUTES_MS, HOUR_MS, 0, 0):
        acts = strike(stage)
        stage.live(wait_ms)
    assert [act.verb for act in acts] == ["kick"]


def test_an_hour_without_a_strike_steps_down_to_the_start() -> None:
    """Counted from the strike; a millisecond before, the next step comes."""
    for calm_ms, acts in ((CALM_MS - PAUSE_MS - 1, 1), (CALM_MS - PAUSE_MS, 0)):
        stage = strict()
        strike(stage)
        stage.live(calm_ms)
        assert len(strike(stage)) == acts


def test_the_calm_hour_begins_when_the_mute_ends() -> None:
    """Nobody is calm by being muted."""
    for calm_ms, verbs in ((CALM_MS - PAUSE_MS - 1, ["mute"]), (CALM_MS - PAUSE_MS, [])):
        stage = strict()
        strike(stage)
        strike(stage)
        stage.live(TEN_MINUTES_MS + calm_ms)
        acts = strike(stage)
        assert [act.verb for act in acts] == verbs
        assert all(act.duration_ms == HOUR_MS for act in acts)


def test_strikes_survive_a_rejoin() -> None:
    """By choice, after the grace, or after a kick."""
    stage = strict()
    strike(stage)
    stage.leave("ann")
    stage.join("ann")
    (act,) = strike(stage)
    assert act.verb == "mute"


def test_strikes_are_each_persons_own() -> None:
    """Bob's first is a warning, whatever Ann has done."""
    stage = strict()
    strike(stage)
    strike(stage)
    assert strike(stage, "bob") == []


# An act under way


def test_while_an_act_is_under_way_the_person_is_held() -> None:
    """What they say is refused, listed or not, and earns no second act; others speak."""
    stage = strict()
    strike(stage)
    assert code(stage.say("ann", "beer")) == ErrorCode.CHAT_REFUSED
    order = stage.room.order
    assert [order.has_acts, len(order.take_acts()), order.has_acts] == [True, 1, False]
    stage.drain()
    stage.posts.clear()
    for text in ("beer", "sorry", "beer"):
        assert code(stage.say("ann", text)) == ErrorCode.CHAT_REFUSED
    for _ in range(40):
        stage.emote("ann")
    assert not stage.room.order.has_acts
    assert stage.say("bob", "hm") is None
    assert texts(stage, "bob") == ["hm"]


def test_holding_survives_a_rejoin() -> None:
    """Nobody slips out from under an act by reconnecting."""
    stage = strict()
    strike(stage)
    stage.say("ann", "beer")
    stage.leave("ann")
    stage.join("ann")
    assert code(stage.say("ann", "hello")) == ErrorCode.CHAT_REFUSED
    stage.room.order.settle("ann", done=True)
    assert stage.say("ann", "hello") is None


def test_an_act_that_failed_lets_speak_again_and_comes_with_the_next_strike() -> None:
    """Where storage did not take it, nothing was done, and nothing is skipped."""
    stage = strict()
    strike(stage)
    stage.say("ann", "beer")
    (first,) = stage.room.order.take_acts()
    stage.room.order.settle("ann", done=False)
    assert say_slowly(stage, "ann", "hello") == [None]
    stage.say("ann", "beer")
    assert stage.room.order.take_acts() == [first]


def test_settling_what_nobody_asked_for_does_nothing() -> None:
    """As after a restart of whoever does the acts."""
    stage = strict()
    stage.room.order.settle("ann", done=False)
    assert stage.say("ann", "hello") is None


def test_a_longer_mute_is_never_made_shorter() -> None:
    """Somebody muted by a moderator floods with emotes: the ladder goes on, the mute stays."""
    stage = open_stage(guard="strict")
    stage.room.mute("ann", Mute("loud", None), stage.now_ms, stage.wall_ms)
    verbs = []
    for _ in range(4):
        stage.now_ms += LIMITED_MS
        codes = [code(stage.emote("ann")) for _ in range(EMOTE_BURST + 5)]
        assert codes[-1] == ErrorCode.CHAT_REFUSED
        verbs.append([act.verb for act in stage.room.order.take_acts()])
        stage.room.order.settle("ann", done=True)
    assert verbs == [[], [], [], ["kick"]]


def test_a_shorter_mute_gives_way() -> None:
    """To the one that the ladder brings."""
    stage = open_stage(guard="strict")
    held = Mute("loud", stage.wall_ms + TEN_MINUTES_MS)
    stage.room.mute("ann", held, stage.now_ms, stage.wall_ms)
    for _ in range(2):
        stage.now_ms += LIMITED_MS
        for _ in range(EMOTE_BURST + 5):
            stage.emote("ann")
    (act,) = stage.room.order.take_acts()
    assert (act.verb, act.duration_ms) == ("mute", TEN_MINUTES_MS)


# Whom it does not bind


@pytest.mark.parametrize("role", KEEPERS)
def test_whoever_keeps_order_is_bound_by_none_of_it(role: Role) -> None:
    """Slow mode, words and guard; the protocol's own rate limit binds everybody."""
    stage = strict(slow_mode_s=60)
    stage.join("mod", role=role)
    codes = [code(stage.say("mod", "beer")) for _ in range(CHAT_BURST + 20)]
    assert codes == [None] * CHAT_BURST + [ErrorCode.RATE_LIMITED] * 20
    assert not stage.room.order.has_acts


def test_the_owner_is_bound_by_none_of_it_whatever_their_token_says() -> None:
    """Ownership is the room's; it is asked each time."""
    stage = strict(owner_id="ann")
    assert say_slowly(stage, "ann", "beer", "beer", "beer") == [None, None, None]
    assert say_slowly(stage, "bob", "beer") == [ErrorCode.CHAT_REFUSED]


@pytest.mark.parametrize("role", [Role.GUEST, Role.MEMBER])
def test_everybody_else_is_bound(role: Role) -> None:
    """Signing in is no licence."""
    stage = strict()
    stage.join("cat", role=role)
    assert code(stage.say("cat", "beer")) == ErrorCode.CHAT_REFUSED


# Settings


def test_turning_the_guard_off_forgives_the_last_minute_and_no_strike() -> None:
    """What was counted begins anew; what was earned stays."""
    stage = strict()
    strike(stage)
    say_slowly(stage, "ann", "hm", "hm")
    stage.configure()
    assert say_slowly(stage, "ann", "hm") == [None]
    stage.configure(guard="strict", words=("beer",))
    assert say_slowly(stage, "ann", "hm", "hm") == [None, None]
    (act,) = strike(stage)
    assert act.verb == "mute"


# Bounds


def test_memory_is_bounded_however_many_come_and_go() -> None:
    """The longest quiet are forgotten first, and nobody who is there."""
    stage = open_stage(guard="strict", words=("beer",), slow_mode_s=5)
    order = stage.room.order
    for n in range(PEOPLE_MAX + 50):
        stage.join(f"u{n}")
        stage.say(f"u{n}", "hm")
        stage.say(f"u{n}", "beer")
        stage.leave(f"u{n}")
        if n % 500 == 0:
            stage.drain()
            stage.posts.clear()
    assert len(order._recent) == RECENT_MAX
    assert len(order._strikes) == len(order._spoke_ms) == PEOPLE_MAX
    assert order.strikes(f"u{PEOPLE_MAX + 49}", stage.now_ms) == 1
    assert order.strikes("u0", stage.now_ms) == 0
    stage.now_ms += REPEATS_MS + 1
    stage.say("ann", "hello")
    assert list(order._recent) == ["ann"]
    stage.now_ms += SLOW_MODE_MAX_S * 1000 + 1
    stage.say("bob", "hello")
    assert list(order._spoke_ms) == ["bob"]


def test_a_kick_does_not_end_what_is_under_way() -> None:
    """A moderator was faster: the act is still answered by whoever took it."""
    stage = strict()
    strike(stage)
    stage.say("ann", "beer")
    (act,) = stage.room.order.take_acts()
    refused = Refusal(AuthCode.KICKED, "out", None)
    stage.room.eject("ann", refused, stage.wall_ms)
    stage.join("ann")
    assert code(stage.say("ann", "hello")) == ErrorCode.CHAT_REFUSED
    stage.room.order.settle(act.user_id, done=True)
    assert stage.say("ann", "hello") is None
