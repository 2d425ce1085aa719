"""Rooms in which some speak the raw WebSocket and some Socket.IO: everyone sees the same room."""

import asyncio
import random

import pytest

from support.evening import Evening, Spoken, metric, names, open_evening, payloads
from support.guest import Event, Guest
from support.server import RunningServer, running_server

KINDS: tuple[Spoken, ...] = ("raw", "socketio", "polling")
SEED = 20_261_125
PEOPLE = 12
ROUNDS = 25


def reliable(events: list[Event]) -> list[tuple[str, str]]:
    """What may never be missed, in order."""
    kept = ("member_joined", "member_left", "chat_broadcast", "emote_broadcast")
    return [(event["t"], str(event["payload"])) for event in events if event["t"] in kept]


def last_positions(events: list[Event]) -> dict[str, tuple[int, float]]:
    """Where everyone was seen last: seq and x by userId."""
    moves = payloads(events, "avatar_transform_broadcast")
    return {move["userId"]: (move["seq"], move["x"]) for move in moves}


async def test_everyone_sees_the_same_room(server: RunningServer) -> None:
    """Under load, whatever each speaks: the same events in one order, the same last positions."""
    chance = random.Random(SEED)
    evening = await open_evening(server)
    people = [
        await evening.enter(f"g{n}", await evening.ticket(), transport=KINDS[n % 3])
        for n in range(PEOPLE)
    ]
    await evening.clear()
    heard: list[list[Event]] = [[] for _ in people]
    for round_number in range(ROUNDS):
        await asyncio.gather(*(_act(chance, person, round_number) for person in people))
        if round_number % 5 == 0:
            for n, person in enumerate(people):
                heard[n] += await person.pending()
    await evening.pass_time(2)
    for n, person in enumerate(people):
        heard[n] += await evening.heard(person)
    assert all(len(events) > PEOPLE * ROUNDS / 2 for events in heard)
    assert {str(reliable(events)) for events in heard} == {str(reliable(heard[0]))}
    expected = {person.user_id: (person.seq, float(person.seq)) for person in people}
    for events in heard:
        assert last_positions(events) == expected
        moves = payloads(events, "avatar_transform_broadcast")
        for person in people:
            seqs = [move["seq"] for move in moves if move["userId"] == person.user_id]
            assert seqs == sorted(set(seqs))
    await evening.end()


async def _act(chance: random.Random, person: Guest, round_number: int) -> None:
    """Move, and now and then say or show something."""
    await person.move(float(person.seq + 1))
    if chance.random() < 0.1:
        await person.say(f"{person.user_id} in round {round_number}")
    if chance.random() < 0.1:
        await person.send("emote", roomId=person.room_id, emoteId="cheers")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seen_by", KINDS)
async def test_each_sees_the_other_come_move_speak_and_go(
    server: RunningServer, kind: Spoken, seen_by: Spoken
) -> None:
    """The same four events, whoever does it and whoever watches."""
    evening = await open_evening(server)
    watcher = await evening.enter("Watcher", await evening.ticket(), transport=seen_by)
    guest = await evening.enter("Guest", await evening.ticket(), transport=kind)
    await guest.move(2.0)
    await guest.say("hello")
    heard = await evening.heard(watcher)
    await guest.leave()
    heard += await evening.heard(watcher)
    assert names(heard) == [
        "member_joined",
        "avatar_transform_broadcast",
        "chat_broadcast",
        "member_left",
    ]
    await evening.end()


@pytest.mark.parametrize("first", KINDS)
@pytest.mark.parametrize("second", KINDS)
async def test_a_place_is_kept_from_one_transport_to_the_other(
    server: RunningServer, first: Spoken, second: Spoken
) -> None:
    """Whoever drops out of one may resume on the other, and replace themselves (§3, §4)."""
    evening = await open_evening(server)
    bob = await evening.enter("Bob")
    ann = await evening.enter("Ann", await evening.ticket(), transport=first)
    await ann.move(3.5)
    await evening.clear()
    await evening.drop(ann)
    back = await evening.connect(await evening.fresh(ann), transport=second)
    state, session, *_ = await evening.join(back)
    assert session["payload"]["resumed"] is True
    assert state["payload"]["members"][-1]["x"] == 3.5
    again = await evening.connect(await evening.fresh(ann), transport=first)
    await evening.join(again)
    events, code = await back.ending()
    assert (events[-1]["payload"]["code"], code) == ("replaced", 4009)
    assert names(await evening.heard(bob)) == ["avatar_transform_broadcast"]
    await evening.end()


# Receivers that do not keep up


async def _dance(evening: Evening, crowd: list[Guest], steps: int) -> None:
    for _ in range(steps):
        for guest in crowd:
            await guest.move(float(guest.seq + 1))
        await evening.step(60)


async def test_who_does_not_poll_gets_the_newest_moves_and_every_word(
    server: RunningServer,
) -> None:
    """Past 64 KiB that wait, moves are left out, and made up for by the newest (§5)."""
    evening = await open_evening(server)
    crowd = await evening.company(*(f"g{n}" for n in range(8)))
    slow = await evening.enter("Slow", await evening.ticket(), transport="polling")
    await evening.clear()
    evening.stop_reading(slow)
    coalesced = 'virtubar_drops_total{reason="coalesced"}'
    before = await metric(server, coalesced)
    with server.held_clock():
        for line in range(4):
            await crowd[0].say(f"line {line}")
            await _dance(evening, crowd, 25)
    assert await metric(server, coalesced) > before
    everything = await evening.heard(crowd[0])
    slow.read_again()
    await evening.read_again(slow)
    heard = await evening.heard(slow)
    assert len(heard) < len(everything)
    assert reliable(heard) == reliable(everything)
    assert last_positions(heard) == {guest.user_id: (guest.seq, guest.seq) for guest in crowd}
    await evening.end()


async def test_who_does_not_poll_for_ten_seconds_is_closed_and_resumes(
    server: RunningServer,
) -> None:
    """1013, told when it polls again; the others notice nothing (§5, §8)."""
    evening = await open_evening(server)
    ann = await evening.enter("Ann")
    slow = await evening.enter("Slow", await evening.ticket(), transport="polling")
    await evening.clear()
    evening.stop_reading(slow)
    await ann.say("this is for the request that waits")
    await evening.settle()
    await ann.say("while you were away")
    await evening.settle()
    closes = await metric(server, 'virtubar_closes_total{code="1013"}')
    await evening.pass_time(9)
    assert await metric(server, 'virtubar_closes_total{code="1013"}') == closes
    await evening.pass_time(1.5)
    assert await metric(server, 'virtubar_closes_total{code="1013"}') == closes + 1
    slow.read_again()
    _, code = await slow.ending()
    assert code == 1013
    back = await evening.connect(await evening.fresh(slow), transport="polling")
    assert payloads(await evening.join(back), "session")[0]["resumed"] is True
    assert "member_left" not in names(await evening.heard(ann))
    await evening.end()


async def test_who_does_not_poll_holds_no_more_than_256_kilobytes() -> None:
    """What may not be dropped is kept up to there, then the receiver is closed 1013 (§5)."""
    with running_server() as server:
        evening = await open_evening(server)
        crowd = await evening.company(*(f"g{n}" for n in range(20)))
        slow = await evening.enter("Slow", await evening.ticket(), transport="polling")
        await evening.clear()
        evening.stop_reading(slow)
        await crowd[0].say("this is for the request that waits")
        await evening.settle()
        closes = 'virtubar_closes_total{code="1013"}'
        with server.held_clock():
            seconds = 0
            while await metric(server, closes) == 0:
                seconds += 1
                assert seconds < 10
                for guest in crowd:
                    for _ in range(5 if seconds == 1 else 1):
                        await guest.say("\N{CLINKING BEER MUGS}" * 240)
                await evening.step(1000)
        slow.read_again()
        events, code = await slow.ending()
        assert (names(events)[1:], code) == ([], 1013)
        await evening.end()
