"""Moves as bytes: they come back as the very events that JSON carries (§12)."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from virtubar.protocol.codec import decode_server, encode
from virtubar.protocol.compact import (
    KIND_MOVES,
    CompactRefusedError,
    Move,
    fits,
    pack_moves,
    unpack_moves,
)
from virtubar.protocol.constants import ANIMS
from virtubar.protocol.events import AvatarTransformBroadcast

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "wire" / "vectors" / "compact.json").read_text()
)
NOW_MS = 1_710_000_000_000
HEAD_BYTES = 7


def _name(case: dict[str, Any]) -> str:
    return str(case["name"])


def walk(**changes: Any) -> AvatarTransformBroadcast:
    """Somebody walks."""
    event = AvatarTransformBroadcast("u0", 1, 1.25, 0.0, -3.5, 0.785, "walk", False)
    return msgspec.structs.replace(event, **changes)


metres = st.integers(-10_000_000, 10_000_000).map(lambda mm: round(mm / 1000, 3) + 0.0)
near = st.integers(-33_000, 33_000).map(lambda mm: round(mm / 1000, 3) + 0.0)


@st.composite
def moves(draw: st.DrawFn) -> list[Move]:
    """What rooms say, near the edges of every width and far from them."""
    found = []
    for _ in range(draw(st.integers(1, 12))):
        index = draw(st.sampled_from([0, 1, 254, 255, 256, 65_535]) | st.integers(0, 65_535))
        event = AvatarTransformBroadcast(
            f"u{index}",
            draw(st.sampled_from([0, 65_535, 65_536, 2**32 - 1]) | st.integers(0, 2**32 - 1)),
            draw(near | metres),
            draw(st.just(0.0) | metres),
            draw(near | metres),
            draw(st.integers(-6_284, 6_284).map(lambda mrad: round(mrad / 1000, 3) + 0.0)),
            draw(st.sampled_from(ANIMS)),
            draw(st.booleans()),
        )
        ts = NOW_MS + draw(
            st.sampled_from([0, 1, 255, 256, 65_535, 65_536]) | st.integers(0, 10**6)
        )
        found.append((index, event, ts))
    return found


@given(moves())
def test_moves_come_back_as_json_carries_them(said: list[Move]) -> None:
    """Times, order, roundings: nobody can tell the wires apart."""
    users = {index: event.user_id for index, event, _ in said}
    read = [one for message in pack_moves(said) for one in unpack_moves(message, users)]
    as_json = [decode_server(encode(event, ts)) for _, event, ts in said]
    assert [(one.payload, one.ts) for one in read] == [(one.payload, one.ts) for one in as_json]


@given(st.binary(max_size=64) | st.binary(max_size=64).map(lambda tail: b"\x01" + tail))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """A server that has gone mad costs its client a refusal, and no other exception."""
    with suppress(CompactRefusedError):
        unpack_moves(data, {index: str(index) for index in range(256)})


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_the_golden_messages(case: dict[str, Any]) -> None:
    """The bytes that every client is held to; what is valid is written the same again."""
    message, users = bytes.fromhex(case["hex"]), dict(case["indices"])
    if case["expect"] is None:
        with pytest.raises(CompactRefusedError):
            unpack_moves(message, users)
        return
    read = unpack_moves(message, users)
    shown = [{"ts": one.ts, "payload": msgspec.to_builtins(one.payload)} for one in read]
    assert shown == case["expect"]
    indices = {user: index for index, user in users.items()}
    again: list[Move] = []
    for one in read:
        assert isinstance(one.payload, AvatarTransformBroadcast)
        again.append((indices[one.payload.user_id], one.payload, one.ts))
    assert pack_moves(again) == [message]


@pytest.mark.parametrize(
    ("index", "changes", "late_ms", "size"),
    [
        (255, {"seq": 65_535, "x": 32.767, "z": -32.768}, 255, 11),
        (256, {}, 0, 12),
        (0, {}, 256, 12),
        (0, {"seq": 65_536}, 0, 13),
        (0, {"x": 32.768}, 0, 15),
        (0, {"z": -32.769}, 0, 15),
        (0, {"y": 0.001}, 0, 15),
    ],
)
def test_a_record_is_as_wide_as_it_must_be(
    index: int, changes: dict[str, Any], late_ms: int, size: int
) -> None:
    """Eleven bytes for who walks on the floor of an ordinary room; each width by itself."""
    first: Move = (0, walk(), NOW_MS)
    (alone,) = pack_moves([first])
    (message,) = pack_moves([first, (index, walk(**changes), NOW_MS + late_ms)])
    assert alone[0] == KIND_MOVES
    assert len(alone) == HEAD_BYTES + 11
    assert len(message) - len(alone) == size


def test_times_too_far_apart_are_said_in_two_messages() -> None:
    """A base time reaches 65 535 ms: beyond it there is another message, in the same order."""
    far: list[Move] = [(0, walk(seq=n), NOW_MS + n * 40_000) for n in range(1, 5)]
    messages = pack_moves(far)
    assert len(messages) == 2
    read = [one for message in messages for one in unpack_moves(message, {0: "u0"})]
    assert [one.ts for one in read] == [ts for _, _, ts in far]
    assert len(pack_moves([(0, walk(), NOW_MS), (0, walk(seq=2), NOW_MS + 65_535)])) == 1


@pytest.mark.parametrize(
    ("changes", "ts", "is_fit"),
    [
        ({}, NOW_MS, True),
        ({"seq": 2**32 - 1}, NOW_MS, True),
        ({"seq": 2**32}, NOW_MS, False),
        ({"rot_y": 32.767}, NOW_MS, True),
        ({"rot_y": -32.768}, NOW_MS, False),
        ({}, 0, True),
        ({}, -1, False),
        ({}, 2**48 - 1, True),
        ({}, 2**48, False),
    ],
)
def test_what_fits_no_record_is_known(changes: dict[str, Any], ts: int, is_fit: bool) -> None:
    """It is sent as JSON instead."""
    assert fits(walk(**changes), ts) is is_fit
