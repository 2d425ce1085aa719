"""Compressed flushes under churn, read by a stock client (RFC 7692)."""

import asyncio
import random

from support.guest import Guest, enter, make_room
from support.server import RunningServer
from virtubar.live.live_room import QUIET_MS

ROUNDS = 60


async def _churn(
    server: RunningServer, room_id: str, others: list[Guest], chance: random.Random
) -> None:
    """Somebody comes, goes, is cut off, hides or looks again."""
    act = chance.choice(["come", "come", "go", "cut", "hide", "look", "nothing"])
    if act == "come" and len(others) < 6:
        others.append(await enter(server.http_url, room_id, name="Visitor"))
    elif act in ("go", "cut") and len(others) > 1:
        guest = others.pop(chance.randrange(len(others)))
        if act == "go":
            await guest.socket.close()
        else:
            guest.socket.transport.abort()
    elif act in ("hide", "look"):
        await chance.choice(others).send("presence", visible=act == "look")


async def test_compressed_flushes_stay_readable_while_people_come_and_go(
    server: RunningServer,
) -> None:
    """Everybody who looks reads every move of a walker in order, whoever shares the stream."""
    room = await make_room(server.http_url)
    room_id = str(room["roomId"])
    walker = await enter(server.http_url, room_id, name="Walker")
    witness = await enter(server.http_url, room_id, name="Witness")
    others = [await enter(server.http_url, room_id, name="Visitor") for _ in range(3)]
    assert all(guest.socket.protocol.extensions for guest in (walker, witness, *others))
    chance = random.Random(7)
    seen: list[int] = []
    for step in range(ROUNDS):
        await _churn(server, room_id, others, chance)
        seq = await walker.move(step / 10, step / 20)
        while not seen or seen[-1] < seq:
            move = await witness.receive_until("avatar_transform_broadcast", userId=walker.user_id)
            assert move["x"] == round((move["seq"] - 1) / 10, 3)
            seen.append(move["seq"])
        for guest in others:
            await guest.silence(0.001)
    assert seen == list(range(1, ROUNDS + 1))
    for guest in (walker, witness, *others):
        await guest.socket.close()


async def test_a_room_that_was_quiet_is_read_on(server: RunningServer) -> None:
    """The shared compressor is let go after 10 s, and starts over."""
    room = await make_room(server.http_url)
    room_id = str(room["roomId"])
    ann = await enter(server.http_url, room_id)
    bob = await enter(server.http_url, room_id)
    for _ in range(3):
        await asyncio.gather(ann.move(1.0), bob.move(2.0))
        for guest in (ann, bob):
            awaited = {(user.user_id, user.seq) for user in (ann, bob)}
            while awaited:
                move = await guest.receive_until("avatar_transform_broadcast")
                awaited.discard((move["userId"], move["seq"]))
        server.advance(2 * QUIET_MS)
    for guest in (ann, bob):
        await guest.socket.close()
