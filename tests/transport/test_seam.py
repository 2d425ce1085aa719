"""The opening handshake at uvicorn's port, and what a connection may cost before it (§1)."""

import contextlib
import logging
import time
from collections.abc import Callable, Iterator

import pytest
import structlog

from support.raw import (
    RSV1,
    RawSocket,
    close,
    deflate,
    event,
    heartbeat,
    raw_guest,
    raw_socket,
    text,
)
from support.server import RunningServer, running_server
from virtubar.transport.http import PIPELINE_MAX, DeadlineHttpProtocol

DEADLINE_S = 0.3
"""Instead of 15 s, where a test waits for it."""
POST_JOIN = b"POST /rooms/join HTTP/1.1\r\nHost: bar\r\nContent-Type: application/json\r\n"


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    """A server that lets one other site in."""
    with running_server(allowed_origins=["https://friend.example", "http://tavern.test:81"]) as up:
        yield up


@pytest.fixture
def raw(server: RunningServer) -> Iterator[RawSocket]:
    """A connection that has said nothing yet."""
    with raw_socket(server) as opened:
        yield opened


def until(happened: Callable[[], bool]) -> None:
    """Wait for something that another thread brings about, at most 10 s."""
    for _ in range(1_000):
        if happened():
            return
        time.sleep(0.01)
    pytest.fail("it did not happen within 10 s")


def refused(raw: RawSocket) -> None:
    """See that nothing but the refusal came, and that the connection is over."""
    raw.end()


# Who may open a socket


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "https://friend.example.evil.example",
        "https://evilfriend.example",
        "https://friend.example@evil.example",
        "https://friend.example/path",
        "http://friend.example",
        "https://friend.example:444",
        "http://{host}.evil.example",
        "http://{host}@evil.example",
        "https://{host}.",
        "ftp://{host}",
        "{host}",
        "file://",
        "https://[",
        "*",
        "https://friend.example, https://evil.example",
    ],
)
def test_a_page_of_another_site_may_not_open_a_socket(raw: RawSocket, origin: str) -> None:
    """Foreign, null and look-alike origins: 403 before the upgrade (§1)."""
    host = "{}:{}".format(*raw.sock.getpeername())
    answer = raw.ask({"Origin": origin.format(host=host)})
    assert (answer.status, answer.code) == (403, "origin_not_allowed")
    refused(raw)


@pytest.mark.parametrize(
    "origin",
    [
        "http://{host}",
        "HTTP://{host}",
        "https://friend.example",
        "https://FRIEND.example",
        "http://tavern.test:81",
        "",
    ],
)
def test_our_own_pages_and_those_let_in_may(raw: RawSocket, origin: str) -> None:
    """The same origin, those of the setting, and whatever is no browser (§1)."""
    host = "{}:{}".format(*raw.sock.getpeername())
    raw.upgrade({"Origin": origin.format(host=host)})


def test_two_origins_are_nobodys(raw: RawSocket) -> None:
    """A repeated header does not slip through."""
    host = "{}:{}".format(*raw.sock.getpeername())
    request = raw.request({"Origin": "https://evil.example"})
    raw.send(request[:-2], f"Origin: http://{host}\r\n\r\n".encode())
    assert raw.response().status == 403


def test_any_origin_may_where_the_operator_says_so() -> None:
    """`*` lets every page in (§1)."""
    with running_server(allowed_origins="*") as server, raw_socket(server) as raw:
        raw.upgrade({"Origin": "https://evil.example"})


@pytest.mark.parametrize("path", ["/", "/ws/", "/WS", "//ws", "/ws/x", "/socket", "/%77s"])
def test_there_is_no_socket_elsewhere(raw: RawSocket, path: str) -> None:
    """Every other path: 404 (§1)."""
    answer = raw.ask(line=f"GET {path} HTTP/1.1")
    assert (answer.status, answer.code) == (404, "not_found")
    refused(raw)


def test_a_socket_is_not_opened_with_post(raw: RawSocket) -> None:
    """405, with what is allowed (RFC 6455 §4.1), as without the offer; the connection is kept."""
    answer = raw.ask(line="POST /ws HTTP/1.1")
    assert (answer.status, answer.code) == (405, "method_not_allowed")
    assert answer.headers["allow"].startswith("GET")
    raw.upgrade()


@pytest.mark.parametrize("key", ["", "short", "x" * 24, "dGhlIHNhbXBsZSBub25jZQ==,", "é" * 24])
def test_a_key_is_sixteen_bytes(raw: RawSocket, key: str) -> None:
    """Missing or malformed: 400 (RFC 6455 §4.2.1)."""
    answer = raw.ask({"Sec-WebSocket-Key": key})
    assert (answer.status, answer.code) == (400, "malformed")
    refused(raw)


@pytest.mark.parametrize("version", ["", "8", "12", "14", "13, 8", "x"])
def test_other_versions_are_told_ours(raw: RawSocket, version: str) -> None:
    """426 names version 13 (RFC 6455 §4.4)."""
    answer = raw.ask({"Sec-WebSocket-Version": version})
    assert (answer.status, answer.headers["sec-websocket-version"]) == (426, "13")
    refused(raw)


def test_the_subprotocol_is_answered_when_asked_for(server: RunningServer) -> None:
    """`virtubar.v1` is optional (§1)."""
    for offered, answered in [
        ("virtubar.v1", "virtubar.v1"),
        ("chat, virtubar.v1", "virtubar.v1"),
        ("chat", None),
        ("", None),
    ]:
        with raw_socket(server) as raw:
            answer = raw.ask({"Sec-WebSocket-Protocol": offered})
            assert answer.status == 101
            assert answer.headers.get("sec-websocket-protocol") == answered


@pytest.mark.parametrize(
    "headers",
    [
        {"Connection": "keep-alive, Upgrade"},
        {"Connection": "upgrade", "Upgrade": "WebSocket"},
        {"Connection": "Keep-Alive,UPGRADE", "Upgrade": "WEBSOCKET"},
    ],
)
def test_handshakes_of_every_browser_are_understood(
    raw: RawSocket, headers: dict[str, str]
) -> None:
    """Firefox asks to keep the connection alive as well; case does not matter."""
    raw.upgrade(headers)


@pytest.mark.parametrize("change", [str.lower, str.upper])
def test_header_names_in_any_case_are_understood(server: RunningServer, change: object) -> None:
    """Proxies write them as they like."""
    assert callable(change)
    with raw_socket(server) as raw:
        head = raw.request().decode()
        line, *lines = head.split("\r\n")
        changed = [
            change(name) + sep + value for name, sep, value in (h.partition(":") for h in lines)
        ]
        raw.send("\r\n".join([line, *changed]).encode())
        assert raw.response().status == 101


def test_a_kept_alive_connection_may_become_a_socket(raw: RawSocket) -> None:
    """After a request was answered; not while one is."""
    raw.send(b"GET /healthz HTTP/1.1\r\nHost: bar\r\n\r\n")
    assert raw.response().status == 200
    raw.upgrade()
    raw.join()


def test_an_upgrade_does_not_overtake_an_answer(raw: RawSocket) -> None:
    """The earlier request's answer would be written into the socket: the connection ends."""
    raw.send(b"GET /rooms HTTP/1.1\r\nHost: bar\r\n\r\n", raw.request())
    with pytest.raises((EOFError, ConnectionError)):
        assert raw.response().status != 101


JOIN_BODY = b'{"roomId":"lobby"}'
H2C = {"Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c", "HTTP2-Settings": "AAMAAABk"}
OFFERS = {
    "h2c": H2C,
    "TLS": {"Connection": "upgrade", "Upgrade": "TLS/1.0"},
    "unknown": {"Connection": "close-not, Upgrade", "Upgrade": "quantum/7, h3"},
    "websocket": {"Connection": "Upgrade", "Upgrade": "websocket"},
    "two lines": {"Connection": "HTTP2-Settings\r\nConnection: upgrade", "Upgrade": "h2c"},
}
"""What a request may offer to become that this server does not want."""


def offering(offer: dict[str, str], line: str = "POST /rooms/join HTTP/1.1") -> bytes:
    """The head of a join that offers it."""
    given = {"Host": "bar", "Content-Type": "application/json", **offer}
    given["Content-Length"] = str(len(JOIN_BODY))
    lines = [line, *(f"{name}: {value}" for name, value in given.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


@pytest.mark.parametrize("apart", [True, False], ids=["in two segments", "in one"])
@pytest.mark.parametrize("offer", OFFERS)
def test_an_offer_that_is_not_wanted_is_ignored(raw: RawSocket, offer: str, apart: bool) -> None:
    """The request is an ordinary one, its body is read, its connection is kept (RFC 9110 §7.8)."""
    for _ in range(2):
        if apart:
            raw.send(offering(OFFERS[offer]))
            time.sleep(0.05)
            raw.send(JOIN_BODY)
        else:
            raw.send(offering(OFFERS[offer]), JOIN_BODY)
        answer = raw.response()
        assert (answer.status, b"realtimeToken" in answer.body) == (200, True)
    raw.upgrade()


def test_requests_behind_an_ignored_offer_are_answered_in_turn(raw: RawSocket) -> None:
    """Each is read from where the one before it ends, however the bytes come."""
    healthz = b"GET /healthz HTTP/1.1\r\nHost: bar\r\n\r\n"
    asked = offering(H2C) + JOIN_BODY + healthz + offering(H2C) + JOIN_BODY
    raw.send(asked)
    assert [b"realtimeToken" in raw.response().body for _ in range(3)] == [True, False, True]
    raw.send_slowly(asked)
    assert [b"realtimeToken" in raw.response().body for _ in range(3)] == [True, False, True]


def test_a_chunked_body_behind_an_ignored_offer_is_read(raw: RawSocket) -> None:
    """Whatever frames it."""
    head = offering(H2C).replace(b"Content-Length: 18", b"Transfer-Encoding: chunked")
    raw.send(head, b"12\r\n" + JOIN_BODY + b"\r\n0\r\n\r\n")
    assert raw.response().status == 200


def test_an_offer_of_http_1_0_is_ignored(raw: RawSocket) -> None:
    """A server must (RFC 9110 §7.8): it is told how to ask."""
    answer = raw.ask(line="GET /ws HTTP/1.0")
    assert (answer.status, answer.code) == (426, "upgrade_required")


def test_a_handshake_has_no_body(raw: RawSocket) -> None:
    """Else what the body says would be taken for frames, by us or by a proxy before us."""
    answer = raw.ask({"Content-Length": "6\r\nX-Y: z"})
    raw.send(text(heartbeat(1)))
    assert (answer.status, answer.code) == (426, "upgrade_required")


def test_this_is_no_proxy(raw: RawSocket) -> None:
    """CONNECT is refused in the shape of every error, and the connection ends."""
    raw.send(b"CONNECT elsewhere.example:443 HTTP/1.1\r\nHost: elsewhere.example:443\r\n\r\n")
    answer = raw.response()
    assert (answer.status, answer.code) == (405, "method_not_allowed")
    refused(raw)


@pytest.mark.parametrize("scheme", ["http", "ws", "HTTP"])
def test_a_socket_opens_in_absolute_form(server: RunningServer, scheme: str) -> None:
    """As proxies ask, at both paths; the target's host counts, not the header's (RFC 9112 §3.2)."""
    for path in ("/ws", "/socket.io/?EIO=4&transport=websocket"):
        with raw_socket(server) as raw:
            line = f"GET {scheme}://bar.example:81{path} HTTP/1.1"
            assert raw.ask({"Origin": "http://bar.example:81"}, line=line).status == 101
        with raw_socket(server) as raw:
            answer = raw.ask({"Origin": "http://{}:{}".format(*raw.sock.getpeername())}, line=line)
            assert (answer.status, answer.code) == (403, "origin_not_allowed")


@pytest.mark.parametrize("path", ["", "?a=b", "/", "/healthz", "/rooms?limit=5"])
def test_a_request_in_absolute_form_is_an_ordinary_one(raw: RawSocket, path: str) -> None:
    """A target without a path is the root (RFC 9112 §3.2.1)."""
    raw.send(f"GET http://bar.example{path} HTTP/1.1\r\nHost: bar\r\n\r\n".encode())
    assert raw.response().status == 200


def test_a_join_in_absolute_form_is_sent_to_that_host(raw: RawSocket) -> None:
    """The answer's addresses are made from the target's host (§1)."""
    raw.send(offering({}, "POST http://bar.example:81/rooms/join HTTP/1.1"), JOIN_BODY)
    assert b'"ws://bar.example:81/ws"' in raw.response().body


def test_a_target_that_cannot_be_read_is_malformed(raw: RawSocket) -> None:
    """Whoever sends it is told so."""
    raw.send(b"GET /\xc3\xa9 HTTP/1.1\r\nHost: bar\r\n\r\n")
    answer = raw.response()
    assert (answer.status, answer.code) == (400, "malformed")
    refused(raw)


# Limits


def test_an_address_may_open_so_many_sockets() -> None:
    """One more is 429, and one that ends makes room (§1)."""
    with running_server(address_limits=True, connections_per_address=3) as server:
        opened = [RawSocket(server) for _ in range(3)]
        for raw in opened:
            raw.upgrade()
        with raw_socket(server) as raw:
            answer = raw.ask()
            assert (answer.status, answer.code) == (429, "rate_limited")
            assert int(answer.headers["retry-after"]) > 0
        opened[0].send(close(1000))
        opened[0].closed()
        opened[0].sock.close()
        until(lambda: _may_come_in(server))
        for raw in opened:
            raw.sock.close()


def test_the_server_takes_so_many_sockets() -> None:
    """One more is 503, whatever the address, and one that ends makes room."""
    with running_server(max_connections=2) as server:
        with raw_socket(server) as first, raw_socket(server) as second:
            first.upgrade()
            second.upgrade()
            with raw_socket(server) as raw:
                answer = raw.ask()
                assert (answer.status, answer.code) == (503, "server_full")
                assert int(answer.headers["retry-after"]) > 0
        until(lambda: _may_come_in(server))


def _may_come_in(server: RunningServer) -> bool:
    with raw_socket(server) as raw:
        return raw.ask().status == 101


def test_an_address_may_hold_so_many_http_connections() -> None:
    """Four for each socket it may open; the rest are cut, those that end make room, a socket is
    counted for itself, and a trusted proxy carries everybody (§1)."""
    limits = {"address_limits": True, "connections_per_address": 2}
    with running_server(**limits) as server, contextlib.ExitStack() as stack:
        held = [stack.enter_context(raw_socket(server)) for _ in range(8)]
        for raw in held:
            raw.send(b"GET /healthz HTTP/1.1\r\nHost: bar\r\n\r\n")
            assert raw.response().status == 200
        with raw_socket(server) as raw, pytest.raises((ConnectionError, EOFError)):
            raw.response()
        held[0].upgrade()
        held[1].sock.close()
        until(lambda: _may_come_in(server))
    with (
        running_server(trusted_proxies=["127.0.0.1"], **limits) as server,
        contextlib.ExitStack() as stack,
    ):
        for _ in range(20):
            raw = stack.enter_context(raw_socket(server))
            raw.send(b"GET /healthz HTTP/1.1\r\nHost: bar\r\n\r\n")
            assert raw.response().status == 200


def test_forwarded_addresses_count_only_from_trusted_proxies() -> None:
    """Behind a proxy each visitor counts alone; a stranger's header says nothing (§1)."""
    limits = {"address_limits": True, "connections_per_address": 1}
    with (
        running_server(trusted_proxies=["127.0.0.1"], **limits) as server,
        raw_socket(server) as ann,
        raw_socket(server) as bob,
        raw_socket(server) as forger,
    ):
        ann.upgrade({"X-Forwarded-For": "203.0.113.1"})
        bob.upgrade({"X-Forwarded-For": "203.0.113.1, 203.0.113.2"})
        assert forger.ask({"X-Forwarded-For": "198.51.100.9, 203.0.113.1"}).status == 429
    with (
        running_server(**limits) as server,
        raw_socket(server) as ann,
        raw_socket(server) as forger,
    ):
        ann.upgrade({"X-Forwarded-For": "203.0.113.1"})
        assert forger.ask({"X-Forwarded-For": "203.0.113.2"}).status == 429


def test_nobody_comes_in_while_the_server_drains() -> None:
    """503 with a time to come back, on a connection that was open before."""
    with running_server() as server, raw_socket(server) as raw:
        raw.send(raw.request()[:-2])
        time.sleep(0.05)
        server.call(server.app.server.stop)
        raw.send(b"\r\n")
        answer = raw.response()
        assert (answer.status, answer.code) == (503, "draining")
        assert int(answer.headers["retry-after"]) > 0


# Slow and endless requests


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Deadlines of a fraction of a second."""
    monkeypatch.setattr(DeadlineHttpProtocol, "request_timeout_s", DEADLINE_S)
    monkeypatch.setattr(DeadlineHttpProtocol, "response_timeout_s", DEADLINE_S)


def _is_cut_off(raw: RawSocket, dribble: bytes) -> None:
    """See that the connection ends about at the deadline, though bytes keep coming."""
    started = time.monotonic()
    raw.sock.settimeout(0.05)
    while True:
        assert time.monotonic() < started + 20 * DEADLINE_S, "the connection is still open"
        try:
            raw.send(dribble)
            if raw.sock.recv(1) == b"":
                break
        except TimeoutError:
            continue
        except ConnectionError:
            break
    assert time.monotonic() > started + DEADLINE_S / 2


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize(
    ("start", "dribble"),
    [
        (b"", b""),
        (b"\r\n", b"\r\n"),
        (b"GET /healthz HTTP/1.1\r\nHost: bar\r\n", b"X: y\r\n"),
        (b"GET /ws HTTP/1.1\r\nHost: bar\r\nUpgrade: websocket\r\n", b"X: y\r\n"),
        (b"GET /", b"w"),
        (POST_JOIN + b"Content-Length: 9999\r\n\r\n{", b" "),
        (POST_JOIN + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n", b"1\r\n \r\n"),
    ],
    ids=["silence", "blank lines", "headers", "upgrade", "target", "body", "chunks"],
)
def test_a_request_has_a_deadline(raw: RawSocket, start: bytes, dribble: bytes) -> None:
    """However it is dragged out, the connection is cut (slowloris)."""
    raw.send(start)
    _is_cut_off(raw, dribble)


@pytest.mark.usefixtures("hurried")
def test_blank_lines_do_not_keep_an_answered_connection(raw: RawSocket) -> None:
    """They begin no request, and must not stop the clock of an idle connection either."""
    raw.send(b"GET /healthz HTTP/1.1\r\nHost: bar\r\n\r\n")
    assert raw.response().status == 200
    _is_cut_off(raw, b"\r\n")


@pytest.mark.usefixtures("hurried")
def test_a_socket_outlives_the_deadline_of_its_request(server: RunningServer) -> None:
    """The deadline is the request's alone."""
    with raw_guest(server) as raw:
        time.sleep(3 * DEADLINE_S)
        raw.send(text(heartbeat(1)))
        raw.hears(1)


@pytest.mark.usefixtures("hurried")
def test_an_answer_that_nobody_takes_is_given_up() -> None:
    """Whoever does not read holds no answer for ever."""
    asking = b"GET /openapi.json HTTP/1.1\r\nHost: bar\r\n\r\n" * PIPELINE_MAX
    with running_server() as server, raw_socket(server, receive_buffer_bytes=4096) as raw:
        uvicorn = server.app.server.server_state
        raw.send(asking)

        def given_up() -> bool:
            for one in uvicorn.connections:
                assert isinstance(one, DeadlineHttpProtocol)
                if not one._answering() and not one.flow.write_paused:
                    raw.send(asking)  # the kernel took it all: no reader is waited for yet
            return uvicorn.total_requests > 0 and not uvicorn.connections and not uvicorn.tasks

        until(lambda: server.call(given_up))


def _reads_nothing(server: RunningServer) -> DeadlineHttpProtocol:
    """The connection whose answer waits for its reader, once it does."""

    def waiting() -> DeadlineHttpProtocol | None:
        for one in server.app.server.server_state.connections:
            if isinstance(one, DeadlineHttpProtocol) and one.flow.write_paused:
                return one
        return None

    until(lambda: server.call(waiting) is not None)
    found = server.call(waiting)
    assert found is not None
    return found


def test_one_answer_waits_on_a_connection() -> None:
    """The next request is not answered before the reader has taken the one before, and the
    kernel takes little of it; what waits is counted, and not counted any more once it is read."""
    asking = b"GET /openapi.json HTTP/1.1\r\nHost: bar\r\n\r\n" * PIPELINE_MAX
    with running_server() as server, raw_socket(server, receive_buffer_bytes=4096) as raw:
        raw.send(asking)
        one = _reads_nothing(server)
        waiting, answered = server.call(
            lambda: (one._unsent.total_bytes, one.server_state.total_requests)
        )
        sizes = [len(raw.response().body) for _ in range(PIPELINE_MAX)]
        assert answered < PIPELINE_MAX
        assert 0 < waiting <= sizes[0] + 1024
        until(lambda: server.call(lambda: one._unsent.total_bytes) == 0)
        raw.send(b"GET /healthz HTTP/1.1\r\nHost: bar\r\n\r\n")
        assert raw.response().status == 200


def test_a_reader_who_was_slow_may_become_a_socket() -> None:
    """What watched over the answer lets the connection go."""
    with running_server() as server, raw_socket(server, receive_buffer_bytes=4096) as raw:
        raw.send(b"GET /openapi.json HTTP/1.1\r\nHost: bar\r\n\r\n")
        one = _reads_nothing(server)
        raw.send(raw.request())
        until(lambda: server.call(lambda: one not in one.server_state.connections))
        assert (one._response_deadline, one._unsent.total_bytes) == (None, 0)
        assert raw.response().status == 200
        assert raw.response().status == 101
        raw.join()


@pytest.mark.parametrize(
    "last", [b"", b"nonsense\r\n\r\n", b"GET /ws HTTP/1.1\r\nUpgrade: websocket\r\n\r\n"]
)
def test_requests_that_are_cut_off_leave_no_traceback(last: bytes) -> None:
    """Nobody can fill the log by asking too much, or nonsense, before an answer is read."""
    asking = b"GET /openapi.json HTTP/1.1\r\nHost: bar\r\n\r\n"
    with running_server() as server, structlog.testing.capture_logs() as logs:
        for count in (2, PIPELINE_MAX, PIPELINE_MAX + 2):
            with raw_socket(server, receive_buffer_bytes=4096) as raw:
                raw.send(asking * count, last)
                time.sleep(0.05)
        until(lambda: server.call(lambda: not server.app.server.server_state.tasks))
    assert [entry for entry in logs if entry["log_level"] in ("warning", "error")] == []


def test_requests_do_not_queue_without_end(raw: RawSocket) -> None:
    """Five that wait for their answers are too many on one connection."""
    asking = b"GET /healthz HTTP/1.1\r\nHost: bar\r\n\r\n"
    raw.send(asking * (PIPELINE_MAX + 1))
    for _ in range(PIPELINE_MAX + 1):
        assert raw.response().status == 200
    raw.send_until_cut_off(asking * 100, seconds=10)


@pytest.mark.parametrize(
    ("start", "more"),
    [
        (b"GET /ws HTTP/1.1\r\nHost: bar\r\n", b"X-Y: " + b"z" * 1000 + b"\r\n"),
        (b"GET /ws HTTP/1.1\r\nX: ", b"y" * 4096),
        (b"GET /", b"w" * 4096),
    ],
    ids=["many headers", "one header", "target"],
)
def test_a_request_without_end_is_refused(raw: RawSocket, start: bytes, more: bytes) -> None:
    """64 KiB for the whole request, and a segment: 413."""
    raw.send(start)
    for _ in range(200):
        raw.send(more)
    answer = raw.response()
    assert (answer.status, answer.code) == (413, "too_large")
    refused(raw)


def test_trailers_without_end_are_cut_off(raw: RawSocket) -> None:
    """What follows the body is bounded like the rest."""
    raw.send(POST_JOIN, b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n")
    raw.send_until_cut_off(b"X-Y: " + b"z" * 4000 + b"\r\n", seconds=10)


def test_a_caller_who_hangs_up_within_a_request_is_no_error(server: RunningServer) -> None:
    """Strangers must not be able to fill the log with our tracebacks."""
    with structlog.testing.capture_logs() as logs:
        for start in (b"", b"POST /roo", POST_JOIN, POST_JOIN + b"Content-Length: 9\r\n\r\n{"):
            with raw_socket(server) as raw:
                raw.send(start)
        until(lambda: server.call(lambda: not server.app.server.server_state.tasks))
        time.sleep(0.05)
    assert [entry for entry in logs if entry["log_level"] in ("warning", "error")] == []


def test_what_is_not_http_is_malformed(raw: RawSocket) -> None:
    """In the shape of every error (§1)."""
    raw.send(b"\x16\x03\x01\x02\x00 hello\r\n\r\n")
    answer = raw.response()
    assert (answer.status, answer.code) == (400, "malformed")
    refused(raw)


# Tokens in URLs


def test_a_token_in_the_url_works_and_is_in_no_log(
    server: RunningServer,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """`?realtimeToken=` is short-lived and never written down, whatever comes of it (§3)."""
    caplog.set_level(logging.DEBUG)
    with structlog.testing.capture_logs() as logs, raw_socket(server) as raw:
        token = _token(raw)
        target = f"/ws?realtimeToken={token}"
        assert raw.ask(line=f"GET {target} HTTP/1.1").status == 101
        user = {"userId": raw.user_id, "displayName": "Ann", "avatarId": "fox"}
        raw.send(text(event("join_room", roomId="lobby", user=user)))
        raw.event("session", userId=raw.user_id)
        for line in (
            f"GET {target} HTTP/1.0",
            f"GET /elsewhere?realtimeToken={token} HTTP/1.1",
            f"POST {target} HTTP/1.1",
            f"GET {target}\x00 HTTP/1.1",
        ):
            with raw_socket(server) as other:
                other.ask({"Origin": "https://evil.example"}, line=line)
        with raw_socket(server) as other:
            assert other.ask({"Upgrade": "", "Connection": ""}, line=f"GET {target} HTTP/1.1")
        raw.send(close(1000))
        raw.closed()
    assert any(entry["event"] == "joined" for entry in logs)
    printed = capfd.readouterr()
    for written in (repr(logs), caplog.text, printed.out, printed.err):
        assert token not in written
        assert token.split(".")[1] not in written


def test_a_bearer_token_of_the_handshake_works(raw: RawSocket) -> None:
    """`Authorization: Bearer` on the upgrade (§3)."""
    raw.upgrade({"Authorization": f"Bearer {_token(raw)}"})
    user = {"userId": raw.user_id, "displayName": "Ann", "avatarId": "fox"}
    raw.send(text(event("join_room", roomId="lobby", user=user)))
    raw.event("session", userId=raw.user_id)


def test_the_token_of_the_payload_wins(raw: RawSocket) -> None:
    """Over the one of the URL (§3)."""
    assert raw.ask(line="GET /ws?realtimeToken=nonsense HTTP/1.1").status == 101
    raw.join()


def _token(raw: RawSocket) -> str:
    message = raw.join_message().decode()
    return message.split('"realtimeToken":"')[1].split('"')[0]


def test_compression_can_be_switched_off() -> None:
    """Then no offer is taken, and RSV1 means nothing."""
    with running_server(compression=False) as server, raw_socket(server) as raw:
        answer = raw.ask({"Sec-WebSocket-Extensions": "permessage-deflate"})
        assert "sec-websocket-extensions" not in answer.headers
        raw.send(text(deflate(heartbeat(1)), rsv=RSV1))
        assert raw.closed()[0] == 1002
