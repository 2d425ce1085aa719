"""§7 over a whole server: house rules, reports with their evidence, looks, and being forgotten."""

from typing import Any

import httpx
import pytest
from websockets.protocol import State

from support.evening import Evening, names, open_evening, payloads
from support.guest import Guest, request, request_join
from virtubar.auth.identities import Identities
from virtubar.protocol.constants import Role
from virtubar.room.records import ChatRecord

DAY_MS = 24 * 3_600_000


class Staff:
    """Somebody who keeps order over HTTP, on one evening's server."""

    def __init__(self, evening: Evening, role: Role = Role.ADMIN) -> None:
        self.evening = evening
        server = evening.server
        identities = Identities(server.app.settings.signing_secret)
        operator: Any = role
        # Of this evening's own, so that no other test's changes count against the limit.
        user_id = f"root-{evening.room_id}"
        self.token = identities.mint_operator(user_id, operator, server.clock.wall_ms())

    async def ask(self, method: str, path: str, **body: Any) -> httpx.Response:
        """One request; `{room}` in the path is the evening's."""
        more = {"json": body} if body else {}
        where = path.replace("{room}", self.evening.room_id)
        return await request(self.evening.url, method, where, identity=self.token, **more)

    async def set(self, **settings: Any) -> None:
        """Change the evening's room."""
        answer = await self.ask("PATCH", "/rooms/{room}", **settings)
        assert answer.status_code == 200, answer.text


@pytest.fixture
def staff(evening: Evening) -> Staff:
    """An admin's."""
    return Staff(evening)


async def _said(evening: Evening, guest: Guest, text: str) -> str:
    """Say it; the code that it is refused with, empty where it is heard."""
    await guest.say(text)
    events = await evening.heard(guest)
    errors = payloads(events, "error")
    return str(errors[0]["code"]) if errors else ""


# House rules


async def _spam(evening: Evening, guest: Guest) -> list[dict[str, Any]]:
    """Say one thing three times; the details of what is done about it."""
    for _ in range(3):
        await guest.say("Buy my drinks!")
        await evening.pass_time(2)
    await evening.settle()
    if guest.socket.state is not State.OPEN:
        return []
    return payloads(await guest.pending(), "moderation_details")


async def test_a_flood_climbs_the_ladder_to_the_door(evening: Evening, staff: Staff) -> None:
    """Warned, muted for 10 minutes, for an hour, then kicked: stored, told and audited (§7)."""
    await staff.set(guard="strict")
    bob = await evening.enter("Bob", evening.mint("bob", life_ms=DAY_MS))
    ann = await evening.enter("Ann", evening.mint("ann", life_ms=DAY_MS))
    assert await _spam(evening, ann) == []
    for muted_ms in (10 * 60_000, 60 * 60_000):
        (details,) = await _spam(evening, ann)
        left_ms = details["untilMs"] - evening.server.clock.wall_ms()
        assert muted_ms - 10_000 < left_ms <= muted_ms
        assert await _said(evening, ann, "But why?") == "muted"
        await evening.pass_time(left_ms / 1000 + 1)
    await _spam(evening, ann)
    assert await ann.closed() == 4001
    audit = (await staff.ask("GET", "/rooms/{room}/audit")).json()["items"]
    acts = [line["action"] for line in audit if line["actorId"] == "system"]
    assert acts == ["kick", "mute", "mute"]
    assert "member_left" in names(await evening.heard(bob))


async def test_slow_mode_and_words_are_felt_at_once(evening: Evening, staff: Staff) -> None:
    """A change needs no new start and no new join (§7)."""
    ann, bob = await evening.company("Ann", "Bob")
    assert await _said(evening, ann, "One more gin, please") == ""
    await staff.set(words=["GIN"])
    assert await _said(evening, ann, "Another gín!") == "chat_refused"
    assert await _said(evening, ann, "Imagine that") == ""
    await staff.set(words=[], slowModeSeconds=60)
    assert await _said(evening, ann, "gin") == "rate_limited"
    heard = payloads(await evening.heard(bob), "chat_broadcast")
    assert [chat["text"] for chat in heard] == ["One more gin, please", "Imagine that"]


async def test_a_name_with_a_listed_word_is_not_worn(evening: Evening, staff: Staff) -> None:
    """The person comes in as a guest without it (§3, §7)."""
    await staff.set(words=["gin"])
    ann = await evening.connect()
    (state, *_) = await evening.join(ann, name="Gin Lover")
    (member,) = state["payload"]["members"]
    assert member["displayName"].startswith("Guest-")


async def test_a_locked_room_takes_nobody_new(evening: Evening, staff: Staff) -> None:
    """Refused at both doors; who is inside stays, and comes back after a lost connection (§7)."""
    (ann,) = await evening.company("Ann")
    late = await evening.connect()
    await staff.set(locked=True)
    answer = await request_join(evening.url, evening.room_id)
    assert (answer.status_code, answer.json()["code"]) == (403, "room_locked")
    assert await evening.refused(late) == "room_locked"
    await evening.drop(ann)
    back = await evening.connect_again(ann)
    assert payloads(await evening.join(back), "session")[0]["resumed"] is True
    moderator = await evening.enter_as(Role.MODERATOR, "mod")
    assert moderator.user_id == "mod"


async def test_a_room_may_ask_everybody_to_sign_in(evening: Evening, staff: Staff) -> None:
    """Guests are refused with `sign_in_required`; its owner, a guest too, is not (§7)."""
    await staff.set(allowedRoles=["member"])
    answer = await request_join(evening.url, evening.room_id)
    assert (answer.status_code, answer.json()["code"]) == (403, "sign_in_required")
    owner = await request_join(evening.url, evening.room_id, identity=evening.room["identityToken"])
    assert owner.status_code == 200


# Reports


async def _report(evening: Evening, reporter: Guest, reported: Guest) -> httpx.Response:
    return await request(
        evening.url,
        "POST",
        f"/rooms/{evening.room_id}/reports",
        identity=reporter.joined["identityToken"],
        json={"userId": reported.user_id, "reason": "Insults"},
    )


async def test_a_report_holds_what_the_reporter_saw_and_heard(
    evening: Evening, staff: Staff
) -> None:
    """Chat, joins, emotes and places, from when they came; a moderator reads and closes it (§7)."""
    bob = await evening.enter("Bob")
    await bob.say("before anybody came")
    await evening.settle()
    ann = await evening.enter("Ann")
    await bob.move(3.2, 4.8)
    await bob.say("You smell of gin")
    await bob.send("emote", roomId=evening.room_id, emoteId="laugh")
    await evening.settle()
    answer = await _report(evening, ann, bob)
    assert answer.status_code == 201, answer.text
    report_id = answer.json()["reportId"]
    (listed,) = (await staff.ask("GET", "/rooms/{room}/reports?status=open")).json()["items"]
    assert (listed["reportId"], listed["reason"]) == (report_id, "Insults")
    full = (await staff.ask("GET", f"/moderation/reports/{report_id}")).json()
    evidence = full["evidence"]
    spoken = [event["text"] for event in evidence["events"] if event["kind"] == "chat"]
    assert spoken == ["You smell of gin"]
    assert {event["kind"] for event in evidence["events"]} >= {"chat", "emote", "joined"}
    assert evidence["people"] == {ann.user_id: "Ann", bob.user_id: "Bob"}
    assert evidence["positions"][-1]["places"][bob.user_id] == [3, 5]
    closed = await staff.ask("POST", f"/moderation/reports/{report_id}/close", note="Talked.")
    assert closed.json()["status"] == "closed"
    actions = [
        line["action"] for line in (await staff.ask("GET", "/rooms/{room}/audit")).json()["items"]
    ]
    assert actions[1:5] == ["close_report", "view_report", "view_reports", "report"]


async def test_only_who_is_there_may_report_and_only_whom_they_met(
    evening: Evening, staff: Staff
) -> None:
    """Somebody outside has seen nothing; somebody who never came cannot have done anything."""
    ann, bob = await evening.company("Ann", "Bob")
    stranger = await (await open_evening(evening.server)).enter("Stranger")
    assert (await _report(evening, stranger, ann)).json()["code"] == "not_a_member"
    assert (await _report(evening, ann, stranger)).json()["code"] == "person_not_found"
    await bob.socket.close(1000)
    await evening.settle()
    assert (await _report(evening, ann, bob)).status_code == 201, "who has just left was met"
    await stranger.socket.close(1000)
    assert (await staff.ask("GET", "/rooms/{room}/reports")).status_code == 200


# Looking, and being forgotten


async def test_a_look_shows_the_room_as_it_is(evening: Evening, staff: Staff) -> None:
    """Members with their places and marks, and the chat since the last look (§7)."""
    ann, bob = await evening.company("Ann", "Bob")
    moderator = await evening.enter_as(Role.MODERATOR, "mod")
    await moderator.moderate("mute", bob.user_id)
    await ann.move(2.5, -1.25)
    await ann.say("one")
    await evening.settle()
    look = (await staff.ask("GET", "/rooms/{room}/live")).json()
    people = {member["userId"]: member for member in look["members"]}
    assert (people[ann.user_id]["x"], people[ann.user_id]["z"]) == (2.5, -1.25)
    assert people[bob.user_id]["muted"] is True
    assert people["mod"]["role"] == "moderator"
    assert all(member["mayModerate"] for member in look["members"])
    (line,) = look["chat"]
    assert (line["text"], line["displayName"]) == ("one", "Ann")
    await ann.say("two")
    await evening.settle()
    again = (await staff.ask("GET", f"/rooms/{{room}}/live?after={line['messageId']}")).json()
    assert [line["text"] for line in again["chat"]] == ["two"]
    overview = (await staff.ask("GET", "/moderation/overview")).json()["rooms"]
    (room,) = [room for room in overview if room["roomId"] == evening.room_id]
    assert (room["members"], room["connected"]) == (3, 3)


async def _stored(evening: Evening) -> list[ChatRecord]:
    """What is stored of the room's chat."""
    backroom = evening.server.app.services

    async def read() -> list[ChatRecord]:
        await backroom.writer.flush()
        return await backroom.storage.chat.recent(evening.room_id, limit=50)

    return evening.server.run(read())


async def test_stored_chat_is_read_by_who_keeps_order(evening: Evening, staff: Staff) -> None:
    """Right after it was said, page by page, everybody's or one person's, and after the speakers
    have left; the audit says who read (§7)."""
    ann, bob = await evening.company("Ann", "Bob")
    for guest, text in ((ann, "one"), (bob, "two"), (ann, "three")):
        await guest.say(text)
        await evening.settle()
    first = (await staff.ask("GET", "/rooms/{room}/chat?limit=2")).json()
    assert [line["text"] for line in first["items"]] == ["three", "two"]
    await ann.socket.close(1000)
    await evening.settle()
    rest = f"/rooms/{{room}}/chat?limit=2&cursor={first['nextCursor']}"
    (last,) = (await staff.ask("GET", rest)).json()["items"]
    assert (last["text"], last["userId"], last["displayName"]) == ("one", ann.user_id, "Ann")
    hers = (await staff.ask("GET", f"/rooms/{{room}}/chat?userId={ann.user_id}")).json()
    assert [line["text"] for line in hers["items"]] == ["three", "one"]
    assert (await Staff(evening, Role.MODERATOR).ask("GET", "/rooms/{room}/chat")).is_success
    path = f"/rooms/{evening.room_id}/chat"
    refused = await request(evening.url, "GET", path, identity=bob.joined["identityToken"])
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    audit = (await staff.ask("GET", "/rooms/{room}/audit?action=view_chat")).json()["items"]
    assert [(line["actorRole"], line["userId"]) for line in audit] == [
        ("moderator", None),
        ("admin", ann.user_id),
        ("admin", None),
    ]


async def test_chat_is_stored_and_a_person_can_be_forgotten(evening: Evening, staff: Staff) -> None:
    """First they must go; then nothing of what they said is left, on disk or in memory (§7)."""
    ann, bob = await evening.company("Ann", "Bob")
    await ann.say("remember me")
    await bob.say("I will")
    await evening.settle()
    assert [record.text for record in await _stored(evening)] == ["I will", "remember me"]
    here = await staff.ask("DELETE", f"/moderation/people/{ann.user_id}")
    assert (here.status_code, here.json()["code"]) == (409, "person_is_here")
    await ann.socket.close(1000)
    await evening.settle()
    erased = await staff.ask("DELETE", f"/moderation/people/{ann.user_id}")
    assert erased.json()["messages"] == 1
    assert [record.text for record in await _stored(evening)] == ["I will"]
    look = (await staff.ask("GET", "/rooms/{room}/live")).json()
    assert [line["text"] for line in look["chat"]] == ["I will"]


async def test_nothing_that_goes_on_names_a_person_who_was_erased(
    evening: Evening, staff: Staff
) -> None:
    """A room of theirs is nobody's, also once it is set otherwise; a ban says why no more (§7)."""
    owner_id, identity = evening.room["ownerId"], evening.room["identityToken"]
    ban = {"action": "ban", "userId": owner_id, "reason": "Insults about Ann"}
    banned = await staff.ask("POST", "/rooms/lobby/moderation", **ban)
    assert banned.status_code == 200, banned.text
    erased = await staff.ask("DELETE", f"/moderation/people/{owner_id}")
    assert erased.json()["rooms"] == 1
    assert (await staff.ask("GET", "/rooms/{room}")).json()["ownerId"] is None
    settings = f"/rooms/{evening.room_id}/settings"
    answer = await request(evening.url, "GET", settings, identity=identity)
    assert answer.status_code == 403, "they oversee it no more"
    await staff.set(slowModeSeconds=5)
    stored = evening.server.run(evening.server.app.services.storage.rooms.get(evening.room_id))
    assert stored is not None
    assert stored.owner_id is None
    refused = (await request_join(evening.url, "lobby", identity=identity)).json()
    assert (refused["code"], refused["reason"]) == ("banned", "")
    assert "Insults" not in refused["message"]


async def test_a_room_may_keep_no_chat(evening: Evening, staff: Staff) -> None:
    """`chatRetentionDays` 0 stores none from then on (§7)."""
    (ann,) = await evening.company("Ann")
    await staff.set(chatRetentionDays=0)
    await ann.say("off the record")
    await evening.settle()
    assert await _stored(evening) == []
    read = await staff.ask("GET", "/rooms/{room}/chat")
    assert read.json() == {"items": [], "nextCursor": None}
