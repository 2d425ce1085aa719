"""`POST /rooms/join`: who gets a token, for what, and in which order everybody else hears no."""

from typing import Any, Literal

import pytest

from api.fakes import PROVIDER_SECRET, WALL_MS, Bar, assert_error, guest_id
from auth.forging import PROVIDER, REALTIME, forge
from virtubar.auth.tokens import RealtimeClaims
from virtubar.cluster.local import LocalPlacement
from virtubar.protocol.constants import AuthCode, Device, Role
from virtubar.room.config import RoomConfig
from virtubar.room.ports import Refusal, RoomsFullError
from virtubar.room.records import AddressMark


@pytest.fixture
def bar() -> Bar:
    return Bar()


async def joined(bar: Bar, token: str | None = None, **body: Any) -> RealtimeClaims:
    """The claims of the realtime token that the join gives."""
    response = await bar.join(token, **body)
    assert response.status_code == 200, response.text
    return bar.tokens.verify(response.json()["realtimeToken"], bar.wall_ms)


def ada(**changes: Any) -> str:
    """A token of the provider for Ada."""
    return forge({**PROVIDER, **changes}, key=PROVIDER_SECRET)


async def test_a_stranger_becomes_a_guest(bar: Bar) -> None:
    """Without an identity a guest is made, with everything needed to open the socket (§3)."""
    response = await bar.join()
    body = response.json()
    assert set(body) == {
        "realtimeToken",
        "expiresAtMs",
        "userId",
        "roomId",
        "realtimeUrl",
        "socketioUrl",
        "identityToken",
        "wire",
    }
    claims = bar.tokens.verify(body["realtimeToken"], WALL_MS)
    assert body["userId"] == claims.user_id == "guest-0000000000000001"
    assert body["roomId"] == claims.room_id == "lobby"
    assert body["expiresAtMs"] == claims.expires_at_ms == WALL_MS + 300_000
    assert (claims.role, claims.device) == (Role.GUEST, Device.DESKTOP)
    assert claims.display_name is None
    assert body["realtimeUrl"] == "ws://bar.test/ws"
    assert body["socketioUrl"] == "http://bar.test/socket.io/"


async def test_a_crowd_is_said_to_be_one() -> None:
    """Above the threshold the server would rather send short messages, at it not (§12)."""
    bar = Bar({"crowd_threshold": 3})
    bar.rooms.members["lobby"] = {"ann", "bob", "cat"}
    assert (await bar.join()).json()["wire"] == "json"
    bar.rooms.members["lobby"].add("dan")
    assert (await bar.join()).json()["wire"] == "compact"


@pytest.mark.parametrize(("own", "wire"), [(2, "json"), (1, "compact"), (None, "json")])
async def test_a_room_of_its_own_threshold_is_a_crowd_sooner(own: int | None, wire: str) -> None:
    """Than the server says (§7)."""
    bar = Bar({"crowd_threshold": 3})
    bar.rooms.configs["nook"] = RoomConfig("nook", "Nook", crowd_threshold=own)
    bar.rooms.members["nook"] = {"ann", "bob"}
    assert (await bar.join(roomId="nook")).json()["wire"] == wire


async def test_a_guest_who_shows_their_token_stays_who_they_are(bar: Bar) -> None:
    """The identity token keeps the user id, and a fresh one comes back with every join."""
    first = (await bar.join()).json()
    bar.wall_ms += 86_400_000
    again = (await bar.join(first["identityToken"])).json()
    assert again["userId"] == first["userId"]
    assert again["identityToken"] != first["identityToken"]
    assert bar.identities.verify(again["identityToken"], bar.wall_ms).user_id == first["userId"]


async def test_a_guest_who_comes_back_is_as_old_as_before(bar: Bar) -> None:
    """The fresh token says when the guest was first made, not when they last came."""
    first = (await bar.join()).json()
    for _ in range(3):
        bar.wall_ms += 86_400_000
        first = (await bar.join(first["identityToken"])).json()
    assert bar.identities.verify(first["identityToken"], bar.wall_ms).born_ms == WALL_MS


async def test_a_program_says_that_it_is_one_and_stays_one(bar: Bar) -> None:
    """The guest made for it is a bot with every token, whatever it says later."""
    first = (await bar.join(bot=True)).json()
    assert bar.tokens.verify(first["realtimeToken"], WALL_MS).is_bot
    again = (await bar.join(first["identityToken"], bot=False)).json()
    assert bar.tokens.verify(again["realtimeToken"], WALL_MS).is_bot
    assert (await joined(bar, again["identityToken"], bot=True)).is_bot
    assert not (await joined(bar)).is_bot


@pytest.mark.parametrize("who", ["guest", "operator", "provider"])
async def test_nobody_else_becomes_a_bot(bar: Bar, who: str) -> None:
    """422 to those who are people: none of them hides as a program."""
    tokens = {
        "guest": (await bar.join()).json()["identityToken"],
        "operator": bar.token("eve", Role.MODERATOR),
        "provider": ada(),
    }
    response = await bar.join(tokens[who], bot=True)
    assert assert_error(response, 422, "invalid_field").startswith("`bot`")
    assert not (await joined(bar, tokens[who])).is_bot


async def test_an_operator_joins_as_who_they_are(bar: Bar) -> None:
    """Id, role and name are the token's, and no guest's token comes back for it."""
    token = bar.identities.mint_operator("alice", Role.ADMIN, WALL_MS, display_name="Alice")
    response = await bar.join(token, displayName="Mallory")
    assert response.json()["identityToken"] is None
    claims = bar.tokens.verify(response.json()["realtimeToken"], WALL_MS)
    assert (claims.user_id, claims.role, claims.display_name) == ("alice", Role.ADMIN, "Alice")


async def test_every_token_has_an_id_of_its_own(bar: Bar) -> None:
    """Two joins of one user give two tokens that can be told apart."""
    first = (await bar.join()).json()
    second = await joined(bar, first["identityToken"])
    assert second.token_id != bar.tokens.verify(first["realtimeToken"], WALL_MS).token_id


async def test_a_provider_names_the_user(bar: Bar) -> None:
    """`sub`, `name` and role of an external identity win over the body; no token comes back."""
    response = await bar.join(ada(name="  Ada\u202e\u0000 L.  "), displayName="Mallory")
    assert response.json()["identityToken"] is None
    claims = bar.tokens.verify(response.json()["realtimeToken"], WALL_MS)
    assert (claims.user_id, claims.role, claims.display_name) == ("ada", Role.MODERATOR, "Ada L.")


async def test_a_provided_name_of_nothing_becomes_a_guest_name(bar: Bar) -> None:
    """A name with nothing to show is replaced, and not by what the body says."""
    claims = await joined(bar, ada(name="\u200b\u202e"), displayName="Mallory")
    assert claims.display_name is not None
    assert claims.display_name.startswith("Guest-")


async def test_a_provider_without_a_name_leaves_it_to_the_user(bar: Bar) -> None:
    """Where `name` is missing, `join_room` chooses."""
    token = forge({k: v for k, v in PROVIDER.items() if k != "name"}, key=PROVIDER_SECRET)
    assert (await joined(bar, token)).display_name is None


@pytest.mark.parametrize(
    ("body", "hint", "device"),
    [
        ({}, None, Device.DESKTOP),
        ({}, "?1", Device.MOBILE),
        ({}, "?0", Device.DESKTOP),
        ({}, "1", Device.DESKTOP),
        ({"device": "mobile"}, "?0", Device.MOBILE),
        ({"device": "desktop"}, "?1", Device.DESKTOP),
        ({"device": None}, "?1", Device.MOBILE),
    ],
)
async def test_the_device_is_said_or_hinted(
    bar: Bar, body: dict[str, Any], hint: str | None, device: Device
) -> None:
    """The body decides, else the browser's client hint, else desktop (§3)."""
    headers = {} if hint is None else {"Sec-CH-UA-Mobile": hint}
    response = await bar.post("/rooms/join", json={"roomId": "lobby", **body}, headers=headers)
    claims = bar.tokens.verify(response.json()["realtimeToken"], WALL_MS)
    assert claims.device is device


@pytest.mark.parametrize(
    "name", ["", "\u202e", "x" * 200, "<b>Ada</b>", "A\u0301\u0301\u0301\u0301"]
)
async def test_any_name_up_to_200_characters_may_be_asked_for(bar: Bar, name: str) -> None:
    """Names and avatars are cleaned later; nobody is kept out for theirs."""
    assert (await bar.join(displayName=name, avatarId=name)).status_code == 200


async def test_the_owner_of_a_room_owns_it(bar: Bar) -> None:
    """The room's record makes its owner one, there and nowhere else (§3)."""
    made = (await bar.post("/rooms", json={"roomId": "mine"})).json()
    assert (await joined(bar, made["identityToken"], roomId="mine")).role is Role.OWNER
    assert (await joined(bar, made["identityToken"])).role is Role.GUEST
    assert (await joined(bar, roomId="mine")).role is Role.GUEST


@pytest.mark.parametrize(
    ("claimed", "role"),
    [("member", Role.OWNER), ("moderator", Role.MODERATOR), ("admin", Role.ADMIN)],
)
async def test_owning_a_room_never_lowers_a_role(bar: Bar, claimed: str, role: Role) -> None:
    """A moderator or admin who owns a room keeps the stronger role."""
    await bar.rooms.create(RoomConfig("adas", "Ada's", owner_id="ada"))
    assert (await joined(bar, ada(role=claimed), roomId="adas")).role is role


async def test_a_role_in_the_body_is_ignored(bar: Bar) -> None:
    """Unknown fields are ignored, the dangerous ones among them."""
    claims = await joined(bar, role="admin", userId="ada", sub="ada")
    assert (claims.role, claims.user_id) == (Role.GUEST, "guest-0000000000000001")


@pytest.mark.parametrize(
    ("token", "code"),
    [
        ("nonsense", "token_invalid"),
        ("", "token_invalid"),
        (forge(REALTIME), "token_invalid"),
        (forge({**PROVIDER, "exp": 2.0, "iat": 1.0}, key=PROVIDER_SECRET), "token_expired"),
    ],
)
async def test_an_identity_that_cannot_be_believed_is_refused(
    bar: Bar, token: str, code: str
) -> None:
    """401 with a reason for programs, rather than silently another guest."""
    response = await bar.join(token)
    assert_error(response, 401, code)
    assert response.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("value", ["bearer {}", "BEARER   {}", " Bearer {}"])
async def test_the_scheme_of_the_identity_is_read_leniently(bar: Bar, value: str) -> None:
    """Case and spaces do not matter (RFC 9110 §11.1)."""
    headers = {"Authorization": value.format(ada())}
    response = await bar.post("/rooms/join", json={"roomId": "lobby"}, headers=headers)
    assert response.json()["userId"] == "ada"


async def test_another_scheme_is_somebody_elses(bar: Bar) -> None:
    """A proxy with a password of its own leaves `Basic` there; that is no identity."""
    headers = {"Authorization": "Basic YmFyOnNlc2FtZQ=="}
    response = await bar.post("/rooms/join", json={"roomId": "lobby"}, headers=headers)
    assert response.json()["userId"].startswith("guest-")


async def test_a_room_that_is_not_there_is_not_made(bar: Bar) -> None:
    """Joining never creates a room (§1)."""
    assert_error(await bar.join(roomId="nowhere"), 404, "room_not_found")
    assert await bar.rooms.open("nowhere") is None


@pytest.mark.parametrize("code", [AuthCode.BANNED, AuthCode.KICKED])
async def test_a_refused_user_hears_why(bar: Bar, code: AuthCode) -> None:
    """403 with the sanction's code and the moderator's reason (§7)."""
    token = (await bar.join()).json()
    bar.sanctions.refusals["lobby", token["userId"]] = Refusal(code, "Too loud.", None)
    response = await bar.join(token["identityToken"])
    assert "Too loud." in assert_error(response, 403, code)
    assert (response.json()["untilMs"], response.json()["reason"]) == (None, "Too loud.")


@pytest.mark.parametrize(
    ("scope", "reason", "message"),
    [
        ("room", "", "You were banned from this room."),
        ("room", "Rude.", "You were banned from this room: Rude."),
        ("server", "", "You were banned from this bar."),
    ],
)
async def test_a_refused_user_hears_from_where_and_until_when(
    bar: Bar, scope: Literal["room", "server"], reason: str, message: str
) -> None:
    """A sentence for people; the end, the words and how widely it holds for programs."""
    bar.sanctions.refusals["lobby", "ada"] = Refusal(
        AuthCode.BANNED, reason, WALL_MS + 60_000, scope
    )
    response = await bar.join(ada())
    assert assert_error(response, 403, "banned") == message
    assert response.json()["untilMs"] == WALL_MS + 60_000
    assert response.json()["reason"] == reason
    assert response.json()["scope"] == scope


MARK = AddressMark("salt-1", "ab" * 16)


async def test_a_new_guest_from_where_somebody_was_banned_is_refused(bar: Bar) -> None:
    """Whoever throws an identity away comes from the same address still (§7)."""
    bar.marks["203.0.113.7"] = (MARK, AddressMark("salt-0", "cd" * 16))
    bar.sanctions.address_refusals[MARK] = Refusal(AuthCode.BANNED, "Rude.", WALL_MS + 5)
    response = await bar.join()
    assert_error(response, 403, "banned")
    assert response.json()["untilMs"] == WALL_MS + 5
    assert bar.sanctions.asked_addresses == [("lobby", bar.marks["203.0.113.7"], WALL_MS, WALL_MS)]
    bar.peer = "198.51.100.1"
    assert (await bar.join()).status_code == 200


async def test_a_guest_is_judged_by_when_they_were_first_made(bar: Bar) -> None:
    """Known regulars get in from there: their age is told with their address."""
    token = (await bar.join()).json()["identityToken"]
    bar.wall_ms += 5_000
    bar.marks["203.0.113.7"] = (MARK,)
    assert (await bar.join(token)).status_code == 200
    assert bar.sanctions.asked_addresses == [("lobby", (MARK,), WALL_MS, WALL_MS + 5_000)]


@pytest.mark.parametrize("role", ["member", "moderator", "admin"])
async def test_only_guests_are_judged_by_their_address(bar: Bar, role: str) -> None:
    """Whom somebody vouches for cannot be anew; their address is not even remembered."""
    bar.marks["203.0.113.7"] = (MARK,)
    bar.sanctions.address_refusals[MARK] = Refusal(AuthCode.BANNED, "", None)
    assert (await bar.join(ada(role=role))).status_code == 200
    assert bar.sanctions.asked_addresses == []
    assert bar.remembered == []


async def test_an_address_without_a_mark_is_not_asked_about(bar: Bar) -> None:
    """Where addresses do not tell people apart."""
    assert (await bar.join()).status_code == 200
    assert bar.sanctions.asked_addresses == []


async def test_where_a_guest_came_from_is_remembered_when_they_are_let_in(bar: Bar) -> None:
    """By the key that limits count by; a refused one was not there."""
    body = (await bar.join()).json()
    assert bar.remembered == [(body["userId"], "203.0.113.7")]
    bar.sanctions.refusals["lobby", body["userId"]] = Refusal(AuthCode.BANNED, "", None)
    bar.peer = "198.51.100.1"
    await bar.join(body["identityToken"])
    assert bar.remembered == [(body["userId"], "203.0.113.7")]


async def test_whoever_comes_is_told_with_their_role(bar: Bar) -> None:
    """So that nobody moderates a moderator who is away, nor spares one who is none any more."""
    await bar.join(ada())
    await bar.join(ada(role="member"))
    assert bar.staff == [("ada", Role.MODERATOR), ("ada", Role.MEMBER)]


async def test_a_room_that_there_is_no_place_for_is_told(bar: Bar) -> None:
    """It is only stored, and as many rooms are live as may be."""
    bar.rooms.failure = RoomsFullError("full")
    assert_error(await bar.join(), 503, "too_many_rooms")
    assert_error(await bar.get("/rooms/lobby"), 503, "too_many_rooms")


async def test_a_sanction_is_asked_about_a_token_issued_now(bar: Bar) -> None:
    """A kick revokes what was issued before it; the new token is issued at this moment."""
    await bar.join()
    assert bar.sanctions.asked == [("lobby", "guest-0000000000000001", WALL_MS, WALL_MS)]


async def test_a_full_room_takes_only_its_members(bar: Bar) -> None:
    """409 for those outside; a member, in their grace or not, has their place (§3)."""
    await bar.rooms.create(RoomConfig("nook", "Nook", capacity=1))
    inside = (await bar.join(roomId="nook")).json()
    bar.rooms.members["nook"] = {inside["userId"]}
    assert_error(await bar.join(roomId="nook"), 409, "room_full")
    assert (await joined(bar, inside["identityToken"], roomId="nook")).room_id == "nook"


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"locked": True}, {"guest": "room_locked", "member": "room_locked"}),
        ({"allowed_roles": (Role.MEMBER,)}, {"guest": "sign_in_required"}),
        ({"allowed_roles": (Role.GUEST,)}, {"member": "not_allowed"}),
    ],
)
async def test_a_room_may_be_closed_to_some(
    bar: Bar, changes: dict[str, Any], refused: dict[str, str]
) -> None:
    """403 with a code of its own; whoever keeps order gets in, and whoever is in stays in (§3)."""
    nook = RoomConfig("nook", "Nook", owner_id=guest_id("olga"), **changes)
    await bar.rooms.create(nook)
    tokens = {
        "guest": bar.token("ann"),
        "member": bar.token("max", Role.MEMBER),
        "owner": bar.token("olga"),
        "moderator": bar.token("eve", Role.MODERATOR),
        "admin": bar.token("adam", Role.ADMIN),
    }
    for name, token in tokens.items():
        response = await bar.join(token, roomId="nook")
        if name in refused:
            assert_error(response, 403, refused[name])
        else:
            assert response.status_code == 200, name
    bar.rooms.members["nook"] = {guest_id("ann"), "max"}
    for name in refused:
        assert (await bar.join(tokens[name], roomId="nook")).status_code == 200


async def test_a_draining_server_takes_nobody(bar: Bar) -> None:
    """503, and when to try again."""
    bar.draining = True
    assert_error(await bar.join(), 503, "draining")


async def test_the_refusals_come_in_one_order(bar: Bar) -> None:
    """Draining, rate, body, identity, room, sanction, place: each hides those after it."""
    bar = Bar({"joins_per_second": 1, "joins_burst": 1})
    bar.draining = True
    assert_error(await bar.post("/rooms/join", content=b"{"), 503, "draining")
    bar.draining = False
    assert_error(await bar.post("/rooms/join", content=b"{"), 400, "malformed")
    assert_error(await bar.post("/rooms/join", content=b"{"), 429, "rate_limited")
    bar.now_ms += 1_000
    assert_error(await bar.join("nonsense", roomId="no room"), 422, "invalid_field")
    bar.now_ms += 1_000
    assert_error(await bar.join("nonsense", roomId="nowhere"), 401, "token_invalid")
    await bar.rooms.create(RoomConfig("nook", "Nook", capacity=1))
    bar.rooms.members["nook"] = {"somebody"}
    bar.sanctions.refusals["nook", "ada"] = Refusal(AuthCode.BANNED, "", None)
    bar.sanctions.refusals["nowhere", "ada"] = Refusal(AuthCode.BANNED, "", None)
    bar.now_ms += 1_000
    assert_error(await bar.join(ada(), roomId="nowhere"), 404, "room_not_found")
    bar.now_ms += 1_000
    assert_error(await bar.join(ada(), roomId="nook"), 403, "banned")
    del bar.sanctions.refusals["nook", "ada"]
    bar.now_ms += 1_000
    assert_error(await bar.join(ada(), roomId="nook"), 409, "room_full")


async def test_an_address_joins_at_its_rate() -> None:
    """The burst at once, then so many a second, with the exact wait (§1)."""
    bar = Bar({"joins_per_second": 4, "joins_burst": 3})
    for _ in range(3):
        assert (await bar.join()).status_code == 200
    refused = await bar.join()
    assert_error(refused, 429, "rate_limited")
    assert refused.json()["retryAfterMs"] == 250
    bar.now_ms += 250
    assert (await bar.join()).status_code == 200


async def test_another_address_has_a_rate_of_its_own() -> None:
    """One crowd does not keep out another."""
    bar = Bar({"joins_per_second": 1, "joins_burst": 1})
    assert (await bar.join()).status_code == 200
    assert_error(await bar.join(), 429, "rate_limited")
    bar.peer = "198.51.100.1"
    assert (await bar.join()).status_code == 200


async def test_a_forged_address_does_not_help() -> None:
    """`X-Forwarded-For` counts only from a trusted proxy, and there each guest has their own."""
    bar = Bar({"joins_per_second": 1, "joins_burst": 1})
    statuses = []
    for peer, forwarded in [
        ("203.0.113.7", "1.1.1.1"),
        ("203.0.113.7", "2.2.2.2"),
        ("10.0.0.1", "1.1.1.1"),
        ("10.0.0.1", "2.2.2.2"),
        ("10.0.0.1", "3.3.3.3, 2.2.2.2"),
    ]:
        bar.peer = peer
        response = await bar.post(
            "/rooms/join", json={"roomId": "lobby"}, headers={"X-Forwarded-For": forwarded}
        )
        statuses.append(response.status_code)
    assert statuses == [200, 429, 200, 200, 429]


async def test_repeated_forwarded_headers_count_as_one_list() -> None:
    """The right-most address is in the last header, wherever a client put its own."""
    bar = Bar({"joins_per_second": 1, "joins_burst": 1}, peer="10.0.0.1")
    statuses = []
    for forged in ("4.4.4.4", "5.5.5.5"):
        async with bar.client() as client:
            response = await client.post(
                "/rooms/join",
                json={"roomId": "lobby"},
                headers=[("X-Forwarded-For", forged), ("X-Forwarded-For", "203.0.113.9")],
            )
        statuses.append(response.status_code)
    assert statuses == [200, 429]


async def test_a_returning_user_joins_at_their_rate_from_anywhere() -> None:
    """The limit per user holds across addresses (§1)."""
    bar = Bar({"user_joins_per_second": 1, "user_joins_burst": 2})
    token = (await bar.join()).json()["identityToken"]
    statuses = []
    for octet in range(3):
        bar.peer = f"198.51.100.{octet}"
        statuses.append((await bar.join(token)).status_code)
    assert statuses == [200, 200, 429]


async def test_limits_by_address_can_be_off_but_not_those_by_user() -> None:
    """Load tests come from one address; a user is still one user."""
    bar = Bar({"address_limits": False, "joins_burst": 1, "user_joins_burst": 1})
    assert [(await bar.join()).status_code for _ in range(5)] == [200] * 5
    token = (await bar.join()).json()["identityToken"]
    assert (await bar.join(token)).status_code == 200
    assert_error(await bar.join(token), 429, "rate_limited")


@pytest.mark.parametrize(
    ("public_url", "headers", "peer", "expected"),
    [
        (
            None,
            {"Host": "b.example:8000"},
            "1.1.1.1",
            ("ws://b.example:8000", "http://b.example:8000"),
        ),
        (
            None,
            {"Host": "in", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "b.example"},
            "10.0.0.1",
            ("wss://b.example", "https://b.example"),
        ),
        (
            None,
            {"Host": "in", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"},
            "1.1.1.1",
            ("ws://in", "http://in"),
        ),
        (
            "https://bar.example",
            {"Host": "evil.example", "X-Forwarded-Host": "evil.example"},
            "10.0.0.1",
            ("wss://bar.example", "https://bar.example"),
        ),
    ],
)
async def test_the_urls_are_those_the_caller_can_reach(
    public_url: str | None, headers: dict[str, str], peer: str, expected: tuple[str, str]
) -> None:
    """From the setting, else from the request; forwarded headers only from trusted proxies (§1)."""
    bar = Bar({"public_url": public_url}, peer=peer)
    body = (await bar.post("/rooms/join", json={"roomId": "lobby"}, headers=headers)).json()
    assert body["realtimeUrl"] == f"{expected[0]}/ws"
    assert body["socketioUrl"] == f"{expected[1]}/socket.io/"


async def test_the_urls_are_those_of_the_process_that_the_room_lives_in() -> None:
    """Everybody in a room meets in one process, wherever they asked."""
    bar = Bar({"placement": LocalPlacement("https://two.example")})
    body = (await bar.join()).json()
    assert body["realtimeUrl"] == "wss://two.example/ws"
    assert body["socketioUrl"] == "https://two.example/socket.io/"


async def test_only_a_room_that_somebody_may_enter_is_claimed(bar: Bar) -> None:
    """Whoever asks for what does not exist makes nothing."""
    await bar.post("/rooms/join", json={"roomId": "nowhere"})
    assert len(bar.placement) == 0
    await bar.join()
    home = await bar.placement.find("lobby")
    await bar.join()
    assert await bar.placement.find("lobby") == home is not None


@pytest.mark.parametrize("host", ["", "a b", "x/../y", 'x"><script>'])
async def test_a_host_that_is_none_is_refused(bar: Bar, host: str) -> None:
    """What cannot be a host never becomes part of a URL."""
    response = await bar.post("/rooms/join", json={"roomId": "lobby"}, headers={"Host": host})
    assert_error(response, 400, "malformed")


async def test_no_answer_of_a_join_is_kept_in_a_cache(bar: Bar) -> None:
    """It has tokens in it."""
    assert (await bar.join()).headers["cache-control"] == "no-store"
