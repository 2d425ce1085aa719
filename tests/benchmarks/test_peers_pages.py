"""The results of the peers for people: tables, plots, and the page that holds them."""

import importlib
import sys
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from msgspec.structs import replace
from test_peers_rules import lines, made, skipping

from benchmarks.peers.__main__ import BEGIN, END, PAGE, write_docs
from benchmarks.peers.environment import npm_versions
from benchmarks.peers.figures import line_of, not_run
from benchmarks.peers.ladder import Climb
from benchmarks.peers.markdown import Results, page
from benchmarks.peers.plots import plots
from benchmarks.peers.rules import FULL, GENERATOR, QUICK, SMALL, Shape
from benchmarks.peers.table import NEAREST, OURS, PEERS, named
from benchmarks.servers import NODE

LARGE = Shape(1000, 50)


def results() -> Results:
    """One shape that some held, one that was too much, and the ladder."""
    return Results(
        started_at="2031-05-06T07:08:09+00:00",
        command="python -m benchmarks.peers",
        minutes=21.4,
        environment={"cpu": "A processor", "npm ws": "8.0.0"},
        times=FULL,
        lines=[
            *lines(),
            line_of(named(OURS), LARGE, [made(47), made(60), made(50)]),
            line_of(named(NEAREST), LARGE, [made(60, generator_cpu_seconds=0.97)]),
            line_of(named("ws"), LARGE, [skipping(0.4)] * 2),
            not_run(named("FastAPI"), LARGE, "did not hold 50/50"),
        ],
        climbs=[
            Climb(peer=OURS, held=1500, broke=1750, why="p99 130 ms", p99_ms=70, cpu_share=0.8),
            Climb(peer=NEAREST, held=2000, broke=2250, why=GENERATOR, p99_ms=60, cpu_share=0.7),
            Climb(peer="ws", held=0, broke=50, why="40% delivered in time"),
        ],
    )


def cells(text: str, first: str) -> list[list[str]]:
    """The rows of all tables that begin with that cell."""
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return [row[1:] for row in rows if row[0] == first]


def test_the_tables_show_who_held_what() -> None:
    """Figures where a shape was held, words where it was not."""
    text = page(results(), {})
    cpu, size, latency = cells(text, OURS)[:3]
    assert cpu == ["0.600", "0.500 ▲"]
    assert size == ["185", "185"]
    assert latency == ["2.0 / 11.0", "2.0 / 11.0"]
    assert cells(text, "ws")[0] == ["cannot: 0%", "cannot: 60%"]
    assert cells(text, "FastAPI")[0] == ["–", "–"]
    assert "- FastAPI was not run with 1000/50: did not hold 50/50." in text
    assert cells(text, NEAREST)[2][1] == "~2.0 / 11.0"


def test_whoever_is_ahead_comes_first_in_bold() -> None:
    """In each shape, whichever of the two it is."""
    text = page(results(), {})
    small = next(row for row in cells(text, "50/50") if "**" in row[0])
    large = next(row for row in cells(text, "1000/50") if "**" in row[0])
    assert small[0] == f"**{NEAREST} 0.500**, {OURS} 0.600"
    assert large[0] == f"**{OURS} 0.500**, {NEAREST} 0.600"
    assert cells(text, f"{OURS}: CPU, of {NEAREST}") == [["1.20", "0.83"]]
    assert cells(text, f"{OURS}: CPU, of the floor") == [["6.00", "–"]]


def test_the_ladder_gives_no_number_where_the_generator_broke() -> None:
    """What the server would hold is then unknown."""
    text = page(results(), {})
    rows = {row[0]: row for row in cells_of_ladder(text)}
    assert rows[OURS][1:] == ["1500", "70", "80%", "1750", "p99 130 ms"]
    assert rows[NEAREST][1] == "generator (over 2000)"
    assert rows["ws"][1:4] == ["under 50", "–", "–"]


def cells_of_ladder(text: str) -> list[list[str]]:
    """The rows of the ladder's table."""
    part = text.partition("### Clients held a core")[2].partition("###")[0]
    return [line.strip("| ").split(" | ") for line in part.splitlines() if line.startswith("| ")]


def test_the_page_says_what_its_figures_are_worth() -> None:
    """Quick runs, disturbed ones and peers that could not be set up are named as such."""
    good = page(results(), {})
    assert "medians of 3 interleaved rounds" in good
    assert "quick run" not in good
    assert "Other processes" not in good
    quick = page(replace(results(), times=QUICK, failures=["Colyseus: npm said no"]), {})
    assert "A quick run" in quick
    assert "Not measured: Colyseus: npm said no." in quick
    disturbed = replace(results().lines[0], others_share=0.5)
    assert "Other processes took part** in 1 of 1" in page(
        replace(results(), lines=[disturbed]), {}
    )


def test_plots_are_drawings_and_nothing_else() -> None:
    """Well-formed SVG of the same bytes each time: no script, nothing fetched from elsewhere."""
    drawn = plots(results())
    assert set(drawn) == {"cpu", "bytes", "ladder"}
    for svg in drawn.values():
        tree = Xml.fromstring(svg)  # noqa: S314 - our own
        assert tree.tag == "{http://www.w3.org/2000/svg}svg"
        assert not [part for part in tree.iter() if part.tag.endswith("}script")]
        assert b"href" not in svg.replace(b"xmlns:xlink", b"")
    assert plots(results()) == drawn
    assert OURS.encode() in drawn["cpu"]


def test_where_nobody_held_anything_nothing_is_drawn() -> None:
    """An empty plot says less than none."""
    nothing = [not_run(peer, SMALL, "no time") for peer in PEERS]
    assert plots(replace(results(), lines=nothing, climbs=[])) == {}


def test_only_what_is_between_the_marks_is_written(tmp_path: Path) -> None:
    """The words around the figures are people's."""
    target = tmp_path / "page.md"
    target.write_text(f"Before.\n\n{BEGIN}\nolder figures\n{END}\n\nAfter.\n", encoding="utf-8")
    write_docs(results(), target, tmp_path)
    text = target.read_text(encoding="utf-8")
    assert text.startswith(f"Before.\n\n{BEGIN}\n")
    assert text.endswith(f"\n{END}\n\nAfter.\n")
    assert "older figures" not in text
    assert "![" in text
    assert (tmp_path / "peers-cpu.svg").read_bytes().startswith(b"<?xml")
    assert "(images/peers-cpu.svg)" in text
    write_docs(results(), target, tmp_path)
    assert target.read_text(encoding="utf-8") == text


def test_a_page_without_marks_is_left_alone(tmp_path: Path) -> None:
    """Rather than losing what somebody has written."""
    target = tmp_path / "page.md"
    target.write_text("Nothing to fill in.", encoding="utf-8")
    with pytest.raises(AssertionError, match="has no"):
        write_docs(results(), target, tmp_path)
    assert target.read_text(encoding="utf-8") == "Nothing to fill in."


def test_the_page_of_the_documentation_has_the_marks_and_every_peer() -> None:
    """Whoever adds a peer says how it is set up."""
    text = PAGE.read_text(encoding="utf-8")
    assert text.index(BEGIN) < text.index(END)
    told = text[: text.index(BEGIN)]
    assert all(f"| {peer.name} | " in told for peer in PEERS)


def test_versions_of_npm_are_those_of_the_lock() -> None:
    """Every package that is measured, as it is installed."""
    found = npm_versions(NODE)
    assert set(found) == {
        "npm @colyseus/core",
        "npm @colyseus/schema",
        "npm @colyseus/ws-transport",
        "npm socket.io",
        "npm ws",
    }
    assert all(version[0].isdigit() for version in found.values())


def test_what_draws_plots_leaves_other_imports_alone() -> None:
    """A module that is not there is missed without a warning, which would fail whoever asks."""
    assert "benchmarks.peers.plots" in sys.modules
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("virtubar.nothing_of_that_name")
