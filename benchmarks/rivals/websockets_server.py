"""The `websockets` library as its documentation advises: `broadcast()` to the room per event.

    python -m benchmarks.rivals.websockets_server PORT

It runs on uvloop where that is installed. Compression is off, so that plain frames are compared
with plain frames.
"""

import asyncio
import sys
from collections import defaultdict

from websockets.asyncio.server import ServerConnection, broadcast, serve

from benchmarks.rivals import events

rooms: dict[str, set[ServerConnection]] = defaultdict(set)


async def serve_member(connection: ServerConnection) -> None:
    """One member, from its join until it leaves."""
    _, _, join = events.decode(await connection.recv())
    user_id: str = join["user"]["userId"]
    members = rooms[join["roomId"]]
    await connection.send(events.room_state(join["roomId"]))
    members.add(connection)
    try:
        async for message in connection:
            _, ts, transform = events.decode(message)
            broadcast(members, events.broadcast(user_id, ts, transform))
    finally:
        members.discard(connection)


async def main() -> None:
    """Serve until a signal ends the process."""
    async with serve(serve_member, "127.0.0.1", int(sys.argv[1]), compression=None):
        await asyncio.get_running_loop().create_future()


if __name__ == "__main__":
    try:
        import uvloop
    except ImportError:
        asyncio.run(main())
    else:
        uvloop.run(main())
