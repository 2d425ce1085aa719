"""The two ways to reach a room, and which one is taken."""

from typing import Literal

from picows import WSError

from virtubar.client.link import Connection, Link, LinkOwner, open_link
from virtubar.client.socketio import open_socketio
from virtubar.client.steps import OpenSocket
from virtubar.client.wire import SUBPROTOCOLS, WireChoice
from virtubar.proxies import proxy_for

Transport = Literal["websocket", "socketio"]
"""How a client reaches the room: over the raw WebSocket, or over Socket.IO."""
OPENING_ERRORS = (OSError, WSError, ValueError, TimeoutError)
"""What `open_connection` raises where it could not be opened; another try may do."""


async def open_connection(
    where: OpenSocket,
    transport: Transport,
    owner: LinkOwner,
    *,
    direct: bool = False,
    wire: WireChoice = "auto",
) -> Connection:
    """A connection that is open, through the proxy that a request would take (proxies.py).

    Args:
        direct: never through a proxy.
        wire: over a WebSocket; `auto` is what the server would like.

    Raises:
        ClientError: what the transport needs is not installed.
        ConfigurationError: the proxy is of a kind that is not spoken here.
        OPENING_ERRORS: it could not be opened.
    """
    if transport == "socketio":
        return await open_socketio(
            where.socketio_url, owner, None if direct else proxy_for(where.socketio_url)
        )
    is_compact = (where.wire if wire == "auto" else wire) == "compact"
    return await open_link(
        where.url,
        lambda: Link(owner, takes_binary=is_compact),
        None if direct else proxy_for(where.url),
        SUBPROTOCOLS["compact" if is_compact else "json"],
    )
