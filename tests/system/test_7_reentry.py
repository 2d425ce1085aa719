"""§7: a banned person tries every way back in, and is refused at each."""

from typing import Any

import pytest

from support.evening import Evening, open_evening
from support.guest import Guest, request, request_join
from support.server import running_server
from virtubar.auth.identities import Identities
from virtubar.protocol.constants import Device, Role

BEHIND = {"trusted_proxies": ("127.0.0.1",), "address_bans": True}
"""A server behind a proxy, so that guests have addresses that tell them apart."""


async def _code(evening: Evening, ticket: dict[str, Any]) -> str:
    """What a new socket with that ticket is refused with; empty where it is let in."""
    visitor = await evening.connect(ticket)
    first = (await evening.join(visitor))[0]
    return str(first["payload"]["code"]) if first["t"] == "auth_error" else ""


async def _banned(evening: Evening, **more: Any) -> Guest:
    """Ann, who was in the room and has just been banned from it."""
    moderator = await evening.enter_as(Role.MODERATOR, "mod")
    ann = await evening.enter("Ann")
    await moderator.moderate("ban", ann.user_id, "Throwing glasses", **more)
    assert await ann.closed() == 4003
    return ann


async def test_with_the_token_that_she_has(evening: Evening) -> None:
    """It was issued before the ban, and revoked by it."""
    ann = await _banned(evening)
    assert await _code(evening, ann.joined) == "banned"


async def test_with_a_spare_token_of_before(evening: Evening) -> None:
    """Every token of before is revoked, not only the one in use."""
    moderator = await evening.enter_as(Role.MODERATOR, "mod")
    ann = await evening.enter("Ann")
    spares = [await evening.fresh(ann) for _ in range(3)]
    await moderator.moderate("ban", ann.user_id)
    for spare in spares:
        assert await _code(evening, spare) == "banned"


async def test_with_a_new_token(evening: Evening) -> None:
    """`/rooms/join` gives none, and says why and until when."""
    ann = await _banned(evening, durationSeconds=3600)
    answer = await request_join(evening.url, evening.room_id, identity=ann.joined["identityToken"])
    assert answer.status_code == 403
    body = answer.json()
    assert body["code"] == "banned"
    assert body["reason"] == "Throwing glasses"
    left_ms = body["untilMs"] - evening.server.clock.wall_ms()
    assert 3_590_000 < left_ms <= 3_600_000


async def test_with_a_token_that_was_minted_all_the_same(evening: Evening) -> None:
    """The socket's door asks too, whatever the date on the token."""
    ann = await _banned(evening)
    assert await _code(evening, evening.mint(ann.user_id)) == "banned"


async def test_by_resuming_the_place_that_was_kept(evening: Evening) -> None:
    """Who dropped out has no place any more."""
    moderator = await evening.enter_as(Role.MODERATOR, "mod")
    ann = await evening.enter("Ann")
    spare = await evening.fresh(ann)
    await evening.drop(ann)
    await moderator.moderate("ban", ann.user_id)
    assert await _code(evening, spare) == "banned"


async def test_from_a_second_device(evening: Evening) -> None:
    """The ban is the person's."""
    ann = await _banned(evening)
    phone = evening.mint(ann.user_id, device=Device.MOBILE)
    assert await _code(evening, phone) == "banned"


async def test_over_a_socket_that_was_open_before(evening: Evening) -> None:
    """One that has not joined yet is refused when it does."""
    moderator = await evening.enter_as(Role.MODERATOR, "mod")
    ann = await evening.enter("Ann")
    second = await evening.connect(await evening.fresh(ann))
    await moderator.moderate("ban", ann.user_id)
    assert await evening.refused(second) == "banned"


async def test_by_renewing_a_token_elsewhere(evening: Evening) -> None:
    """A socket that is in another room cannot change into this one."""
    other = await open_evening(evening.server, evening.transport)
    ann = await evening.enter("Ann")
    there = await other.enter("Ann", await other.fresh(ann))
    moderator = await evening.enter_as(Role.MODERATOR, "mod")
    await moderator.moderate("ban", ann.user_id)
    ticket = evening.mint(ann.user_id)
    there.joined = ticket
    await there.join_room(name="Ann")
    (error,) = [e for e in await other.heard(there) if e["t"] == "auth_error"]
    assert error["payload"]["code"] == "banned"
    await other.end()


async def test_under_another_name(evening: Evening) -> None:
    """A name says nothing of who somebody is."""
    ann = await _banned(evening)
    visitor = await evening.connect(evening.mint(ann.user_id))
    assert await evening.refused(visitor, name="Not Ann at all") == "banned"


async def test_after_the_room_was_put_away_and_found_again() -> None:
    """Bans are the room's, not the memory's."""
    with running_server(max_rooms=2) as server:
        evening = await open_evening(server)
        ann = await _banned(evening)
        for guest in evening.guests:
            await guest.leave()
        server.advance(6 * 60_000)
        other = await open_evening(server)
        server.advance(6 * 60_000)
        assert server.call(lambda: server.app.hub.find(evening.room_id)) is None
        answer = await request_join(
            evening.url, evening.room_id, identity=ann.joined["identityToken"]
        )
        assert (answer.status_code, answer.json()["code"]) == (403, "banned")
        await other.end()
        await evening.end()


async def test_after_the_server_was_started_again(tmp_path: Any) -> None:
    """The next process on the same database knows: tokens of before, new ones, both doors."""
    database = {"database_url": f"sqlite:///{tmp_path}/bar.db"}
    with running_server(**database) as server:
        evening = await open_evening(server)
        ann = await _banned(evening)
        await evening.end()
    with running_server(**database) as server:
        again = Evening(server, evening.room)
        assert await _code(again, ann.joined) == "banned"
        assert await _code(again, again.mint(ann.user_id)) == "banned"
        answer = await request_join(again.url, again.room_id, identity=ann.joined["identityToken"])
        assert (answer.status_code, answer.json()["code"]) == (403, "banned")
        await again.end()


async def test_a_kick_revokes_over_a_new_start_too(tmp_path: Any) -> None:
    """A token of before the kick stays worthless, one of after it works."""
    database = {"database_url": f"sqlite:///{tmp_path}/bar.db"}
    with running_server(**database) as server:
        evening = await open_evening(server)
        moderator = await evening.enter_as(Role.MODERATOR, "mod")
        ann = await evening.enter("Ann")
        spare = await evening.fresh(ann)
        await evening.pass_time(1)
        await moderator.moderate("kick", ann.user_id)
        await evening.end()
    with running_server(**database) as server:
        server.advance(40_000)
        again = Evening(server, evening.room)
        assert await _code(again, spare) == "kicked"
        assert await _code(again, again.mint(ann.user_id)) == ""
        await again.end()


# As somebody new


async def _join_from(evening: Evening, address: str, identity: str | None = None) -> Any:
    """`POST /rooms/join` as the proxy hands it on from that address."""
    return await request(
        evening.url,
        "POST",
        "/rooms/join",
        identity=identity,
        headers={"X-Forwarded-For": address},
        json={"roomId": evening.room_id},
    )


@pytest.fixture
async def street() -> Any:
    """A room behind a proxy, with Ann in it, who came from 203.0.113.9."""
    with running_server(**BEHIND) as server:
        evening = await open_evening(server)
        yield evening
        await evening.end()


async def _ban_from(street: Evening, address: str, **more: Any) -> None:
    """A guest comes from that address and is banned."""
    moderator = await street.enter_as(Role.MODERATOR, f"mod-{len(street.guests)}")
    ticket = (await _join_from(street, address)).json()
    ann = await street.enter("Ann", ticket)
    await street.pass_time(1)
    await moderator.moderate("ban", ann.user_id, **more)


async def test_as_a_new_guest_from_the_same_address(street: Evening) -> None:
    """Refused at the door; from elsewhere, and after a day, nobody is."""
    await _ban_from(street, "203.0.113.9")
    again = await _join_from(street, "203.0.113.9")
    assert (again.status_code, again.json()["code"]) == (403, "banned")
    assert (await _join_from(street, "203.0.113.10")).status_code == 200
    await street.pass_time(24 * 3600 + 60)
    assert (await _join_from(street, "203.0.113.9")).status_code == 200


async def test_with_an_identity_made_in_another_room_after_the_ban(street: Evening) -> None:
    """An identity is as old as its first token, wherever that was given."""
    await _ban_from(street, "203.0.113.9")
    elsewhere = await request(
        street.url,
        "POST",
        "/rooms/join",
        headers={"X-Forwarded-For": "203.0.113.9"},
        json={"roomId": "lobby"},
    )
    identity = elsewhere.json()["identityToken"]
    again = await _join_from(street, "203.0.113.9", identity)
    assert (again.status_code, again.json()["code"]) == (403, "banned")


async def test_a_known_guest_from_there_still_gets_in(street: Evening) -> None:
    """A whole venue behind one address is not shut out for one of its guests."""
    bob = (await _join_from(street, "203.0.113.9")).json()
    await street.pass_time(1)
    await _ban_from(street, "203.0.113.9")
    again = await _join_from(street, "203.0.113.9", bob["identityToken"])
    assert again.status_code == 200
    once_more = await _join_from(street, "203.0.113.9", again.json()["identityToken"])
    assert once_more.status_code == 200


async def test_addresses_can_be_left_out_of_it() -> None:
    """`VIRTUBAR_ADDRESS_BANS=off`, and on this machine nobody can be told apart anyway."""
    for settings in (BEHIND | {"address_bans": False}, {}):
        with running_server(**settings) as server:
            evening = await open_evening(server)
            await _ban_from(evening, "203.0.113.9")
            assert (await _join_from(evening, "203.0.113.9")).status_code == 200
            await evening.end()


async def test_an_operator_is_not_a_guest_to_be_kept_out(street: Evening) -> None:
    """People with an account are known by it, wherever they come from."""
    await _ban_from(street, "203.0.113.9")
    identities = Identities(street.server.app.settings.signing_secret)
    operator = identities.mint_operator(
        "alice", role=Role.MODERATOR, wall_ms=street.server.clock.wall_ms()
    )
    answer = await _join_from(street, "203.0.113.9", operator)
    assert answer.status_code == 200
