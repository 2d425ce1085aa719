"""Which requests go through a proxy of the environment."""

import os

import pytest

from virtubar.errors import ConfigurationError
from virtubar.proxies import is_loopback, proxy_for

PROXY = "http://proxy.example:3128"


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy but those that a test sets."""
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


@pytest.mark.parametrize(
    "host",
    ["localhost", "bar.localhost", "127.0.0.1", "127.9.9.9", "[::1]", "[::ffff:127.0.0.1]"],
)
@pytest.mark.parametrize("scheme", ["http", "ws", "https", "wss"])
def test_this_machine_is_asked_directly(
    scheme: str, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No proxy elsewhere could reach it, and what answers there is not the server."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, PROXY)
    assert proxy_for(f"{scheme}://{host}:8000/rooms") is None


@pytest.mark.parametrize(
    ("url", "proxy"),
    [
        ("http://bar.example/rooms", "http://a.example:1"),
        ("ws://bar.example/ws", "http://a.example:1"),
        ("https://bar.example:8443/rooms", "http://b.example:2"),
        ("wss://bar.example:8443/ws", "http://b.example:2"),
        ("https://inside.example/rooms", None),
        ("wss://sub.inside.example/ws", None),
        ("wss://user@inside.example/ws", None),
        ("https://outside.example:8443/rooms", None),
        ("https://outside.example/rooms", "http://b.example:2"),
    ],
)
def test_a_request_and_its_socket_take_the_same_way(
    url: str, proxy: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`ws` as `http`, `wss` as `https`; a proxy without a scheme is an http one."""
    monkeypatch.setenv("HTTP_PROXY", "a.example:1")
    monkeypatch.setenv("https_proxy", "http://b.example:2")
    monkeypatch.setenv("NO_PROXY", "inside.example,outside.example:8443")
    assert proxy_for(url) == proxy


def test_one_proxy_may_serve_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    """ALL_PROXY stands in for the others, an empty one for none."""
    monkeypatch.setenv("ALL_PROXY", PROXY)
    assert proxy_for("wss://bar.example/ws") == PROXY
    monkeypatch.setenv("ALL_PROXY", "")
    assert proxy_for("wss://bar.example/ws") is None


def test_a_proxy_of_another_kind_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence, without the password that its URL may hold."""
    monkeypatch.setenv("ALL_PROXY", "socks5://ann:secret@proxy.example:1080")
    assert proxy_for("http://127.0.0.1:8000") is None
    with pytest.raises(ConfigurationError, match="speaks socks5") as caught:
        proxy_for("http://bar.example")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("host", ["", "bar.example", "10.0.0.1", "localhost.example", "[::2]"])
def test_other_machines_are_not_this_one(host: str) -> None:
    """Only what says so by its name or its address."""
    assert not is_loopback(host)
