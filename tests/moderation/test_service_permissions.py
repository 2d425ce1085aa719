"""The whole table of who may do what to whom: every role, every act, every target, there or away,
in the room and on the server (§7)."""

from itertools import product
from typing import get_args

import pytest

from moderation.bench import Bench
from virtubar.protocol.constants import Role
from virtubar.protocol.events import ModerationVerb
from virtubar.room.config import RoomConfig
from virtubar.room.ports import ForbiddenError, ModerationAct
from virtubar.room.records import Scope

GUEST, MEMBER, OWNER = Role.GUEST, Role.MEMBER, Role.OWNER
MODERATOR, ADMIN = Role.MODERATOR, Role.ADMIN

MAY: dict[Scope, dict[Role, set[Role]]] = {
    "room": {
        GUEST: set(),
        MEMBER: set(),
        MODERATOR: {GUEST, MEMBER},
        OWNER: {GUEST, MEMBER, MODERATOR},
        ADMIN: {GUEST, MEMBER, MODERATOR, OWNER},
    },
    "server": {
        GUEST: set(),
        MEMBER: set(),
        MODERATOR: set(),
        OWNER: set(),
        ADMIN: {GUEST, MEMBER, MODERATOR, OWNER},
    },
}
"""Written out, so that no rule is tested by itself."""
OWNER_ID = "olga"


class Nook:
    """A room that Olga owns, and a target of each role."""

    def __init__(self) -> None:
        self.bench = Bench()
        self.bench.rooms.hub.create(RoomConfig("nook", "Nook", owner_id=OWNER_ID))

    def person(self, role: Role, *, there: bool) -> str:
        """Somebody of that role, who is there or was last seen with it."""
        user_id = OWNER_ID if role is OWNER else f"a-{role}"
        token_role = GUEST if role is OWNER else role
        if there:
            visitor = self.bench.rooms.open(user_id)
            token = self.bench.rooms.token(user_id, room_id="nook", role=token_role)
            self.bench.rooms.join(visitor, token, "nook")
        else:
            self.bench.staff.seen(user_id, token_role)
        return user_id

    async def may(self, role: Role, verb: ModerationVerb, target_id: str, scope: Scope) -> bool:
        """Whether the act is done."""
        actor_id = OWNER_ID if role is OWNER else f"the-{role}"
        token_role = GUEST if role is OWNER else role
        act = ModerationAct(verb, "nook", target_id, actor_id, token_role, "", None, scope)
        try:
            await self.bench.service.moderate(act)
        except ForbiddenError:
            return False
        return True


@pytest.mark.parametrize("verb", get_args(ModerationVerb))
@pytest.mark.parametrize("there", [True, False], ids=["there", "away"])
@pytest.mark.parametrize("scope", ["room", "server"])
async def test_the_table_holds(verb: ModerationVerb, there: bool, scope: Scope) -> None:
    """Each act of each role on each target, on a server of its own."""
    for actor, target in product(Role, Role):
        nook = Nook()
        target_id = nook.person(target, there=there)
        expected = target in MAY[scope][actor]
        done = await nook.may(actor, verb, target_id, scope)
        assert done == expected, f"{actor} {verb} {target} ({scope})"
        await nook.bench.writes.close()
        actions = [line.action for line in nook.bench.audit.lines]
        assert actions == ([] if expected else ["denied"])


@pytest.mark.parametrize("verb", get_args(ModerationVerb))
@pytest.mark.parametrize("role", list(Role))
async def test_nobody_acts_on_themselves(verb: ModerationVerb, role: Role) -> None:
    """Whatever they are (§7)."""
    nook = Nook()
    actor_id = OWNER_ID if role is OWNER else f"the-{role}"
    for scope in get_args(Scope):
        assert not await nook.may(role, verb, actor_id, scope)
