"""§4: leaving, dropping out, coming back, and who counts as being there."""

import asyncio
import contextlib

import pytest

from support.evening import Evening, names, open_evening, payloads

GRACE_S = 20
PING = b"\x89\x00"
"""A whole ping frame without payload (RFC 6455 §5.5.2)."""


# Leaving and dropping out


async def test_a_clean_close_is_a_leave_at_once(evening: Evening) -> None:
    """Closing with 1000: the others hear `member_left` at once (§4)."""
    ann, bob = await evening.company("Ann", "Bob")
    await ann.leave()
    (left,) = await evening.heard(bob)
    assert (left["t"], left["payload"]) == ("member_left", {"userId": ann.user_id})


@pytest.mark.parametrize("code", [1001, 1011, 3000, 4999])
async def test_any_other_close_keeps_the_place(socket_evening: Evening, code: int) -> None:
    """Only 1000 is a leave; after anything else the place is kept for 20 s (§4)."""
    evening = socket_evening
    ann, bob = await evening.company("Ann", "Bob")
    await ann.socket.close(code)
    assert names(await evening.heard(bob)) == ["avatar_transform_broadcast"]
    await evening.pass_time(GRACE_S - 1)
    assert await bob.pending() == []
    await evening.pass_time(1.5)
    assert payloads(await evening.heard(bob), "member_left") == [{"userId": ann.user_id}]


async def test_a_lost_network_keeps_the_place_and_the_last_position(evening: Evening) -> None:
    """Whoever dropped out is still in the room, at rest, for those who come now (§4)."""
    ann, bob = await evening.company("Ann", "Bob")
    await ann.move(2.5, -3.5, anim="dance")
    await evening.settle()
    await evening.drop(ann)
    await bob.pending()
    eve = await evening.connect()
    state = (await evening.join(eve))[0]
    members = {member["userId"]: member for member in state["payload"]["members"]}
    assert (members[ann.user_id]["x"], members[ann.user_id]["z"]) == (2.5, -3.5)
    assert members[ann.user_id]["anim"] == "idle"


async def test_whoever_dropped_out_walks_and_speaks_no_more(evening: Evening) -> None:
    """One last move at the same place, with the next seq, which the resume counts (§4)."""
    ann, bob = await evening.company("Ann", "Bob")
    await ann.move(2.5, -3.5, anim="walk", speaking=True)
    await evening.clear()
    await evening.drop(ann)
    (rest,) = payloads(await evening.heard(bob), "avatar_transform_broadcast")
    assert (rest["userId"], rest["seq"]) == (ann.user_id, ann.seq + 1)
    assert (rest["x"], rest["z"], rest["anim"], rest["speaking"]) == (2.5, -3.5, "idle", False)
    _, session, *_ = await evening.join(await evening.connect_again(ann))
    assert session["payload"]["lastSeq"] == rest["seq"]


# Coming back


async def test_a_resume_goes_unnoticed_and_keeps_the_position(evening: Evening) -> None:
    """No member_left, no member_joined, the same place, `session.resumed` (§4)."""
    ann, bob = await evening.company("Ann", "Bob")
    await ann.move(2.5, -3.5)
    await evening.clear()
    await evening.drop(ann)
    assert names(await evening.heard(bob)) == ["avatar_transform_broadcast"]
    await evening.pass_time(GRACE_S - 1)
    back = await evening.connect_again(ann)
    state, session, *_ = await evening.join(back)
    members = {member["userId"]: member for member in state["payload"]["members"]}
    assert (members[ann.user_id]["x"], members[ann.user_id]["z"]) == (2.5, -3.5)
    assert session["payload"]["resumed"] is True
    assert session["payload"]["lastSeq"] == ann.seq + 1
    await evening.pass_time(GRACE_S + 5)
    assert await bob.pending() == []


async def test_the_last_position_counts_even_where_it_was_over_the_rate(
    evening: Evening,
) -> None:
    """A throttled last move still arrives after its mover has dropped out (§4, §5)."""
    ann, bob = await evening.company("Ann", "Bob")
    for step in range(1, 21):
        await ann.move(step)
    await ann.handled()
    await evening.drop(ann)
    await evening.pass_time(1)
    assert payloads(await bob.pending(), "avatar_transform_broadcast")[-1]["x"] == 20
    back = await evening.connect_again(ann)
    state = (await evening.join(back))[0]
    members = {member["userId"]: member for member in state["payload"]["members"]}
    assert members[ann.user_id]["x"] == 20


async def test_after_the_grace_a_return_is_a_new_visit(evening: Evening) -> None:
    """`member_left`, then `member_joined` at a spawn point, `session.resumed` false (§4)."""
    ann, bob = await evening.company("Ann", "Bob")
    await ann.move(50)
    await evening.clear()
    await evening.drop(ann)
    await evening.pass_time(GRACE_S + 1)
    back = await evening.connect_again(ann)
    _, session, *_ = await evening.join(back)
    assert session["payload"]["resumed"] is False
    _, *heard = await bob.pending()
    assert names(heard) == ["member_left", "member_joined"]
    assert heard[1]["payload"]["member"]["x"] != 50


async def test_a_leave_by_choice_is_no_pause(evening: Evening) -> None:
    """After a clean close there is nothing to resume (§4)."""
    ann, bob = await evening.company("Ann", "Bob")
    await ann.leave()
    await evening.settle()
    _, session, *_ = await evening.join(await evening.connect_again(ann))
    assert session["payload"]["resumed"] is False
    assert names(await bob.pending()) == ["member_left", "member_joined"]


async def test_coming_back_twice_works_twice(evening: Evening) -> None:
    """Each resume starts a new grace of its own (§4)."""
    ann, bob = await evening.company("Ann", "Bob")
    person = ann
    for _ in range(2):
        await evening.drop(person)
        await evening.pass_time(GRACE_S - 2)
        person = await evening.connect_again(ann)
        _, session, *_ = await evening.join(person)
        assert session["payload"]["resumed"] is True
    assert names(await bob.pending()) == ["avatar_transform_broadcast"] * 2


async def test_a_reconnected_client_is_told_everything_anew(evening: Evening) -> None:
    """`room_state` has the current members and their last transforms (spec §7)."""
    ann, bob = await evening.company("Ann", "Bob")
    await evening.drop(ann)
    await bob.move(7.5)
    eve = await evening.enter("Eve")
    await evening.settle()
    state = (await evening.join(await evening.connect_again(ann)))[0]
    members = {member["userId"]: member for member in state["payload"]["members"]}
    assert set(members) == {ann.user_id, bob.user_id, eve.user_id}
    assert members[bob.user_id]["x"] == 7.5


# Liveness


async def test_pings_alone_keep_a_member(evening: Evening) -> None:
    """A hidden tab that sends nothing but pongs stays, with no heartbeat at all (§4)."""
    ann, bob = await evening.company("Ann", "Bob")
    await evening.pass_time(150)
    assert await bob.pending() == []
    await ann.say("just listening")
    assert names(await evening.heard(bob)) == ["chat_broadcast"]


async def test_a_ping_comes_after_twenty_seconds_and_waits_twenty_for_its_answer(
    evening: Evening,
) -> None:
    """Every 20 s a ping; who does not answer within 20 s is not there (§4)."""
    reader, writer = await _open_by_hand(evening)
    evening.server.advance(19_900)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(reader.read(1), 0.02)
    evening.server.advance(200)
    assert await reader.readexactly(2) == PING
    evening.server.advance(19_700)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(reader.read(1), 0.02)
    evening.server.advance(400)
    with contextlib.suppress(ConnectionResetError):
        assert await asyncio.wait_for(reader.read(1), 5) == b""
    writer.close()


async def _open_by_hand(
    evening: Evening,
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A socket whose owner reads every byte, so that nothing answers pings."""
    host, port = evening.server.app.address
    reader, writer = await asyncio.open_connection(host, port)
    lines = (
        "GET /ws HTTP/1.1",
        f"Host: {host}:{port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
    )
    writer.write("\r\n".join((*lines, "", "")).encode())
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101 ")
    return reader, writer


async def test_a_connection_that_is_silent_in_every_way_is_dropped(evening: Evening) -> None:
    """No answer to a ping: within 75 s into the grace, then `member_left` (§4)."""
    ann, bob = await evening.company("Ann", "Bob")
    evening.stop_reading(ann)
    await evening.pass_time(20 + 20 + GRACE_S - 1)
    assert names(await bob.pending()) == ["avatar_transform_broadcast"]
    await evening.pass_time(75 - 40 + 2)
    assert payloads(await bob.pending(), "member_left") == [{"userId": ann.user_id}]


# Heartbeats


async def test_a_heartbeat_is_answered_with_both_clocks(evening: Evening) -> None:
    """`heartbeat_ack`: the client's time as it came, the server's, the last seq accepted (§4)."""
    ann = await evening.enter("Ann")
    for client_ms in (1_710_000_000_000, 1_710_000_000_000.25):
        before_ms = evening.server.clock.wall_ms()
        await ann.send("heartbeat", roomId=evening.room_id, clientTimeMs=client_ms, lastSeq=-1)
        (ack,) = payloads(await ann.pending(), "heartbeat_ack")
        assert ack["clientTimeMs"] == client_ms
        assert before_ms <= ack["serverTimeMs"] <= evening.server.clock.wall_ms()
        assert ack["lastSeq"] == -1


async def test_the_answers_last_seq_is_the_highest_accepted(evening: Evening) -> None:
    """What the server has taken in, whether or not its rate has let it through yet (§4)."""
    ann = await evening.enter("Ann")
    with evening.server.held_clock():
        for _ in range(12):
            await ann.move(1)
        await ann.move(9, seq=4)
        await ann.send("heartbeat", roomId=evening.room_id, clientTimeMs=1, lastSeq=12)
        assert payloads(await ann.pending(), "heartbeat_ack")[0]["lastSeq"] == 12


# A hidden page


async def test_a_hidden_page_gets_everything_but_transforms(evening: Evening) -> None:
    """Chat, emotes, joins and leaves still come (§4)."""
    ann, bob = await evening.company("Ann", "Bob")
    await bob.send("presence", visible=False)
    await bob.handled()
    await ann.move(1)
    await ann.say("psst")
    await ann.send("emote", roomId=evening.room_id, emoteId="heart")
    eve = await evening.enter("Eve")
    await eve.leave()
    assert names(await evening.heard(bob)) == [
        "chat_broadcast",
        "emote_broadcast",
        "member_joined",
        "member_left",
    ]


async def test_a_page_that_can_be_seen_again_gets_one_state(evening: Evening) -> None:
    """One `room_state` with where everyone is now, then transforms as before (§4)."""
    ann, bob = await evening.company("Ann", "Bob")
    await bob.send("presence", visible=False)
    await bob.handled()
    await ann.move(6.5)
    await evening.settle()
    await bob.send("presence", visible=True)
    (state,) = await evening.heard(bob)
    assert state["t"] == "room_state"
    members = {member["userId"]: member for member in state["payload"]["members"]}
    assert members[ann.user_id]["x"] == 6.5
    await ann.move(7)
    assert names(await evening.heard(bob)) == ["avatar_transform_broadcast"]


async def test_hiding_is_not_leaving(evening: Evening) -> None:
    """The others never see `presence`, and who is hidden stays a member (§4)."""
    ann, bob = await evening.company("Ann", "Bob")
    for visible in (False, True, False):
        await bob.send("presence", visible=visible)
    assert await evening.heard(ann) == []
    state = (await evening.join(await evening.connect()))[0]
    assert bob.user_id in {member["userId"] for member in state["payload"]["members"]}


async def test_saying_what_is_so_already_changes_nothing(evening: Evening) -> None:
    """`visible: true` of a visible page, or false twice, gets no state (§4)."""
    (ann,) = await evening.company("Ann")
    await ann.send("presence", visible=True)
    assert await evening.heard(ann) == []
    await ann.send("presence", visible=False)
    await ann.send("presence", visible=False)
    assert await evening.heard(ann) == []
    await ann.send("presence", visible=True)
    await ann.send("presence", visible=True)
    assert names(await evening.heard(ann)) == ["room_state"]


async def test_a_resumed_page_is_visible(evening: Evening) -> None:
    """A new connection starts visible, whatever the old one had said (§4)."""
    ann, bob = await evening.company("Ann", "Bob")
    await bob.send("presence", visible=False)
    await bob.handled()
    await evening.drop(bob)
    back = await evening.connect_again(bob)
    await evening.join(back)
    await ann.move(3)
    assert names(await evening.heard(back)) == ["avatar_transform_broadcast"]


async def test_nothing_crosses_from_room_to_room(evening: Evening) -> None:
    """Whatever happens in one room, another one hears nothing of it (§4)."""
    other = await open_evening(evening.server, evening.transport)
    (eve,) = await other.company("Eve")
    ann, _ = await evening.company("Ann", "Bob")
    await ann.move(1)
    await ann.say("hello")
    await ann.leave()
    await evening.settle()
    assert await other.heard(eve) == []
    await other.end()
