"""The golden wire vectors, and random bytes, against the real server (wire/vectors/README.md)."""

import json
import random
from collections import Counter
from collections.abc import AsyncIterator
from itertools import count
from typing import Any

import pytest
import websockets

from support.evening import Evening, Spoken, names, payloads
from support.guest import Event, Guest
from support.server import RunningServer
from support.vectors import InvalidCase, ValidCase, invalid_cases, valid_cases
from virtubar.protocol.constants import LEAVE_GRACE_MS, LOBBY_ID, Role

INVALID = invalid_cases("client-invalid")
VALID = valid_cases("client-valid")
RANDOM_MESSAGES = 1_000
SEED = 20_260_206
_numbers = count()
"""Each case has people of its own: who comes in for one case after another is kept out (§3)."""


@pytest.fixture
async def lobby(server: RunningServer, spoken: Spoken) -> AsyncIterator[Evening]:
    """The room that the vectors are for; everybody goes at the end, and nobody's place is kept."""
    opened = Evening(server, {"roomId": LOBBY_ID}, spoken)
    yield opened
    await opened.end()
    server.advance(LEAVE_GRACE_MS + 1_000)


def _name(case: InvalidCase | ValidCase) -> str:
    return case.name


async def _offender(lobby: Evening, case: InvalidCase | ValidCase) -> Guest:
    """Somebody in the state that the case is for."""
    ticket = lobby.mint(f"offender-{next(_numbers)}")
    if case.when == "connected":
        return await lobby.connect(ticket)
    offender = await lobby.enter("Offender", ticket)
    if case.when == "muted":
        await _moderate(lobby, "mute", offender.user_id)
    return offender


async def _send(guest: Guest, case: InvalidCase | ValidCase) -> None:
    """The message exactly as it is in the file, as often as it says."""
    for _ in range(case.times):
        await guest.send_raw(case.data, text=not case.binary)


async def _moderate(lobby: Evening, action: str, user_id: str) -> None:
    """Somebody who keeps order does so."""
    number = next(_numbers)
    moderator = await lobby.enter("Mod", lobby.mint(f"mod-{number}", role=Role.MODERATOR))
    await moderator.moderate(action, user_id)


@pytest.mark.parametrize("case", INVALID, ids=_name)
async def test_an_invalid_message_is_answered_and_nobody_else_notices(
    lobby: Evening, case: InvalidCase
) -> None:
    """The offender hears the refusal or is closed; a bystander in the room hears nothing (§2)."""
    bystander = await lobby.enter("Bystander", lobby.mint(f"bystander-{next(_numbers)}"))
    offender = await _offender(lobby, case)
    await lobby.clear()
    await _send(offender, case)
    if case.expect.close is not None:
        events, code = await offender.ending()
        assert (events, code) == ([], case.expect.close)
    else:
        _assert_refused(await lobby.heard(offender), case)
    heard = Counter(names(await lobby.heard(bystander)))
    assert heard == _let_through(case)
    await _assert_well(lobby, bystander)


def _let_through(case: InvalidCase) -> dict[str, int]:
    """How many events a room hears of a case: all but the last of one that is sent too often, and
    that a member whose connection was closed comes to rest (§4)."""
    if case.expect.close is not None and case.when != "connected":
        return {"avatar_transform_broadcast": 1}
    if case.times == 1:
        return {}
    heard_as = {"local_chat": "chat_broadcast", "emote": "emote_broadcast"}
    return {heard_as[str(case.expect.event)]: case.times - 1}


def _assert_refused(events: list[Event], case: InvalidCase) -> None:
    refusal = [event for event in events if event["t"] in ("error", "auth_error")][-1]
    if case.expect.auth_error is not None:
        wanted = ("auth_error", case.expect.auth_error)
    else:
        wanted = ("error", str(case.expect.code))
        assert refusal["payload"]["event"] == case.expect.event
    assert (refusal["t"], refusal["payload"]["code"]) == wanted
    assert len(events) == case.times


async def _assert_well(lobby: Evening, guest: Guest) -> None:
    """The room works: what the guest says and does comes back."""
    await guest.say("cheers")
    await guest.move(1)
    heard = await lobby.heard(guest)
    assert payloads(heard, "chat_broadcast")[-1]["text"] == "cheers"
    assert payloads(heard, "avatar_transform_broadcast")[-1]["userId"] == guest.user_id


@pytest.mark.parametrize("case", VALID, ids=_name)
async def test_a_valid_message_is_never_called_invalid(lobby: Evening, case: ValidCase) -> None:
    """Whatever the room makes of it, the message is read, and the socket stays (§2)."""
    guest = await _offender(lobby, case)
    await lobby.clear()
    await _send(guest, case)
    codes = {error["code"] for error in await lobby.errors(guest)}
    assert codes <= {"wrong_room", "unknown_emote", "chat_empty", "chat_too_long", "forbidden"}
    await guest.handled()


async def test_a_thousand_random_messages_do_no_harm(evening: Evening) -> None:
    """Random bytes, text, JSON and mutilated events, seeded: the room goes on as before (§2)."""
    chance = random.Random(SEED)
    bystander = await evening.enter("Bystander")
    offender = await evening.enter("Offender", evening.mint("offender"))
    await evening.clear()
    sent = closed = 0
    while sent < RANDOM_MESSAGES:
        try:
            message, as_text = _random_message(chance, evening.room_id)
            await offender.send_raw(message, text=as_text)
            sent += 1
            if sent % 20 == 0:
                await evening.step(4_000)
                assert payloads(await bystander.pending(), "member_joined") == []
        except websockets.ConnectionClosed:
            closed += 1
            evening.guests.remove(offender)
            offender = await evening.enter("Offender", evening.mint("offender"))
    assert closed > 20
    await evening.pass_time(5)
    await bystander.pending()
    await _assert_well(evening, bystander)


def _random_message(chance: random.Random, room_id: str) -> tuple[str | bytes, bool | None]:
    """A message, and whether bytes go as text: a tenth of them end the connection."""
    kind = chance.randrange(10)
    if kind == 0:
        return chance.randbytes(chance.randrange(5_000)), chance.random() < 0.7
    if kind <= 3:
        return "".join(chr(chance.randrange(1, 0xD800)) for _ in range(chance.randrange(300))), None
    if kind <= 6:
        return json.dumps(_random_value(chance, 4)), None
    return _mutilated(chance, room_id), None


def _random_value(chance: random.Random, depth: int) -> Any:
    """Any JSON value, with the protocol's names among its strings."""
    if depth and chance.random() < 0.7:
        known = ["v", "t", "ts", "payload", "roomId", "seq", "x", "user", "text", "visible"]
        return {name: _random_value(chance, depth - 1) for name in chance.sample(known, 6)}
    values = [None, True, 1, -1, 2**63, 1e308, 0.5, "", "local_chat", "join_room", [], [[1]]]
    return chance.choice(values)


def _mutilated(chance: random.Random, room_id: str) -> str:
    """A valid vector's message for this room, with a few characters changed."""
    text = chance.choice(VALID).data.decode().replace(f'"{LOBBY_ID}"', f'"{room_id}"')
    for _ in range(chance.randrange(1, 4)):
        at = chance.randrange(len(text))
        text = text[:at] + chr(chance.randrange(32, 127)) + text[at + chance.randrange(3) :]
    return text


async def test_random_bytes_that_are_no_frames_do_no_harm(evening: Evening) -> None:
    """Raw bytes on the open socket end it, if anything; nobody else notices (§2, §8)."""
    chance = random.Random(SEED)
    bystander = await evening.enter("Bystander")
    await evening.clear()
    for _ in range(100):
        visitor = await evening.connect(evening.mint("visitor"))
        visitor.socket.transport.write(chance.randbytes(chance.randrange(1, 3_000)))
        visitor.socket.transport.write_eof()
        await visitor.closed()
        evening.guests.remove(visitor)
    assert await evening.heard(bystander) == []
    await _assert_well(evening, bystander)
