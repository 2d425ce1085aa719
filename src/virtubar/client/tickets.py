"""`POST /rooms/join` (§3): how a client comes by a realtime token. A shell around httpx."""

import asyncio
import inspect
import logging
import ssl
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec

from virtubar.client.steps import Ticket, TicketGiven, TicketRefused
from virtubar.protocol.constants import Device
from virtubar.proxies import proxy_for

REQUEST_TIMEOUT_S = 10.0
"""For the whole of one request; the next try comes with the session's backoff."""


IdentitySource = str | Callable[[], str | Awaitable[str]]
"""An identity token, or what gives a fresh one whenever it is called."""

_Answer = TicketGiven | TicketRefused

logger = logging.getLogger(__name__)


class _Refusal(msgspec.Struct, frozen=True, rename="camel"):
    code: str = "unknown"
    message: str = ""
    retry_after_ms: int | None = None


_ticket_decoder = msgspec.json.Decoder(Ticket)
_refusal_decoder = msgspec.json.Decoder(_Refusal)


@cache
def _tls() -> ssl.SSLContext:
    """The system's trust, loaded once a process: it takes tens of milliseconds."""
    return ssl.create_default_context()


def http_client(base_url: str, *, direct: bool = False) -> httpx.AsyncClient:
    """A client fit for `JoinRequests`; share one between many visits to one server.

    Args:
        base_url: of the server, which decides whether it is asked through a proxy (proxies.py).
        direct: never through one.

    Raises:
        ConfigurationError: as of proxy_for.
    """
    proxy = None if direct else proxy_for(base_url)
    return httpx.AsyncClient(verify=_tls(), timeout=REQUEST_TIMEOUT_S, proxy=proxy, trust_env=False)


class JoinRequests:
    """Asks for tickets to one room as one person.

    Args:
        identity: who the caller is, or was last time; None makes a new guest, whose own token is
            kept for the next call. A function is asked before the first call, and again once its
            token is refused.
        direct: sockets are to be opened at `base_url` too, whatever public URL the server names.
        is_bot: whether a program comes in (§3).

    Attributes:
        identity_token: the newest, None before there is any.
    """

    def __init__(  # noqa: PLR0913 - named options of one visit
        self,
        http: httpx.AsyncClient,
        base_url: str,
        room_id: str,
        *,
        display_name: str | None,
        avatar_id: str | None,
        identity: IdentitySource | None,
        device: Device,
        direct: bool = False,
        is_bot: bool = False,
    ) -> None:
        self.identity_token = identity if isinstance(identity, str) else None
        self._fresh = None if isinstance(identity, str) else identity
        self._http = http
        self._base_url = base_url.rstrip("/")
        self._direct = direct
        self._url = f"{self._base_url}/rooms/join"
        self._body: dict[str, Any] = {"roomId": room_id, "device": device}
        if display_name is not None:
            self._body["displayName"] = display_name
        if avatar_id is not None:
            self._body["avatarId"] = avatar_id
        if is_bot:
            self._body["bot"] = True

    async def request(self) -> _Answer:
        """One call, or two where a fresh identity token has to be had; every answer, and every
        lack of one, is a value.

        Cancelling leaves the connection closed and nothing changed here.
        """
        try:
            if self._fresh is None:
                return await self._ask()
            return await self._ask_as_known(self._fresh)
        except httpx.HTTPError as error:
            return TicketRefused(0, "unreachable", f"{type(error).__name__} at {self._url}")

    async def _ask_as_known(self, fresh: Callable[[], str | Awaitable[str]]) -> _Answer:
        """Ask with the token that is kept, and once more with a fresh one where it has ended."""
        if self.identity_token is not None:
            answer = await self._ask()
            if not isinstance(answer, TicketRefused) or answer.status != httpx.codes.UNAUTHORIZED:
                return answer
        try:
            async with asyncio.timeout(REQUEST_TIMEOUT_S):
                token = fresh()
                self.identity_token = await token if inspect.isawaitable(token) else token
        except Exception as error:
            # Whatever the application's function met with may have passed by the next try.
            logger.warning("no fresh identity token", exc_info=error)
            return TicketRefused(0, "identity_unavailable", f"{type(error).__name__}: {error}")
        return await self._ask()

    async def _ask(self) -> _Answer:
        token = self.identity_token
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = await self._http.post(self._url, json=self._body, headers=headers)
        if answer.status_code not in (httpx.codes.OK, httpx.codes.CREATED):
            return _refused(answer)
        try:
            ticket = _ticket_decoder.decode(answer.content)
        except msgspec.MsgspecError:
            return TicketRefused(0, "unreadable", f"{self._url} did not answer with a ticket")
        self.identity_token = ticket.identity_token or self.identity_token
        return TicketGiven(self._beside(ticket) if self._direct else ticket)

    def _beside(self, ticket: Ticket) -> Ticket:
        """The ticket with sockets at the base URL."""
        here = urlsplit(self._base_url)
        return msgspec.structs.replace(
            ticket,
            realtime_url=urlsplit(ticket.realtime_url)
            ._replace(scheme=here.scheme.replace("http", "ws"), netloc=here.netloc)
            .geturl(),
            socketio_url=urlsplit(ticket.socketio_url)
            ._replace(scheme=here.scheme, netloc=here.netloc)
            .geturl(),
        )


def _refused(answer: httpx.Response) -> TicketRefused:
    try:
        refusal = _refusal_decoder.decode(answer.content)
    except msgspec.MsgspecError:
        refusal = _Refusal()
    message = refusal.message or f"HTTP {answer.status_code}"
    return TicketRefused(answer.status_code, refusal.code, message, refusal.retry_after_ms)
