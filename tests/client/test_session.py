"""The client's state machine, on a manual clock (§9)."""

import pytest
from msgspec import Struct

from virtubar.client import steps
from virtubar.client.events import Joined, Reconnecting
from virtubar.client.session import Session
from virtubar.client.states import State
from virtubar.client.steps import Command, Input
from virtubar.errors import ClientError, ConnectionLostError, JoinFailedError
from virtubar.protocol import events as wire
from virtubar.protocol.constants import (
    HEARTBEATS_UNANSWERED_MAX,
    JOIN_ANSWER_MS,
    SEQ_MAX,
    SEQ_RESTART,
    AuthCode,
)

EPOCH_MS = 1_700_000_000_000.0
TOKEN_LIFE_MS = 300_000


def member(user_id: str, x: float = 0.0) -> wire.MemberInfo:
    return wire.MemberInfo(user_id, user_id.title(), "default", x, 0.0, 0.0, 0.0, "idle")


class Stage:
    """A session with its clock; chance is always one half."""

    def __init__(self) -> None:
        self.now_ms = 1_000.0
        self.session = Session("lobby", display_name="Ann", epoch_ms=EPOCH_MS, chance=lambda: 0.5)
        self.tickets = 0

    @property
    def state(self) -> State:
        return self.session.state

    def feed(self, what: Input) -> list[Command]:
        return self.session.handle(what, self.now_ms)

    def receive(self, event: wire.ServerEvent) -> list[Command]:
        return self.feed(steps.Received(event, round(EPOCH_MS + self.now_ms)))

    def give_ticket(self) -> list[Command]:
        self.tickets += 1
        url = "ws://bar.test/ws"
        ticket = steps.Ticket(f"token-{self.tickets}", 0, "ann", "lobby", url)
        return self.feed(steps.TicketGiven(ticket))

    def let_in(self, *, resumed: bool = False, last_seq: int = -1) -> list[Command]:
        server_ms = round(EPOCH_MS + self.now_ms)
        self.receive(wire.RoomState("lobby", server_ms, [member("ann"), member("bob")]))
        expires_at_ms = server_ms + TOKEN_LIFE_MS
        event = wire.Session("ann", "guest", last_seq, resumed, 20.0, expires_at_ms, muted=False)
        return self.receive(event)

    def join(self) -> None:
        self.feed(steps.Start())
        self.reach_answer()
        self.let_in()

    def reach_answer(self) -> list[Command]:
        self.give_ticket()
        return self.feed(steps.SocketOpened())

    def refuse(self, code: AuthCode) -> list[Command]:
        return self.receive(wire.AuthError(code, "No."))

    def lose(self, code: int = 1006, reason: str = "") -> list[Command]:
        return self.feed(steps.SocketClosed(code, reason))

    def advance(self, by_ms: float) -> list[Command]:
        """Let that much time pass, firing the timer whenever it is due."""
        end_ms = self.now_ms + by_ms
        commands: list[Command] = []
        while (due_ms := self.session.next_deadline()) is not None and due_ms <= end_ms:
            self.now_ms = max(self.now_ms, due_ms)
            commands += self.feed(steps.TimerFired())
        self.now_ms = end_ms
        return commands


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def joined() -> Stage:
    stage = Stage()
    stage.join()
    return stage


def sent(commands: list[Command]) -> list[Struct]:
    return [one.event for one in commands if isinstance(one, steps.Send)]


def sent_joins(commands: list[Command]) -> list[wire.JoinRoom]:
    return [one for one in sent(commands) if isinstance(one, wire.JoinRoom)]


def delivered(commands: list[Command]) -> list[object]:
    return [one.event for one in commands if isinstance(one, steps.Deliver)]


def reconnecting(commands: list[Command]) -> Reconnecting:
    [event] = [one for one in delivered(commands) if isinstance(one, Reconnecting)]
    return event


def ending(commands: list[Command]) -> ClientError | None:
    [finish] = [one for one in commands if isinstance(one, steps.Finish)]
    return finish.error


class TestComingIn:
    def test_walks_from_idle_to_joined(self, stage: Stage) -> None:
        """The states are those of §9, in their order."""
        states = [stage.state]
        stage.feed(steps.Start())
        states.append(stage.state)
        stage.give_ticket()
        states.append(stage.state)
        stage.feed(steps.SocketOpened())
        states.append(stage.state)
        stage.let_in()
        states.append(stage.state)
        assert states == [
            State.IDLE,
            State.CONNECTING,
            State.CONNECTING,
            State.JOINING,
            State.JOINED,
        ]

    def test_starts_with_a_ticket(self, stage: Stage) -> None:
        """The token comes from POST /rooms/join (§3)."""
        assert stage.feed(steps.Start()) == [steps.RequestTicket()]

    def test_opens_the_url_of_the_ticket(self, stage: Stage) -> None:
        """The server says where its socket is (§1)."""
        stage.feed(steps.Start())
        assert stage.give_ticket() == [steps.OpenSocket("ws://bar.test/ws")]

    def test_joins_as_soon_as_the_socket_is_open(self, stage: Stage) -> None:
        """join_room carries the token in its payload, where it is never logged (§3)."""
        stage.feed(steps.Start())
        [join] = sent_joins(stage.reach_answer())
        user = wire.JoinUser("ann", "Ann", "default")
        assert join == wire.JoinRoom("lobby", user, "token-1", None)

    def test_room_state_alone_does_not_join(self, stage: Stage) -> None:
        """`session` says what the server decided, so the client waits for it (§3)."""
        stage.feed(steps.Start())
        stage.reach_answer()
        stage.receive(wire.RoomState("lobby", 0, [member("ann")]))
        assert stage.state is State.JOINING

    def test_tells_joined_after_session(self, stage: Stage) -> None:
        """The application hears the server's event first, then the client's own."""
        stage.feed(steps.Start())
        stage.reach_answer()
        commands = stage.let_in(resumed=True)
        assert isinstance(delivered(commands)[0], wire.Session)
        assert delivered(commands)[1] == Joined("ann", "guest", True, 20.0, False)

    def test_sends_a_heartbeat_at_once(self, stage: Stage) -> None:
        """The clock offset is wanted early, not after five seconds."""
        stage.feed(steps.Start())
        stage.reach_answer()
        commands = stage.let_in()
        assert sent(commands) == [wire.Heartbeat("lobby", EPOCH_MS + stage.now_ms, -1)]

    @pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422])
    def test_a_final_refusal_of_the_ticket_closes(self, stage: Stage, status: int) -> None:
        """What another try would not change ends the session (§1)."""
        stage.feed(steps.Start())
        commands = stage.feed(steps.TicketRefused(status, "some_code", "No."))
        error = ending(commands)
        assert isinstance(error, JoinFailedError)
        assert error.code == "some_code"
        assert stage.state is State.CLOSED

    @pytest.mark.parametrize("status", [0, 429, 500, 503])
    def test_a_passing_refusal_of_the_ticket_is_tried_again(
        self, stage: Stage, status: int
    ) -> None:
        """No answer, too many joins and a draining server pass (§1)."""
        stage.feed(steps.Start())
        commands = stage.feed(steps.TicketRefused(status, "later", "Later."))
        assert stage.state is State.CONNECTING
        assert steps.RequestTicket() in stage.advance(reconnecting(commands).delay_ms)

    def test_waits_as_long_as_the_server_asks(self, stage: Stage) -> None:
        """retryAfterMs is a minimum, jitter comes on top (§1)."""
        stage.feed(steps.Start())
        commands = stage.feed(steps.TicketRefused(429, "rate_limited", "Slow.", 7_000))
        assert reconnecting(commands).delay_ms == 7_000 + 125

    def test_a_full_room_ends_a_first_join(self, stage: Stage) -> None:
        """A guest who was never in is told, rather than kept waiting (§3)."""
        stage.feed(steps.Start())
        commands = stage.feed(steps.TicketRefused(409, "room_full", "Full."))
        assert isinstance(ending(commands), JoinFailedError)

    def test_a_socket_that_does_not_open_is_tried_again(self, stage: Stage) -> None:
        """With a fresh ticket, for the old one may name a node that is gone (§9)."""
        stage.feed(steps.Start())
        stage.give_ticket()
        commands = stage.feed(steps.SocketFailed("refused"))
        assert reconnecting(commands).reason == "refused"
        assert steps.RequestTicket() in stage.advance(8_000)

    def test_an_answer_that_never_comes_gives_the_socket_up(self, stage: Stage) -> None:
        """A server that accepts sockets and says nothing does not hold a client for ever."""
        stage.feed(steps.Start())
        stage.reach_answer()
        assert stage.advance(JOIN_ANSWER_MS - 1) == []
        commands = stage.advance(1)
        assert commands[0] == steps.CloseSocket(1001)
        assert reconnecting(commands).reason == "no answer to join_room"


class TestRefusedJoins:
    def test_a_refused_token_is_replaced_on_the_same_socket(self, stage: Stage) -> None:
        """auth_error → /rooms/join → join_room, the socket stays (§9)."""
        stage.feed(steps.Start())
        stage.reach_answer()
        commands = stage.refuse(AuthCode.TOKEN_EXPIRED)
        assert steps.RequestTicket() in commands
        assert not any(isinstance(one, steps.CloseSocket) for one in commands)
        [join] = sent_joins(stage.give_ticket())
        assert join.realtime_token == "token-2"

    def test_further_refusals_wait(self, stage: Stage) -> None:
        """Only the first is answered at once: ten refusals close the socket (§3)."""
        stage.feed(steps.Start())
        stage.reach_answer()
        stage.refuse(AuthCode.TOKEN_INVALID)
        stage.give_ticket()
        assert steps.RequestTicket() not in stage.refuse(AuthCode.TOKEN_INVALID)
        assert stage.state is State.JOINING
        assert steps.RequestTicket() in stage.advance(250)

    def test_a_refused_ticket_on_an_open_socket_waits_there(self, stage: Stage) -> None:
        """A rate limit at the API does not cost the socket."""
        stage.feed(steps.Start())
        stage.reach_answer()
        stage.refuse(AuthCode.TOKEN_EXPIRED)
        commands = stage.feed(steps.TicketRefused(429, "rate_limited", "Slow."))
        assert commands == []
        assert stage.state is State.JOINING
        assert stage.advance(8_000) == [steps.RequestTicket()]

    @pytest.mark.parametrize(
        "code",
        [
            AuthCode.BANNED,
            AuthCode.KICKED,
            AuthCode.ROOM_NOT_FOUND,
            AuthCode.ROOM_LOCKED,
            AuthCode.NOT_ALLOWED,
            AuthCode.SIGN_IN_REQUIRED,
        ],
    )
    def test_a_final_refusal_closes(self, stage: Stage, code: AuthCode) -> None:
        """Nobody argues with a ban (§3)."""
        stage.feed(steps.Start())
        stage.reach_answer()
        commands = stage.refuse(code)
        error = ending(commands)
        assert isinstance(error, JoinFailedError)
        assert error.code == code
        assert steps.CloseSocket(1000) in commands

    def test_a_full_room_is_waited_for_on_the_way_back(self, joined: Stage) -> None:
        """Someone may leave; the place was ours before (§3)."""
        joined.lose()
        joined.advance(8_000)
        joined.reach_answer()
        joined.refuse(AuthCode.ROOM_FULL)
        assert joined.state is State.RECONNECTING
        assert steps.RequestTicket() in joined.advance(8_000)

    def test_the_application_sees_every_auth_error(self, stage: Stage) -> None:
        """Even those that the client answers itself."""
        stage.feed(steps.Start())
        stage.reach_answer()
        event = wire.AuthError(AuthCode.TOKEN_INVALID, "No.")
        assert event in delivered(stage.receive(event))


class TestRenewal:
    def test_renews_before_the_token_expires(self, joined: Stage) -> None:
        """In the last 20 to 30 % of its life, here 25 % (§3)."""
        assert steps.RequestTicket() not in self.live(joined, TOKEN_LIFE_MS * 0.75 - 100)
        assert steps.RequestTicket() in joined.advance(200)

    def test_sends_the_fresh_token_on_the_same_socket(self, joined: Stage) -> None:
        """join_room renews silently; the client is joined throughout (§3)."""
        self.run_until_renewal(joined)
        [join] = sent_joins(joined.give_ticket())
        assert join.realtime_token == "token-2"
        assert joined.state is State.JOINED

    def test_token_renewed_plans_the_next(self, joined: Stage) -> None:
        """The new expiry counts from the server's clock."""
        self.run_until_renewal(joined)
        joined.give_ticket()
        expires_at_ms = round(EPOCH_MS + joined.now_ms) + 100_000
        joined.receive(wire.TokenRenewed(expires_at_ms))
        quiet = self.live(joined, 74_000)
        assert steps.RequestTicket() not in quiet
        assert steps.RequestTicket() in self.live(joined, 2_000)

    def test_token_expired_renews_at_once(self, joined: Stage) -> None:
        """The membership is kept for 30 s, so the client does not leave (§3)."""
        assert steps.RequestTicket() in joined.refuse(AuthCode.TOKEN_EXPIRED)
        assert joined.state is State.JOINED
        assert len(sent_joins(joined.give_ticket())) == 1

    def test_token_expired_during_a_renewal_asks_only_once(self, joined: Stage) -> None:
        """The ticket under way answers it."""
        self.run_until_renewal(joined)
        assert steps.RequestTicket() not in joined.refuse(AuthCode.TOKEN_EXPIRED)
        assert len(sent_joins(joined.give_ticket())) == 1

    def test_a_refused_renewal_is_tried_again_later(self, joined: Stage) -> None:
        """With backoff, still joined."""
        self.run_until_renewal(joined)
        joined.give_ticket()
        assert steps.RequestTicket() not in joined.refuse(AuthCode.TOKEN_INVALID)
        assert steps.RequestTicket() in joined.advance(250)
        assert joined.state is State.JOINED

    def test_an_unreachable_api_does_not_end_the_membership(self, joined: Stage) -> None:
        """The socket still works; the renewal is tried again."""
        self.run_until_renewal(joined)
        joined.feed(steps.TicketRefused(0, "unreachable", "Nobody there."))
        assert joined.state is State.JOINED
        assert steps.RequestTicket() in joined.advance(250)

    def test_a_ban_at_renewal_closes(self, joined: Stage) -> None:
        """The same checks run again on every renewal (§3)."""
        self.run_until_renewal(joined)
        commands = joined.feed(steps.TicketRefused(403, "banned", "Out."))
        assert isinstance(ending(commands), JoinFailedError)
        assert steps.CloseSocket(1000) in commands

    @classmethod
    def run_until_renewal(cls, stage: Stage) -> None:
        assert steps.RequestTicket() in cls.live(stage, TOKEN_LIFE_MS * 0.76)

    @staticmethod
    def live(stage: Stage, for_ms: float) -> list[Command]:
        """Let time pass while the server answers heartbeats."""
        commands: list[Command] = []
        end_ms = stage.now_ms + for_ms
        while stage.now_ms < end_ms:
            commands += stage.advance(min(4_000, end_ms - stage.now_ms))
            server_ms = round(EPOCH_MS + stage.now_ms)
            stage.receive(wire.HeartbeatAck(EPOCH_MS + stage.now_ms, server_ms, -1))
        return commands


class TestLosingTheConnection:
    @pytest.mark.parametrize("code", [1001, 1006, 1009, 1011, 1013, 4008, 4029])
    def test_most_closes_are_followed_by_another_try(self, joined: Stage, code: int) -> None:
        """§8 names the few that are not."""
        commands = joined.lose(code, "why")
        assert joined.state is State.RECONNECTING
        assert (reconnecting(commands).code, reconnecting(commands).reason) == (code, "why")
        assert steps.RequestTicket() in joined.advance(8_000)

    @pytest.mark.parametrize("code", [1000, 4001, 4003, 4009])
    def test_some_closes_are_final(self, joined: Stage, code: int) -> None:
        """A client must not come back by itself after these (§8)."""
        error = ending(joined.lose(code, "why"))
        assert isinstance(error, ConnectionLostError)
        assert (error.close_code, error.reason) == (code, "why")
        assert joined.state is State.CLOSED

    def test_a_moved_room_is_followed_at_once(self, joined: Stage) -> None:
        """4010: call /rooms/join again at once (§8)."""
        assert reconnecting(joined.lose(4010)).delay_ms == 0
        assert steps.RequestTicket() in joined.advance(0)

    def test_a_room_that_keeps_moving_is_followed_slower(self, joined: Stage) -> None:
        """Three hops at once, then backoff: two nodes may not play ping-pong with a client."""
        delays = []
        for _ in range(5):
            delays.append(reconnecting(joined.lose(4010)).delay_ms)
            joined.advance(delays[-1])
            joined.reach_answer()
            joined.let_in()
        assert delays == [0, 0, 0, 125, 250]

    def test_backoff_doubles_to_its_ceiling(self, joined: Stage) -> None:
        """0.25 s doubling to 8 s, with chance one half (§9)."""
        delays = [reconnecting(joined.lose()).delay_ms]
        for _ in range(7):
            joined.advance(delays[-1])
            joined.give_ticket()
            delays.append(reconnecting(joined.feed(steps.SocketFailed("no"))).delay_ms)
        assert delays == [125, 250, 500, 1_000, 2_000, 4_000, 4_000, 4_000]

    def test_a_short_membership_does_not_reset_the_backoff(self, joined: Stage) -> None:
        """A server that lets in and drops again is not hammered."""
        first = reconnecting(joined.lose()).delay_ms
        joined.advance(first)
        joined.reach_answer()
        joined.let_in()
        joined.advance(4_999)
        assert reconnecting(joined.lose()).delay_ms == 2 * first

    def test_a_stable_membership_resets_the_backoff(self, joined: Stage) -> None:
        """After five seconds in the room the next loss is a new story."""
        first = reconnecting(joined.lose()).delay_ms
        joined.advance(first)
        joined.reach_answer()
        joined.let_in()
        joined.advance(5_000)
        assert reconnecting(joined.lose()).delay_ms == first

    def test_comes_back_on_a_resume(self, joined: Stage) -> None:
        """joined → reconnecting → joined (§4)."""
        joined.lose()
        joined.advance(8_000)
        states = [joined.state]
        joined.reach_answer()
        states.append(joined.state)
        joined.let_in(resumed=True)
        states.append(joined.state)
        assert states == [State.RECONNECTING, State.RECONNECTING, State.JOINED]

    def test_a_silent_server_is_given_up(self, joined: Stage) -> None:
        """Two heartbeats with nothing heard at all, then a new connection (§9)."""
        commands = joined.advance(5_000 * HEARTBEATS_UNANSWERED_MAX)
        assert steps.CloseSocket(1001) in commands
        assert reconnecting(commands).reason == "nothing heard"

    def test_anything_heard_keeps_the_connection(self, joined: Stage) -> None:
        """Not only heartbeat_ack counts: a crowded room proves the connection too."""
        for _ in range(20):
            assert not any(isinstance(one, steps.CloseSocket) for one in joined.advance(5_000))
            joined.receive(wire.MemberLeft("nobody"))

    def test_a_client_that_was_suspended_asks_before_it_gives_up(self, joined: Stage) -> None:
        """A minute asleep is one heartbeat unanswered, not twelve."""
        joined.now_ms += 60_000
        commands = joined.feed(steps.TimerFired())
        assert [type(one) for one in sent(commands)] == [wire.Heartbeat]
        assert joined.state is State.JOINED

    def test_a_renewal_under_way_is_forgotten(self, joined: Stage) -> None:
        """Its ticket comes when there is no socket any more: the next try asks for its own."""
        joined.refuse(AuthCode.TOKEN_EXPIRED)
        joined.lose()
        assert joined.give_ticket() == []
        assert steps.RequestTicket() in joined.advance(8_000)


class TestBeingThrownOut:
    @pytest.mark.parametrize(("kind", "code"), [("kicked", 4001), ("banned", 4003)])
    def test_a_lost_close_frame_does_not_bring_the_client_back(
        self, joined: Stage, kind: wire.ModerationType, code: int
    ) -> None:
        """moderation_action announced it; the network ate the close (§7)."""
        joined.receive(wire.ModerationAction(kind, "Behave."))
        error = ending(joined.lose(1006))
        assert isinstance(error, ConnectionLostError)
        assert (error.close_code, error.reason) == (code, "Behave.")

    def test_replaced_closes(self, joined: Stage) -> None:
        """The newest socket of a user wins; the old one does not fight back (§3)."""
        commands = joined.refuse(AuthCode.REPLACED)
        error = ending(commands)
        assert isinstance(error, ConnectionLostError)
        assert error.close_code == 4009
        assert steps.CloseSocket(1000) in commands

    def test_a_mute_does_not_close(self, joined: Stage) -> None:
        """mutedByMod and the socket stays (§7)."""
        joined.receive(wire.ModerationAction("mutedByMod", "Shh."))
        assert joined.session.view.muted
        assert joined.state is State.JOINED
        joined.receive(wire.ModerationLifted("mutedByMod"))
        assert not joined.session.view.muted


class TestWhatSurvives:
    def test_seq_rises_across_reconnects(self, joined: Stage) -> None:
        """Observers keep their ordering without a new announcement (§5)."""
        assert [joined.session.next_seq() for _ in range(3)] == [0, 1, 2]
        joined.lose()
        joined.advance(8_000)
        joined.reach_answer()
        joined.let_in(last_seq=1)
        assert joined.session.next_seq() == 3

    def test_seq_goes_on_above_an_earlier_visit(self, stage: Stage) -> None:
        """`session.lastSeq` is what the room saw of this user before (§3)."""
        stage.feed(steps.Start())
        stage.reach_answer()
        stage.let_in(last_seq=41)
        assert stage.session.next_seq() == 42

    @pytest.mark.parametrize(
        ("last_seq", "following"),
        [(SEQ_RESTART, SEQ_RESTART + 1), (SEQ_RESTART + 1, 0), (SEQ_MAX, 0)],
    )
    def test_seq_begins_again_before_it_comes_to_its_end(
        self, stage: Stage, last_seq: int, following: int
    ) -> None:
        """After 2^53 - 1 there is no number that a server would take; a new connection may begin
        anywhere (§5)."""
        stage.feed(steps.Start())
        stage.reach_answer()
        stage.let_in(last_seq=last_seq)
        assert stage.session.next_seq() == following

    def test_asks_for_the_chat_it_missed(self, joined: Stage) -> None:
        """lastMessageId is the newest heard (§6)."""
        joined.receive(wire.ChatBroadcast("bob", "one", "m-1"))
        joined.receive(wire.ChatBroadcast("bob", "two", "m-2"))
        joined.lose()
        joined.advance(8_000)
        [join] = sent_joins(joined.reach_answer())
        assert join.last_message_id == "m-2"

    def test_one_who_heard_nothing_missed_everything_since(self, joined: Stage) -> None:
        """A silence before the loss does not cost the first words after it (§6)."""
        joined.lose()
        joined.advance(8_000)
        [join] = sent_joins(joined.reach_answer())
        assert join.last_message_id == "00000000-0000-0000-0000-000000000000"

    def test_repeated_chat_is_dropped(self, joined: Stage) -> None:
        """Replay is at least once; the application sees each message once (§6)."""
        event = wire.ChatBroadcast("bob", "one", "m-1")
        assert delivered(joined.receive(event)) == [event]
        assert joined.receive(event) == []

    def test_invisible_stays_invisible(self, joined: Stage) -> None:
        """The server forgets `presence` with the connection, the client does not (§4)."""
        assert sent(joined.feed(steps.Visibility(visible=False))) == [wire.Presence(visible=False)]
        joined.lose()
        joined.advance(8_000)
        joined.reach_answer()
        assert wire.Presence(visible=False) in sent(joined.let_in())

    def test_the_same_visibility_is_not_sent_twice(self, joined: Stage) -> None:
        """It would cost a room_state each time."""
        assert joined.feed(steps.Visibility(visible=True)) == []


class TestLeaving:
    def test_leaves_with_a_clean_close(self, joined: Stage) -> None:
        """1000: the others see it at once (§4)."""
        assert joined.feed(steps.Stop()) == [steps.CloseSocket(1000), steps.Finish(None)]
        assert joined.state is State.CLOSED

    def test_leaving_while_waiting_closes_no_socket(self, joined: Stage) -> None:
        """There is none."""
        joined.lose()
        assert joined.feed(steps.Stop()) == [steps.Finish(None)]

    def test_nothing_is_due_afterwards(self, joined: Stage) -> None:
        """A closed session wakes nobody."""
        joined.feed(steps.Stop())
        assert joined.session.next_deadline() is None

    @pytest.mark.parametrize("late", [steps.Stop(), steps.SocketOpened(), steps.TimerFired()])
    def test_late_news_changes_nothing(self, joined: Stage, late: Input) -> None:
        """What was under way may still end."""
        joined.feed(steps.Stop())
        assert joined.feed(late) == []
        assert joined.state is State.CLOSED


class TestMisuse:
    @pytest.mark.parametrize(
        "what", [steps.SocketOpened(), steps.SocketClosed(1000, ""), steps.SocketFailed("x")]
    )
    def test_what_cannot_happen_raises(self, stage: Stage, what: Input) -> None:
        """One table says what may happen; the shell is at fault for the rest."""
        with pytest.raises(RuntimeError, match="cannot happen in step IDLE"):
            stage.feed(what)

    def test_starting_twice_raises(self, joined: Stage) -> None:
        """A session is one visit."""
        with pytest.raises(RuntimeError, match="Start cannot happen in step JOINED"):
            joined.feed(steps.Start())
