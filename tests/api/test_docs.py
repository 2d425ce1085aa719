"""OpenAPI: a document that is true, and a page of it that needs no line outside."""

import re
from typing import Any

import jsonschema
import pytest

from api.fakes import Bar, guest_id, record_id
from virtubar.protocol.constants import AuthCode, Role
from virtubar.room.ports import Refusal
from virtubar.room.records import Sanction, SanctionKind

OPERATIONS = {
    ("/rooms/join", "post"): "joinRoom",
    ("/rooms", "get"): "listRooms",
    ("/rooms", "post"): "createRoom",
    ("/rooms/{room_id}", "get"): "showRoom",
    ("/rooms/{room_id}", "patch"): "changeRoom",
    ("/rooms/{room_id}/settings", "get"): "showRoomSettings",
    ("/rooms/{room_id}/moderation", "post"): "moderate",
    ("/rooms/{room_id}/bans", "get"): "listBans",
    ("/rooms/{room_id}/mutes", "get"): "listMutes",
    ("/rooms/{room_id}/audit", "get"): "readRoomAudit",
    ("/rooms/{room_id}/reports", "post"): "reportPerson",
    ("/rooms/{room_id}/reports", "get"): "listRoomReports",
    ("/rooms/{room_id}/live", "get"): "lookIntoRoom",
    ("/rooms/{room_id}/chat", "get"): "readRoomChat",
    ("/moderation/me", "get"): "showMe",
    ("/moderation/overview", "get"): "showOverview",
    ("/moderation/audit", "get"): "readAudit",
    ("/moderation/reports", "get"): "listReports",
    ("/moderation/reports/{report_id}", "get"): "showReport",
    ("/moderation/reports/{report_id}/close", "post"): "closeReport",
    ("/moderation/people/{user_id}", "delete"): "erasePerson",
    ("/healthz", "get"): "healthz",
    ("/readyz", "get"): "readyz",
    ("/metrics", "get"): "metrics",
}
PATHS = {path for path, _ in OPERATIONS}


@pytest.fixture
def bar() -> Bar:
    return Bar()


async def document(bar: Bar) -> dict[str, Any]:
    response = await bar.get("/openapi.json")
    assert response.status_code == 200
    loaded: dict[str, Any] = response.json()
    return loaded


def schema(loaded: dict[str, Any], name: str) -> dict[str, Any]:
    """A schema of the document, complete with those it refers to."""
    return {"$ref": f"#/components/schemas/{name}", "components": loaded["components"]}


async def test_every_path_of_the_api_is_described(bar: Bar) -> None:
    """The page and its files are not part of the API."""
    loaded = await document(bar)
    assert loaded["openapi"].startswith("3.1")
    described = {
        (path, method): operation["operationId"]
        for path, item in loaded["paths"].items()
        for method, operation in item.items()
    }
    assert described == OPERATIONS


async def test_every_error_is_described_by_the_one_shape(bar: Bar) -> None:
    """Each status from 400 up refers to `ErrorBody`, and join has all of them."""
    loaded = await document(bar)
    for item in loaded["paths"].values():
        for operation in item.values():
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    shape = answer["content"]["application/json"]["schema"]
                    assert shape == {"$ref": "#/components/schemas/ErrorBody"}
    statuses = set(loaded["paths"]["/rooms/join"]["post"]["responses"])
    assert statuses == {"200", "400", "401", "403", "404", "409", "413", "422", "429", "503"}


async def test_what_the_api_answers_is_what_the_document_says(bar: Bar) -> None:
    """Real answers and refusals pass their schemas."""
    loaded = await document(bar)
    made = await bar.post("/rooms", json={"hearingRadiusM": 5})
    refused = await bar.post("/rooms", json={"roomId": "lobby"})
    bar.draining = True
    draining = await bar.post("/rooms", json={})
    for name, response in [
        ("RoomList", await bar.get("/rooms")),
        ("RoomView", await bar.get("/rooms/lobby")),
        ("CreatedRoom", made),
        ("ErrorBody", refused),
        ("ErrorBody", draining),
        ("Health", await bar.get("/healthz")),
    ]:
        jsonschema.validate(response.json(), schema(loaded, name))
    bar.draining = False
    jsonschema.validate((await bar.join()).json(), schema(loaded, "JoinAnswer"))


async def test_what_moderation_answers_is_what_the_document_says(bar: Bar) -> None:
    """The pages that the web client and the command line read."""
    loaded = await document(bar)
    ann = guest_id("ann")
    bar.rooms.members["lobby"] = {ann, "ben"}
    bar.oversight.seen["lobby", ann, "ben"] = {"fromMs": 1}
    key = bar.token("eve", Role.ADMIN)
    bar.storage.sanctions.held.append(
        Sanction(record_id(1), SanctionKind.BAN, None, "x", "eve", Role.ADMIN, "", 1, None)
    )
    bar.sanctions.refusals["lobby", "ben"] = Refusal(AuthCode.BANNED, "", None)
    act = {"action": "ban", "userId": "ben"}
    complaint = {"userId": "ben", "reason": "Rude."}
    made = await bar.ask("POST", "/rooms/lobby/reports", bar.token("ann"), json=complaint)
    report = f"/moderation/reports/{made.json()['reportId']}"
    ben = bar.token("ben", Role.MEMBER)
    for name, response in [
        ("ReportReceipt", made),
        ("ModerationAnswer", await bar.ask("POST", "/rooms/lobby/moderation", key, json=act)),
        ("SanctionPage", await bar.ask("GET", "/rooms/lobby/bans?scope=server", key)),
        ("ReportPage", await bar.ask("GET", "/rooms/lobby/reports", key)),
        ("ReportWithEvidence", await bar.ask("GET", report, key)),
        ("ReportView", await bar.ask("POST", f"{report}/close", key, json={})),
        ("AuditPage", await bar.ask("GET", "/moderation/audit", key)),
        ("Me", await bar.ask("GET", "/moderation/me", key)),
        ("Overview", await bar.ask("GET", "/moderation/overview", key)),
        ("RoomLook", await bar.ask("GET", "/rooms/lobby/live", key)),
        ("RoomSettings", await bar.ask("GET", "/rooms/lobby/settings", key)),
        ("RoomSettings", await bar.ask("PATCH", "/rooms/lobby", key, json={"locked": True})),
        ("ErasedAnswer", await bar.ask("DELETE", "/moderation/people/zoe", key)),
        ("ErrorBody", await bar.join(ben)),
    ]:
        assert set(schema(loaded, name)["components"]["schemas"][name]["required"]) <= set(
            response.json()
        ), name
        jsonschema.validate(response.json(), schema(loaded, name))


async def test_every_filter_is_described_by_its_name_on_the_wire(bar: Bar) -> None:
    """With its bounds, and none of them required."""
    loaded = await document(bar)
    parameters = loaded["paths"]["/rooms/{room_id}/audit"]["get"]["parameters"]
    query = {one["name"]: one["schema"] for one in parameters if one["in"] == "query"}
    assert set(query) == {
        "actorId", "userId", "action", "fromMs", "toMs", "limit", "cursor"
    }  # fmt: skip
    assert (query["limit"]["minimum"], query["limit"]["maximum"]) == (1, 200)
    assert not [one for one in parameters if one["in"] == "query" and one["required"]]
    bans = loaded["paths"]["/rooms/{room_id}/bans"]["get"]["parameters"]
    [scope] = [one for one in bans if one["name"] == "scope"]
    assert scope["schema"]["enum"] == ["room", "server"]


@pytest.mark.parametrize(
    ("name", "body", "good"),
    [
        ("JoinRequest", {"roomId": "lobby", "device": "mobile"}, True),
        ("JoinRequest", {"roomId": "no room"}, False),
        ("JoinRequest", {"roomId": "lobby\n"}, False),
        ("JoinRequest", {"roomId": "lobby", "displayName": "x" * 201}, False),
        ("JoinRequest", {}, False),
        ("CreateRoomRequest", {}, True),
        ("CreateRoomRequest", {"emotes": ["bow"], "capacity": 1000}, True),
        ("CreateRoomRequest", {"emotes": ["Bow"]}, False),
        ("CreateRoomRequest", {"hearingRadiusM": 0}, False),
        ("CreateRoomRequest", {"capacity": 1001}, False),
        ("CreateRoomRequest", {"allowedRoles": ["member"], "guard": "gentle"}, True),
        ("CreateRoomRequest", {"allowedRoles": ["king"]}, False),
        ("CreateRoomRequest", {"slowModeSeconds": 3601}, False),
        ("CreateRoomRequest", {"words": [""]}, False),
    ],
)
async def test_the_document_and_the_api_agree_on_a_body(
    bar: Bar, name: str, body: dict[str, Any], good: bool
) -> None:
    """What the schema lets through is taken, and the rest is refused by both."""
    loaded = await document(bar)
    valid = jsonschema.Draft202012Validator(schema(loaded, name)).is_valid(body)
    response = await bar.post("/rooms/join" if name == "JoinRequest" else "/rooms", json=body)
    assert valid is good
    assert (response.status_code < 400) is good


async def test_fields_are_explained_where_they_are(bar: Bar) -> None:
    """What the source says of an attribute stands at the property, under its name on the wire."""
    schemas = (await document(bar))["components"]["schemas"]
    assert schemas["ErrorBody"]["description"] == "The one shape of every error."
    assert "429 and 503" in schemas["ErrorBody"]["properties"]["retryAfterMs"]["description"]
    assert not [name for name, kind in schemas.items() if "Attributes:" in kind["description"]]


async def test_the_page_shows_every_operation_and_schema(bar: Bar) -> None:
    """A person finds paths, statuses, fields and bounds."""
    response = await bar.get("/docs")
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    for text in [*PATHS, "room_not_found", "retryAfterMs", "maxLength", "JoinAnswer"]:
        assert text.replace("{", "{") in response.text
    targets = re.findall(r'href="#([^"]+)"', response.text)
    assert targets
    for target in targets:
        assert f'id="{target}"' in response.text


async def test_the_page_loads_nothing_from_elsewhere(bar: Bar) -> None:
    """It works without an outside line and under the strict policy: no script at all."""
    text = (await bar.get("/docs")).text
    assert "<script" not in text
    assert not re.search(r"https?://", text)
    for path in re.findall(r'<link[^>]+href="([^"]+)"', text):
        assert (await bar.get(path)).status_code == 200
