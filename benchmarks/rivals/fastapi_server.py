"""FastAPI on uvicorn as its documentation broadcasts: `send_text` to each member per event.

    python -m benchmarks.rivals.fastapi_server PORT

uvicorn runs with its own choices; compression is off, so that plain frames are compared with plain
frames.
"""

import sys
from collections import defaultdict

import uvicorn
from fastapi import FastAPI, WebSocket, WebSocketDisconnect

from benchmarks.rivals.events import broadcast, decode, room_state


class ConnectionManager:
    """The members of one room."""

    def __init__(self) -> None:
        self.active_connections: list[WebSocket] = []

    def connect(self, websocket: WebSocket) -> None:
        """Let one in."""
        self.active_connections.append(websocket)

    def disconnect(self, websocket: WebSocket) -> None:
        """Let one out."""
        self.active_connections.remove(websocket)

    async def broadcast(self, message: str) -> None:
        """To everybody, one after another."""
        for connection in list(self.active_connections):
            await connection.send_text(message)


app = FastAPI()
rooms: dict[str, ConnectionManager] = defaultdict(ConnectionManager)


@app.websocket("/ws")
async def serve_member(websocket: WebSocket) -> None:
    """One member, from its join until it leaves."""
    await websocket.accept()
    _, _, join = decode(await websocket.receive_text())
    user_id: str = join["user"]["userId"]
    manager = rooms[join["roomId"]]
    await websocket.send_text(room_state(join["roomId"]))
    manager.connect(websocket)
    try:
        while True:
            _, ts, transform = decode(await websocket.receive_text())
            await manager.broadcast(broadcast(user_id, ts, transform))
    except WebSocketDisconnect:
        manager.disconnect(websocket)


if __name__ == "__main__":
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=int(sys.argv[1]),
        log_level="warning",
        access_log=False,
        ws_per_message_deflate=False,
    )
