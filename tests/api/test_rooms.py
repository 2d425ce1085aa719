"""`/rooms`: looking at rooms and making them (§1)."""

from typing import Any

import pytest

from api.fakes import PROVIDER_SECRET, WALL_MS, Bar, assert_error, guest_id
from auth.forging import PROVIDER, forge
from virtubar.protocol.constants import EMOTE_IDS, AuthCode, Role
from virtubar.room.config import RoomConfig
from virtubar.room.ports import Refusal
from virtubar.room.records import AddressMark


@pytest.fixture
def bar() -> Bar:
    return Bar()


async def test_the_lobby_is_listed_with_who_is_inside(bar: Bar) -> None:
    """The list has every public room by id, and how many are in it."""
    await bar.rooms.create(RoomConfig("attic", "Attic"))
    await bar.rooms.create(RoomConfig("cellar", "Cellar", public=False))
    bar.rooms.members["lobby"] = {"a", "b"}
    rooms = (await bar.get("/rooms")).json()["rooms"]
    assert [(room["roomId"], room["memberCount"]) for room in rooms] == [("attic", 0), ("lobby", 2)]


async def test_a_room_is_shown_with_its_settings(bar: Bar) -> None:
    """`GET /rooms/{id}` has the same fields as the list."""
    assert (await bar.get("/rooms/lobby")).json() == {
        "roomId": "lobby",
        "name": "Lobby",
        "capacity": 250,
        "memberCount": 0,
        "personCount": 0,
        "botCount": 0,
        "ownerId": None,
        "hearingRadiusM": None,
        "emotes": list(EMOTE_IDS),
        "locked": False,
        "allowedRoles": None,
    }


async def test_a_room_says_at_once_whom_it_keeps_out(bar: Bar) -> None:
    """A lock and the roles that may come in are shown to everybody: doors do not lie (§1)."""
    roles = (Role.MEMBER, Role.MODERATOR)
    await bar.rooms.create(RoomConfig("club", "Club", locked=True, allowed_roles=roles))
    shown = (await bar.get("/rooms/club")).json()
    assert (shown["locked"], shown["allowedRoles"]) == (True, ["member", "moderator"])


async def test_who_has_the_id_of_a_private_room_sees_it(bar: Bar) -> None:
    """Not listed is not secret: the link is the invitation."""
    await bar.rooms.create(RoomConfig("cellar", "Cellar", public=False))
    assert (await bar.get("/rooms/cellar")).json()["name"] == "Cellar"


@pytest.mark.parametrize("room_id", ["nowhere", "..%2f..%2fetc", "a%20b", "x" * 300, "%00", "%ff"])
async def test_a_room_that_is_not_there_is_not_found(bar: Bar, room_id: str) -> None:
    """Odd ids are told the same as unknown ones, in the one shape."""
    response = await bar.get(f"/rooms/{room_id}")
    assert response.status_code == 404
    assert response.json()["code"] in ("room_not_found", "not_found")


async def test_a_room_is_made_with_what_was_asked(bar: Bar) -> None:
    """201 with the room, owned by whoever made it."""
    response = await bar.post(
        "/rooms",
        json={
            "roomId": "garden",
            "name": "The Garden",
            "capacity": 12,
            "hearingRadiusM": 7.5,
            "emotes": ["cheers", "bow"],
        },
    )
    assert response.status_code == 201
    body = response.json()
    assert bar.identities.verify(body.pop("identityToken"), WALL_MS).user_id == body["ownerId"]
    assert body == {
        "roomId": "garden",
        "name": "The Garden",
        "capacity": 12,
        "memberCount": 0,
        "personCount": 0,
        "botCount": 0,
        "ownerId": "guest-0000000000000001",
        "hearingRadiusM": 7.5,
        "emotes": ["cheers", "bow"],
        "locked": False,
        "allowedRoles": None,
    }
    assert await bar.rooms.open("garden") == RoomConfig(
        "garden", "The Garden", 12, 7.5, ("cheers", "bow"), "guest-0000000000000001"
    )


async def test_a_room_is_made_with_its_house_rules(bar: Bar) -> None:
    """Everything but the owner can be said at once."""
    response = await bar.post(
        "/rooms",
        json={
            "roomId": "nook",
            "public": False,
            "locked": True,
            "allowedRoles": ["member", "member"],
            "slowModeSeconds": 5,
            "words": [" gin  fizz ", "rum"],
            "guard": "gentle",
            "chatRetentionDays": 0,
            "crowdThreshold": 16,
        },
    )
    assert response.status_code == 201
    made = bar.rooms.configs["nook"]
    assert (made.public, made.locked, made.allowed_roles) == (False, True, (Role.MEMBER,))
    assert (made.slow_mode_s, made.words) == (5, ("gin fizz", "rum"))
    assert (made.guard, made.chat_retention_days) == ("gentle", 0)
    assert made.crowd_threshold == 16


async def test_everything_about_a_room_can_be_left_out() -> None:
    """An id is made up, and the server's defaults are used."""
    bar = Bar({"room_capacity": 33})
    body = (await bar.post("/rooms", json={})).json()
    assert body["roomId"] == body["name"] == "0000000000000002"
    assert (body["capacity"], body["hearingRadiusM"]) == (33, None)
    assert body["emotes"] == list(EMOTE_IDS)


async def test_a_known_user_owns_what_they_make(bar: Bar) -> None:
    """An identity token makes its bearer the owner; a provider's gets none back."""
    headers = {"Authorization": f"Bearer {forge(PROVIDER, key=PROVIDER_SECRET)}"}
    body = (await bar.post("/rooms", json={"roomId": "adas"}, headers=headers)).json()
    assert (body["ownerId"], body["identityToken"]) == ("ada", None)


async def test_the_owner_of_a_new_room_joins_it_as_owner(bar: Bar) -> None:
    """The identity token of the 201 is the key to it."""
    made = (await bar.post("/rooms", json={"roomId": "mine"})).json()
    answer = (await bar.join(made["identityToken"], roomId="mine")).json()
    assert bar.tokens.verify(answer["realtimeToken"], WALL_MS).role is Role.OWNER


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("  Two\n\tlines ", "Two lines"),
        ("\u202eevil\u202c", "evil"),
        ("<script>", "<script>"),
        ("x" * 64, "x" * 64),
        ("\u200b", "r1"),
    ],
)
async def test_a_rooms_name_is_cleaned(bar: Bar, name: str, shown: str) -> None:
    """One line of visible text; where nothing is left, the id."""
    body = (await bar.post("/rooms", json={"roomId": "r1", "name": name})).json()
    assert body["name"] == shown


async def test_an_emote_asked_for_twice_is_there_once(bar: Bar) -> None:
    """The list keeps its order and loses its repeats."""
    body = (await bar.post("/rooms", json={"emotes": ["bow", "clap", "bow"]})).json()
    assert body["emotes"] == ["bow", "clap"]


async def test_a_taken_id_is_refused(bar: Bar) -> None:
    """409, for the lobby too (§1)."""
    assert_error(await bar.post("/rooms", json={"roomId": "lobby"}), 409, "room_exists")


async def test_the_id_of_another_path_is_reserved(bar: Bar) -> None:
    """`/rooms/join` is not a room, so no room may be called so."""
    message = assert_error(await bar.post("/rooms", json={"roomId": "join"}), 422, "invalid_field")
    assert "`roomId`" in message


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("roomId", "no room"),
        ("roomId", ""),
        ("roomId", "x" * 65),
        ("roomId", "lobby\n"),
        ("roomId", 5),
        ("name", ""),
        ("name", "x" * 65),
        ("name", ["x"]),
        ("capacity", 0),
        ("capacity", 1001),
        ("capacity", 2.5),
        ("capacity", "5"),
        ("capacity", True),
        ("hearingRadiusM", 0),
        ("hearingRadiusM", -1),
        ("hearingRadiusM", 10_000.1),
        ("hearingRadiusM", "far"),
        ("emotes", []),
        ("emotes", ["Bow"]),
        ("emotes", ["x" * 33]),
        ("emotes", [""]),
        ("emotes", [5]),
        ("emotes", ["a"] * 33),
        ("emotes", "bow"),
        ("public", "yes"),
        ("locked", None),
        ("allowedRoles", []),
        ("allowedRoles", ["king"]),
        ("slowModeSeconds", 3601),
        ("words", [" "]),
        ("words", ["x"] * 501),
        ("guard", "brutal"),
        ("chatRetentionDays", 3651),
    ],
)
async def test_a_field_out_of_bounds_is_named(bar: Bar, field: str, value: Any) -> None:
    """422 says which field, and no room is made."""
    body = {"roomId": "r1", field: value}
    message = assert_error(await bar.post("/rooms", json=body), 422, "invalid_field")
    assert message.startswith(f"`{field}")
    assert await bar.rooms.open("r1") is None


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"1e999"])
async def test_a_radius_that_is_no_number_is_refused(bar: Bar, number: bytes) -> None:
    """What JSON does not know, or no float can hold, makes no room."""
    response = await bar.post("/rooms", content=b'{"hearingRadiusM":' + number + b"}")
    assert response.status_code in (400, 422)
    assert len(bar.rooms.public()) == 1


async def test_rooms_at_the_edge_of_their_bounds_are_made(bar: Bar) -> None:
    """Each bound itself is allowed."""
    body = {
        "roomId": "x" * 64,
        "name": "n",
        "capacity": 1000,
        "hearingRadiusM": 10_000,
        "emotes": [f"e{number}" for number in range(32)],
    }
    assert (await bar.post("/rooms", json=body)).status_code == 201


async def test_there_are_only_so_many_rooms() -> None:
    """One past the limit is refused, with the hope of a later place."""
    bar = Bar()
    bar.rooms.max_rooms = 2
    assert (await bar.post("/rooms", json={})).status_code == 201
    assert_error(await bar.post("/rooms", json={}), 503, "too_many_rooms")
    assert len(bar.rooms.public()) == 2


async def test_an_address_makes_rooms_at_a_rate(bar: Bar) -> None:
    """Thirty at once, then one a second."""
    statuses = [(await bar.post("/rooms", json={})).status_code for _ in range(31)]
    assert statuses == [201] * 30 + [429]
    bar.now_ms += 1_000
    assert (await bar.post("/rooms", json={})).status_code == 201


async def test_a_user_makes_rooms_at_a_rate_from_anywhere(bar: Bar) -> None:
    """Five at once, then one in ten seconds."""
    headers = {"Authorization": f"Bearer {forge(PROVIDER, key=PROVIDER_SECRET)}"}
    statuses = []
    for octet in range(6):
        bar.peer = f"198.51.100.{octet}"
        statuses.append((await bar.post("/rooms", json={}, headers=headers)).status_code)
    assert statuses == [201] * 5 + [429]


async def test_joins_and_rooms_are_counted_apart() -> None:
    """A crowd at the door does not stop somebody from making a room."""
    bar = Bar({"joins_per_second": 1, "joins_burst": 1})
    assert (await bar.join()).status_code == 200
    assert_error(await bar.join(), 429, "rate_limited")
    assert (await bar.post("/rooms", json={})).status_code == 201


async def test_a_draining_server_makes_no_rooms(bar: Bar) -> None:
    """It is about to go, and the room with it."""
    bar.draining = True
    assert_error(await bar.post("/rooms", json={}), 503, "draining")


async def test_a_bad_identity_makes_no_room(bar: Bar) -> None:
    """401, rather than a room that a nobody owns."""
    headers = {"Authorization": "Bearer nonsense"}
    assert_error(await bar.post("/rooms", json={}, headers=headers), 401, "token_invalid")
    assert len(bar.rooms.public()) == 1


async def test_whoever_is_banned_makes_no_room(bar: Bar) -> None:
    """They could not enter it, but everybody would read its name in the list. They are told why
    and until when."""
    bar.sanctions.refusals["nook", guest_id("ann")] = Refusal(
        AuthCode.BANNED, "Rude.", WALL_MS + 5, "server"
    )
    response = await bar.ask("POST", "/rooms", bar.token("ann"), json={"roomId": "nook"})
    assert_error(response, 403, "banned")
    assert (response.json()["reason"], response.json()["untilMs"]) == ("Rude.", WALL_MS + 5)
    assert await bar.rooms.open("nook") is None
    assert (
        await bar.ask("POST", "/rooms", bar.token("ben"), json={"roomId": "nook"})
    ).status_code == 201


async def test_a_new_guest_from_where_one_was_banned_makes_no_room(bar: Bar) -> None:
    """As they could not come in (§7)."""
    mark = AddressMark("salt", "ab")
    bar.marks["203.0.113.7"] = (mark,)
    bar.sanctions.address_refusals[mark] = Refusal(AuthCode.BANNED, "", None, "server")
    assert_error(await bar.post("/rooms", json={"roomId": "nook"}), 403, "banned")
    assert await bar.rooms.open("nook") is None


async def test_many_networks_of_one_site_make_no_more_rooms_than_a_few() -> None:
    """Whoever has a /48 has 65 536 networks to take turns with; the party next door is not
    held up by it, nor by what it was refused."""
    bar = Bar()
    made = 0
    for network in range(36):
        bar.peer = f"2001:db8:1:{network:x}00::1"
        for _ in range(30):
            made += (await bar.post("/rooms", json={})).status_code == 201
    assert made == 30 * 4
    bar.peer = "2001:db8:2::1"
    assert (await bar.post("/rooms", json={})).status_code == 201
