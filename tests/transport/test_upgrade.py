"""The opening handshake: what is agreed to, and who may open a socket (RFC 6455 §4.2, §1)."""

import base64
import json
from http import HTTPStatus

import pytest
from websockets.client import ClientProtocol
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory
from websockets.frames import Frame
from websockets.http11 import Response
from websockets.uri import parse_uri

from virtubar.transport.compact import RAW_DIALECTS
from virtubar.transport.dialect import JSON
from virtubar.transport.upgrade import (
    Agreement,
    UpgradeRefusedError,
    UpgradeRequest,
    agree,
    check_origin,
    parse_request,
    refusal_response,
)

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
"""The example of RFC 6455 §1.3, and its answer."""
ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


def request(method: str = "GET", query: str = "", **headers: str) -> UpgradeRequest:
    """A valid handshake, but for the headers given (`None` is not there, `_` is a hyphen)."""
    given = {
        "host": "bar.example",
        "upgrade": "websocket",
        "connection": "Upgrade",
        "sec-websocket-version": "13",
        "sec-websocket-key": KEY,
    }
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    return UpgradeRequest(method, "/ws", query, given)


def answered(agreement: Agreement) -> dict[str, str]:
    """The headers of the answer, names in lower case."""
    head, rest = agreement.response.decode().split("\r\n\r\n")
    assert rest == ""
    status, *lines = head.split("\r\n")
    assert status == "HTTP/1.1 101 Switching Protocols"
    pairs = [line.split(": ", 1) for line in lines]
    assert len({name.lower() for name, _ in pairs}) == len(pairs)
    return {name.lower(): value for name, value in pairs}


def refusal(asked: UpgradeRequest) -> UpgradeRefusedError:
    """Why the handshake is refused."""
    with pytest.raises(UpgradeRefusedError) as refused:
        agree(asked, compression=True)
    return refused.value


# Reading the request


def test_a_request_is_read_with_its_query_and_headers() -> None:
    """Names in lower case, values trimmed, repeated ones joined in order."""
    data = (
        b"GET /ws?realtimeToken=a%2Bb&x=1 HTTP/1.1\r\nHost: bar.example\r\n"
        b"SEC-WebSocket-Extensions:  a\r\nX: 1\r\nsec-websocket-extensions: b; c \r\n"
        b"Empty:\r\nColons: a:b\r\n\r\nbody: not a header"
    )
    assert parse_request(data) == UpgradeRequest(
        "GET",
        "/ws",
        "realtimeToken=a%2Bb&x=1",
        {
            "host": "bar.example",
            "sec-websocket-extensions": "a, b; c",
            "x": "1",
            "empty": "",
            "colons": "a:b",
        },
    )


# Agreeing


def test_the_key_is_answered_as_the_rfc_says() -> None:
    """With the upgrade, and nothing that was not asked for."""
    assert answered(agree(request(), compression=True)) == {
        "upgrade": "websocket",
        "connection": "Upgrade",
        "sec-websocket-accept": ACCEPT,
    }


@pytest.mark.parametrize(
    "key",
    [
        "",
        "dGhlIHNhbXBsZSBub25jZQ",
        base64.b64encode(b"x" * 15).decode(),
        base64.b64encode(b"x" * 17).decode(),
        "é" * 24,
        "dGhl IHNhbXBsZSBub25jZQ==",
        f"{KEY}, {KEY}",
        "-_hlIHNhbXBsZSBub25jZQ==",
    ],
)
def test_a_key_that_is_not_16_bytes_is_refused(key: str) -> None:
    """Malformed base64, too short, too long, given twice: 400."""
    error = refusal(request(sec_websocket_key=key))
    assert (error.status, error.code) == (HTTPStatus.BAD_REQUEST, "malformed")


def test_a_request_without_a_key_is_refused() -> None:
    """The same 400."""
    bare = request()
    del bare.headers["sec-websocket-key"]
    assert refusal(bare).status is HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize("version", ["7", "8", "14", "", "13, 8", "013"])
def test_another_version_is_told_the_right_one(version: str) -> None:
    """426 with `Sec-WebSocket-Version: 13` (RFC 6455 §4.2.2)."""
    error = refusal(request(sec_websocket_version=version))
    assert (error.status, error.code) == (HTTPStatus.UPGRADE_REQUIRED, "unsupported_version")
    assert b"\r\nSec-WebSocket-Version: 13\r\n" in refusal_response(error)


def test_only_get_opens_a_socket() -> None:
    """405, and which method is allowed."""
    error = refusal(request("POST"))
    assert error.status is HTTPStatus.METHOD_NOT_ALLOWED
    assert b"\r\nAllow: GET\r\n" in refusal_response(error)


@pytest.mark.parametrize("connection", ["Upgrade", "upgrade", "keep-alive, Upgrade", "Upgrade, x"])
def test_every_way_to_ask_for_an_upgrade_is_answered_alike(connection: str) -> None:
    """Firefox sends `keep-alive, Upgrade`."""
    headers = answered(agree(request(connection=connection), compression=True))
    assert headers["sec-websocket-accept"] == ACCEPT


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("virtubar.v1", True),
        ("chat, virtubar.v1", True),
        (" virtubar.v1 ,x", True),
        ("virtubar.v2", False),
        ("VIRTUBAR.V1", False),
        ("", False),
    ],
)
def test_our_subprotocol_is_answered_where_it_is_asked_for(asked: str, told: bool) -> None:
    """And none where it is not; the socket opens all the same."""
    asking = request(sec_websocket_protocol=asked)
    agreement = agree(asking, compression=True, subprotocols=RAW_DIALECTS)
    expected = "virtubar.v1" if told else None
    assert answered(agreement).get("sec-websocket-protocol") == agreement.subprotocol == expected
    assert RAW_DIALECTS[agreement.subprotocol] is JSON


def test_the_server_chooses_among_the_subprotocols_that_are_offered() -> None:
    """What it likes best of them, in whatever order they come."""
    asking = request(sec_websocket_protocol="one, two, three")
    for liked in (("two", "one"), ("four", "two", None)):
        assert agree(asking, compression=True, subprotocols=liked).subprotocol == "two"


# Compression


@pytest.mark.parametrize(
    ("offers", "taken"),
    [
        ("permessage-deflate", True),
        ("permessage-deflate; client_max_window_bits", True),
        ("permessage-deflate; client_max_window_bits=10", True),
        ('permessage-deflate; client_max_window_bits="15"', True),
        ("permessage-deflate; client_no_context_takeover; client_max_window_bits", True),
        ("Permessage-Deflate ;Client_Max_Window_Bits", True),
        ("x-webkit-deflate-frame, permessage-deflate", True),
        ("permessage-deflate; server_max_window_bits=10, permessage-deflate", True),
        ("permessage-deflate; server_no_context_takeover, permessage-deflate", True),
        ("permessage-deflate; server_no_context_takeover", False),
        ("permessage-deflate; server_max_window_bits=12", False),
        ("permessage-deflate; server_max_window_bits=15; server_no_context_takeover", False),
        ("permessage-deflate; client_max_window_bits=16", False),
        ("permessage-deflate; client_max_window_bits=7", False),
        ("permessage-deflate; client_no_context_takeover=1", False),
        ("permessage-deflate; client_max_window_bits; client_max_window_bits", False),
        ("permessage-deflate; mystery", False),
        ("permessage-deflated", False),
        ("x-permessage-deflate", False),
        ("", False),
    ],
)
def test_compression_is_agreed_to_where_we_can_do_it(offers: str, taken: bool) -> None:
    """The first offer that fits: a window of 32 KiB kept on our side, none kept on theirs; what a
    server must decline is declined (RFC 7692 §5.1, §7)."""
    agreement = agree(request(sec_websocket_extensions=offers), compression=True)
    told = answered(agreement).get("sec-websocket-extensions")
    assert agreement.deflates is taken
    assert told == ("permessage-deflate; client_no_context_takeover" if taken else None)


def test_compression_can_be_switched_off() -> None:
    """Then no offer is taken."""
    agreement = agree(request(sec_websocket_extensions="permessage-deflate"), compression=False)
    assert not agreement.deflates
    assert "sec-websocket-extensions" not in answered(agreement)


def test_a_client_that_nobody_here_wrote_takes_the_answer() -> None:
    """The `websockets` package makes the request and reads the answer, then a message."""
    client = ClientProtocol(
        parse_uri("ws://bar.example/ws?realtimeToken=abc"),
        extensions=[ClientPerMessageDeflateFactory(client_max_window_bits=True)],
    )
    client.send_request(client.connect())
    asked = parse_request(b"".join(client.data_to_send()))
    agreement = agree(asked, compression=True)
    client.receive_data(agreement.response + b"\x81\x02hi")
    response, frame = client.events_received()
    assert isinstance(response, Response)
    assert client.handshake_exc is None
    assert len(client.extensions) == 1
    assert isinstance(frame, Frame)
    assert frame.data == b"hi"
    assert (agreement.deflates, agreement.token) == (True, "abc")


# Tokens


@pytest.mark.parametrize(
    ("query", "authorization", "token"),
    [
        ("", "", None),
        ("realtimeToken=a.b-c_d", "", "a.b-c_d"),
        ("x=1&realtimeToken=a%20b&realtimeToken=c", "", "a b"),
        ("realtimeToken=", "", None),
        ("realtimetoken=abc", "", None),
        ("", "Bearer abc", "abc"),
        ("", "bearer  abc ", "abc"),
        ("", "Bearer ", None),
        ("", "Basic abc", None),
        ("realtimeToken=url", "Bearer header", "url"),
        ("realtimeToken=", "Bearer header", "header"),
    ],
)
def test_a_token_may_come_with_the_handshake(
    query: str, authorization: str, token: str | None
) -> None:
    """On the URL or in `Authorization: Bearer` (§3); a broken one is no token."""
    asked = request(query=query, authorization=authorization)
    assert agree(asked, compression=True).token == token


# Origins


def is_let_in(origin: str | None, host: str, *allowed: str) -> bool:
    """Whether a page of that origin may open a socket at that host."""
    try:
        check_origin(origin, host, allowed)
    except UpgradeRefusedError as error:
        refused = (error.status, error.code)
    else:
        return True
    assert refused == (HTTPStatus.FORBIDDEN, "origin_not_allowed")
    return False


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        (None, "bar.example"),
        ("http://bar.example", "bar.example"),
        ("https://bar.example", "bar.example"),
        ("https://bar.example:443", "bar.example"),
        ("https://bar.example", "bar.example:443"),
        ("http://bar.example", "bar.example:80"),
        ("http://bar.example:8000", "bar.example:8000"),
        ("HTTP://BAR.example", "bar.EXAMPLE"),
        ("http://127.0.0.1:8000", "127.0.0.1:8000"),
        ("http://[::1]:8000", "[::1]:8000"),
        ("http://[2001:db8::1]", "[2001:DB8::1]"),
    ],
)
def test_a_page_of_ours_is_let_in(origin: str | None, host: str) -> None:
    """The same host and port, a port that goes without saying included; a client that is no
    browser sends no Origin."""
    assert is_let_in(origin, host)


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("https://evil.example", "bar.example"),
        ("null", "bar.example"),
        ("", "bar.example"),
        ("http://bar.example:8001", "bar.example:8000"),
        ("http://bar.example", "bar.example:8000"),
        ("https://bar.example:80", "bar.example"),
        ("https://bar.example.evil.example", "bar.example"),
        ("https://evilbar.example", "bar.example"),
        ("https://sub.bar.example", "bar.example"),
        ("https://bar.example@evil.example", "bar.example"),
        ("https://evil@bar.example", "bar.example"),
        ("https://bar.example/", "bar.example"),
        ("https://bar.example/path", "bar.example"),
        ("bar.example", "bar.example"),
        ("//bar.example", "bar.example"),
        ("file://bar.example", "bar.example"),
        ("ftp://bar.example", "bar.example"),
        ("chrome-extension://bar.example", "bar.example"),
        ("https://bar.example:99999", "bar.example"),
        ("https://bar.example:x", "bar.example"),
        ("http://[::1", "[::1]"),
        ("http://[::2]", "[::1]"),
        ("https://", ""),
        ("https://bar.example.", "bar.example"),
        ("https://b\u0430r.example", "bar.example"),
    ],
)
def test_any_other_page_is_kept_out(origin: str, host: str) -> None:
    """Another host, port or scheme, a look-alike, and whatever is no origin."""
    assert not is_let_in(origin, host)


@pytest.mark.parametrize(
    ("origin", "allowed", "let_in"),
    [
        ("https://bar.example", ["https://bar.example"], True),
        ("HTTPS://Bar.Example", ["https://bar.example/"], True),
        ("https://b.example", ["https://a.example", "https://b.example"], True),
        ("http://bar.example", ["https://bar.example"], False),
        ("https://bar.example:444", ["https://bar.example"], False),
        ("https://bar.example.evil.example", ["https://bar.example"], False),
        ("https://bar.example/x", ["https://bar.example"], False),
        ("null", ["https://bar.example"], False),
        ("null", ["null"], True),
        ("https://anywhere.example", ["*"], True),
        ("null", ["*"], False),
        ("null", ["*", "null"], True),
        ("capacitor://localhost", ["capacitor://localhost"], True),
        ("capacitor://localhost", ["ionic://localhost"], False),
        ("capacitor://localhost:8000", ["capacitor://localhost"], False),
        ("https://anywhere.example", ["https://*"], False),
    ],
)
def test_further_origins_may_be_allowed(origin: str, allowed: list[str], let_in: bool) -> None:
    """Each as a whole, or all of them but `null`, which any page can make itself to be."""
    assert is_let_in(origin, "server.example:8000", *allowed) is let_in


# Refusing


def test_a_refusal_is_a_whole_http_answer() -> None:
    """The shape of every error of the API, with its length, and the connection ends (§1)."""
    error = UpgradeRefusedError(HTTPStatus.TOO_MANY_REQUESTS, "rate_limited", "Later, please.", 10)
    head, body = refusal_response(error).decode().split("\r\n\r\n")
    status, *lines = head.split("\r\n")
    assert status == "HTTP/1.1 429 Too Many Requests"
    assert json.loads(body) == {
        "code": "rate_limited",
        "message": "Later, please.",
        "retryAfterMs": 10_000,
    }
    assert {
        "Retry-After: 10",
        f"Content-Length: {len(body)}",
        "Content-Type: application/json",
        "Connection: close",
    } <= set(lines)


def test_a_refusal_for_good_names_no_time() -> None:
    """Neither in its headers nor in its body."""
    error = UpgradeRefusedError(HTTPStatus.FORBIDDEN, "origin_not_allowed", "No.")
    response = refusal_response(error)
    assert b"Retry-After" not in response
    assert b"retryAfterMs" not in response
