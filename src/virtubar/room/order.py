"""The order that a room keeps by itself: repetition, floods, and what comes of them (§6).

Pure. What somebody did is a *strike*; strikes climb a ladder: a warning, a mute for 10 minutes,
one for an hour, a kick. Mutes and kicks are handed out as acts of moderation by `system`, which
somebody with a storage does; until that is done the person is held: what they say is refused, and
they earn no second act.
"""

from collections import OrderedDict
from typing import Annotated, Final, NamedTuple, TypeVar

from msgspec import Meta, Struct

from virtubar.protocol.constants import SLOW_MODE_MAX_S, Role
from virtubar.protocol.events import ModerationVerb
from virtubar.room.config import Guard, RoomConfig
from virtubar.room.moderation import SYSTEM_ID
from virtubar.room.ports import ModerationAct, Mute
from virtubar.room.recent import (
    LIMITED_MAX,
    LIMITED_MS,
    REPEATS_MS,
    Recent,
    RecentSnapshot,
    likeness,
)
from virtubar.room.written import AgeMs, Count, LeftMs, Reason, UserId, left_ms

_Value = TypeVar("_Value")

CALM_MS: Final = 60 * 60_000
"""Without a strike, after which the next one is a first one again. It begins when a mute ends."""
RECENT_MAX: Final = 1024
"""People whose last minute is remembered: more than a room holds (CAPACITY_MAX)."""
PEOPLE_MAX: Final = 4096
"""People whose strikes, or last words, are remembered over a rejoin, the longest quiet forgotten
first: who would be forgotten on purpose has to come with that many identities."""


class Rules(Struct, frozen=True):
    """When somebody goes too far.

    Attributes:
        repeats_max: how often the same may be said in REPEATS_MS; once more is a strike.
        limited_max: how many messages and emotes over the rate limit in LIMITED_MS are a strike.
        words: whether a listed word is one.
    """

    repeats_max: int
    limited_max: int
    words: bool


RULES: Final[dict[Guard, Rules | None]] = {
    "off": None,
    "gentle": Rules(repeats_max=3, limited_max=LIMITED_MAX, words=False),
    "strict": Rules(repeats_max=2, limited_max=5, words=True),
}
"""Gentle: "cheers!" three times in a minute is a round of drinks, four times is a broken record.
Every message over the limit is answered with the time to wait, so that eight in half a minute are
sent by somebody who does not read, or by a program. Strict: for a room that is being flooded."""


class Step(NamedTuple):
    """What a strike brings; `before` announces it to somebody who is a step below."""

    verb: ModerationVerb | None
    duration_ms: int | None
    now: str
    before: str


LADDER: Final = (
    Step(None, None, "Please stop.", ""),
    Step("mute", 10 * 60_000, "You are muted for 10 minutes.", "you are muted for 10 minutes"),
    Step("mute", 60 * 60_000, "You are muted for an hour.", "you are muted for an hour"),
    Step("kick", None, "You are asked to leave.", "you are asked to leave"),
)


class _Strikes(NamedTuple):
    earned: int
    forgotten_ms: float


Earned = Annotated[int, Meta(ge=0, le=len(LADDER))]


class ActSnapshot(Struct, frozen=True, array_like=True):
    """An act that is to be done."""

    verb: ModerationVerb
    user_id: UserId
    reason: Reason
    duration_ms: Count | None


class OrderSnapshot(Struct, frozen=True):
    """What people did, as far as the house rules remember it.

    Attributes:
        recent, strikes, spoke: those whom it concerns, longest ago first.
        acts: to be done, and not taken.
        under_way: against whom an act was taken, and not settled.
    """

    recent: Annotated[list[RecentSnapshot], Meta(max_length=RECENT_MAX)]
    strikes: Annotated[list[tuple[UserId, Earned, LeftMs]], Meta(max_length=PEOPLE_MAX)]
    spoke: Annotated[list[tuple[UserId, AgeMs]], Meta(max_length=PEOPLE_MAX)]
    acts: Annotated[list[ActSnapshot], Meta(max_length=PEOPLE_MAX)]
    under_way: Annotated[list[UserId], Meta(max_length=PEOPLE_MAX)]


class Order:
    """Who was slow enough, who repeats themselves, who floods, and what is done about it."""

    def __init__(self, config: RoomConfig) -> None:
        self._recent: OrderedDict[str, Recent] = OrderedDict()
        self._strikes: OrderedDict[str, _Strikes] = OrderedDict()
        self._spoke_ms: OrderedDict[str, float] = OrderedDict()
        self._acts: list[ModerationAct] = []
        self._held: set[str] = set()
        self.configure(config)

    def configure(self, config: RoomConfig) -> None:
        """Go on under other settings; strikes stay."""
        self._room_id = config.room_id
        self._slow_ms = config.slow_mode_s * 1000.0
        self._rules = RULES[config.guard]
        if self._rules is None:
            self._recent.clear()

    def snapshot(self, now_ms: float) -> OrderSnapshot:
        """What is remembered of people."""
        waiting = {act.user_id for act in self._acts}
        strikes = [
            (user, held.earned, left_ms(held.forgotten_ms, now_ms))
            for user, held in self._strikes.items()
            if held.forgotten_ms > now_ms
        ]
        return OrderSnapshot(
            [recent.snapshot(user, now_ms) for user, recent in self._recent.items()],
            strikes,
            [(user, now_ms - spoke_ms) for user, spoke_ms in self._spoke_ms.items()],
            [ActSnapshot(one.verb, one.user_id, one.reason, one.duration_ms) for one in self._acts],
            sorted(self._held - waiting),
        )

    def restore(self, snapshot: OrderSnapshot, now_ms: float) -> None:
        """Remember what was written. What was under way was not done, as far as one can know: the
        next strike brings it again."""
        if self._rules is not None:
            self._recent.update(
                (one.user_id, Recent.restore(one, now_ms)) for one in snapshot.recent
            )
        self._strikes.update(
            (user, _Strikes(earned, now_ms + left)) for user, earned, left in snapshot.strikes
        )
        self._spoke_ms.update((user, now_ms - age_ms) for user, age_ms in snapshot.spoke)
        for act in snapshot.acts:
            self._act(act.user_id, act.verb, act.reason, act.duration_ms)
        for user_id in snapshot.under_way:
            self.settle(user_id, done=False)

    # Slow mode

    def wait_ms(self, user_id: str, now_ms: float) -> float:
        """Milliseconds until slow mode lets the person speak, 0 where it does."""
        spoke_ms = self._spoke_ms.get(user_id)
        return 0.0 if spoke_ms is None else max(0.0, spoke_ms + self._slow_ms - now_ms)

    def spoke(self, user_id: str, text: str, now_ms: float) -> None:
        """The person said something that was heard."""
        self._spoke_ms[user_id] = now_ms
        self._spoke_ms.move_to_end(user_id)
        oldest_ms = now_ms - SLOW_MODE_MAX_S * 1000
        while len(self._spoke_ms) > PEOPLE_MAX or _first(self._spoke_ms) < oldest_ms:
            self._spoke_ms.popitem(last=False)
        if self._rules is not None:
            self._touch(user_id, now_ms).said.append((now_ms, likeness(text)))

    # What goes too far

    def repeats(self, user_id: str, text: str, now_ms: float) -> bool:
        """Whether the person has said that often enough in the last minute."""
        if self._rules is None or user_id not in self._recent:
            return False
        wanted, oldest_ms = likeness(text), now_ms - REPEATS_MS
        said = self._recent[user_id].said
        before = sum(1 for when_ms, like in said if like == wanted and when_ms > oldest_ms)
        return before >= self._rules.repeats_max

    def floods(self, user_id: str, now_ms: float) -> bool:
        """Count something that was over the rate limit; whether that was once too often."""
        if self._rules is None:
            return False
        limited = self._touch(user_id, now_ms).limited
        limited.append(now_ms)
        while limited[0] <= now_ms - LIMITED_MS:
            limited.popleft()
        if len(limited) < self._rules.limited_max:
            return False
        limited.clear()
        return True

    @property
    def minds_words(self) -> bool:
        """Whether a listed word is a strike."""
        return self._rules is not None and self._rules.words

    def _touch(self, user_id: str, now_ms: float) -> Recent:
        recent = self._recent.setdefault(user_id, Recent())
        recent.touched_ms = now_ms
        self._recent.move_to_end(user_id)
        oldest_ms = now_ms - max(REPEATS_MS, LIMITED_MS)
        while len(self._recent) > RECENT_MAX or _first(self._recent).touched_ms < oldest_ms:
            self._recent.popitem(last=False)
        return recent

    # What comes of it

    def is_held(self, user_id: str) -> bool:
        """Whether an act against the person is under way."""
        return user_id in self._held

    def strike(
        self, user_id: str, reason: str, mute: Mute | None, now_ms: float, wall_ms: int
    ) -> str:
        """The person went too far: what they are told, after the reason.

        Args:
            mute: the one that holds for the person; it is never made shorter.
        """
        if user_id in self._held:
            return reason
        count = self.strikes(user_id, now_ms)
        step = LADDER[min(count, len(LADDER) - 1)]
        self._remember(user_id, count + 1, now_ms + (step.duration_ms or 0) + CALM_MS)
        said = [reason]
        if step.verb is None:
            said.append(step.now)
        elif not _outlasts(mute, step, wall_ms):
            said.append(step.now)
            self._act(user_id, step.verb, reason, step.duration_ms)
        if count + 1 < len(LADDER):
            said.append(f"The next time {LADDER[count + 1].before}.")
        return " ".join(said)

    def _act(
        self, user_id: str, verb: ModerationVerb, reason: str, duration_ms: int | None
    ) -> None:
        self._held.add(user_id)
        act = ModerationAct(
            verb, self._room_id, user_id, SYSTEM_ID, Role.ADMIN, reason, duration_ms
        )
        self._acts.append(act)

    def strikes(self, user_id: str, now_ms: float) -> int:
        """How many strikes of the person count still."""
        held = self._strikes.get(user_id)
        return 0 if held is None or held.forgotten_ms <= now_ms else held.earned

    def _remember(self, user_id: str, count: int, forgotten_ms: float) -> None:
        self._strikes[user_id] = _Strikes(min(count, len(LADDER)), forgotten_ms)
        self._strikes.move_to_end(user_id)
        if len(self._strikes) > PEOPLE_MAX:
            self._strikes.popitem(last=False)

    @property
    def has_acts(self) -> bool:
        """Whether `take_acts` would hand anything out."""
        return bool(self._acts)

    def take_acts(self) -> list[ModerationAct]:
        """Hand over, once, what is to be done; each is to be answered with `settle`."""
        acts, self._acts = self._acts, []
        return acts

    def settle(self, user_id: str, *, done: bool) -> None:
        """The act against the person was done; or not, and the next strike brings it again."""
        self._held.discard(user_id)
        strikes = self._strikes.get(user_id)
        if not done and strikes is not None:
            self._strikes[user_id] = strikes._replace(earned=strikes.earned - 1)


def _first(ordered: OrderedDict[str, _Value]) -> _Value:
    return next(iter(ordered.values()))


def _outlasts(mute: Mute | None, step: Step, wall_ms: int) -> bool:
    if mute is None or step.duration_ms is None:
        return False
    return mute.until_ms is None or mute.until_ms >= wall_ms + step.duration_ms
