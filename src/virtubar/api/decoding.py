"""Request bodies: JSON in one strict pass, no coercion, and a refusal that names the field."""

import re
from typing import Any, TypeVar

import msgspec
from litestar._openapi.schema_generation import SchemaCreator
from litestar.dto import AbstractDTO
from litestar.openapi.spec import Reference, Schema
from litestar.typing import FieldDefinition

from virtubar.errors import RequestRefusedError

T = TypeVar("T")
_path = re.compile(r" - at `\$\.?(?P<field>[^`]+)`\Z")
_missing = re.compile(r"Object missing required field `(?P<field>[^`]+)`")


class StrictBody(AbstractDTO[T]):
    """Decodes `data` with msgspec from the bytes themselves.

    Litestar's own way converts leniently (`"5"` would be a number) and answers 400 to everything.
    """

    def decode_bytes(self, value: bytes) -> Any:
        """The body as the handler's type; raises RequestRefusedError, 400 or 422."""
        return decode_body(value, self.model_type)

    @classmethod
    def create_for_field_definition(
        cls,
        field_definition: FieldDefinition,
        handler_id: str,
        backend_cls: Any = None,
    ) -> None:
        """Nothing to prepare: the type decodes itself."""

    @classmethod
    def create_openapi_schema(
        cls, field_definition: FieldDefinition, handler_id: str, schema_creator: SchemaCreator
    ) -> Reference | Schema:
        """The schema of the type as it is."""
        del handler_id
        return schema_creator.for_field_definition(field_definition)


def decode_body(body: bytes, kind: type[T]) -> T:
    """The JSON body as `kind`.

    Raises:
        RequestRefusedError: 400 `malformed` where it is no JSON object, 422 `invalid_field` where
            a field is missing or wrong.
    """
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        raise _refusal(str(error)) from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise RequestRefusedError(400, "malformed", "The body is not valid JSON.") from None


def _refusal(reason: str) -> RequestRefusedError:
    if missing := _missing.match(reason):
        return RequestRefusedError(422, "invalid_field", f"`{missing['field']}` is required.")
    if path := _path.search(reason):
        expected = reason[: path.start()]
        return RequestRefusedError(422, "invalid_field", f"`{path['field']}`: {expected}.")
    return RequestRefusedError(400, "malformed", "The body must be a JSON object.")
