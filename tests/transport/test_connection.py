"""One connection: what it may do in which state, and how it ends (§2, §3, §4, §7)."""

from typing import get_args

import pytest

from live.bench import HubBench, OpenAnswer, Visitor
from support.greeting import GREETING
from virtubar.errors import JoinRefusedError
from virtubar.moderation.sanctions import sanction_of
from virtubar.protocol.constants import (
    ERROR_RATE_HZ,
    ERRORS_MAX,
    ERRORS_WINDOW_MS,
    EXPIRY_GRACE_MS,
    JOIN_ATTEMPTS_MAX,
    JOIN_TIMEOUT_MS,
    LEAVE_GRACE_MS,
    TOKEN_LEEWAY_MS,
    AuthCode,
    CloseCode,
    Device,
    Role,
)
from virtubar.protocol.events import (
    CLIENT_EVENTS,
    AuthError,
    AvatarTransform,
    ClientEvent,
    Emote,
    Error,
    Heartbeat,
    HeartbeatAck,
    JoinRoom,
    JoinUser,
    LocalChat,
    Moderate,
    ModerationDone,
    ModerationVerb,
    Presence,
    Seat,
    ServerEvent,
    TokenRenewed,
)
from virtubar.room.config import RoomConfig
from virtubar.room.ports import (
    ForbiddenError,
    ModerationAct,
    ModerationOutcome,
    NotStoredError,
)
from virtubar.room.room import Room
from virtubar.storage.ports import StorageError
from virtubar.transport.connection import HANDLERS, HELD_MAX, State

EXAMPLES: dict[type[ClientEvent], ClientEvent] = {
    JoinRoom: JoinRoom("lobby", JoinUser("ann", "Ann", "fox")),
    Heartbeat: Heartbeat("lobby", 1, -1),
    AvatarTransform: AvatarTransform("lobby", 1, 0.0, 0.0, 0.0, 0.0, "idle", False),
    LocalChat: LocalChat("lobby", "hello", "local"),
    Emote: Emote("lobby", "cheers"),
    Presence: Presence(True),
    Moderate: Moderate("mute", "bob"),
    Seat: Seat("lobby", "table-3-1"),
}
GARBAGE = b"{"
BAN_OF_ANN = ModerationAct("ban", "attic", "ann", "mod", Role.MODERATOR, "")


@pytest.fixture
def bench() -> HubBench:
    """A hub of its own for each test."""
    return HubBench()


def only_error(visitor: Visitor) -> Error:
    """The one thing that was sent, an error."""
    (error,) = visitor.transport.events()
    assert isinstance(error, Error)
    return error


def auth_codes(visitor: Visitor) -> list[str]:
    """The codes of the refusals that were sent; nothing else was."""
    events = visitor.transport.events()
    assert all(isinstance(event, AuthError) for event in events)
    return [event.code for event in events if isinstance(event, AuthError)]


# The table


def test_every_event_has_a_handler_in_every_open_state(bench: HubBench) -> None:
    """Nothing that a client sends finds the server without an answer: what a connection does not
    handle itself, the room that it is in has a rule for."""
    live = bench.hub.live("lobby")
    assert live is not None
    own, _ = HANDLERS[State.JOINED]
    assert own.keys() | live.room._handlers.keys() == set(CLIENT_EVENTS)
    assert not own.keys() & live.room._handlers.keys(), "one table has it"
    assert HANDLERS.keys() == set(State)
    assert EXAMPLES.keys() == set(CLIENT_EVENTS)


@pytest.mark.parametrize("event", [event for event in CLIENT_EVENTS if event is not JoinRoom])
def test_whoever_has_not_joined_is_told_so(bench: HubBench, event: type[ClientEvent]) -> None:
    """`not_joined`, naming the event; the socket stays open."""
    ann = bench.open()
    bench.send(ann, EXAMPLES[event])
    error = only_error(ann)
    assert (error.code, error.event) == ("not_joined", event.EVENT)
    assert ann.transport.closed is None
    assert ann.connection.state is State.CONNECTED


@pytest.mark.parametrize("event", CLIENT_EVENTS)
def test_a_joined_connection_may_do_everything(bench: HubBench, event: type[ClientEvent]) -> None:
    """No event of a member is answered with `not_joined` or ends the socket."""
    ann = bench.enter("ann", role=Role.MODERATOR)
    bench.send(ann, EXAMPLES[event])
    bench.loop.advance(60)
    codes = [found.code for found in ann.transport.events() if isinstance(found, Error)]
    assert codes == []
    assert ann.transport.closed is None
    assert ann.connection.state is State.JOINED


@pytest.mark.parametrize("event", CLIENT_EVENTS)
def test_a_closed_connection_does_nothing(bench: HubBench, event: type[ClientEvent]) -> None:
    """What was on its way when the socket closed is dropped."""
    ann, bob = bench.enter("ann"), bench.enter("bob")
    bob.connection.closed(left=True)
    ann.names()
    bob.names()
    bench.send(bob, EXAMPLES[event])
    bench.send_bytes(bob, GARBAGE)
    bench.loop.advance(60)
    assert bob.names() == []
    assert [name for name in ann.names() if name != "member_left"] == []


# Joining


def test_a_join_is_answered_with_state_and_session(bench: HubBench) -> None:
    """And the connection is in the room."""
    ann = bench.enter("ann")
    assert ann.connection.state is State.JOINED
    assert bench.hub.occupancy("lobby") == 1
    assert bench.hub.contains("lobby", "ann")


def test_nothing_comes_before_the_state_of_the_room(bench: HubBench) -> None:
    """Answers to what follows `join_room` closely wait for it, and keep their order (§3)."""
    bench.enter("bob")
    ann = bench.open("ann")
    token = bench.token("ann")
    bench.join(ann, token)
    bench.send(ann, Heartbeat("lobby", 1, -1))
    bench.send(ann, Emote("lobby", "moonwalk"))
    bench.send_bytes(ann, b"no event")
    bench.join(ann, token)
    bench.join(ann, "forged")
    assert ann.names() == []
    bench.loop.advance(60)
    answers = ["heartbeat_ack", "error", "error", "token_renewed", "auth_error"]
    assert ann.names() == [*GREETING, *answers]


def test_ten_refusals_before_the_state_of_the_room_are_all_told(bench: HubBench) -> None:
    """They end the connection, and the reason comes before that (§3)."""
    bench.enter("bob")
    ann = bench.open("ann")
    bench.join(ann, bench.token("ann"))
    for _ in range(10):
        bench.join(ann, "forged")
    assert ann.names() == [*GREETING, *["auth_error"] * 11]
    assert ann.transport.closed is CloseCode.JOIN_TIMEOUT


def test_the_token_of_the_handshake_serves_where_the_payload_has_none(bench: HubBench) -> None:
    """And the payload's wins where both are there (§3)."""
    ann = bench.open("ann", bench.token("ann"))
    bench.join(ann, None)
    assert ann.connection.state is State.JOINED
    bob = bench.open("bob", "no token at all")
    bench.join(bob, bench.token("bob"))
    assert bob.connection.state is State.JOINED


def test_each_refused_join_says_why_and_leaves_the_socket_open(bench: HubBench) -> None:
    """`auth_error` with the code of the first thing that is wrong (§3)."""
    bench.hub.create(RoomConfig("cellar", "Cellar", capacity=1))
    old = bench.token("ann", life_ms=1000)
    bench.loop.advance(1000 + TOKEN_LEEWAY_MS + 1)
    ann = bench.open("ann")
    for token, room_id, code in (
        (None, "lobby", "token_missing"),
        ("", "lobby", "token_missing"),
        ("nonsense", "lobby", "token_invalid"),
        (old, "lobby", "token_expired"),
        (bench.token("ann"), "cellar", "room_mismatch"),
        (bench.token("bob"), "lobby", "user_mismatch"),
        (bench.token("ann", room_id="attic"), "attic", "room_not_found"),
    ):
        bench.join(ann, token, room_id)
        assert auth_codes(ann) == [code]
        assert ann.transport.closed is None
        assert ann.connection.state is State.CONNECTED
    assert bench.metrics.refusals["token_missing"] == 2


# A room that was put away between ticket and socket


@pytest.fixture
def asked(bench: HubBench) -> list[tuple[str, OpenAnswer]]:
    """The rooms that connections wait for, with what tells them."""
    rooms: list[tuple[str, OpenAnswer]] = []
    bench.open_room = lambda room_id, answer: rooms.append((room_id, answer))
    return rooms


Asked = list[tuple[str, OpenAnswer]]


def _ask(bench: HubBench, user_id: str = "ann") -> Visitor:
    """Somebody has a token for a room that is not live, and presents it."""
    visitor = bench.open(user_id)
    bench.join(visitor, bench.token(user_id, room_id="attic"), "attic")
    return visitor


def test_a_room_that_was_put_away_comes_back_for_a_valid_token(
    bench: HubBench, asked: Asked
) -> None:
    """The join waits for it, and what was sent after the join is taken in after it, in order."""
    ann = _ask(bench)
    move = AvatarTransform("attic", 1, 1.0, 0.0, 0.0, 0.0, "walk", False)
    bench.send(ann, move)
    bench.send(ann, LocalChat("attic", "hello", "local"))
    bench.loop.advance(60)
    assert ann.names() == []
    ((room_id, answer),) = asked
    bench.hub.create(RoomConfig(room_id, "Attic"))
    answer(None)
    bench.loop.advance(60)
    names = ann.names()
    assert names[: len(GREETING)] == [*GREETING]
    assert sorted(names[len(GREETING) :]) == ["avatar_transform_broadcast", "chat_broadcast"]


def test_a_room_that_is_not_stored_either_is_not_found(bench: HubBench, asked: Asked) -> None:
    """One look, one refusal; the socket stays open, and what waited is answered."""
    ann = _ask(bench)
    bench.send(ann, EXAMPLES[LocalChat])
    asked[0][1](None)
    refusal, error = ann.transport.events()
    assert isinstance(refusal, AuthError)
    assert refusal.code == "room_not_found"
    assert isinstance(error, Error)
    assert error.code == "not_joined"
    assert len(asked) == 1
    assert ann.connection.state is State.CONNECTED


def test_a_room_that_cannot_be_had_now_is_tried_again(bench: HubBench, asked: Asked) -> None:
    """1013, after which clients come back through `/rooms/join`: `room_not_found` would end them
    for good, and nobody knows that there is no such room."""
    ann = _ask(bench)
    asked[0][1](StorageError("away"))
    assert ann.names() == []
    assert ann.transport.closed is CloseCode.TOO_SLOW


def test_nobody_makes_the_server_look_for_a_room_they_may_not_enter(
    bench: HubBench, asked: Asked
) -> None:
    """Everything else about the token is checked first."""
    ann = bench.open("ann")
    bench.join(ann, bench.token("bob", room_id="attic"), "attic")
    bench.join(ann, bench.token("ann", room_id="attic"), "cellar")
    bench.book.apply(sanction_of(BAN_OF_ANN, sanction_id="s", wall_ms=0, address=None), 0)
    bench.join(ann, bench.token("ann", room_id="attic"), "attic")
    assert auth_codes(ann) == ["user_mismatch", "room_mismatch", "banned"]
    assert asked == []


def test_so_much_is_kept_while_a_room_is_brought_back(bench: HubBench, asked: Asked) -> None:
    """One more is answered as before any join; a client waits for `room_state` anyway."""
    ann = _ask(bench)
    for _ in range(HELD_MAX):
        bench.send(ann, Emote("attic", "cheers"))
    assert ann.names() == []
    bench.send(ann, Emote("attic", "cheers"))
    assert only_error(ann).code == "not_joined"
    assert len(asked) == 1


def test_whoever_left_while_a_room_was_brought_back_is_not_let_in(
    bench: HubBench, asked: Asked
) -> None:
    """Nobody is a member without a socket."""
    ann = _ask(bench)
    ann.connection.closed(left=False)
    bench.hub.create(RoomConfig("attic", "Attic"))
    asked[0][1](None)
    assert bench.hub.occupancy("attic") == 0


def test_a_member_who_goes_to_a_room_that_was_put_away_waits_where_they_are(
    bench: HubBench, asked: Asked
) -> None:
    """They are a member of the old room until they are one of the new one."""
    ann = bench.enter("ann")
    bench.join(ann, bench.token("ann", room_id="attic"), "attic")
    assert bench.hub.contains("lobby", "ann")
    bench.hub.create(RoomConfig("attic", "Attic"))
    asked[0][1](None)
    assert bench.hub.contains("attic", "ann")
    assert not bench.hub.contains("lobby", "ann")


def test_a_defect_in_a_join_that_waited_ends_that_connection_alone(
    bench: HubBench, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    """1011, as for any event."""
    ann = _ask(bench)

    def fail(*_: object) -> None:
        raise KeyError("a defect")

    monkeypatch.setattr(bench.hub, "join", fail)
    asked[0][1](None)
    assert ann.transport.closed is CloseCode.INTERNAL


def test_a_full_room_refuses_at_the_door(bench: HubBench) -> None:
    """`room_full`; the socket stays open for another try."""
    members = [bench.enter(f"guest{n}") for n in range(8)]
    ann = bench.open("ann")
    bench.join(ann, bench.token("ann"))
    assert auth_codes(ann) == ["room_full"]
    members[0].connection.closed(left=True)
    bench.join(ann, bench.token("ann"))
    assert ann.connection.state is State.JOINED


def test_the_tenth_refusal_closes_the_socket(bench: HubBench) -> None:
    """Nine do not; the tenth adds `too_many_attempts` and closes with 4008."""
    ann = bench.open("ann")
    for _ in range(JOIN_ATTEMPTS_MAX - 1):
        bench.join(ann, "nonsense")
    assert not ann.transport.closed
    ann.names()
    bench.join(ann, "nonsense")
    assert auth_codes(ann) == ["token_invalid", "too_many_attempts"]
    assert ann.transport.closed is CloseCode.JOIN_TIMEOUT


def test_a_join_that_succeeds_forgives_the_refusals(bench: HubBench) -> None:
    """They are counted from the last success."""
    ann = bench.open("ann")
    for _ in range(JOIN_ATTEMPTS_MAX - 1):
        bench.join(ann, "nonsense")
    bench.join(ann, bench.token("ann"))
    for _ in range(JOIN_ATTEMPTS_MAX - 1):
        bench.join(ann, "nonsense")
    assert ann.transport.closed is None
    assert ann.connection.state is State.JOINED


def test_whoever_does_not_join_in_a_minute_is_closed(bench: HubBench) -> None:
    """4008 at 60 s, not a millisecond before it."""
    ann = bench.open("ann")
    bench.loop.advance(JOIN_TIMEOUT_MS - 1)
    assert ann.transport.closed is None
    bench.loop.advance(1)
    assert ann.transport.closed is CloseCode.JOIN_TIMEOUT


def test_whoever_joined_in_time_may_stay(bench: HubBench) -> None:
    """The minute is over and nothing happens."""
    ann = bench.enter("ann", life_ms=600_000)
    bench.loop.advance(2 * JOIN_TIMEOUT_MS)
    assert ann.transport.closed is None


def test_whoever_lost_the_membership_has_another_minute(bench: HubBench) -> None:
    """The token ended, and nobody renewed it: unjoined, then closed 4008 like anyone else."""
    ann = bench.enter("ann", life_ms=1000)
    bench.loop.advance(1000 + EXPIRY_GRACE_MS + 100)
    assert ann.connection.state is State.CONNECTED
    assert ann.transport.closed is None
    bench.loop.advance(JOIN_TIMEOUT_MS - 1000)
    assert ann.transport.closed is None
    bench.loop.advance(1000)
    assert ann.transport.closed is CloseCode.JOIN_TIMEOUT


def test_a_second_join_on_the_same_socket_renews(bench: HubBench) -> None:
    """`token_renewed` and nothing else, to nobody else."""
    ann, bob = bench.enter("ann"), bench.enter("bob")
    ann.names()
    token, expires_at_ms = bench.token("ann", life_ms=99_000), bench.clock.wall_ms() + 99_000
    bench.join(ann, token)
    bench.loop.advance(60)
    assert ann.transport.events() == [TokenRenewed(expires_at_ms)]
    assert bob.names() == []


def test_a_renewal_that_is_refused_changes_nothing(bench: HubBench) -> None:
    """The member stays with the token it had."""
    ann = bench.enter("ann")
    bench.join(ann, "nonsense")
    assert auth_codes(ann) == ["token_invalid"]
    assert ann.connection.state is State.JOINED


def test_a_second_socket_replaces_the_first(bench: HubBench) -> None:
    """`auth_error replaced` and 4009 to the old one; nobody else notices, and its close later
    takes nothing from the new one."""
    first, bob = bench.enter("ann"), bench.enter("bob")
    first.names()
    second = bench.open("ann")
    bench.join(second, bench.token("ann"))
    assert auth_codes(first) == ["replaced"]
    assert first.transport.closed is CloseCode.REPLACED
    first.connection.closed(left=True)
    bench.loop.advance(LEAVE_GRACE_MS + 1000)
    assert second.names()[: len(GREETING)] == [*GREETING]
    assert bob.names() == []
    assert bench.hub.contains("lobby", "ann")


def test_a_join_into_another_room_leaves_the_first(bench: HubBench) -> None:
    """One socket is in one room."""
    bench.hub.create(RoomConfig("cellar", "Cellar"))
    ann, bob = bench.enter("ann"), bench.enter("bob")
    ann.names()
    bench.join(ann, bench.token("ann", room_id="cellar"), "cellar")
    bench.loop.advance(60)
    assert ann.names() == [*GREETING]
    assert bob.names() == ["member_left"]
    assert not bench.hub.contains("lobby", "ann")
    assert bench.hub.contains("cellar", "ann")


def test_a_refused_join_into_another_room_keeps_the_first(bench: HubBench) -> None:
    """Nobody is left standing outside."""
    bench.hub.create(RoomConfig("cellar", "Cellar", capacity=1))
    bench.join(bench.open("bob"), bench.token("bob", room_id="cellar"), "cellar")
    ann = bench.enter("ann")
    bench.join(ann, bench.token("ann", room_id="cellar"), "cellar")
    assert auth_codes(ann) == ["room_full"]
    assert bench.hub.contains("lobby", "ann")
    bench.send(ann, EXAMPLES[Heartbeat])
    assert ann.names() == ["heartbeat_ack"]


def test_the_name_of_an_identity_wins_over_the_payloads(bench: HubBench) -> None:
    """Whoever has none that can be shown gets one (§3)."""
    for n, (claimed, sent, shown) in enumerate(
        [
            (None, " Ann\u202e ", "Ann"),
            ("Real", "Ann", "Real"),
            (None, "\u200b", "Guest-"),
        ]
    ):
        user_id = f"u{n}"
        token, _ = bench.tokens.mint(
            user_id=user_id,
            room_id="lobby",
            role=Role.GUEST,
            device=Device.DESKTOP,
            wall_ms=bench.clock.wall_ms(),
            token_id="t",
            display_name=claimed,
        )
        visitor = bench.open(user_id)
        bench.send(visitor, JoinRoom("lobby", JoinUser(user_id, sent, "No Such!"), token))
        member = bench.hub._live["lobby"].room.members[user_id]
        assert member.display_name.startswith(shown)
        assert member.avatar_id == "default"


# Going


def test_a_clean_close_leaves_at_once(bench: HubBench) -> None:
    """1000 is a leave (§4)."""
    ann, bob = bench.enter("ann"), bench.enter("bob")
    ann.names()
    bob.connection.closed(left=True)
    bench.loop.advance(60)
    assert ann.names() == ["member_left"]
    assert bench.hub.sockets.open == {ann.transport}


def test_any_other_close_starts_the_grace(bench: HubBench) -> None:
    """And a join within it resumes."""
    ann, bob = bench.enter("ann"), bench.enter("bob")
    ann.names()
    bob.connection.closed(left=False)
    bench.loop.advance(LEAVE_GRACE_MS - 1000)
    again = bench.open("bob")
    bench.join(again, bench.token("bob"))
    bench.loop.advance(LEAVE_GRACE_MS)
    assert ann.names() == ["avatar_transform_broadcast"]
    assert again.names()[: len(GREETING)] == [*GREETING]


def test_a_socket_that_never_joined_goes_without_a_trace(bench: HubBench) -> None:
    """Its minute is cancelled with it."""
    ann = bench.open("ann")
    ann.connection.closed(left=False)
    assert bench.hub.sockets.open == set()
    bench.loop.advance(2 * JOIN_TIMEOUT_MS)
    assert ann.transport.closed is None


# Errors


def test_what_the_room_answers_goes_to_its_asker_only(bench: HubBench) -> None:
    """A heartbeat's answer, and a refusal."""
    ann, bob = bench.enter("ann"), bench.enter("bob")
    ann.names()
    bench.send(ann, Heartbeat("lobby", 17, -1))
    bench.send(ann, LocalChat("lobby", " ", "local"))
    ack, error = ann.transport.events()
    assert ack == HeartbeatAck(17, bench.clock.wall_ms(), -1)
    assert isinstance(error, Error)
    assert error.code == "chat_empty"
    bench.loop.advance(60)
    assert bob.names() == []


@pytest.mark.parametrize(
    ("data", "code", "event"),
    [
        (b"", "malformed", None),
        (b"[1]", "malformed", None),
        (b'{"v":2,"t":"emote","ts":1,"payload":{}}', "unsupported_version", "emote"),
        (b'{"v":1,"t":"toast","ts":1,"payload":{}}', "unknown_event", "toast"),
        (b'{"v":1,"t":"emote","ts":1,"payload":{}}', "invalid_payload", "emote"),
    ],
)
def test_what_is_no_event_is_answered_with_an_error(
    bench: HubBench, data: bytes, code: str, event: str | None
) -> None:
    """In any state; the socket stays open (§2)."""
    for visitor in (bench.open("ann"), bench.enter("bob")):
        bench.send_bytes(visitor, data)
        error = only_error(visitor)
        assert (error.code, error.event) == (code, event)
        assert visitor.transport.closed is None
    assert bench.metrics.drops[code] == 2


def test_errors_are_told_five_times_a_second(bench: HubBench) -> None:
    """More are counted, not sent; a fifth of a second later there is one again (§2)."""
    ann = bench.open("ann")
    for _ in range(12):
        bench.send_bytes(ann, GARBAGE)
    assert len(ann.names()) == ERROR_RATE_HZ
    bench.loop.advance(200)
    for _ in range(3):
        bench.send_bytes(ann, GARBAGE)
    assert len(ann.names()) == 1
    assert bench.metrics.drops["malformed"] == 15


def test_fifty_errors_in_ten_seconds_are_borne_and_the_next_is_not(bench: HubBench) -> None:
    """4029 at the fifty-first; a member who does that is lost, not gone."""
    ann, bob = bench.enter("ann"), bench.enter("bob")
    ann.names()
    for _ in range(ERRORS_MAX):
        bench.send_bytes(bob, GARBAGE)
        bench.loop.advance(190)
    assert not bob.transport.closed
    bench.send_bytes(bob, GARBAGE)
    assert bob.transport.closed is CloseCode.FLOODING
    assert bob.connection.state is State.CLOSED
    bench.loop.advance(1000)
    assert ann.names() == ["avatar_transform_broadcast"]
    assert bench.hub.contains("lobby", "bob")


def test_errors_that_lie_further_apart_are_borne_for_ever(bench: HubBench) -> None:
    """Fifty-one of them never fall into ten seconds."""
    ann = bench.enter("ann", life_ms=3_600_000)
    for _ in range(4 * ERRORS_MAX):
        bench.send_bytes(ann, GARBAGE)
        bench.loop.advance(ERRORS_WINDOW_MS / ERRORS_MAX)
    assert ann.transport.closed is None


def test_a_defect_closes_its_connection_and_no_other(
    bench: HubBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """1011 to the one whose event showed it, who may come back; the room lives on."""
    ann, bob = bench.enter("ann"), bench.enter("bob")
    ann.names()
    handle = Room.handle

    def broken(room: Room, user_id: str, *args: object) -> object:
        if user_id == "bob":
            raise ZeroDivisionError("a defect")
        return handle(room, user_id, *args)  # type: ignore[arg-type]  # passed through

    monkeypatch.setattr(Room, "handle", broken)
    bench.send(bob, EXAMPLES[Emote])
    assert bob.transport.closed is CloseCode.INTERNAL
    assert bob.connection.state is State.CLOSED
    bench.send(ann, EXAMPLES[Emote])
    bench.loop.advance(60)
    assert ann.names() == ["avatar_transform_broadcast", "emote_broadcast"]
    assert ann.transport.closed is None
    bob.connection.closed(left=False)
    again = bench.open("bob")
    bench.join(again, bench.token("bob"))
    bench.loop.advance(60)
    assert again.names() == [*GREETING]


def test_a_defect_in_joining_closes_its_connection_and_no_other(
    bench: HubBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same, before anyone is in a room."""
    ann, bob = bench.enter("ann"), bench.open("bob")

    def broken(*_args: object) -> None:
        raise ZeroDivisionError("a defect")

    monkeypatch.setattr(Room, "join", broken)
    bench.join(bob, bench.token("bob"))
    assert bob.transport.closed is CloseCode.INTERNAL
    assert ann.transport.closed is None


def test_a_refusal_of_ours_is_no_defect(bench: HubBench, monkeypatch: pytest.MonkeyPatch) -> None:
    """What `join` may raise is answered, not closed."""

    def refused(*_args: object) -> None:
        raise JoinRefusedError(AuthCode.ROOM_FULL, "No.")

    monkeypatch.setattr(Room, "join", refused)
    ann = bench.open("ann")
    bench.join(ann, bench.token("ann"))
    assert auth_codes(ann) == ["room_full"]


# Moderation


@pytest.mark.parametrize("verb", get_args(ModerationVerb))
def test_an_act_of_moderation_is_handed_on(bench: HubBench, verb: ModerationVerb) -> None:
    """With who asks and as what; whether it may be done is decided elsewhere (§7)."""
    ann = bench.enter("ann", role=Role.MODERATOR)
    bench.send(ann, Moderate(verb, "bob", "out", 60, "server"))
    ((act, answer),) = bench.acts
    assert act == ModerationAct(
        verb, "lobby", "bob", "ann", Role.MODERATOR, "out", 60_000, "server"
    )
    assert answer is not None


def test_what_became_of_an_act_is_told_to_whoever_asked(bench: HubBench) -> None:
    """Done, forbidden or not stored; nothing to somebody who has gone (§7)."""
    ann = bench.enter("ann", role=Role.MODERATOR)
    told: list[ServerEvent] = []
    for outcome in (
        ModerationOutcome("s", 5),
        ForbiddenError("never told"),
        NotStoredError("It could not be stored."),
    ):
        bench.send(ann, Moderate("ban", "bob", request_id=f"act-{len(told)}"))
        answer = bench.acts[-1][1]
        assert answer is not None
        answer(outcome)
        told += ann.transport.events()
    assert told == [
        ModerationDone("ban", "bob", "room", 5, "act-0"),
        Error("forbidden", "You may not do that.", "moderate", None, "act-1"),
        Error("not_stored", "It could not be stored.", "moderate", None, "act-2"),
    ]
    ann.connection.closed(left=True)
    assert answer is not None
    answer(ModerationOutcome("s", 5))
    assert ann.transport.events() == []
