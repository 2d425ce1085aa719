"""A model client: it applies what it is told, and fails where that breaks a promise."""

from typing import NamedTuple

from virtubar.protocol.events import (
    AuthError,
    AvatarTransformBroadcast,
    ChatBroadcast,
    ChatHeard,
    EmoteBroadcast,
    MemberInfo,
    MemberJoined,
    MemberLeft,
    ModerationAction,
    ModerationDetails,
    ModerationLifted,
    Roles,
    RoomState,
    SeatChanged,
    Seats,
    Session,
)
from virtubar.room.parts import Post


class Fact(NamedTuple):
    """Something that must reach its audience exactly once: whom it is about, and what."""

    who: str
    what: str
    detail: str = ""


class Place(NamedTuple):
    """Where a client draws someone."""

    x: float
    y: float
    z: float
    rot_y: float
    anim: str

    @classmethod
    def of(cls, event: MemberInfo | AvatarTransformBroadcast) -> "Place":
        """Where the event says."""
        return cls(event.x, event.y, event.z, event.rot_y, event.anim)


class Observer:
    """One connection's client.

    Attributes:
        known: whom it draws, and where.
        speaking: whom it draws as speaking.
        roles: what people count as and whether they are bots, those who left included.
        seats: who has which seat, by seatId.
        facts: the reliable events that it was told, in order.
        visible: whether its page can be seen, as the server was told.
        greeting: whether it has not had its first flush whole.
        reads: whether it takes what is written as fast as it is written.
    """

    def __init__(self, user_id: str) -> None:
        self.user_id = user_id
        self.known: dict[str, Place] = {}
        self.speaking: set[str] = set()
        self.roles: dict[str, tuple[str, bool]] = {}
        self.seats: dict[str, str] = {}
        self.facts: list[Fact] = []
        self.visible = True
        self.greeting = True
        self.reads = True
        self.last_message_id = ""
        self.last_text = ""
        self._started = False
        self._seqs: dict[str, int] = {}
        self._previous: object = None

    def apply(self, post: Post) -> None:
        """Take one event in; the order of these is the order on the wire."""
        event = post.event
        self._check_first(event)
        match event:
            case RoomState():
                self._reset(event)
            case Session():
                assert isinstance(self._previous, RoomState), "session follows the state"
                assert event.user_id == self.user_id
            case MemberJoined(member=member):
                if member.user_id not in self.known:
                    self._note(member.user_id, "joined")
                self.known[member.user_id] = Place.of(member)
                self._seqs.pop(member.user_id, None)
            case MemberLeft(user_id=user_id):
                assert user_id in self.known, "only someone who is there can leave"
                del self.known[user_id]
                self.speaking.discard(user_id)
                self._seqs.pop(user_id, None)
                self._stand_up(user_id)
                self._note(user_id, "left")
            case AvatarTransformBroadcast():
                self._move(event)
            case ChatBroadcast():
                self._hear(event)
            case EmoteBroadcast(user_id=user_id, emote_id=emote_id):
                assert user_id in self.known, "an emote of someone who is not there"
                self._note(user_id, "emote", emote_id)
            case Roles(members=members):
                assert all(who in self.known for who, *_ in members), "a role of nobody here"
                self.roles.update((who, (role, is_bot)) for who, role, is_bot in members)
            case _:
                self._apply_rest(event)
        self._previous = event

    def _check_first(self, event: object) -> None:
        """Nothing of the room comes before its state; only the reason for being thrown out."""
        if not self._started:
            assert isinstance(event, RoomState | ModerationAction | ModerationDetails)

    def _reset(self, state: RoomState) -> None:
        users = [member.user_id for member in state.members]
        assert len(set(users)) == len(users)
        assert self.user_id in users, "the state lists its receiver"
        self.known = {member.user_id: Place.of(member) for member in state.members}
        self.speaking = set()
        self._seqs.clear()
        self._started = True

    def _reset_seats(self, event: Seats) -> None:
        assert isinstance(self._previous, Roles), "the seats follow the session and the roles"
        self.seats = dict(event.taken)
        assert len(self.seats) == len(event.taken), "a seat of two"
        assert set(self.seats.values()) <= set(self.known), "a seat of one who is not there"

    def _change_seat(self, event: SeatChanged) -> None:
        assert event.user_id in self.known, "a seat of one who is not there"
        stood_up = self._stand_up(event.user_id)
        if event.seat_id is None:
            assert stood_up, "whoever sits nowhere cannot stand up"
        else:
            assert event.seat_id not in self.seats, "two people in one seat"
            self.seats[event.seat_id] = event.user_id

    def _stand_up(self, user_id: str) -> bool:
        left = [seat for seat, holder in self.seats.items() if holder == user_id]
        assert len(left) <= 1, "one person in two seats"
        for seat in left:
            del self.seats[seat]
        return bool(left)

    def _move(self, event: AvatarTransformBroadcast) -> None:
        assert self.visible, "a hidden page gets no transforms"
        assert event.user_id in self.known, "a transform of someone who is not there"
        assert event.seq > self._seqs.get(event.user_id, -1), "the order of one person's moves"
        self._seqs[event.user_id] = event.seq
        self.known[event.user_id] = Place.of(event)
        self.speaking.discard(event.user_id)
        if event.speaking:
            self.speaking.add(event.user_id)

    def _hear(self, event: ChatBroadcast) -> None:
        # What was said before one came, or while one came in, may be of someone who is gone.
        assert event.user_id in self.known or self.greeting, "chat of someone who is not there"
        assert event.message_id > self.last_message_id, "message ids rise"
        self.last_message_id = event.message_id
        self.last_text = event.text
        self._note(event.user_id, "chat", event.text)

    def _apply_rest(self, event: object) -> None:
        match event:
            case Seats():
                self._reset_seats(event)
            case SeatChanged():
                self._change_seat(event)
            case AuthError(code=code):
                self._note(self.user_id, "auth_error", str(code))
            case ModerationAction(type=kind):
                self._note(self.user_id, "moderation", kind)
            case ModerationDetails():
                assert isinstance(self._previous, ModerationAction), "details follow the action"
            case ModerationLifted(type=kind):
                self._note(self.user_id, "lifted", kind)
            case ChatHeard(count=count):
                assert isinstance(self._previous, ChatBroadcast)
                self._note(self.user_id, "heard", str(count))
            case _:
                raise AssertionError(f"a room does not post {event!r}")

    def _note(self, who: str, what: str, detail: str = "") -> None:
        self.facts.append(Fact(who, what, detail))
