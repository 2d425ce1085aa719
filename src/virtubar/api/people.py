"""`DELETE /moderation/people/{userId}`: forgetting a person."""

from typing import Annotated, Any

import msgspec
from litestar import Request, delete
from litestar.handlers import HTTPRouteHandler
from litestar.params import PathParameter

from virtubar.api.auditing import Views, audit_entry, writing
from virtubar.api.authorization import Authorizer
from virtubar.api.errors import NotFinishedError, responses
from virtubar.api.oversight_bodies import ErasedAnswer
from virtubar.api.parts import ApiParts
from virtubar.api.permissions import Right
from virtubar.errors import RequestRefusedError
from virtubar.protocol.constants import USER_ID_PATTERN
from virtubar.storage.ports import StorageError

SomebodysId = Annotated[str, PathParameter(pattern=USER_ID_PATTERN)]


def people_routes(parts: ApiParts, views: Views) -> list[HTTPRouteHandler]:
    """The handler that erases a person."""
    return [_erase(parts, Authorizer(parts, views))]


def _erase(parts: ApiParts, authorizer: Authorizer) -> HTTPRouteHandler:
    @delete(
        "/moderation/people/{user_id:str}",
        status_code=200,
        guards=[authorizer.guard],
        tags=["Moderation"],
        security=[{"identity": []}],
        responses=responses(401, 403, 409, 422, 429, 503),
        summary="Erase what is stored of a person",
    )
    async def erase_person(request: Request[Any, Any, Any], user_id: SomebodysId) -> ErasedAnswer:
        """For admins. What must stay (a ban that holds, the audit) keeps no words of or about the
        person; somebody of whom nothing is stored is answered with zeros."""
        identity = await authorizer.with_right(request, Right.ERASE_PEOPLE)
        _require_away(parts, user_id)
        with writing():
            await parts.forget_in_memory(user_id)
            # It may have taken a while, and they may have come in meanwhile.
            _require_away(parts, user_id)
            entry = audit_entry(parts, identity, identity.role, "erase")
        try:
            erased = await parts.erase(user_id, entry)
        except StorageError as error:
            raise NotFinishedError(str(error)) from error
        return ErasedAnswer(**msgspec.structs.asdict(erased))

    return erase_person


def _require_away(parts: ApiParts, user_id: str) -> None:
    """Raise RequestRefusedError, 409, while the person is in a room: they would leave traces."""
    rooms = parts.oversight.overview()
    if any(parts.rooms.contains(room.room_id, user_id) for room in rooms):
        raise RequestRefusedError(
            409, "person_is_here", "The person is in a room; kick them, and try again."
        )
