"""What happens in a room, told in lines."""

import pytest

from virtubar.client.events import BarEvent, Joined, Member, Reconnecting
from virtubar.protocol import events as wire
from virtubar.watch.story import Storyteller, printable


def info(user_id: str, name: str) -> wire.MemberInfo:
    return wire.MemberInfo(user_id, name, "default", 0.0, 0.0, 0.0, 0.0, "idle")


@pytest.fixture
def teller() -> Storyteller:
    ann, bob = info("a", "Ann"), info("b", "Bob")
    teller = Storyteller({"a": Member.from_info(ann), "b": Member.from_info(bob)})
    assert teller.tell(wire.RoomState("lobby", 0, [ann, bob])) == "* 2 here"
    return teller


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (wire.ChatBroadcast("a", "Hello, everybody", "m-1"), "Ann: Hello, everybody"),
        (wire.EmoteBroadcast("b", "cheers"), "~ Bob cheers"),
        (wire.MemberJoined(info("c", "Cat")), "+ Cat came in"),
        (wire.MemberLeft("b"), "- Bob left"),
        (wire.MemberLeft("nobody"), "- somebody left"),
        (wire.ChatBroadcast("nobody", "boo", "m-2"), "somebody: boo"),
        (wire.RoomState("lobby", 0, [info("a", "Ann")]), "* 1 here"),
        (Joined("a", "guest", False, 20.0, False), "* in the room"),
        (Joined("a", "guest", True, 20.0, False), "* back in the room"),
        (Reconnecting(1001, "", 400.0), "* connection lost (closed with 1001), again in 0.4 s"),
        (Reconnecting(1006, "gone", 1_500.0), "* connection lost (gone), again in 1.5 s"),
        (wire.ModerationAction("mutedByMod", "Shh."), "* we were mutedByMod: Shh."),
        (wire.Error("muted", "You are muted.", "local_chat"), "* refused (muted): You are muted."),
    ],
)
def test_tells_what_a_person_wants_to_know(teller: Storyteller, event: BarEvent, line: str) -> None:
    """One line an event."""
    assert teller.tell(event) == line


@pytest.mark.parametrize(
    "event",
    [
        wire.AvatarTransformBroadcast("a", 1, 0.0, 0.0, 0.0, 0.0, "walk", False),
        wire.HeartbeatAck(0, 0, 0),
        wire.TokenRenewed(0),
    ],
)
def test_keeps_quiet_about_the_rest(teller: Storyteller, event: BarEvent) -> None:
    """Transforms and heartbeats would drown the story."""
    assert teller.tell(event) is None


def test_a_repeated_announcement_is_no_arrival(teller: Storyteller) -> None:
    """member_joined also resets a member's ordering (§5)."""
    assert teller.tell(wire.MemberJoined(info("b", "Bob"))) is None


def test_the_words_of_one_who_left_keep_their_name(teller: Storyteller) -> None:
    """Missed chat may be older than the list of members (§6)."""
    teller.tell(wire.MemberJoined(info("c", "Cat")))
    assert teller.tell(wire.ChatBroadcast("c", "bye", "m-1")) == "Cat: bye"


@pytest.mark.parametrize(
    "text", ["\x1b[2J\x1b]0;owned\x07", "a\nb", "\u202eevil", "\x9b31m", "\u200b"]
)
def test_a_terminal_is_given_no_orders(text: str) -> None:
    """Names and chat come from strangers; control characters never reach the screen."""
    shown = printable(text)
    assert shown.isprintable()
    assert len(shown) == len(text)


def test_ordinary_text_stays_as_it_is() -> None:
    """In every script."""
    text = "Zoë ordered 🍺 – 乾杯 [bold]"
    assert printable(text) == text
