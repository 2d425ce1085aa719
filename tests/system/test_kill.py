"""Whatever kills the server: no act of moderation that was acknowledged is missing afterwards."""

import asyncio
import ssl
from pathlib import Path

import httpx

from support.process import ServerProcess
from support.server import TEST_SECRET
from virtubar.auth.identities import Identities
from virtubar.protocol.constants import Role

ACTS = 200
ADMINS = 20
KILLED_AFTER = ACTS // 2
_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class Staff:
    """Admins who each ban one guest after another over HTTP; one alone would be too quick for the
    limit on acts.

    Attributes:
        acknowledged: whom the server said it had banned.
    """

    def __init__(self, server: ServerProcess) -> None:
        self.server = server
        self.acknowledged: list[str] = []
        self._identities = Identities(TEST_SECRET)

    def client(self, number: int = 0) -> httpx.AsyncClient:
        """Speaks to the server with one of the admins' tokens."""
        wall_ms = self.server.clock.wall_ms()
        token = self._identities.mint_operator(f"root-{number}", Role.ADMIN, wall_ms)
        return httpx.AsyncClient(
            base_url=self.server.http_url,
            headers={"Authorization": f"Bearer {token}"},
            verify=_TLS,
            trust_env=False,
        )

    async def ban_them_all(self) -> None:
        """Two hundred bans; ends early where the server does. It is killed in the middle."""

        async def work(number: int) -> None:
            async with self.client(number) as client:
                for n in range(number, ACTS, ADMINS):
                    user_id = f"guest-{n:016d}"
                    body = {"action": "ban", "userId": user_id, "reason": "too loud"}
                    answer = await client.post("/rooms/lobby/moderation", json=body)
                    assert answer.status_code == 200, answer.text
                    self.acknowledged.append(user_id)
                    if len(self.acknowledged) == KILLED_AFTER:
                        self.server.kill()

        try:
            async with asyncio.TaskGroup() as group:
                for number in range(ADMINS):
                    group.create_task(work(number))
        except* httpx.TransportError:
            assert self.acknowledged, "the server ended before it was killed"

    async def banned(self) -> list[str]:
        """Everybody whom the server says is banned."""
        found: list[str] = []
        cursor: str | None = ""
        async with self.client() as client:
            while cursor is not None:
                query = {"limit": "100", **({"cursor": cursor} if cursor else {})}
                page = (await client.get("/rooms/lobby/bans", params=query)).json()
                found += [item["userId"] for item in page["items"]]
                cursor = page["nextCursor"]
        return found

    async def audited(self) -> list[str]:
        """Everybody whose ban has a line in the audit."""
        async with self.client() as client:
            query = {"limit": "200", "action": "ban"}
            page = (await client.get("/rooms/lobby/audit", params=query)).json()
        assert page["nextCursor"] is None or len(page["items"]) == 200
        return [item["userId"] for item in page["items"]]


async def test_kill_9_in_the_middle_of_two_hundred_sanctions(tmp_path: Path) -> None:
    """After a new start every acknowledged one is there, audited, and refuses at the door."""
    server = ServerProcess(tmp_path / "first.log")
    try:
        server.start()
        staff = Staff(server)
        await staff.ban_them_all()
        server.exit_code(10)
    finally:
        server.end()
    assert KILLED_AFTER <= len(staff.acknowledged) < ACTS, "it was not killed in the middle"

    again = ServerProcess(tmp_path / "second.log")
    try:
        again.start()
        staff.server = again
        banned = await staff.banned()
        assert set(staff.acknowledged) <= set(banned)
        assert len(banned) == len(set(banned))
        assert set(banned) == set(await staff.audited()), "a ban without its line, or a line"
        identities = Identities(TEST_SECRET)
        async with httpx.AsyncClient(base_url=again.http_url, verify=_TLS, trust_env=False) as door:
            for user_id in staff.acknowledged[::20]:
                wall_ms = again.clock.wall_ms()
                token = identities.mint_guest(user_id, wall_ms, wall_ms)
                answer = await door.post(
                    "/rooms/join",
                    json={"roomId": "lobby"},
                    headers={"Authorization": f"Bearer {token}"},
                )
                assert (answer.status_code, answer.json()["code"]) == (403, "banned")
    finally:
        again.end()
