"""The results as plots: SVG without scripts, the same for the same figures."""

from collections.abc import Callable, Sequence
from itertools import cycle

import pygal  # type: ignore[import-untyped]  # it has no types

from benchmarks.peers.figures import Line, find
from benchmarks.peers.ladder import Climb
from benchmarks.peers.markdown import ALT, Results
from benchmarks.peers.table import PEERS
from virtubar.loadtest.drawing import config, drawn

COLOURS = (
    *("#8c8c8c", "#7c2d12", "#c2410c", "#f59e0b", "#2563eb", "#0d9488", "#7c3aed"),
    *("#be185d", "#65a30d", "#475569"),
)
"""One for each peer, in the table's order: the floor grey, ours warm."""
COLOUR_OF = dict(zip((peer.name for peer in PEERS), cycle(COLOURS), strict=False))


def plots(results: Results) -> dict[str, bytes]:
    """Every plot as SVG, by name; only those for which there are figures."""
    made = {}
    if any(line.held for line in results.lines):
        made["cpu"] = _bars(results, _logarithmic(results), lambda line: line.median_cpu_us)
        size = _config("bytes", results.peers, y_title="bytes")
        made["bytes"] = _bars(results, size, lambda line: line.bytes)
    if any(climb.held for climb in results.climbs):
        made["ladder"] = _ladder(results.climbs)
    return made


def _config(name: str, peers: Sequence[str], **more: object) -> dict[str, object]:
    return config(ALT[name], [COLOUR_OF[peer] for peer in peers], **more)


def _logarithmic(results: Results) -> dict[str, object]:
    """From half of the least on: a bar begins at the lower edge, and the least has to have one."""
    found = [line.median_cpu_us for line in results.lines if line.held and line.median_cpu_us]
    edges = (min(found) / 2, max(found) * 1.5)
    title = "µs, logarithmic"
    return _config("cpu", results.peers, y_title=title, logarithmic=True, range=edges)


def _bars(
    results: Results, shown: dict[str, object], read: Callable[[Line], float | None]
) -> bytes:
    """Groups of bars, one for each shape, one bar for each peer that held it."""
    chart = pygal.Bar(
        **shown, x_title="clients / in a room", value_formatter=lambda value: f"{value:.3g}"
    )
    chart.x_labels = [shape.name for shape in results.shapes]
    for peer in results.peers:
        found = [find(results.lines, peer, shape) for shape in results.shapes]
        chart.add(peer, [read(line) if line and line.held else None for line in found])
    return drawn(chart)


def _ladder(climbs: Sequence[Climb]) -> bytes:
    x_title = "clients, each with 20 moves a second"
    # Drawn from the bottom up.
    turned = list(reversed(climbs))
    shown = _config("ladder", [climb.peer for climb in turned], show_legend=False, x_title=x_title)
    chart = pygal.HorizontalBar(**shown, value_formatter=lambda clients: f"{clients:.0f}")
    chart.x_labels = [
        f"{climb.peer} (generator)" if climb.is_generators else climb.peer for climb in turned
    ]
    bars = [{"value": climb.held, "color": COLOUR_OF[climb.peer]} for climb in turned]
    chart.add("", bars)
    return drawn(chart)
