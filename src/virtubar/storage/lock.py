"""One server for one SQLite file: a lock on a file beside it, let go of by the end of the process.

The lock is on a file of its own, for SQLite has locks of its own on the database, which a process
loses as soon as it closes any other descriptor of the same file.
"""

import fcntl
import os
from pathlib import Path

from virtubar.errors import ConfigurationError
from virtubar.storage.urls import Address

SUFFIX = ".lock"
_PID_BYTES = 20


class FileLock:
    """Keeps an embedded database to one process; does nothing for any other database.

    The file stays when the lock is gone: whoever removed it could remove another's.
    """

    def __init__(self, address: Address) -> None:
        self._address = address
        self._file: int | None = None

    def take(self) -> None:
        """Have the database to ourselves; nothing where we have.

        Raises:
            ConfigurationError: another process has it, or there can be no lock there.
        """
        if not self._address.path or self._file is not None:
            return
        path = Path(self._address.path).resolve()
        try:
            file = os.open(f"{path}{SUFFIX}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise self._impossible(error) from None
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(file, 0)
            os.pwrite(file, str(os.getpid()).encode(), 0)
        except BlockingIOError:
            raise self._taken(file) from None
        except OSError as error:
            os.close(file)
            raise self._impossible(error) from None
        self._file = file

    def release(self) -> None:
        """Let others have it; idempotent."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _taken(self, file: int) -> ConfigurationError:
        holder = os.pread(file, _PID_BYTES, 0).decode(errors="replace").strip()
        os.close(file)
        whose = f"process {holder}" if holder.isdigit() else "another process"
        return ConfigurationError(
            f"the database {self._address.shown} belongs to a VirtuBar server that is running "
            f"({whose}): stop that one, or set VIRTUBAR_DATABASE_URL to a database of its own "
            "for this one"
        )

    def _impossible(self, error: OSError) -> ConfigurationError:
        return ConfigurationError(
            f"the database {self._address.shown} cannot be used: it cannot be locked: "
            f"{error.strerror}"
        )
