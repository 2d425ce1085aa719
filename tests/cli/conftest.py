"""The command line against an API over fakes, in this process."""

import os

import pytest

from api.fakes import Bar
from virtubar.protocol.constants import Role


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of whoever runs the tests, and one time zone."""
    for name in list(os.environ):
        if name.startswith("VIRTUBAR_"):
            monkeypatch.delenv(name)


@pytest.fixture
def bar(monkeypatch: pytest.MonkeyPatch) -> Bar:
    """A bar that every command finds, asked by the admin Adam."""
    bar = Bar()
    monkeypatch.setattr("virtubar.cli.remote.http_client", lambda _url: bar.client())
    monkeypatch.setenv("VIRTUBAR_TOKEN", bar.token("adam", Role.ADMIN))
    return bar
