"""Fixtures that every test may use."""

from collections.abc import Iterator

import pytest

from support.server import RunningServer, running_server


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    """A real server for the tests of one module, on a clock they can advance."""
    with running_server() as running:
        yield running
