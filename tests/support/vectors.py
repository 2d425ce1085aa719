"""Reads the golden wire vectors; wire/vectors/README.md describes their format."""

import base64
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct, field

_FOLDER = Path(__file__).parents[2] / "wire" / "vectors"
VectorFile = Literal["client-valid", "client-invalid", "server-valid", "server-invalid"]


class Repeat(Struct, frozen=True, forbid_unknown_fields=True):
    """A long message in short: `before`, then `unit` so many `times`, then `after`."""

    before: str
    unit: str
    times: int
    after: str


class Accepted(Struct, frozen=True, forbid_unknown_fields=True):
    """The message is this event; `payload` holds the fields that the message carries."""

    event: str
    ts: int
    payload: dict[str, Any]


class Expectation(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """What an invalid message comes to: exactly one of the codes is set."""

    code: str | None = None
    event: str | None = None
    auth_error: str | None = None
    close: int | None = None


class _Case(Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    section: str
    message: str | None = None
    repeat: Repeat | None = None
    encoded: str | None = field(default=None, name="base64")
    binary: bool = False
    times: int = 1
    by: Literal["codec", "room", "transport"] = "codec"
    when: Literal["joined", "connected", "muted"] = "joined"

    @property
    def data(self) -> bytes:
        """The message exactly as it is sent."""
        if self.encoded is not None:
            return base64.b64decode(self.encoded, validate=True)
        if self.repeat is not None:
            text = self.repeat.before + self.repeat.unit * self.repeat.times + self.repeat.after
            return text.encode()
        assert self.message is not None
        return self.message.encode()


class ValidCase(_Case, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A message that decodes."""

    expect: Accepted


class InvalidCase(_Case, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A message that is refused, and how."""

    expect: Expectation


def valid_cases(file: VectorFile) -> list[ValidCase]:
    """The cases of a file of valid messages, in its order."""
    return msgspec.json.decode((_FOLDER / f"{file}.json").read_bytes(), type=list[ValidCase])


def invalid_cases(file: VectorFile) -> list[InvalidCase]:
    """The cases of a file of invalid messages, in its order."""
    return msgspec.json.decode((_FOLDER / f"{file}.json").read_bytes(), type=list[InvalidCase])
