"""§7: acts are limited by person and by address, whatever they are asked over."""

from itertools import cycle

from support.evening import Spoken, open_evening, payloads
from support.server import running_server
from virtubar.moderation.act_limits import ACTS_BY_ADDRESS
from virtubar.protocol.constants import ACT_BURST, Role

TRANSPORTS: tuple[Spoken, ...] = ("raw", "socketio", "polling")
TOLD_AT_ONCE = 5
"""Errors that one connection is told at once (§2)."""


async def test_acts_of_one_person_are_counted_over_all_their_sockets() -> None:
    """Sockets of every kind, each in another room, have one burst between them (§7)."""
    with running_server(address_limits=False) as server, server.held_clock():
        evenings = [await open_evening(server, transport) for transport in TRANSPORTS]
        sockets = [await evening.enter_as(Role.MODERATOR, "mod") for evening in evenings]
        for number, socket in zip(range(ACT_BURST), cycle(sockets), strict=False):
            await socket.moderate("ban", f"invented-{number}")
            assert payloads(await socket.pending(), "error") == []
        for socket in sockets:
            await socket.moderate("ban", "one-more")
            (refused,) = payloads(await socket.pending(), "error")
            assert refused["code"] == "rate_limited"
        for evening in evenings:
            await evening.end()


async def test_acts_of_guests_at_one_address_are_counted_together() -> None:
    """New guests, over sockets of every kind, have one burst between them (§7)."""
    burst = ACTS_BY_ADDRESS[1]
    with running_server(address_limits=True) as server, server.held_clock():
        evening = await open_evening(server)
        guests = []
        for number, transport in zip(
            range(burst // TOLD_AT_ONCE + 1), cycle(TRANSPORTS), strict=False
        ):
            guests.append(await evening.enter(f"G{number}", transport=transport))
        await evening.clear()
        codes: list[str] = []
        for guest in guests:
            for _ in range(TOLD_AT_ONCE):
                await guest.moderate("ban", "somebody")
            codes += [error["code"] for error in payloads(await guest.pending(), "error")]
        assert codes == ["forbidden"] * burst + ["rate_limited"] * TOLD_AT_ONCE
        await evening.end()
