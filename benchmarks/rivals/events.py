"""The two messages that the rivals understand, as plain JSON."""

import json
import time
from typing import Any


def decode(text: str | bytes) -> tuple[str, int, dict[str, Any]]:
    """The name, time stamp and payload of one client message."""
    envelope = json.loads(text)
    return envelope["t"], envelope["ts"], envelope["payload"]


def room_state(room_id: str) -> str:
    """The answer to a join: the rivals keep no members' places."""
    now_ms = int(time.time() * 1000)
    return _encode("room_state", now_ms, {"roomId": room_id, "serverTimeMs": now_ms, "members": []})


def broadcast(user_id: str, ts: int, transform: dict[str, Any]) -> str:
    """One member's transform as the others get it."""
    payload = {"userId": user_id} | {k: v for k, v in transform.items() if k != "roomId"}
    return _encode("avatar_transform_broadcast", ts, payload)


def _encode(name: str, ts: int, payload: dict[str, Any]) -> str:
    return json.dumps({"v": 1, "t": name, "ts": ts, "payload": payload}, separators=(",", ":"))
