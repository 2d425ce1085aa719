"""Evidence in pieces, so that reports which show the same moments share them. Pure.

Whoever stood in one room at one time saw and heard much the same. What a report shows is cut into
slices of half a minute, events and places apart; a slice is known by its content, stored once, and
belongs to every report that shows it. What is one report's alone stays with it.
"""

import base64
import hashlib
from collections.abc import Iterable
from itertools import groupby
from typing import Any, Final

import msgspec
from msgspec import Struct

SLICE_MS: Final = 30_000
"""Long enough that five minutes are few pieces, short enough that the two at the ends, which change
while time passes, are little."""
_ID_BYTES: Final = 16
_encoder: Final = msgspec.json.Encoder(order="deterministic")

Content = dict[str, Any]


class Piece(Struct, frozen=True):
    """One slice.

    Attributes:
        piece_id: made of room and content: equal ones have one id.
        content: `people` and either `events` or `positions`, as in the evidence.
    """

    piece_id: str
    content: Content


def split(evidence: Content, room_id: str) -> tuple[Content, list[Piece]]:
    """Evidence as what is its report's own, and the pieces that other reports may show too.

    Places that a sample's `apart` names were added for this report's sake, and are its own.
    """
    names: dict[str, str] = evidence.get("people", {})
    shared, apart = _apart(evidence.get("positions", []))
    contents: list[Content] = [{"events": run} for run in _slices(evidence.get("events", []))]
    contents += [{"positions": run} for run in _slices(shared)]
    for content in contents:
        content["people"] = {one: names[one] for one in sorted(_shown(content)) if one in names}
    told = {one for content in contents for one in content["people"]}
    own = dict(evidence)
    for key, left in (
        ("people", {one: name for one, name in names.items() if one not in told}),
        ("events", []),
        ("positions", apart),
    ):
        if key in evidence:
            own |= {key: left}
    return own, [Piece(_piece_id(content, room_id), content) for content in contents]


def join(own: Content, contents: Iterable[Content]) -> Content:
    """The evidence whose own part and pieces these are, in their order."""
    evidence = dict(own)
    events, positions, people = [], [], {}
    for content in contents:
        events += content.get("events", [])
        positions += content.get("positions", [])
        people.update(content.get("people", {}))
    if events:
        evidence["events"] = events + list(own.get("events", []))
    if positions:
        evidence["positions"] = _with_own(positions, own.get("positions", []))
    if people:
        evidence["people"] = people | own.get("people", {})
    return evidence


def _apart(positions: list[Content]) -> tuple[list[Content], list[Content]]:
    """Samples as every report near there shows them, and what this one alone has beside."""
    shared, apart = [], []
    for whole in positions:
        alone, places = whole.get("apart", ()), whole.get("places", {})
        sample = {key: value for key, value in whole.items() if key != "apart"}
        common = {one: at for one, at in places.items() if one not in alone}
        if common or not alone:
            shared.append({**sample, "places": common} if "places" in sample else sample)
        if alone:
            mine = {one: at for one, at in places.items() if one in alone}
            apart.append({**sample, "places": mine})
    return shared, apart


def _with_own(positions: list[Content], own: list[Content]) -> list[Content]:
    """Samples with what the report alone has of each; what belongs to none of them stays."""
    beside: dict[object, Content] = {}
    for sample in own:
        places = beside.setdefault(sample.get("atMs"), {"atMs": sample.get("atMs"), "places": {}})
        places["places"] |= sample.get("places", {})
    merged = []
    for sample in positions:
        alone = beside.pop(sample.get("atMs"), None)
        places = sample.get("places", {})
        merged.append(sample | {"places": places | alone["places"]} if alone else sample)
    return merged + list(beside.values())


def _slices(moments: list[Content]) -> list[list[Content]]:
    """What follows each other within one slice of the room's time, together."""
    groups = groupby(moments, key=lambda moment: moment.get("atMs", 0) // SLICE_MS)
    return [list(run) for _, run in groups]


def _shown(content: Content) -> set[str]:
    shown = {event["userId"] for event in content.get("events", []) if "userId" in event}
    return shown.union(*(sample.get("places", {}) for sample in content.get("positions", [])))


def _piece_id(content: Content, room_id: str) -> str:
    digest = hashlib.sha256(_encoder.encode([room_id, content])).digest()
    return base64.urlsafe_b64encode(digest[:_ID_BYTES]).decode().rstrip("=")
