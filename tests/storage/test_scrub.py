"""Evidence without somebody shows that something happened, and nothing of them."""

from copy import deepcopy

from storage.samples import report
from virtubar.storage.scrub import people_of, without


def test_evidence_shows_everybody_in_it() -> None:
    """Whoever has a name, did something or stood somewhere."""
    assert people_of(report().evidence) == {"alice", "bob", "carol"}
    assert people_of({}) == set()
    parts = {"events": [{"userId": "dora"}, {"kind": "note"}], "positions": [{"atMs": 1}]}
    assert people_of(parts) == {"dora"}
    assert people_of({"people": {"erased": ""}}) == set()


def test_their_name_texts_and_places_go() -> None:
    """That they joined and spoke, and when, stays; so does everything of the others."""
    whole = report().evidence
    copy = deepcopy(whole)
    clean = without(whole, "carol")
    assert clean["people"] == {"alice": "Alice", "bob": "Bob", "erased": ""}
    assert clean["events"] == [
        {"atMs": whole["events"][0]["atMs"], "kind": "joined", "userId": "erased"},
        whole["events"][1],
        {"atMs": whole["events"][2]["atMs"], "kind": "chat", "userId": "erased", "text": ""},
        {"atMs": whole["events"][3]["atMs"], "kind": "emote", "userId": "erased"},
    ]
    assert clean["positions"] == [{**whole["positions"][0], "places": {"bob": [1, 2]}}]
    assert (clean["fromMs"], clean["toMs"]) == (whole["fromMs"], whole["toMs"])
    assert whole == copy, "the given evidence is not changed"


def test_evidence_that_does_not_show_them_stays_as_it_is() -> None:
    """Nor does nothing at all become something."""
    assert without(report().evidence, "dora") == report().evidence
    assert without({}, "carol") == {}
