"""Fixtures that every test may use."""

import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from coverage import Coverage
from hypothesis import Phase, is_hypothesis_test, settings

from benchmarks import native
from support.blocking import BlockingCalls
from support.server import RunningServer, running_server

# The same examples in every run, so that a change that breaks nothing stays green; the thorough
# profile looks for new ones (HYPOTHESIS_PROFILE=thorough), and mutation testing, which runs every
# test hundreds of times, makes do with few and with whichever one fails first.
settings.register_profile("ci", deadline=None, max_examples=100, derandomize=True)
settings.register_profile("thorough", deadline=None, max_examples=500, print_blob=True)
settings.register_profile(
    "mutants",
    deadline=None,
    max_examples=10,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

_blocking_calls = BlockingCalls()
_blocking_calls.install()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where others may slow the machine down, what is timed gets a second try, told as `RERUN`."""
    if os.environ.get("CI"):
        for item in items:
            if item.get_closest_marker("timed"):
                item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """Examples by the hundred are not traced: that costs four times the test, and what one of them
    covers the tests by example do."""
    made = is_hypothesis_test(getattr(item, "obj", None))
    tracing = Coverage.current() if made else None
    if tracing is None:
        return (yield)
    tracing.stop()
    try:
        return (yield)
    finally:
        tracing.start()


@pytest.fixture(autouse=True)
def blocking_calls() -> Iterator[BlockingCalls]:
    """A test fails in which code of ours waited where an event loop runs, in whichever thread."""
    yield _blocking_calls
    found = _blocking_calls.take()
    assert not found, "\n".join(found)


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    """A real server for the tests of one module, on a clock they can advance."""
    with running_server() as running:
        yield running


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The benchmarks' C programs; a machine without `cc` fails here and says what to install."""
    directory = tmp_path_factory.mktemp("native")
    return {name: native.build(name, directory) for name in native.PROGRAMS}
