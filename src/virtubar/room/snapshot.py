"""A room, written down for another process to go on with. Pure.

The parts of a room know how to write and read themselves; here is what they make together, as a
value and as bytes. The bytes are a CRC-32 of the rest and MessagePack. The settings are not in
them: they are stored, and may have changed since.
"""

from typing import Annotated, Final
from zlib import crc32

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from virtubar.errors import SnapshotRefusedError
from virtubar.protocol.constants import CHAT_REPLAY_MAX, ROOM_ID_PATTERN
from virtubar.room.chat import HistorySnapshot, IdsSnapshot
from virtubar.room.config import CAPACITY_MAX
from virtubar.room.evidence_snapshot import EvidenceSnapshot
from virtubar.room.member_snapshot import RosterSnapshot
from virtubar.room.order import OrderSnapshot
from virtubar.room.seats import SeatSnapshot
from virtubar.room.written import MessageId, WallMs

SNAPSHOT_VERSION: Final = 1
"""Raised with every change after which an older server could not read what a newer one wrote."""
SNAPSHOT_BYTES: Final = 4 * 1024 * 1024
"""What a room may remember of people who are not in it: 200 messages with their audiences, 4096
who may come back, the limits, strikes and slow mode of 4096 more, the last minute of 1024. A quiet
room has a few KB."""
SNAPSHOT_BYTES_A_MEMBER: Final = 6 * 1024
"""Each member with the longest names, a mute with the longest reason, a seat, and a minute of chat
at the rate limit. Usually it is 200 bytes."""
_CRC_BYTES: Final = 4


class RoomSnapshot(Struct, frozen=True):
    """One room at one moment.

    Attributes:
        taken_ms: that moment, wall time; all ages and remaining times count from it.
        unstored: the messages that were not handed over to be stored.
    """

    version: int
    room_id: Annotated[str, Meta(pattern=ROOM_ID_PATTERN)]
    taken_ms: WallMs
    roster: RosterSnapshot
    seats: Annotated[list[SeatSnapshot], Meta(max_length=CAPACITY_MAX)]
    ids: IdsSnapshot
    unstored: Annotated[list[MessageId], Meta(max_length=CHAT_REPLAY_MAX)]
    history: HistorySnapshot
    order: OrderSnapshot
    evidence: EvidenceSnapshot


class _Versioned(Struct):
    version: int


def snapshot_bytes_max(members: int) -> int:
    """How many bytes the snapshot of a room with so many members has at most."""
    return SNAPSHOT_BYTES + members * SNAPSHOT_BYTES_A_MEMBER


def encode_snapshot(snapshot: RoomSnapshot) -> bytes:
    """The snapshot as bytes, at most `snapshot_bytes_max` of them: where it would be more, the
    older half of what is kept for reports is left out, as often as it takes."""
    bytes_max = snapshot_bytes_max(len(snapshot.roster.members))
    body = msgspec.msgpack.encode(snapshot)
    while len(body) + _CRC_BYTES > bytes_max and not snapshot.evidence.is_empty:
        snapshot = replace(snapshot, evidence=snapshot.evidence.newer_half())
        body = msgspec.msgpack.encode(snapshot)
    return crc32(body).to_bytes(_CRC_BYTES, "big") + body


def decode_snapshot(data: bytes) -> RoomSnapshot:
    """The snapshot that was written so.

    Raises:
        SnapshotRefusedError: the bytes are damaged, of another version, or say what no room does.
    """
    body = data[_CRC_BYTES:]
    if len(data) > snapshot_bytes_max(CAPACITY_MAX):
        raise SnapshotRefusedError("bounds", f"{len(data)} bytes")
    if crc32(body).to_bytes(_CRC_BYTES, "big") != data[:_CRC_BYTES]:
        raise SnapshotRefusedError("damaged", "the checksum is another")
    try:
        version = msgspec.msgpack.decode(body, type=_Versioned).version
    except msgspec.MsgspecError as error:
        raise SnapshotRefusedError("damaged", str(error)) from error
    if version != SNAPSHOT_VERSION:
        raise SnapshotRefusedError("version", f"{version}, and this server reads 1")
    try:
        return msgspec.msgpack.decode(body, type=RoomSnapshot)
    except msgspec.ValidationError as error:
        raise SnapshotRefusedError("bounds", str(error)) from error
    except msgspec.MsgspecError as error:
        raise SnapshotRefusedError("damaged", str(error)) from error
