"""The tree of exceptions.

    VirtuBarError
    ├── RefusedError              a guest's request was refused; the guest is at fault
    │   ├── JoinRefusedError      … at a join, renewal or resume (an AuthCode)
    │   │   └── SanctionedError   … because of a ban or a kick (until when)
    │   ├── RequestRefusedError   … at the HTTP API (status and code)
    │   └── TokenRefusedError     … a token is not, or no more, one of ours
    ├── ForbiddenError            somebody asked for what they may not do
    ├── ActsLimitedError          somebody asked for acts too often
    ├── SanctionsFullError        somebody's own room has as many as it may have
    ├── RoomExistsError           the id of a new room is taken
    ├── RoomsFullError            there is no place for another room
    ├── NotStoredError            storage did not take it, so that nothing was done
    │   └── NotFinishedError      … so that only a part was done; asking again goes on
    ├── StorageError              storage does not answer, or not in time
    ├── KeysUnusableError         an identity provider's keys cannot be used
    ├── SnapshotRefusedError      a room that was written down cannot be read (why)
    ├── ConfigurationError        the operator's settings cannot work
    ├── VenueError                a floor plan cannot be used; who wrote it is at fault
    └── ClientError               raised by virtubar.client
        ├── ConnectionLostError   the connection ended for good (close code)
        ├── JoinFailedError       the server refused the join for good
        └── ReaderTooSlowError    the application does not read its events

`DecodeRefusedError` (protocol.codec), `ChatRefusedError` (room.text), `MessageRefusedError` and
`UpgradeRefusedError` (transport) stand beside what raises them: one caller answers each.
"""

from typing import Literal

from virtubar.protocol.constants import AuthCode


class VirtuBarError(Exception):
    """The root: everything that VirtuBar itself raises."""


class RefusedError(VirtuBarError):
    """A guest's request was refused."""


class JoinRefusedError(RefusedError):
    """A join, renewal or resume was refused.

    Attributes:
        code: as `auth_error` and the HTTP body say it.
        message: one sentence for a person.
    """

    def __init__(self, code: AuthCode, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class RequestRefusedError(RefusedError):
    """An HTTP request was refused.

    Attributes:
        status: HTTP status.
        code: machine-readable reason.
        message: one sentence for a person.
        retry_after_ms: when to try again, with 429 and 503.
    """

    def __init__(
        self, status: int, code: str, message: str, retry_after_ms: int | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.retry_after_ms = retry_after_ms


SnapshotFault = Literal["version", "damaged", "bounds", "room"]


class SnapshotRefusedError(VirtuBarError):
    """A room that was written down cannot be read; nothing of it was.

    Attributes:
        fault: another version, damaged bytes, values that no room has, or another room's.
    """

    def __init__(self, fault: SnapshotFault, detail: str) -> None:
        super().__init__(f"the snapshot cannot be read ({fault}): {detail}")
        self.fault = fault


class ConfigurationError(VirtuBarError):
    """The settings cannot work; the operator is at fault. The sentence says which and why."""


class VenueError(VirtuBarError):
    """A floor plan cannot be used.

    Attributes:
        problems: what is wrong with it, a sentence each.
    """

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class ClientError(VirtuBarError):
    """The root of what `virtubar.client` raises."""


class ConnectionLostError(ClientError):
    """The connection ended and will not be tried again.

    Attributes:
        close_code: the WebSocket close code (§8), 1006 where there was none.
        reason: what the server said, empty where it said nothing.
    """

    def __init__(self, close_code: int, reason: str = "") -> None:
        super().__init__(f"the connection was closed with {close_code} {reason}".rstrip())
        self.close_code = close_code
        self.reason = reason


class JoinFailedError(ClientError):
    """The server refused the join, and trying again would not help.

    Attributes:
        code: the refusal's code, as the API or `auth_error` gave it.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class ReaderTooSlowError(ClientError):
    """The application reads its events too slowly, and none of them may be dropped.

    Attributes:
        unread: how many reliable events were waiting.
    """

    def __init__(self, unread: int) -> None:
        super().__init__(
            f"{unread} events are unread: iterate over the bar, or connect with listen=False"
        )
        self.unread = unread
