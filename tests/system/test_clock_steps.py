"""The machine's clock is set while the server runs, by NTP or because a machine was resumed.

A real process under libfaketime follows it, and moves stay steady (§1, §3, §7).
"""

import asyncio
import json
import time
from typing import Any

import httpx
import pytest

from support.guest import Guest, enter, request, request_join
from support.machine_clock import MachineClock, machine_clock
from support.process import ServerProcess, server_process
from support.server import TEST_SECRET
from virtubar.auth.identities import Identities
from virtubar.auth.tokens import RealtimeTokens
from virtubar.protocol.constants import Device, Role

pytestmark = pytest.mark.timed
HOUR_S = 3600
HALF_HOUR_S = 1800
WAIT_S = 60.0
"""For what the server does within 10 s of a step."""


def here_ms() -> int:
    """The right time."""
    return time.time_ns() // 1_000_000


async def moved_ms(guest: Guest) -> int:
    """The motion time of a move that is made now."""
    await guest.move(1.0)
    while True:
        event = await guest.receive()
        if event["t"] == "avatar_transform_broadcast":
            return int(event["ts"])


async def server_ms(guest: Guest) -> int:
    """What the server says the time is."""
    await guest.send("heartbeat", roomId=guest.room_id, clientTimeMs=1, lastSeq=0)
    while True:
        event = await guest.receive()
        if event["t"] == "heartbeat_ack":
            return int(event["payload"]["serverTimeMs"])


async def ban(server: ServerProcess, user_id: str, wall_ms: int) -> httpx.Response:
    """An admin, whose identity was made at that time, bans somebody for half an hour."""
    identity = Identities(TEST_SECRET).mint_operator("root", Role.ADMIN, wall_ms)
    body: dict[str, Any] = {
        "action": "ban",
        "userId": user_id,
        "reason": "too loud",
        "durationSeconds": HALF_HOUR_S,
    }
    url = server.http_url
    return await request(url, "POST", "/rooms/lobby/moderation", identity=identity, json=body)


def elsewhere(user_id: str) -> str:
    """A token that another process made, by a clock that is right."""
    token, _ = RealtimeTokens(TEST_SECRET).mint(
        user_id=user_id,
        room_id="lobby",
        role=Role.GUEST,
        device=Device.DESKTOP,
        wall_ms=here_ms(),
        token_id="elsewhere",
    )
    return token


async def joins_with(guest: Guest, token: str) -> str:
    """What `join_room` with that token is answered."""
    await guest.join_room(token=token)
    event = await guest.receive()
    return str(event["payload"].get("code", event["t"]))


@pytest.mark.parametrize("wrong_s", [-HOUR_S, HOUR_S])
async def test_a_clock_that_was_wrong_at_the_start_is_right_once_it_is_set(wrong_s: int) -> None:
    """Tokens made elsewhere are good, bans begin and end by the clock as it is, what is told is
    right, and the moves of those who are there run on without a jump."""
    with machine_clock(wrong_s) as clock, server_process(clock.environment) as server:
        ann = await enter(server.http_url, name="Ann")
        bob = await enter(server.http_url, name="Bob")
        token = elsewhere(bob.user_id)
        assert await joins_with(bob, token) in {"token_invalid", "token_expired"}
        before_ms, before_s = await moved_ms(ann), time.monotonic()
        clock.set(0)
        after_ms, after_s = await moved_ms(ann), time.monotonic()
        apart_ms = (after_s - before_s) * 1000
        assert before_ms < after_ms <= before_ms + apart_ms + 1_000
        assert abs(await server_ms(ann) - here_ms()) < HALF_HOUR_S * 1000
        assert await joins_with(bob, elsewhere(bob.user_id)) != "token_invalid"
        await check_ban(server, clock, bob)
        await ann.socket.close()
        await bob.socket.close()


async def check_ban(server: ServerProcess, clock: MachineClock, bob: Guest) -> None:
    """A ban of half an hour ends half an hour from now, by the clock."""
    answer = await ban(server, bob.user_id, here_ms())
    assert answer.status_code == 200, answer.text
    left_ms = answer.json()["untilMs"] - here_ms()
    assert abs(left_ms - HALF_HOUR_S * 1000) < WAIT_S * 1000
    identity = Identities(TEST_SECRET).mint_guest(bob.user_id, here_ms(), here_ms())
    clock.set(HALF_HOUR_S - 120)
    refused = await request_join(server.http_url, identity=identity)
    assert (refused.status_code, refused.json()["code"]) == (403, "banned")
    clock.set(HALF_HOUR_S + 120)
    assert (await request_join(server.http_url, identity=identity)).status_code == 200


async def test_a_member_whose_token_a_step_ends_is_told() -> None:
    """With nobody doing anything, by the next look at the clock."""
    with machine_clock(0) as clock, server_process(clock.environment) as server:
        ann = await enter(server.http_url, name="Ann")
        clock.set(HOUR_S)
        async with asyncio.timeout(WAIT_S):
            told = [json.loads(await ann.socket.recv())]
            while told[-1]["t"] != "auth_error":
                told.append(json.loads(await ann.socket.recv()))
        assert told[-1]["payload"]["code"] == "token_expired"
        await ann.socket.close()
