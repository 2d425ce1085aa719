"""What a request offers to become, and where it was sent to (RFC 9110 §7.8, RFC 9112 §3.2)."""

import pytest

from virtubar.transport.offers import split_target, wants_socket, with_host, without_offer

HANDSHAKE = [(b"connection", b"keep-alive, Upgrade"), (b"upgrade", b"h2c, WebSocket")]


@pytest.mark.parametrize(
    ("method", "version", "more", "wants"),
    [
        (b"GET", "1.1", [], True),
        (b"GET", "1.1", [(b"content-length", b"0")], True),
        (b"GET", "1.1", [(b"content-length", b"5")], False),
        (b"GET", "1.1", [(b"transfer-encoding", b"chunked")], False),
        (b"GET", "1.0", [], False),
        (b"POST", "1.1", [], False),
        (b"HEAD", "1.1", [], False),
    ],
)
def test_a_handshake_is_a_get_without_a_body(
    method: bytes, version: str, more: list[tuple[bytes, bytes]], wants: bool
) -> None:
    """Of HTTP/1.1 (RFC 6455 §4.1); everything else is an ordinary request."""
    assert wants_socket(method, version, [*HANDSHAKE, *more]) == wants


def test_only_the_offer_is_taken_from_a_request() -> None:
    """What else the connection is told stays, so do repeated headers and the version."""
    headers = [
        (b"host", b"bar"),
        (b"connection", b"close, Upgrade, HTTP2-Settings"),
        (b"connection", b"upgrade"),
        (b"upgrade", b"h2c"),
        (b"http2-settings", b"AA"),
        (b"x-forwarded-for", b"1.2.3.4"),
        (b"x-forwarded-for", b"5.6.7.8"),
    ]
    assert without_offer(b"POST", b"/x?y", "1.0", headers) == (
        b"POST /x?y HTTP/1.0\r\nhost: bar\r\nconnection: close\r\n"
        b"x-forwarded-for: 1.2.3.4\r\nx-forwarded-for: 5.6.7.8\r\n\r\n"
    )


@pytest.mark.parametrize(
    ("target", "path", "host"),
    [
        (b"/ws?a=http://b/c", b"/ws?a=http://b/c", None),
        (b"*", b"*", None),
        (b"ftp://bar/ws", b"ftp://bar/ws", None),
        (b"http://bar", b"/", b"bar"),
        (b"http://bar?a=/b", b"/?a=/b", b"bar"),
        (b"HTTPS://ann:pw@bar:81/ws?a#b", b"/ws?a", b"bar:81"),
        (b"ws://[::1]:80/ws", b"/ws", b"[::1]:80"),
    ],
)
def test_a_target_is_a_path_and_maybe_a_host(
    target: bytes, path: bytes, host: bytes | None
) -> None:
    """In the absolute form it has both."""
    assert split_target(target) == (path, host)


def test_the_host_of_the_target_replaces_every_other() -> None:
    """RFC 9112 §3.2.2."""
    headers = [(b"host", b"evil"), (b"a", b"b"), (b"host", b"worse")]
    assert with_host(headers, b"bar") == [(b"host", b"bar"), (b"a", b"b")]
