"""The web client's protocol is the server's: its generated files are up to date."""

import re
from pathlib import Path

import pytest

from apps.web.scripts.smoothing_vectors import smoothing_vectors
from apps.web.scripts.way_vectors import way_vectors
from virtubar.protocol import constants
from virtubar.protocol.events import CLIENT_EVENTS, SERVER_EVENTS, ClientEvent, ServerEvent
from virtubar.protocol.typescript import typescript_files

REALTIME = Path(__file__).parents[2] / "apps" / "web" / "src" / "net" / "realtime"
SOURCE = Path(constants.__file__).read_text(encoding="utf-8")
FILES = typescript_files(SOURCE)
EVENTS: tuple[type[ClientEvent] | type[ServerEvent], ...] = (*CLIENT_EVENTS, *SERVER_EVENTS)


@pytest.mark.parametrize("name", FILES)
def test_generated_files_have_not_drifted(name: str) -> None:
    """Who changes the protocol runs `npm run generate` in apps/web."""
    assert (REALTIME / name).read_text(encoding="utf-8") == FILES[name]


def test_the_ways_are_those_of_the_bar_as_it_stands() -> None:
    """Who moves a table runs `npm run generate`, and sees in the difference which ways change."""
    ways = Path(__file__).parents[2] / "wire" / "vectors" / "ways.json"
    assert ways.read_text(encoding="utf-8") == way_vectors()


def test_the_smoothing_vectors_are_those_of_the_smoothing_as_it_is() -> None:
    """Who changes the smoothing runs `npm run generate`, and sees what is drawn elsewhere now."""
    scenes = Path(__file__).parents[2] / "wire" / "vectors" / "smoothing.json"
    assert scenes.read_text(encoding="utf-8") == smoothing_vectors()


def test_nothing_else_is_in_the_generated_folder() -> None:
    """A file that is no longer generated must not be left behind."""
    found = {f"generated/{path.name}" for path in (REALTIME / "generated").iterdir()}
    assert found == {name for name in FILES if name.startswith("generated/")}


def test_every_constant_is_exported_by_its_own_name() -> None:
    """Limits, rates and close codes have one name in both languages."""
    ours = {name for name, value in vars(constants).items() if _is_public(name, value)}
    exported = set(re.findall(r"^export const (\w+)", FILES["constants.ts"], re.MULTILINE))
    assert exported == ours


def _is_public(name: str, value: object) -> bool:
    is_own = not isinstance(value, type) or value.__module__ == constants.__name__
    return is_own and not name.startswith("_") and name != "Final"


def test_every_event_has_a_type_and_a_check() -> None:
    """An event without a check would be refused by every client."""
    for event in EVENTS:
        assert f"  readonly {event.EVENT}: {event.__name__}Payload;" in FILES["generated/events.ts"]
        assert f"  {event.EVENT}: is{event.__name__}Payload," in FILES["generated/checks.ts"]


def test_every_field_of_every_event_is_checked() -> None:
    """The server's own types say what is checked, so nothing can be forgotten."""
    checks = FILES["generated/checks.ts"]
    for event in EVENTS:
        _, _, after = checks.partition(f"function is{event.__name__}Payload(")
        body, _, _ = after.partition("\n}\n")
        for name in event.__struct_encode_fields__:
            assert f'value["{name}"]' in body
