"""§2: what a message must be, what happens to others, and exactly what the server's own carry."""

import json
from typing import Any

import pytest
import websockets

from support.evening import Evening, metric, names, open_evening, payloads
from support.greeting import GREETING
from support.guest import Event, Guest
from support.server import RunningServer
from virtubar.protocol.constants import MESSAGE_MAX_BYTES, Role

NOW = 1_710_000_000_000
MEMBER_FIELDS = {"userId", "displayName", "avatarId", "x", "y", "z", "rotY", "anim"}
FIELDS = {
    "room_state": {"roomId", "serverTimeMs", "members"},
    "member_joined": {"member"},
    "member_left": {"userId"},
    "avatar_transform_broadcast": {"userId", "seq", "x", "y", "z", "rotY", "anim", "speaking"},
    "chat_broadcast": {"userId", "text", "messageId"},
    "moderation_action": {"type", "reason"},
    "auth_error": {"code", "message"},
}
"""The events that the specification names, and every field that it gives them."""
ADDITIONAL_FIELDS = {
    "session": {"userId", "role", "lastSeq", "resumed", "rateHz", "expiresAtMs", "muted"},
    "error": {"code", "message", "event"},
    "token_renewed": {"expiresAtMs"},
    "heartbeat_ack": {"clientTimeMs", "serverTimeMs", "lastSeq"},
    "chat_heard": {"messageId", "count"},
    "emote_broadcast": {"userId", "emoteId"},
    "moderation_details": {"type", "untilMs", "scope"},
    "moderation_lifted": {"type"},
    "moderation_done": {"action", "userId", "scope", "untilMs"},
    "seats": {"taken"},
    "seat_changed": {"userId", "seatId"},
}


def text(**changes: Any) -> str:
    """A `presence` envelope with some of its parts changed."""
    whole = {"v": 1, "t": "presence", "ts": NOW, "payload": {"visible": True}}
    return json.dumps({**whole, **changes})


def transform(room_id: str, **changes: Any) -> str:
    """An `avatar_transform` envelope with some of its fields changed."""
    fields = {"roomId": room_id, "seq": 1, "x": 1, "y": 0, "z": 1, "rotY": 0}
    payload = {**fields, "anim": "walk", "speaking": False, **changes}
    return text(t="avatar_transform", payload=payload)


# Exactly the fields of the specification


async def test_every_event_carries_exactly_its_fields(evening: Evening) -> None:
    """The additive rule: an event has the fields it is given, no more and no fewer (§2)."""
    heard = await _whole_evening(evening)
    seen = {event["t"]: set(event["payload"]) for event in heard}
    assert seen == FIELDS | ADDITIONAL_FIELDS
    members = [m for state in payloads(heard, "room_state") for m in state["members"]]
    members += [joined["member"] for joined in payloads(heard, "member_joined")]
    assert {frozenset(member) for member in members} == {frozenset(MEMBER_FIELDS)}
    for event in heard:
        assert set(event) == {"v", "t", "ts", "payload"}


async def test_retry_after_ms_is_there_only_where_a_rate_was_exceeded(evening: Evening) -> None:
    """`error` has `retryAfterMs` with `rate_limited` and never else (§2)."""
    ann = await evening.enter("Ann")
    for _ in range(6):
        await ann.send("emote", roomId=evening.room_id, emoteId="cheers")
    await ann.send("emote", roomId=evening.room_id, emoteId="none")
    limited, unknown = (await evening.errors(ann))[-2:]
    assert set(limited) == {"code", "message", "event", "retryAfterMs"}
    assert set(unknown) == {"code", "message", "event"}


async def _whole_evening(evening: Evening) -> list[Event]:
    """Everything that anybody hears in an evening in which everything happens once."""
    heard: list[Event] = []
    near = await evening.enter_as(Role.OWNER, "owner")
    bob = await evening.connect()
    await bob.join_room(token="")
    heard += await evening.join(bob)
    heard += await near.pending()
    await bob.move(1)
    await bob.say("hello")
    await bob.send("emote", roomId=evening.room_id, emoteId="clap")
    await bob.send("seat", roomId=evening.room_id, seatId="table-3-1")
    await bob.send("heartbeat", roomId=evening.room_id, clientTimeMs=NOW, lastSeq=1)
    await bob.send("emote", roomId=evening.room_id, emoteId="none")
    await bob.join_room(token=(await evening.fresh(bob))["realtimeToken"])
    for action in ("mute", "unmute"):
        await near.send("moderate", action=action, userId=bob.user_id, reason="")
        heard.append(await near.receive())
        while heard[-1]["t"] != "moderation_done":
            heard.append(await near.receive())
    heard += await evening.heard(bob)
    await bob.leave()
    heard += await evening.heard(near)
    return heard + await _within_a_radius(evening)


async def _within_a_radius(evening: Evening) -> list[Event]:
    """What is heard only where chat does not carry through the whole room."""
    small = await open_evening(evening.server, evening.transport, hearingRadiusM=3)
    ann = await small.enter("Ann")
    await ann.say("hello?")
    heard = await small.heard(ann)
    await small.end()
    return heard


# What is refused


@pytest.mark.parametrize(
    ("message", "code", "event"),
    [
        ("", "malformed", None),
        ("no json", "malformed", None),
        ("[]", "malformed", None),
        ("[" * MESSAGE_MAX_BYTES, "malformed", None),
        (text(v=2), "unsupported_version", "presence"),
        (text(v="1"), "malformed", "presence"),
        (text(t=7), "malformed", None),
        (text(ts=1.5), "malformed", "presence"),
        (text(ts="now"), "malformed", "presence"),
        (text(payload=[]), "malformed", "presence"),
        ('{"v":1,"t":"presence","ts":1}', "malformed", "presence"),
        (text(t="room_state"), "unknown_event", "room_state"),
        (text(t="teleport"), "unknown_event", "teleport"),
        (text(payload={}), "invalid_payload", "presence"),
        (text(payload={"visible": 1}), "invalid_payload", "presence"),
        (transform("", x="1"), "invalid_payload", "avatar_transform"),
        (transform("", x=10_000.001), "invalid_payload", "avatar_transform"),
        (transform("", y=-1e308), "invalid_payload", "avatar_transform"),
        (transform("", seq=-1), "invalid_payload", "avatar_transform"),
        (transform("", seq=2**63), "invalid_payload", "avatar_transform"),
        (transform("", x=float("nan")), "malformed", None),
        (transform("", z=float("inf")), "malformed", None),
        (transform("", rotY=float("-inf")), "malformed", None),
        (transform("elsewhere"), "wrong_room", "avatar_transform"),
    ],
)
async def test_a_bad_message_is_answered_to_its_sender_alone(
    evening: Evening, message: str, code: str, event: str | None
) -> None:
    """The event is dropped, the sender gets `error`, nobody else notices, nothing closes (§2)."""
    ann, bob = await evening.company("Ann", "Bob")
    await ann.send_raw(message)
    (answer,) = await evening.heard(ann)
    assert answer["t"] == "error"
    assert (answer["payload"]["code"], answer["payload"]["event"]) == (code, event)
    assert answer["payload"]["message"]
    assert await bob.pending() == []
    await ann.say("still here")
    assert names(await evening.heard(bob)) == ["chat_broadcast"]


async def test_who_has_not_joined_is_told_so(evening: Evening) -> None:
    """Every event but `join_room` needs a room: `not_joined`, and the socket stays open (§2)."""
    ann = await evening.connect()
    await ann.move(1)
    await ann.say("hello")
    await ann.send("emote", roomId=evening.room_id, emoteId="cheers")
    await ann.send("heartbeat", roomId=evening.room_id, clientTimeMs=NOW, lastSeq=0)
    await ann.send("presence", visible=True)
    errors = await evening.errors(ann)
    assert [error["code"] for error in errors] == ["not_joined"] * 5
    assert names(await evening.join(ann)) == [*GREETING]


async def test_fields_that_the_server_does_not_know_are_ignored(evening: Evening) -> None:
    """Client to server, additional fields are accepted (§2)."""
    ann, bob = await evening.company("Ann", "Bob")
    extra: dict[str, Any] = {"mood": {"deep": [1, 2]}, "userId": "somebody-else"}
    await ann.send("local_chat", roomId=evening.room_id, text="hi", mode="local", **extra)
    (chat,) = payloads(await evening.heard(bob), "chat_broadcast")
    assert chat["userId"] == ann.user_id


# What ends the connection


async def test_four_kilobytes_are_read_and_one_byte_more_closes(evening: Evening) -> None:
    """A message may have 4 KiB; over it the socket is closed 1009 (§2, §8)."""
    ann, bob = await evening.company("Ann", "Bob")
    filler = "x" * (MESSAGE_MAX_BYTES - len(text(padding="")))
    await ann.send_raw(text(padding=filler))
    assert await evening.heard(ann) == []
    await ann.send_raw(text(padding=filler + "x"))
    assert await ann.closed() == 1009
    assert names(await evening.heard(bob)) == ["avatar_transform_broadcast"]


async def test_a_message_in_fragments_is_one_message(evening: Evening) -> None:
    """Fragments are put together, and the limit of 4 KiB is over all of them (§2)."""
    ann, bob = await evening.company("Ann", "Bob")
    whole = text(
        t="local_chat", payload={"roomId": evening.room_id, "text": "a long one", "mode": "local"}
    )
    await ann.send_fragments([whole[:20], whole[20:50], whole[50:]])
    assert payloads(await evening.heard(bob), "chat_broadcast")[0]["text"] == "a long one"
    await ann.send_fragments(["x" * 1024] * 4 + ["x" * 100])
    assert await ann.closed() == 1009


async def test_a_binary_message_closes(evening: Evening) -> None:
    """Only text is spoken here: 1003 (§2, §8)."""
    ann, bob = await evening.company("Ann", "Bob")
    await ann.send_raw(text().encode())
    assert await ann.closed() == 1003
    assert names(await evening.heard(bob)) == ["avatar_transform_broadcast"]


async def test_invalid_utf_8_closes(evening: Evening) -> None:
    """A text message that is no text: 1007 (§2, §8)."""
    ann, bob = await evening.company("Ann", "Bob")
    await ann.send_raw(text().encode().replace(b"presence", b"pr\xffsence"), text=True)
    assert await ann.closed() == 1007
    assert names(await evening.heard(bob)) == ["avatar_transform_broadcast"]


# Floods


async def test_errors_are_told_five_times_a_second(evening: Evening) -> None:
    """`error` itself is limited to 5 a second; the rest is counted and not told (§2)."""
    ann = await evening.enter("Ann")
    with evening.server.held_clock():
        for expected in (5, 5):
            for _ in range(12):
                await ann.send_raw("garbage")
            assert names(await ann.pending()) == ["error"] * expected
            evening.server.advance(1000)


async def test_over_fifty_errors_in_ten_seconds_close(evening: Evening) -> None:
    """50 errors are borne, the 51st within 10 s is flooding: 4029 (§2, §8)."""
    ann, bob = await evening.company("Ann", "Bob")
    with evening.server.held_clock():
        for _ in range(50):
            await ann.send_raw("garbage")
        await ann.handled()
        await ann.send_raw("garbage")
        assert await ann.closed() == 4029
    assert names(await evening.heard(bob)) == ["avatar_transform_broadcast"]


async def test_errors_that_are_ten_seconds_old_are_forgotten(evening: Evening) -> None:
    """51 errors over more than 10 s are no flood (§2)."""
    ann = await evening.enter("Ann")
    with evening.server.held_clock():
        await ann.send_raw("garbage")
        await ann.handled()
        evening.server.advance(10_001)
        for _ in range(50):
            await ann.send_raw("garbage")
        await ann.handled()
        await ann.say("sorry")
        assert "chat_broadcast" in names(await evening.heard(ann))


async def test_four_hundred_messages_at_once_are_borne_and_one_more_closes(
    evening: Evening,
) -> None:
    """A burst of 400, then 200 a second; over it the connection is flooding: 4029 (§2, §8)."""
    ann, bob = await evening.company("Ann", "Bob")
    with evening.server.held_clock():
        evening.server.advance(2000)
        await _send_so_many(ann, 400)
        evening.server.advance(1000)
        await _send_so_many(ann, 200)
        await ann.send_raw(text())
        assert await ann.closed() == 4029
    assert names(await evening.heard(bob)) == ["avatar_transform_broadcast"]


async def _send_so_many(guest: Guest, count: int) -> None:
    """Send that many messages; the last one's answer shows that they were all borne."""
    for _ in range(count - 1):
        await guest.send_raw(text())
    await guest.handled()


async def test_what_is_dropped_is_counted(server: RunningServer, evening: Evening) -> None:
    """Nothing is dropped in silence: `/metrics` counts refusals by their code (§2)."""
    ann = await evening.enter("Ann")
    name = 'virtubar_drops_total{reason="unknown_event"}'
    before = await metric(server, name)
    for _ in range(7):
        await ann.send_raw(text(t="teleport"))
    await ann.handled()
    assert await metric(server, name) == before + 7


async def test_a_flooder_loses_only_its_connection(evening: Evening) -> None:
    """After 4029 the member is in the grace, and may come back (§2, §4)."""
    ann, bob = await evening.company("Ann", "Bob")
    for _ in range(600):
        try:
            await ann.send_raw(text())
        except websockets.ConnectionClosed:
            break
    assert await ann.closed() == 4029
    again = await evening.enter("Ann", await evening.fresh(ann))
    assert again.user_id == ann.user_id
    assert names(await evening.heard(bob)) == ["avatar_transform_broadcast"]
