"""Lines of the audit for what is looked at and done over HTTP (§7)."""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, TypedDict, Unpack

from virtubar.api.parts import ApiParts
from virtubar.auth.identities import Identity
from virtubar.protocol.constants import Role
from virtubar.room.ports import NotStoredError
from virtubar.room.records import AuditEntry
from virtubar.storage.ports import StorageError

VIEW_AGAIN_MS: Final = 10 * 60_000
"""A page that looks again and again is one view, told anew after this long."""
VIEWS_KEPT: Final = 10_000
"""Views that are remembered, the oldest forgotten first: a forgotten one is only told twice."""


class About(TypedDict, total=False):
    """What somebody did something to; nothing of it need be known.

    Attributes:
        user_name: what the person concerned was called, where that is known from elsewhere than
            the rooms.
    """

    room_id: str | None
    user_id: str | None
    user_name: str | None
    detail: Mapping[str, Any]


def audit_entry(
    parts: ApiParts,
    actor: Identity,
    role: Role,
    action: str,
    **about: Unpack[About],
) -> AuditEntry:
    """A line that says that the actor, counting as `role`, did this now."""
    room_id, user_id = about.get("room_id"), about.get("user_id")
    name_of, somewhere = parts.oversight.name_of, room_id or ""
    user_name = about.get("user_name")
    if user_name is None and user_id is not None:
        user_name = name_of(somewhere, user_id)
    return AuditEntry(
        at_ms=parts.wall_ms(),
        actor_id=actor.user_id,
        actor_role=role,
        action=action,
        room_id=room_id,
        user_id=user_id,
        detail=dict(about.get("detail") or {}),
        actor_name=actor.display_name or name_of(somewhere, actor.user_id),
        user_name=user_name,
    )


class Views:
    """Writes down who looks at what: before they see it, and not again for ten minutes."""

    def __init__(self, parts: ApiParts) -> None:
        self._parts = parts
        self._told_ms: OrderedDict[tuple[Any, ...], float] = OrderedDict()

    async def tell(self, viewer: Identity, role: Role, action: str, **about: Unpack[About]) -> None:
        """Audit one view; returns at once where the same one was told lately.

        Raises:
            StorageError: it could not be written, so nothing may be shown.
        """
        same = tuple(sorted((about.get("detail") or {}).items()))
        concerned = (about.get("room_id"), about.get("user_id"))
        key = (viewer.user_id, role, action, *concerned, same)
        now_ms = self._parts.now_ms()
        told_ms = self._told_ms.get(key)
        if told_ms is not None and now_ms - told_ms < VIEW_AGAIN_MS:
            return
        await self._parts.storage.audit.add(audit_entry(self._parts, viewer, role, action, **about))
        self._told_ms[key] = now_ms
        self._told_ms.move_to_end(key)
        if len(self._told_ms) > VIEWS_KEPT:
            self._told_ms.popitem(last=False)


@contextmanager
def writing() -> Iterator[None]:
    """What storage does not take in this block was not done: StorageError → NotStoredError."""
    try:
        yield
    except StorageError as error:
        raise NotStoredError(str(error)) from error
