"""The Python client: `async with connect(base_url, room_id) as bar: ...`."""

from virtubar.client.connection import Bar, connect
from virtubar.client.events import BarEvent, Delivery, Joined, Member, Reconnecting
from virtubar.client.states import State
from virtubar.errors import (
    ClientError,
    ConnectionLostError,
    JoinFailedError,
    ReaderTooSlowError,
)

__all__ = [
    "Bar",
    "BarEvent",
    "ClientError",
    "ConnectionLostError",
    "Delivery",
    "JoinFailedError",
    "Joined",
    "Member",
    "ReaderTooSlowError",
    "Reconnecting",
    "State",
    "connect",
]
