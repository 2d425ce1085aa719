"""Who is measured, and how each is set up. A new peer is a new row."""

from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from benchmarks.load import COLYSEUS, COMPACT, JSON, PACKETS
from benchmarks.servers import Server, VirtuBar, floor_server, node_rival, rival
from virtubar.room.config import CAPACITY_MAX

FLOOR, OURS, OURS_DEFLATED, NEAREST = "C floor", "VirtuBar", "VirtuBar, deflate", "Colyseus"


class Peer(Struct, frozen=True, kw_only=True):
    """One server as its own documentation would have it.

    Attributes:
        name: as the tables show it.
        start: makes the server, from the compiled floor.
        wire: the language it speaks, a row of native/wires.c.
        deflate: permessage-deflate is offered.
        keeps_state: it sends each member's newest place and not each move, so that two moves
            between two patches are one update.
        is_ours: what it delivers has to be right, and the command fails where it is not.
        how: how it was set up, in a few words.
    """

    name: str
    start: Callable[[Path], Server]
    wire: str = JSON
    deflate: bool = False
    keeps_state: bool = False
    is_ours: bool = False
    how: str


def _ours(_floor: Path) -> Server:
    """As shipped, but without the rules of crowds: all peers show everybody at full rate."""
    return VirtuBar(VIRTUBAR_CROWD_THRESHOLD=str(CAPACITY_MAX))


def _sources(_floor: Path) -> Server:
    """The same as pure Python."""
    return VirtuBar(sources=True, VIRTUBAR_CROWD_THRESHOLD=str(CAPACITY_MAX))


PEERS = (
    Peer(
        name=FLOOR,
        start=floor_server,
        is_ours=True,
        how="one epoll loop that checks nothing, one `write()` to each member every 50 ms",
    ),
    Peer(name=OURS, start=_ours, is_ours=True, how="`virtubar serve`, JSON, plain frames"),
    Peer(
        name=OURS_DEFLATED,
        start=_ours,
        deflate=True,
        is_ours=True,
        how="the same with `permessage-deflate`, as every browser gets it",
    ),
    Peer(
        name="VirtuBar, compact",
        start=_ours,
        wire=COMPACT,
        deflate=True,
        is_ours=True,
        how="the same for a client that asks for moves in short, as the web client does in a crowd",
    ),
    Peer(
        name="VirtuBar, pure Python",
        start=_sources,
        is_ours=True,
        how="JSON, plain frames, where there was no C compiler",
    ),
    Peer(
        name="VirtuBar, compact, pure Python",
        start=_sources,
        wire=COMPACT,
        deflate=True,
        is_ours=True,
        how="short moves, where there was no C compiler",
    ),
    Peer(
        name=NEAREST,
        start=lambda _floor: node_rival("colyseus", "colyseus.mjs"),
        wire=COLYSEUS,
        keeps_state=True,
        how="Node, a map of players in the room's state, binary patches every 50 ms",
    ),
    Peer(
        name="Socket.IO",
        start=lambda _floor: node_rival("socket.io", "socketio.mjs"),
        wire=PACKETS,
        how="Node, `io.to(room).emit` for each move",
    ),
    Peer(
        name="ws",
        start=lambda _floor: node_rival("ws", "ws.mjs"),
        how="Node, `send` to each member for each move",
    ),
    Peer(
        name="python-socketio",
        start=lambda _floor: rival("python-socketio", "socketio_server"),
        wire=PACKETS,
        how="uvicorn with uvloop, `emit` to the room for each move",
    ),
    Peer(
        name="FastAPI",
        start=lambda _floor: rival("fastapi", "fastapi_server"),
        how="uvicorn with uvloop, `send_text` to each member for each move",
    ),
    Peer(
        name="websockets",
        start=lambda _floor: rival("websockets", "websockets_server"),
        how="uvloop, `broadcast()` to the room for each move",
    ),
)


def named(name: str) -> Peer:
    """The peer of that name."""
    return next(peer for peer in PEERS if peer.name == name)
