"""§7: who may moderate whom."""

from typing import Any

import pytest

from support.evening import Evening, names, open_evening
from support.server import RunningServer
from virtubar.protocol.constants import Role


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.ADMIN])
async def test_moderators_and_admins_may_moderate_by_their_token(
    evening: Evening, role: Role
) -> None:
    """Role `moderator` or `admin` in the token (§7)."""
    moderator = await evening.enter_as(role, "mod")
    ann = await evening.enter("Ann")
    await moderator.moderate("kick", ann.user_id)
    assert await ann.closed() == 4001


async def test_the_owner_may_moderate_their_room(evening: Evening) -> None:
    """Who made the room has its say in it, over moderators too (§7)."""
    owner = await evening.enter(
        "Owner", await evening.ticket(identity=evening.room["identityToken"])
    )
    ann = await evening.enter("Ann")
    moderator = await evening.enter_as(Role.MODERATOR, "mod")
    for person in (ann, moderator):
        await owner.moderate("kick", person.user_id)
        assert await person.closed() == 4001


async def test_a_moderator_who_owns_the_room_is_its_owner(evening: Evening) -> None:
    """Another role does not lower an owner's standing in their own room (§7)."""
    owner_id = str(evening.room["ownerId"])
    owner = await evening.enter("Owner", evening.mint(owner_id, role=Role.MODERATOR))
    moderator = await evening.enter_as(Role.MODERATOR, "mod")
    await moderator.moderate("kick", owner_id)
    assert [error["code"] for error in await evening.errors(moderator)] == ["forbidden"]
    await owner.moderate("kick", moderator.user_id)
    assert await moderator.closed() == 4001


async def test_an_owner_is_a_guest_elsewhere(evening: Evening) -> None:
    """Owning one room gives no rights in another (§7)."""
    other = await open_evening(evening.server, evening.transport)
    ticket = await other.ticket(identity=evening.room["identityToken"])
    visitor = await other.enter("Owner", ticket)
    bob = await other.enter("Bob")
    await other.clear()
    await visitor.moderate("kick", bob.user_id)
    assert (await other.errors(visitor))[0]["code"] == "forbidden"
    assert await bob.pending() == []
    await other.end()


FORBIDDEN = [
    (Role.GUEST, Role.GUEST),
    (Role.MEMBER, Role.GUEST),
    (Role.MODERATOR, Role.MODERATOR),
    (Role.MODERATOR, Role.OWNER),
    (Role.MODERATOR, Role.ADMIN),
    (Role.OWNER, Role.ADMIN),
    (Role.ADMIN, Role.ADMIN),
]


@pytest.mark.parametrize("action", ["kick", "ban", "mute"])
@pytest.mark.parametrize(("actor_role", "target_role"), FORBIDDEN)
async def test_nobody_moderates_their_equals_or_betters(
    evening: Evening, actor_role: Role, target_role: Role, action: str
) -> None:
    """`error forbidden` to who tried; nobody else notices anything (§7)."""
    actor = await evening.enter_as(actor_role, "actor")
    target = await evening.enter_as(target_role, "target")
    bob = await evening.enter("Bob")
    await evening.clear()
    await actor.moderate(action, target.user_id)
    (error,) = await evening.heard(actor)
    assert (error["payload"]["code"], error["payload"]["event"]) == ("forbidden", "moderate")
    assert await target.pending() == []
    assert await bob.pending() == []
    await target.say("I am still here")
    assert names(await evening.heard(bob)) == ["chat_broadcast"]


@pytest.mark.parametrize("action", ["unmute", "unban"])
async def test_a_guest_cannot_lift_anything(evening: Evening, action: str) -> None:
    """A muted member cannot free itself, nor a friend do it (§7)."""
    moderator = await evening.enter_as(Role.MODERATOR, "mod")
    ann, bob = await evening.company("Ann", "Bob")
    await moderator.moderate("mute", ann.user_id)
    await evening.clear()
    for friend in (ann, bob):
        await friend.moderate(action, ann.user_id)
        assert (await evening.errors(friend))[0]["code"] == "forbidden"
    await ann.say("hello?")
    assert (await evening.errors(ann))[0]["code"] == "muted"


async def test_the_answer_does_not_tell_who_exists(evening: Evening) -> None:
    """The same words for a member, for an owner and for nobody (docs/decisions/0004)."""
    ann, bob = await evening.company("Ann", "Bob")
    answers = []
    for user_id in (bob.user_id, str(evening.room["ownerId"]), "nobody-at-all", ann.user_id):
        await ann.moderate("ban", user_id)
        answers += await evening.errors(ann)
    assert len(answers) == 4
    assert all(answer == answers[0] for answer in answers)


async def test_nobody_moderates_themselves(evening: Evening) -> None:
    """Not even an admin (§7)."""
    admin = await evening.enter_as(Role.ADMIN, "admin")
    await admin.moderate("kick", admin.user_id)
    assert (await evening.errors(admin))[0]["code"] == "forbidden"


@pytest.mark.parametrize(
    "fields",
    [
        {"action": "execute"},
        {"action": "ban", "durationSeconds": 0},
        {"action": "ban", "durationSeconds": 10**9},
        {"action": "ban", "durationSeconds": 1.5},
        {"action": "kick", "reason": "x" * 501},
    ],
)
async def test_an_act_that_makes_no_sense_is_refused(
    evening: Evening, fields: dict[str, Any]
) -> None:
    """Unknown acts, durations and reasons out of bounds: `invalid_payload` (§7)."""
    moderator = await evening.enter_as(Role.MODERATOR, "mod")
    ann = await evening.enter("Ann")
    await evening.clear()
    await moderator.send("moderate", userId=ann.user_id, **fields)
    (error,) = await evening.errors(moderator)
    assert error["code"] == "invalid_payload"
    assert await ann.pending() == []


async def test_a_stored_sanction_meets_a_joining_socket(server: RunningServer) -> None:
    """Banned between `/rooms/join` and `join_room`: the socket is refused (§7)."""
    evening = await open_evening(server)
    moderator = await evening.enter_as(Role.MODERATOR, "mod")
    ann = await evening.connect()
    await moderator.moderate("ban", ann.user_id)
    (error,) = await evening.join(ann)
    assert (error["t"], error["payload"]["code"]) == ("auth_error", "banned")
    assert await moderator.pending() == []
    await evening.end()
