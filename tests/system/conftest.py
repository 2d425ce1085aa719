"""What the tests of the whole server share."""

from collections.abc import AsyncIterator

import pytest

from support.evening import Evening, Spoken, open_evening
from support.server import RunningServer

POLLED = (
    "test_3_joining",
    "test_4_presence",
    "test_6_chat",
    "test_6_missed_chat",
    "test_7_moderation",
)
"""Modules whose cases run over polling too, which costs several times as long."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what the specification says over each transport, from one list."""
    if "spoken" in metafunc.fixturenames:
        polled = metafunc.module.__name__.rpartition(".")[2] in POLLED
        spoken = ("raw", "socketio", "polling") if polled else ("raw", "socketio")
        metafunc.parametrize("spoken", spoken)


@pytest.fixture
async def evening(server: RunningServer, spoken: Spoken) -> AsyncIterator[Evening]:
    """A new room on the module's server; whoever is still there at the end goes."""
    opened = await open_evening(server, spoken)
    yield opened
    await opened.end()


@pytest.fixture(params=["raw", "socketio"])
async def socket_evening(
    server: RunningServer, request: pytest.FixtureRequest
) -> AsyncIterator[Evening]:
    """The same, for what is about WebSockets, whatever they carry."""
    opened = await open_evening(server, request.param)
    yield opened
    await opened.end()


@pytest.fixture
async def raw_evening(server: RunningServer) -> AsyncIterator[Evening]:
    """The same, for what is about the raw WebSocket alone."""
    opened = await open_evening(server)
    yield opened
    await opened.end()
