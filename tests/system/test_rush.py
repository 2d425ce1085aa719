"""A whole party at once: the same rules hold when everybody comes, and when everybody goes."""

import asyncio

from support.evening import Evening, names, open_evening, payloads
from support.greeting import GREETING
from support.guest import Guest
from support.server import RunningServer

PARTY = 200


async def _arrive(evening: Evening, number: int) -> Guest:
    guest = await evening.connect(evening.mint(f"guest-{number}"))
    await guest.join_room(name=f"Guest {number}")
    return guest


async def test_two_hundred_guests_come_in_at_once(server: RunningServer) -> None:
    """Everyone's first event is their `room_state`, and everyone learns of everyone (§3)."""
    evening = await open_evening(server)
    guests = await asyncio.gather(*(_arrive(evening, number) for number in range(PARTY)))
    await evening.settle()
    everyone = {guest.user_id for guest in guests}
    for guest in guests:
        events = await guest.pending()
        assert names(events[: len(GREETING)]) == [*GREETING]
        known = [member["userId"] for member in events[0]["payload"]["members"]]
        known += [joined["member"]["userId"] for joined in payloads(events, "member_joined")]
        assert len(known) == len(set(known))
        assert set(known) == everyone
    await evening.end()


async def test_a_party_that_loses_its_network_comes_back_unnoticed(server: RunningServer) -> None:
    """Everybody drops out at once and resumes: who stayed sees them come to rest, and no leave and
    no join (§4)."""
    evening = await open_evening(server)
    stayed = await evening.enter("Stayed", evening.mint("stayed"))
    party = await asyncio.gather(*(_arrive(evening, number) for number in range(50)))
    await evening.clear()
    for guest in party:
        guest.socket.transport.abort()
    await evening.settle()
    await evening.pass_time(5)
    back = await asyncio.gather(*(_arrive(evening, number) for number in range(50)))
    await evening.settle()
    for guest in back:
        session = payloads(await guest.pending(), "session")[0]
        assert session["resumed"] is True
    heard = await stayed.pending()
    assert names(heard) == ["avatar_transform_broadcast"] * 50
    assert {event["payload"]["userId"] for event in heard} == {guest.user_id for guest in party}
    await evening.end()
