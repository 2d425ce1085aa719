"""§6: chat that a member missed while its connection was lost."""

from support.evening import Evening, names, open_evening, payloads
from support.greeting import GREETING
from support.guest import Guest
from support.server import RunningServer

FIRST_ID = "00000000-0000-7000-8000-000000000000"
"""Below every message's id."""


async def _come_back(evening: Evening, guest: Guest, last: str | None) -> list[str]:
    """The texts that the guest gets on return, right behind state and session."""
    back = await evening.connect_again(guest)
    fields = {} if last is None else {"lastMessageId": last}
    events = await evening.join(back, **fields)
    chats = payloads(events, "chat_broadcast")
    assert names(events) == [*GREETING] + ["chat_broadcast"] * len(chats)
    assert [c["messageId"] for c in chats] == sorted(c["messageId"] for c in chats)
    return [chat["text"] for chat in chats]


async def test_a_resumed_member_hears_what_it_missed(evening: Evening) -> None:
    """What was said after `lastMessageId`, in order, each with its id (§6)."""
    ann, bob = await evening.company("Ann", "Bob")
    for line in ("one", "two"):
        await ann.say(line)
    chats = payloads(await evening.heard(bob), "chat_broadcast")
    await evening.drop(bob)
    await ann.say("three")
    await evening.settle()
    assert await _come_back(evening, bob, chats[1]["messageId"]) == ["three"]
    assert await _come_back(evening, bob, chats[0]["messageId"]) == ["two", "three"]


async def test_who_does_not_ask_gets_nothing_again(evening: Evening) -> None:
    """Without `lastMessageId` there is no replay (§6)."""
    ann, bob = await evening.company("Ann", "Bob")
    await evening.drop(bob)
    await ann.say("missed")
    await evening.settle()
    assert await _come_back(evening, bob, None) == []


async def test_a_fresh_visitor_gets_none(evening: Evening) -> None:
    """Nobody hears what was said before they came, whatever id they name (§6)."""
    ann, _ = await evening.company("Ann", "Bob")
    await ann.say("a secret")
    (chat,) = payloads(await evening.heard(ann), "chat_broadcast")
    for last in (FIRST_ID, chat["messageId"]):
        eve = await evening.connect()
        events = await evening.join(eve, lastMessageId=last)
        assert names(events) == [*GREETING]


async def test_a_member_hears_nothing_from_before_its_visit(evening: Evening) -> None:
    """Asking for everything gives what could have been heard, and no more (§6)."""
    (ann,) = await evening.company("Ann")
    await ann.say("before Bob")
    bob = await evening.enter("Bob")
    await ann.say("to Bob")
    await evening.settle()
    await evening.drop(bob)
    await ann.say("after Bob")
    await evening.settle()
    assert await _come_back(evening, bob, FIRST_ID) == ["to Bob", "after Bob"]


async def test_who_left_by_choice_comes_as_a_fresh_visitor(evening: Evening) -> None:
    """A clean leave gives up what is said meanwhile (§6)."""
    ann, bob = await evening.company("Ann", "Bob")
    await ann.say("to Bob")
    await evening.settle()
    await bob.leave()
    await ann.say("behind Bob's back")
    await evening.settle()
    assert await _come_back(evening, bob, FIRST_ID) == []


async def test_who_was_dropped_after_the_grace_still_hears_what_it_missed(
    evening: Evening,
) -> None:
    """The grace is over, the conversation is not (§6)."""
    ann, bob = await evening.company("Ann", "Bob")
    await evening.drop(bob)
    await evening.pass_time(60)
    await ann.say("a minute later")
    await evening.settle()
    assert await _come_back(evening, bob, FIRST_ID) == ["a minute later"]


async def test_what_is_over_five_minutes_old_is_not_repeated(evening: Evening) -> None:
    """At most 5 minutes back (§6)."""
    ann, bob = await evening.company("Ann", "Bob")
    await ann.say("long ago")
    await evening.pass_time(200)
    await ann.say("not so long ago")
    await evening.pass_time(95)
    await bob.join_room(token=(await evening.fresh(bob))["realtimeToken"])
    await ann.join_room(token=(await evening.fresh(ann))["realtimeToken"])
    await evening.pass_time(10)
    await evening.drop(bob)
    assert await _come_back(evening, bob, FIRST_ID) == ["not so long ago"]


async def test_at_most_two_hundred_messages_are_repeated(evening: Evening) -> None:
    """The newest 200 of more than that (§6)."""
    crowd = await evening.company(*(f"g{n}" for n in range(6)))
    bob = await evening.enter("Bob")
    await evening.drop(bob)
    said: list[str] = []
    for _ in range(7):
        await evening.pass_time(5.1)
        for _ in range(5):
            for guest in crowd:
                said.append(f"line {len(said)}")
                await guest.say(said[-1])
                await guest.handled()
    await evening.settle()
    assert len(said) == 210
    assert await _come_back(evening, bob, FIRST_ID) == said[10:]


async def test_what_was_out_of_hearing_is_not_heard_later(server: RunningServer) -> None:
    """Missed is what the member could have heard from where its avatar stands (§6)."""
    evening = await open_evening(server, hearingRadiusM=5)
    ann, near, far = await evening.company("Ann", "Near", "Far")
    await ann.move(0)
    await near.move(1)
    await far.move(50)
    await evening.clear()
    for guest in (near, far):
        await evening.drop(guest)
    await ann.say("psst")
    await evening.settle()
    assert await _come_back(evening, near, FIRST_ID) == ["psst"]
    assert await _come_back(evening, far, FIRST_ID) == []
    await evening.end()
