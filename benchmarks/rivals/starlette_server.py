"""uvicorn + Starlette as its documentation shows a chat room: `send_text` to each member per event.

    python -m benchmarks.rivals.starlette_server PORT

uvicorn runs with its own choices: uvloop, httptools, its default WebSocket class; compression is
off, so that plain frames are compared with plain frames.
"""

import sys
from collections import defaultdict
from contextlib import suppress

import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from benchmarks.rivals.events import broadcast, decode, room_state

rooms: dict[str, set[WebSocket]] = defaultdict(set)


async def serve_member(socket: WebSocket) -> None:
    """One member, from its join until it leaves."""
    await socket.accept()
    _, _, join = decode(await socket.receive_text())
    user_id: str = join["user"]["userId"]
    members = rooms[join["roomId"]]
    await socket.send_text(room_state(join["roomId"]))
    members.add(socket)
    try:
        while True:
            _, ts, transform = decode(await socket.receive_text())
            text = broadcast(user_id, ts, transform)
            for member in list(members):
                with suppress(WebSocketDisconnect):  # that member's own loop removes it
                    await member.send_text(text)
    except WebSocketDisconnect:
        pass
    finally:
        members.discard(socket)


app = Starlette(routes=[WebSocketRoute("/ws", serve_member)])

if __name__ == "__main__":
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=int(sys.argv[1]),
        log_level="warning",
        access_log=False,
        ws_per_message_deflate=False,
    )
