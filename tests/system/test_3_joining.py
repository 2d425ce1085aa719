"""§3: who is let in, what they hear first, and what the others hear."""

import asyncio

import pytest

from support.evening import Evening, names, open_evening, payloads
from support.greeting import GREETING
from support.guest import Event, Guest, request, request_join
from support.server import RunningServer
from virtubar.protocol.constants import Device, Role

PROVIDER_SECRET = "the identity provider's secret, 32 bytes or more"
JOIN_FIELDS = {
    "realtimeToken",
    "expiresAtMs",
    "userId",
    "roomId",
    "realtimeUrl",
    "socketioUrl",
    "identityToken",
}
TOKEN_CLAIMS = {"iss", "aud", "sub", "room", "role", "device", "iat", "exp", "jti"}


# Refusals


async def test_joins_are_refused_with_their_reason_and_may_be_tried_again(
    evening: Evening,
) -> None:
    """`auth_error {code, message}`, and the socket stays open until it succeeds (§3)."""
    guest = await evening.connect()
    other = await open_evening(evening.server, evening.transport)
    user_id = guest.user_id
    elsewhere = other.mint(user_id)["realtimeToken"]
    old = evening.mint(user_id, age_ms=305_000)["realtimeToken"]
    assert await evening.refused(guest, token="") == "token_missing"
    assert await evening.refused(guest, token="x.y.z") == "token_invalid"
    assert await evening.refused(guest, token=old) == "token_expired"
    assert await evening.refused(guest, token=elsewhere) == "room_mismatch"
    somebody = evening.mint("somebody-else")["realtimeToken"]
    assert await evening.refused(guest, token=somebody) == "user_mismatch"
    gone = await evening.connect(evening.mint(user_id, room_id="torn-down"))
    assert await evening.refused(gone) == "room_not_found"
    assert names(await evening.join(guest)) == [*GREETING]


async def test_a_room_that_was_put_away_since_the_token_was_made_comes_back(
    server: RunningServer,
) -> None:
    """A valid token is for a room that exists, live or only stored (§3)."""
    evening = await open_evening(server)
    guest = await evening.connect()
    hub = server.app.hub
    assert server.call(lambda: hub.close_rooms([evening.room_id])) == []
    assert names(await evening.join(guest)) == [*GREETING]
    await evening.end()


async def test_a_full_room_refuses_at_both_doors(server: RunningServer) -> None:
    """`room_full` over HTTP and on the socket; who is in, or in the grace, has a place (§3)."""
    evening = await open_evening(server, capacity=1)
    early, late = await evening.ticket(), await evening.ticket()
    ann = await evening.enter("Ann", early)
    assert await evening.refused(await evening.connect(late)) == "room_full"
    response = await request_join(evening.url, evening.room_id)
    assert (response.status_code, response.json()["code"]) == (409, "room_full")
    await evening.drop(ann)
    assert await evening.refused(await evening.connect(late)) == "room_full"
    again = await evening.fresh(ann)
    await evening.enter("Ann", again)
    await evening.end()


async def test_ten_refusals_close_the_socket(evening: Evening) -> None:
    """The tenth is followed by `too_many_attempts` and close 4008 (§3, §8)."""
    guest = await evening.connect()
    for _ in range(9):
        assert await evening.refused(guest, token="") == "token_missing"
    await guest.join_room(token="")
    events, code = await guest.ending()
    codes = [event["payload"]["code"] for event in events]
    assert (codes, code) == (["token_missing", "too_many_attempts"], 4008)


async def test_nine_refusals_and_a_success_start_the_count_again(evening: Evening) -> None:
    """Who gets in has not been trying doors (§3)."""
    guest = await evening.connect()
    for _ in range(2):
        for _ in range(9):
            await evening.refused(guest, token="")
        assert names(await evening.join(guest))[-1] in (GREETING[-1], "token_renewed")


async def test_a_minute_without_a_join_closes_the_socket(evening: Evening) -> None:
    """60 s, then 4008; a refused try does not prolong it (§3, §8)."""
    guest = await evening.connect()
    await evening.pass_time(30)
    await evening.refused(guest, token="")
    await evening.pass_time(29)
    await guest.handled()
    await evening.pass_time(1.5)
    assert await guest.closed() == 4008


# What comes after a success


async def test_a_newcomer_hears_the_room_then_the_session(evening: Evening) -> None:
    """`room_state` first, with everyone and the newcomer in it, then `session` (§3)."""
    ann = await evening.enter("Ann")
    await ann.move(3.25, 1.5, anim="dance", rotY=1.25)
    await evening.clear()
    bob = await evening.connect()
    events = await evening.join(bob, name="Bob")
    assert names(events) == [*GREETING]
    state, session, *_ = events
    members = {member["userId"]: member for member in state["payload"]["members"]}
    assert set(members) == {ann.user_id, bob.user_id}
    assert members[ann.user_id] == {
        "userId": ann.user_id,
        "displayName": "Ann",
        "avatarId": "fox",
        "x": 3.25,
        "y": 0,
        "z": 1.5,
        "rotY": 1.25,
        "anim": "dance",
    }
    assert state["payload"]["roomId"] == evening.room_id
    assert session["payload"] == {
        "userId": bob.user_id,
        "role": "guest",
        "lastSeq": -1,
        "resumed": False,
        "rateHz": 20,
        "expiresAtMs": bob.joined["expiresAtMs"],
        "muted": False,
    }
    assert payloads(await ann.pending(), "member_joined") == [{"member": members[bob.user_id]}]


async def test_missed_chat_follows_the_session(evening: Evening) -> None:
    """The order is `room_state`, `session`, then the chat that was missed (§3, §6)."""
    ann, bob = await evening.company("Ann", "Bob")
    await ann.say("before")
    (before,) = payloads(await evening.heard(bob), "chat_broadcast")
    await evening.drop(bob)
    for line in ("one", "two"):
        await ann.say(line)
    await evening.settle()
    back = await evening.connect(await evening.fresh(bob))
    events = await evening.join(back, lastMessageId=before["messageId"])
    assert names(events) == [*GREETING, "chat_broadcast", "chat_broadcast"]
    assert [chat["text"] for chat in payloads(events, "chat_broadcast")] == ["one", "two"]


async def test_newcomers_in_a_crowd_hear_nothing_before_their_state(evening: Evening) -> None:
    """Whatever goes on: `room_state` first, and no transform before its `member_joined` (§3)."""
    residents = await evening.company(*(f"r{n}" for n in range(6)))
    stop = asyncio.Event()

    async def live(guest: Guest) -> None:
        step = 0
        while not stop.is_set():
            step += 1
            await guest.move(step % 7)
            if step % 10 == 0:
                await guest.say("cheers")
                await guest.send("emote", roomId=evening.room_id, emoteId="cheers")
            await asyncio.sleep(0.002)

    lives = [asyncio.create_task(live(guest)) for guest in residents]
    tickets = [await evening.ticket() for _ in range(20)]
    newcomers = [await evening.connect(ticket) for ticket in tickets]
    for newcomer in newcomers:
        await newcomer.join_room()
        await newcomer.move(1)
        await asyncio.sleep(0.005)
    stop.set()
    await asyncio.gather(*lives)
    await evening.settle()
    moved = [guest.user_id for guest in newcomers]
    for place, guest in enumerate(newcomers):
        events = await guest.pending()
        assert names(events[: len(GREETING)]) == [*GREETING]
        assert names(events).count("room_state") == 1
        assert _known_before_they_moved(events, set()).issuperset(moved[place:])
    for guest in residents:
        known = {resident.user_id for resident in residents}
        assert _known_before_they_moved(await guest.pending(), known).issuperset(moved)


def _known_before_they_moved(events: list[Event], known: set[str]) -> set[str]:
    """Who moved, all of them after they were known."""
    moved: set[str] = set()
    for event in events:
        payload = event["payload"]
        if event["t"] == "room_state":
            known = {member["userId"] for member in payload["members"]}
        elif event["t"] == "member_joined":
            known.add(payload["member"]["userId"])
        elif event["t"] == "avatar_transform_broadcast":
            assert payload["userId"] in known
            moved.add(payload["userId"])
    return moved


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Zoe\u0308", "Zo\u00eb"),
        ("  Ann  ", "Ann"),
        ("A\u202en\u200bn\x07", "Ann"),
        ("<b>Ann</b>", "<b>Ann</b>"),
        ("x" * 32, "x" * 32),
        ("🍻" * 32, "🍻" * 32),
        ("a" + "\u0300" * 40, "\u00e0\u0300\u0300"),
    ],
)
async def test_names_are_cleaned(evening: Evening, name: str, shown: str) -> None:
    """NFC, no control, bidi or zero-width characters, marks capped, trimmed (§3)."""
    guest = await evening.connect()
    state = (await evening.join(guest, name=name))[0]
    assert state["payload"]["members"][0]["displayName"] == shown


@pytest.mark.parametrize("name", ["", "   ", "\u200b\u202e", "x" * 33])
async def test_a_name_that_cannot_be_shown_is_replaced(evening: Evening, name: str) -> None:
    """Not 1 to 32 characters after cleaning: `Guest-xxxx` (§3)."""
    guest = await evening.connect()
    state = (await evening.join(guest, name=name))[0]
    shown = state["payload"]["members"][0]["displayName"]
    assert shown.startswith("Guest-")
    assert len(shown) == len("Guest-xxxx")


@pytest.mark.parametrize(
    ("avatar_id", "shown"),
    [
        ("dragon-9_x", "dragon-9_x"),
        ("a" * 32, "a" * 32),
        ("a" * 33, "default"),
        ("Fox", "default"),
        ("", "default"),
        ("../fox", "default"),
    ],
)
async def test_avatar_ids_are_passed_on_where_they_have_the_form_of_one(
    evening: Evening, avatar_id: str, shown: str
) -> None:
    """`[a-z0-9_-]{1,32}`, unknown ones allowed (§3)."""
    guest = await evening.connect()
    await guest.send(
        "join_room",
        roomId=evening.room_id,
        user={"userId": guest.user_id, "displayName": "Ann", "avatarId": avatar_id},
        realtimeToken=guest.joined["realtimeToken"],
    )
    state = (await evening.heard(guest))[0]
    assert state["payload"]["members"][0]["avatarId"] == shown


# The same user again


async def test_a_second_connection_replaces_the_first(evening: Evening) -> None:
    """The old socket gets `auth_error replaced` and 4009; the others notice nothing (§3, §8)."""
    ann, bob = await evening.company("Ann", "Bob")
    await ann.move(4.5)
    await evening.clear()
    ticket = await evening.fresh(ann)
    newer = await evening.connect(ticket)
    state, session, *_ = await evening.join(newer)
    events, code = await ann.ending()
    assert names(events) == ["auth_error"]
    assert (events[0]["payload"]["code"], code) == ("replaced", 4009)
    members = {member["userId"]: member for member in state["payload"]["members"]}
    assert members[ann.user_id]["x"] == 4.5
    assert session["payload"]["lastSeq"] == ann.seq
    await evening.settle()
    assert await bob.pending() == []
    await newer.say("it is me")
    assert [chat["userId"] for chat in payloads(await evening.heard(bob), "chat_broadcast")] == [
        ann.user_id
    ]


async def test_a_user_may_be_in_two_rooms_at_once(evening: Evening) -> None:
    """A membership is of one room: another room's connection replaces nothing (§3)."""
    other = await open_evening(evening.server, evening.transport)
    here = await evening.enter("Ann")
    there = await other.enter("Ann", await other.fresh(here))
    assert here.user_id == there.user_id
    await here.say("here")
    assert names(await evening.heard(here)) == ["chat_broadcast"]
    await other.end()


async def test_a_mobile_token_replacing_a_desktop_one_lowers_the_rate(evening: Evening) -> None:
    """The rate class is that of the connection's token (§3)."""
    ann = await evening.enter("Ann")
    phone = await evening.connect(evening.mint(ann.user_id, device=Device.MOBILE, role=Role.GUEST))
    session = payloads(await evening.join(phone), "session")[0]
    assert session["rateHz"] == 15


async def test_everybody_sees_who_is_a_bot_and_nobody_is_taken_for_another(
    evening: Evening,
) -> None:
    """A token says that its bearer is a program; a name that is taken gets a number (§3)."""
    ann = await evening.enter("Ann")
    ann.ignores = frozenset()
    joined = await request_join(evening.url, ann.room_id, bot=True)
    sam = await evening.connect(joined.json())
    sam.ignores = frozenset()
    greeting = await evening.join(sam, name="Аnn")
    assert names(greeting) == ["room_state", "session", "roles", "seats"]
    state, _, roles, _ = greeting
    names_of = {one["userId"]: one["displayName"] for one in state["payload"]["members"]}
    assert names_of == {ann.user_id: "Ann", sam.user_id: "Аnn 2"}
    told = [[ann.user_id, "guest", False], [sam.user_id, "guest", True]]
    assert roles["payload"] == {"members": told}
    heard = await evening.heard(ann)
    assert names(heard) == ["member_joined", "roles"]
    assert heard[1]["payload"] == {"members": told[1:]}
    await sam.move(1, speaking=True)
    assert payloads(await evening.heard(ann), "avatar_transform_broadcast")[0]["speaking"] is False
    room = (await request(evening.url, "GET", f"/rooms/{ann.room_id}")).json()
    assert (room["memberCount"], room["personCount"], room["botCount"]) == (2, 1, 1)
