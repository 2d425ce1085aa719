"""What the tests of the whole server share."""

from collections.abc import AsyncIterator

import pytest

from support.evening import Evening, open_evening
from support.server import RunningServer


@pytest.fixture
async def evening(server: RunningServer) -> AsyncIterator[Evening]:
    """A new room on the module's server; whoever is still there at the end goes."""
    opened = await open_evening(server)
    yield opened
    await opened.end()
