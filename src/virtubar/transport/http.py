"""uvicorn's HTTP protocol with bounds on what a stranger's connection may cost."""

import asyncio
from http import HTTPStatus
from typing import Any, ClassVar, Final

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from virtubar.transport.callers import (
    KERNEL_UNSENT_BYTES,
    PROGRESS_MIN_BYTES,
    WRITE_HIGH_BYTES,
    Callers,
    UnsentAnswers,
    limit_kernel,
)
from virtubar.transport.half_close import hang_up_soon
from virtubar.transport.offers import split_target, wants_socket, with_host, without_offer
from virtubar.transport.upgrade import UpgradeRefusedError, refusal_response

REQUEST_TIMEOUT_S: Final = 15.0
"""For a whole HTTP request to come: a slow sender holds a socket no longer (slowloris)."""
RESPONSE_TIMEOUT_S: Final = 30.0
"""For a peer to take a piece of the answer that waits for it (PROGRESS_MIN_BYTES)."""
SHUTDOWN_TIMEOUT_S: Final = 1.5
"""For an answer that is under way when the server stops: a little less than its task has
(process.SHUTDOWN_GRACE_S), so that the task hears that nobody waits, and ends by itself."""
REQUEST_MAX_BYTES: Final = 64 * 1024
"""One request with its head: bodies have at most 16 KiB (§1), and httptools bounds nothing."""
PIPELINE_MAX: Final = 4
"""Requests that wait on one connection: browsers send none ahead, and uvicorn reads on."""
_DRAINING: Final = UpgradeRefusedError(
    HTTPStatus.SERVICE_UNAVAILABLE, "draining", "The server is about to stop.", 1
)


def http_class(
    callers: Callers, unsent: UnsentAnswers | None = None
) -> type["DeadlineHttpProtocol"]:
    """The class to give uvicorn as `http`."""

    class BoundHttp(DeadlineHttpProtocol):
        _callers = callers
        _unsent = unsent or UnsentAnswers()

    return BoundHttp


class DeadlineHttpProtocol(HttpToolsProtocol):
    """HTTP that gives a request 15 s and 64 KiB to come, and its answer 30 s to be taken.

    No line of what was asked is ever written to a log.

    Attributes:
        request_timeout_s: from the connection, or the request's first byte, to its last.
        response_timeout_s: in which the answer's reader must take a piece of it.
    """

    request_timeout_s: ClassVar[float] = REQUEST_TIMEOUT_S
    response_timeout_s: ClassVar[float] = RESPONSE_TIMEOUT_S

    _callers: ClassVar[Callers | None] = None
    _unsent: ClassVar[UnsentAnswers] = UnsentAnswers()
    _peer = "unix"
    _current: Any = None  # the request that is answered; uvicorn's `cycle` is the newest
    _held: tuple[Any, Any] | None = None  # whose turn it is once the answer before is taken
    _admitted: str | None = None  # the peer, while this connection counts as one of its own
    _request_deadline: asyncio.TimerHandle | None = None
    _response_deadline: asyncio.TimerHandle | None = None
    _shutdown_deadline: asyncio.TimerHandle | None = None
    _received_bytes = 0
    _answerable = False  # the head of this request is whole: the application alone answers it

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A connection opens: the first request is awaited."""
        super().connection_made(transport)
        if self.client:
            self._peer = self.client[0]
        if self._callers is not None:
            if not self._callers.admit(self._peer):
                transport.abort()
                return
            self._admitted = self._peer
        transport.set_write_buffer_limits(high=WRITE_HIGH_BYTES)
        limit_kernel(transport, KERNEL_UNSENT_BYTES)
        # uvicorn would write URLs down, tokens and all (§3), wherever its access logger has a
        # handler again, which any later configuration of logging can give it.
        self.access_log = False
        self._await_request()

    def data_received(self, data: bytes) -> None:
        """Parse; what comes behind an upgrade's request is the new protocol's."""
        self._received_bytes += len(data)
        self._unset_keepalive_if_required()
        try:
            if not self._parse(data):
                return
        except httptools.HttpParserError:
            self._refuse(HTTPStatus.BAD_REQUEST, "malformed", "Not a valid HTTP request.")
            return
        if self._received_bytes > REQUEST_MAX_BYTES:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", "Too large a request.")
        elif self.timeout_keep_alive_task is None and not self._answering():
            # Bytes that begin no request, as blank lines do, must not hold a connection open.
            self._await_request()

    def _parse(self, data: bytes) -> bool:
        """Feed the parser, which stops behind the head of every request that offers something.

        Returns:
            Whether more is to come that is HTTP.

        Raises:
            HttpParserError: this is no HTTP.
        """
        while True:
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as offer:
                rest = data[offer.args[0] :]
            else:
                return not self.transport.is_closing()
            if self.transport.is_closing():
                return False
            method, version = self.parser.get_method(), self.parser.get_http_version()
            if wants_socket(method, version, self.headers):
                self._upgrade(rest)
                return False
            if method == b"CONNECT":
                self._refuse(HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed", "No proxy here.")
                return False
            # What is offered is not wanted: the request is an ordinary one (RFC 9110 §7.8).
            self.parser = httptools.HttpRequestParser(self)
            data = without_offer(method, self.url, version, self.headers) + rest

    def on_message_begin(self) -> None:
        """A further request begins."""
        super().on_message_begin()
        self._await_request()

    def on_headers_complete(self) -> None:
        """The request is known, and its answer may begin."""
        if self.transport.is_closing() or self.parser.should_upgrade():
            return
        self.url, host = split_target(self.url)
        if host is not None:
            self.headers[:] = with_host(self.headers, host)
        super().on_headers_complete()
        self._answerable = True
        if len(self.pipeline) > PIPELINE_MAX:
            self.cut_off()

    def on_message_complete(self) -> None:
        """The request is whole."""
        if self.parser.should_upgrade():
            return
        self._received_bytes = 0
        self._answerable = False
        self._disarm()
        super().on_message_complete()

    def pause_writing(self) -> None:
        """The peer does not take its answer."""
        super().pause_writing()
        self._hold_answer()

    def resume_writing(self) -> None:
        """The peer has taken it: the next request has its turn."""
        self._let_answer_go()
        super().resume_writing()
        held, self._held = self._held, None
        if held is not None:
            self._begin(*held)

    def cut_off(self) -> None:
        """End it now; what is being answered hears of it before it can write to nobody."""
        self._disconnect()
        self.transport.abort()

    def _disconnect(self) -> None:
        """Tell the requests under way that nobody waits: uvicorn tells the newest alone."""
        for cycle in (self._current, self.cycle):
            if cycle is not None and not cycle.response_complete:
                cycle.disconnected = True
                cycle.message_event.set()
        self.pipeline.clear()
        self._held = None

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        """Begin to answer, once the answer before has been taken: none is made to wait."""
        if self.flow.write_paused:
            self._held = (cycle, app)
        else:
            self._begin(cycle, app)

    def _begin(self, cycle: Any, app: Any) -> None:
        self._current = cycle
        super()._start_asgi_task(cycle, app)

    def _hold_answer(self) -> None:
        left_bytes = self.transport.get_write_buffer_size()
        look = self._check_progress
        self._response_deadline = self.loop.call_later(self.response_timeout_s, look, left_bytes)
        self._unsent.hold(self, self._peer, left_bytes)

    def _let_answer_go(self) -> None:
        self._unsent.release(self)
        if self._response_deadline is not None:
            self._response_deadline.cancel()
            self._response_deadline = None

    def _check_progress(self, before_bytes: int) -> None:
        """Some time ago so much waited."""
        if before_bytes - self.transport.get_write_buffer_size() < PROGRESS_MIN_BYTES:
            self.cut_off()
        else:
            self._hold_answer()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        self._disarm()
        self._release()
        self._let_answer_go()
        self._disconnect()
        if self._shutdown_deadline is not None:
            self._shutdown_deadline.cancel()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """The server stops: what is not whole is not waited for, and no answer for ever."""
        half = self._answering() and self._current is self.cycle and self.cycle.more_body
        if half and not self.cycle.response_started:
            self._cut_short()
            return
        super().shutdown()
        if not self.transport.is_closing() and self._shutdown_deadline is None:
            self._shutdown_deadline = self.loop.call_later(SHUTDOWN_TIMEOUT_S, self.cut_off)

    def _cut_short(self) -> None:
        """Half a request has come: its sender is told to try again, the application that they
        went away."""
        self._disconnect()
        self.transport.write(refusal_response(_DRAINING))
        self.transport.close()

    def _answering(self) -> bool:
        """Whether a request is being answered, so that the peer may wait in silence."""
        return bool(self.cycle) and not self.cycle.response_complete

    def _upgrade(self, rest: bytes) -> None:
        """Hand the connection over, with what came behind the request.

        As uvicorn's own, but the new protocol is set before it hears anything, so that it can
        hand over in its turn, and the parser is let go, which points back to us.
        """
        self._disarm()
        if self._answering():
            # A request before this one is still being answered, into what would be the socket.
            self.cut_off()
            return
        self._release()
        self._let_answer_go()
        limit_kernel(self.transport, 0)
        self.connections.discard(self)
        target, host = split_target(self.url)
        headers = self.headers if host is None else with_host(self.headers, host)
        head = [b"GET ", target, b" HTTP/1.1\r\n"]
        for name, value in headers:
            head += [name, b": ", value, b"\r\n"]
        protocol = self.ws_protocol_class(  # type: ignore[call-arg, misc]  # as uvicorn calls it
            config=self.config, server_state=self.server_state, app_state=self.app_state
        )
        protocol.connection_made(self.transport)
        self.transport.set_protocol(protocol)
        protocol.data_received(b"".join([*head, b"\r\n", rest]))
        self.parser = None  # type: ignore[assignment]  # as uvicorn does when a connection ends

    def _refuse(self, status: HTTPStatus, code: str, message: str) -> None:
        self._disarm()
        if self._answering():
            self.cut_off()
            return
        if not self._answerable:
            self.transport.write(refusal_response(UpgradeRefusedError(status, code, message)))
        hang_up_soon(self.transport, lambda: self.connection_lost(None))

    def _release(self) -> None:
        if self._callers is not None and self._admitted is not None:
            self._callers.release(self._admitted)
            self._admitted = None

    def _await_request(self) -> None:
        if self._request_deadline is None and not self.transport.is_closing():
            self._request_deadline = self.loop.call_later(self.request_timeout_s, self.cut_off)

    def _disarm(self) -> None:
        if self._request_deadline is not None:
            self._request_deadline.cancel()
            self._request_deadline = None
