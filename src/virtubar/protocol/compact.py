"""Moves as bytes, for connections that asked for them (§12): many in one binary message. Pure.

A message is one byte for its kind (1), six for the base time, and then a record for each move:

    flags   u8          bits 0 and 1: anim, as its place in ANIMS; bit 2: speaking;
                        the others say how wide what follows is
    index   u8 or u16   bit 3; who moves, see MemberIndices
    time    u8 or u16   bit 4; ms after the base time
    seq     u16 or u32  bit 5
    x, z    i16 or i32  bit 6; millimetres
    rotY    i16         milliradians
    y       i32         bit 7; millimetres, 0 where it is left out

Everything is little-endian. A record refers to nothing but the base time of its own message, so
that a receiver can read any message on its own. What does not fit (a seq of more than 32 bits) is
sent as the JSON envelope that it is elsewhere.
"""

from collections.abc import Mapping, Sequence
from struct import Struct as Layout
from struct import error as LayoutError  # noqa: N812 - an exception's name, as ours are
from typing import Final

from virtubar.protocol.codec import ServerEnvelope
from virtubar.protocol.constants import ANIMS
from virtubar.protocol.events import AvatarTransformBroadcast

KIND_MOVES: Final = 1
"""The first byte of a message with moves; an envelope's is `{`."""
INDEX_MAX: Final = 0xFFFF
"""What two bytes hold."""

_SPEAKING: Final = 4
_INDEX_16, _TIME_16, _SEQ_32, _FAR, _HIGH = 8, 16, 32, 64, 128
_HEAD: Final = Layout("<BIH")
_BASE_MAX_MS: Final = 2**48 - 1
_SPAN_MAX_MS: Final = 0xFFFF
_SEQ_MAX: Final = 2**32 - 1
_ROT_Y_MAX_RAD: Final = 32.767
_ANIM_NUMBERS: Final = {name: number for number, name in enumerate(ANIMS)}


def _layout(flags: int) -> Layout:
    """The record whose flags have these widths."""
    return Layout(
        "<B"
        + ("H" if flags & _INDEX_16 else "B")
        + ("H" if flags & _TIME_16 else "B")
        + ("I" if flags & _SEQ_32 else "H")
        + ("ii" if flags & _FAR else "hh")
        + "h"
        + ("i" if flags & _HIGH else "")
    )


_LAYOUTS: Final = [_layout(flags) for flags in range(256)]
_PACKS: Final = [layout.pack for layout in _LAYOUTS]

Move = tuple[int, AvatarTransformBroadcast, int]
"""Who moves, by index; the event; its time."""


class CompactRefusedError(Exception):
    """A binary message is none of these; the server is at fault."""


def fits(event: AvatarTransformBroadcast, ts: int) -> bool:
    """Whether a move can be said in a record."""
    return (
        event.seq <= _SEQ_MAX
        and 0 <= ts <= _BASE_MAX_MS
        and -_ROT_Y_MAX_RAD <= event.rot_y <= _ROT_Y_MAX_RAD
    )


def pack_moves(moves: Sequence[Move]) -> list[bytes]:
    """The messages that say these moves, in order: one, where their times are within a minute.

    Args:
        moves: at least one, each of which `fits`.
    """
    times = [ts for _, _, ts in moves]
    base_ms = min(times)
    if max(times) - base_ms <= _SPAN_MAX_MS:
        return [_packed(moves, base_ms)]
    messages = []
    start, low, high = 0, times[0], times[0]
    for n, ts in enumerate(times):
        low, high = min(low, ts), max(high, ts)
        if high - low > _SPAN_MAX_MS:
            messages.append(_packed(moves[start:n], min(times[start:n])))
            start, low, high = n, ts, ts
    messages.append(_packed(moves[start:], min(times[start:])))
    return messages


def _packed(moves: Sequence[Move], base_ms: int) -> bytes:
    records = [_HEAD.pack(KIND_MOVES, base_ms & 0xFFFFFFFF, base_ms >> 32)]
    anims, packs = _ANIM_NUMBERS, _PACKS
    for index, event, ts in moves:
        late_ms = ts - base_ms
        x, z = round(event.x * 1000.0), round(event.z * 1000.0)
        flags = anims[event.anim]
        if event.speaking:
            flags |= _SPEAKING
        if index > 0xFF:
            flags |= _INDEX_16
        if late_ms > 0xFF:
            flags |= _TIME_16
        if event.seq > 0xFFFF:
            flags |= _SEQ_32
        if not (-0x8000 <= x <= 0x7FFF and -0x8000 <= z <= 0x7FFF):
            flags |= _FAR
        rot_y = round(event.rot_y * 1000.0)
        if event.y:
            flags |= _HIGH
            y = round(event.y * 1000.0)
            records.append(packs[flags](flags, index, late_ms, event.seq, x, z, rot_y, y))
        else:
            records.append(packs[flags](flags, index, late_ms, event.seq, x, z, rot_y))
    return b"".join(records)


def unpack_moves(message: bytes, users: Mapping[int, str]) -> list[ServerEnvelope]:
    """The events in one binary message, as JSON would have carried them, times and all.

    Args:
        users: whose index is whose, as `member_indices` has told.

    Raises:
        CompactRefusedError: the message is of another kind or cut off, or names an index that
            nobody was told to have.
    """
    envelopes: list[ServerEnvelope] = []
    base_ms, records = read_records(message)
    try:
        for flags, index, late_ms, seq, x, z, rot_y, *y in records:
            event = AvatarTransformBroadcast(
                users[index],
                seq,
                x / 1000.0,
                y[0] / 1000.0 if y else 0.0,
                z / 1000.0,
                rot_y / 1000.0,
                ANIMS[flags & 3],
                bool(flags & _SPEAKING),
            )
            envelopes.append(ServerEnvelope(base_ms + late_ms, event))
    except KeyError as error:
        raise CompactRefusedError(f"nobody has the index {error}") from None
    return envelopes


def read_records(message: bytes) -> tuple[int, list[tuple[int, ...]]]:
    """The base time, and the records as they are: flags, index, ms after the base time, seq, x and
    z in mm, rotY in mrad, and y in mm where it is not 0.

    For whoever needs no events of them: it takes a fraction of the time.

    Raises:
        CompactRefusedError: the message is of another kind or cut off.
    """
    records: list[tuple[int, ...]] = []
    try:
        kind, low, high = _HEAD.unpack_from(message)
        if kind != KIND_MOVES:
            raise CompactRefusedError(f"a message of kind {kind}")
        at, end = _HEAD.size, len(message)
        while at < end:
            layout = _LAYOUTS[message[at]]
            records.append(layout.unpack_from(message, at))
            at += layout.size
    except LayoutError:
        raise CompactRefusedError("a message that is cut off") from None
    return low | high << 32, records
