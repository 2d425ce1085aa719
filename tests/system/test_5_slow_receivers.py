"""§5: a receiver that does not read as fast as is written costs nobody else anything."""

import asyncio
import socket

from support.evening import Evening, names, payloads
from support.greeting import GREETING
from support.guest import Event, Guest
from virtubar.protocol.constants import Role

ROUNDS_MAX = 400
"""Of moves before a receiver that reads nothing must have been noticed: about 2 MB of them."""
TALKERS = 20
LONGEST = "🍻" * 240
"""The longest chat message: over 1 KB with its envelope."""


def _newest(events: list[Event]) -> dict[str, int]:
    """The last seq of each mover among the events."""
    moves = payloads(events, "avatar_transform_broadcast")
    return {move["userId"]: move["seq"] for move in moves}


def _counter(evening: Evening, kind: str, key: str) -> int:
    """A counter of the server's metrics, read without a request."""
    return int(getattr(evening.server.app.hub.metrics, kind)[key])


async def _enter_narrowly(evening: Evening) -> Guest:
    """A guest whose own machine buffers next to nothing and who takes no compression."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.setblocking(False)
    await asyncio.get_running_loop().sock_connect(sock, evening.server.app.address)
    return await evening.enter("Slow", sock=sock, compression=None)


async def _dance_until_congested(evening: Evening, crowd: list[Guest]) -> None:
    """Everyone moves until somebody is left out of their moves."""
    before = _counter(evening, "drops", "coalesced")
    for _ in range(ROUNDS_MAX):
        await _dance(evening, crowd)
        if _counter(evening, "drops", "coalesced") > before:
            return
    raise AssertionError("nobody was ever congested")


async def _dance(evening: Evening, crowd: list[Guest]) -> None:
    """A quarter of a second in which everyone moves as often as they may."""
    for guest in crowd:
        for step in range(5):
            await guest.move(step)
    await evening.step(250)


async def test_a_receiver_that_catches_up_gets_the_newest_of_each(evening: Evening) -> None:
    """While it does not read, transforms are coalesced; chat is never dropped (§5)."""
    crowd = await evening.company(*(f"g{n}" for n in range(6)))
    slow = await _enter_narrowly(evening)
    await evening.clear()
    evening.stop_reading(slow)
    await _dance_until_congested(evening, crowd)
    for line in range(4):
        await crowd[0].say(f"line {line}")
        await _dance(evening, crowd)
    everything = await evening.heard(crowd[0])
    await evening.read_again(slow)
    heard = await evening.heard(slow)
    assert [c["text"] for c in payloads(heard, "chat_broadcast")] == [f"line {n}" for n in range(4)]
    assert len(heard) < len(everything)
    assert _newest(heard) == _newest(everything) == {guest.user_id: guest.seq for guest in crowd}
    for guest in crowd:
        moves = payloads(heard, "avatar_transform_broadcast")
        own = [move["seq"] for move in moves if move["userId"] == guest.user_id]
        assert own == sorted(set(own))
    await crowd[1].move(0)
    assert _newest(await evening.heard(slow)) == {crowd[1].user_id: crowd[1].seq}


async def test_a_receiver_that_is_ten_seconds_behind_is_closed_and_resumes(
    evening: Evening,
) -> None:
    """1013, and on return a fresh `room_state` and the chat that it missed (§5, §8)."""
    crowd = await evening.company(*(f"g{n}" for n in range(6)))
    slow = await _enter_narrowly(evening)
    await crowd[0].say("before")
    (before,) = payloads(await evening.heard(slow), "chat_broadcast")
    evening.stop_reading(slow)
    closes = _counter(evening, "closes", "1013")
    await _dance_until_congested(evening, crowd)
    await crowd[0].say("while you were away")
    await evening.pass_time(9)
    assert _counter(evening, "closes", "1013") == closes
    await evening.pass_time(1)
    assert _counter(evening, "closes", "1013") == closes + 1
    await evening.read_again(slow)
    assert await slow.closed() == 1013
    back = await evening.connect_again(slow)
    events = await evening.join(back, lastMessageId=before["messageId"])
    assert names(events) == [*GREETING, "chat_broadcast"]
    members = {member["userId"]: member for member in events[0]["payload"]["members"]}
    assert {guest.user_id for guest in crowd} <= set(members)
    assert events[1]["payload"]["resumed"] is True
    assert events[-1]["payload"]["text"] == "while you were away"
    assert "member_left" not in names(await crowd[0].pending())


async def test_a_receiver_that_is_256_kilobytes_behind_is_closed_at_once(
    evening: Evening,
) -> None:
    """What may not be dropped is kept up to 256 KiB, then the receiver is closed 1013 (§5)."""
    crowd = await evening.company(*(f"g{n}" for n in range(TALKERS)))
    slow = await _enter_narrowly(evening)
    evening.stop_reading(slow)
    closes = _counter(evening, "closes", "1013")
    await _dance_until_congested(evening, crowd)
    seconds = 0
    while _counter(evening, "closes", "1013") == closes:
        seconds += 1
        assert seconds < 10
        for guest in crowd:
            for _ in range(5 if seconds == 1 else 1):
                await guest.say(LONGEST)
        await evening.step(1000)
    await evening.read_again(slow)
    assert await slow.closed() == 1013


async def test_nobody_else_notices_a_receiver_that_does_not_read(evening: Evening) -> None:
    """The others get every move and every word, in order (§5)."""
    crowd = await evening.company(*(f"g{n}" for n in range(6)))
    slow = await _enter_narrowly(evening)
    await evening.clear()
    evening.stop_reading(slow)
    await _dance_until_congested(evening, crowd)
    await crowd[0].say("last orders")
    heard = await evening.heard(crowd[1])
    assert payloads(heard, "chat_broadcast")[-1]["text"] == "last orders"
    moves = payloads(heard, "avatar_transform_broadcast")
    for guest in crowd:
        own = [move["seq"] for move in moves if move["userId"] == guest.user_id]
        assert own == list(range(1, guest.seq + 1))


async def test_somebody_thrown_out_while_behind_is_still_told_why(evening: Evening) -> None:
    """Moderation is never dropped: what waits goes out before the close frame (§5, §7)."""
    moderator = await evening.enter_as(Role.MODERATOR, "mod")
    crowd = await evening.company(*(f"g{n}" for n in range(6)))
    slow = await _enter_narrowly(evening)
    evening.stop_reading(slow)
    await _dance_until_congested(evening, crowd)
    await crowd[0].say("mind the step")
    await evening.settle()
    await moderator.moderate("kick", slow.user_id, reason="sleeping")
    await evening.read_again(slow)
    events, code = await slow.ending()
    assert code == 4001
    assert names(events)[-3:] == ["chat_broadcast", "moderation_action", "moderation_details"]
