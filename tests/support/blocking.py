"""Notices what blocks a running event loop: files, sockets, processes and naps asked for by ours.

Python announces such calls to audit hooks. One that comes from a module of VirtuBar in a thread
whose event loop runs would have stopped every connection of that loop meanwhile.
"""

import asyncio
import socket
import sys
import time
import traceback
from pathlib import Path
from types import FrameType
from typing import Any, SupportsIndex

import virtubar

_OURS = str(Path(virtubar.__file__).parent)
_BLOCKING = frozenset({
    "fcntl.flock", "fcntl.lockf", "open", "os.chmod", "os.link", "os.listdir", "os.mkdir",
    "os.remove", "os.rename", "os.rmdir", "os.scandir", "os.system", "os.truncate",
    "socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "sqlite3.connect",
    "subprocess.Popen", "time.sleep",
})  # fmt: skip
"""Audit events (https://docs.python.org/3/library/audit_events.html) of calls that wait."""
_MAY_WAIT = {
    "app.py": {"build", "serve"},
    "api/page.py": {"load_assets"},
    "storage/engine.py": {"make_private", "_memory"},
    "storage/lock.py": {"take"},
    "storage/migrate.py": {"look", "_revision", "_upgrade"},
}
"""Functions that run before anybody is served, by module."""


class BlockingCalls:
    """What blocked a loop since the last look."""

    def __init__(self) -> None:
        self._found: list[str] = []

    def install(self) -> None:
        """Listen from now on; Python has no way to stop."""
        sys.addaudithook(self._hook)
        if sys.version_info < (3, 13):  # which announce no naps
            nap = time.sleep

            def sleep(seconds: float | SupportsIndex) -> None:
                self._hook("time.sleep", (seconds,))
                nap(seconds)

            time.sleep = sleep

    def take(self) -> list[str]:
        """Each call with its stack, once."""
        found, self._found = self._found, []
        return found

    def _hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in _BLOCKING and asyncio._get_running_loop() is not None:
            self._judge(event, arguments)

    def _judge(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "socket.connect" and _waits_not(arguments[0]):
            return
        frame = sys._getframe(2)
        if _is_ours(frame):
            stack = "".join(traceback.format_stack(frame, 12))
            self._found.append(f"{event}{arguments!r:.200} blocks the loop:\n{stack}")


def _waits_not(asked: socket.socket) -> bool:
    return asked.gettimeout() == 0


def _is_ours(innermost: FrameType) -> bool:
    """Whether one of our modules asked, from where it may not."""
    asked = False
    frame: FrameType | None = innermost
    while frame is not None:
        code = frame.f_code
        if code.co_filename.startswith("<frozen importlib") or code.co_name == "getlines":
            return False  # a module is loaded, or the lines of a traceback, once
        if code.co_filename.startswith(_OURS):
            asked = True
            if code.co_name in _MAY_WAIT.get(code.co_filename[len(_OURS) + 1 :], ()):
                return False
        frame = frame.f_back
    return asked
