"""Fixtures that every test may use."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from support.server import RunningServer, running_server

# The same examples in every run, so that a change that breaks nothing stays green; the thorough
# profile looks for new ones (HYPOTHESIS_PROFILE=thorough).
settings.register_profile("ci", deadline=None, max_examples=100, derandomize=True)
settings.register_profile("thorough", deadline=None, max_examples=500, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    """A real server for the tests of one module, on a clock they can advance."""
    with running_server() as running:
        yield running
