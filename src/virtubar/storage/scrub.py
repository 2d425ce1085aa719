"""What evidence shows of a person, and how it looks without them. Pure."""

from typing import Any

ERASED_ID = "erased"
"""Whom records name instead of somebody who was erased."""


def people_of(evidence: dict[str, Any]) -> set[str]:
    """Whom evidence shows: everybody with a name, an act or a place in it."""
    shown = set(evidence.get("people", {}))
    shown.update(event["userId"] for event in evidence.get("events", []) if "userId" in event)
    for moment in evidence.get("positions", []):
        shown.update(moment.get("places", {}))
    return shown - {ERASED_ID}


def without(evidence: dict[str, Any], user_id: str) -> dict[str, Any]:
    """Evidence without a person: their name, texts and places are gone; that somebody was there,
    and when they spoke, stays, for it is what others did around it that is judged."""
    clean = dict(evidence)
    if user_id in evidence.get("people", {}):
        others = {key: name for key, name in evidence["people"].items() if key != user_id}
        clean["people"] = others | {ERASED_ID: ""}
    if "events" in evidence:
        clean["events"] = [_event(event, user_id) for event in evidence["events"]]
    if "positions" in evidence:
        clean["positions"] = [_moment(moment, user_id) for moment in evidence["positions"]]
    return clean


def _event(event: dict[str, Any], user_id: str) -> dict[str, Any]:
    if event.get("userId") != user_id:
        return event
    clean: dict[str, Any] = {key: event[key] for key in ("atMs", "kind") if key in event}
    clean["userId"] = ERASED_ID
    if "text" in event:
        clean["text"] = ""
    return clean


def _moment(moment: dict[str, Any], user_id: str) -> dict[str, Any]:
    places = moment.get("places", {})
    return {**moment, "places": {key: at for key, at in places.items() if key != user_id}}
