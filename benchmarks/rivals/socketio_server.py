"""python-socketio's ASGI server as its documentation advises: a room, an `emit` to it per event.

    python -m benchmarks.rivals.socketio_server PORT

On uvicorn with uvloop and the `websockets` library; permessage-deflate is off.
"""

import sys
import time
from typing import Any

import socketio  # type: ignore[import-untyped]  # it has no types
import uvicorn

server = socketio.AsyncServer(async_mode="asgi", cors_allowed_origins=[])
users: dict[str, str] = {}


def envelope(name: str, ts: int, payload: dict[str, Any]) -> dict[str, Any]:
    """What VirtuBar's events look like."""
    return {"v": 1, "t": name, "ts": ts, "payload": payload}


@server.event  # type: ignore[untyped-decorator]  # it has no types
async def join_room(sid: str, message: dict[str, Any]) -> None:
    """One member comes in: the rivals keep no members' places."""
    join, now_ms = message["payload"], int(time.time() * 1000)
    users[sid] = join["user"]["userId"]
    state = {"roomId": join["roomId"], "serverTimeMs": now_ms, "members": []}
    await server.emit("room_state", envelope("room_state", now_ms, state), to=sid)
    await server.enter_room(sid, join["roomId"])


@server.event  # type: ignore[untyped-decorator]  # it has no types
async def avatar_transform(sid: str, message: dict[str, Any]) -> None:
    """One member moves."""
    transform, name = message["payload"], "avatar_transform_broadcast"
    room_id = transform.pop("roomId")
    payload = {"userId": users[sid], **transform}
    await server.emit(name, envelope(name, message["ts"], payload), room=room_id)


if __name__ == "__main__":
    uvicorn.run(
        socketio.ASGIApp(server),
        host="127.0.0.1",
        port=int(sys.argv[1]),
        ws="websockets",
        ws_per_message_deflate=False,
        log_level="warning",
    )
