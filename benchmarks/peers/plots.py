"""The results as plots: SVG without scripts, the same for the same figures."""

import sys
from collections.abc import Callable, Sequence
from itertools import cycle
from xml.etree.ElementTree import Element

import pygal  # type: ignore[import-untyped]  # it has no types
from pygal.style import Style  # type: ignore[import-untyped]  # it has no types

from benchmarks.peers.figures import Line, find
from benchmarks.peers.ladder import Climb
from benchmarks.peers.markdown import ALT, Results
from benchmarks.peers.table import PEERS

# Python warns of pygal's finder of map plugins wherever a module is not found, and we draw no maps.
sys.meta_path[:] = [one for one in sys.meta_path if not isinstance(one, pygal.PluginImportFixer)]

WIDTH_PX, HEIGHT_PX = 960, 480
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


def _style(peers: Sequence[str]) -> Style:
    return Style(
        background="#ffffff",
        plot_background="#ffffff",
        font_family="sans-serif",
        foreground="#333333",
        foreground_strong="#111111",
        foreground_subtle="#999999",
        opacity="1",
        colors=[COLOUR_OF[peer] for peer in peers],
        label_font_size=13,
        major_label_font_size=13,
        legend_font_size=13,
        title_font_size=16,
        value_font_size=11,
    )


def _config(name: str, peers: Sequence[str], **more: object) -> dict[str, object]:
    # With its own `js` a plot loads a script from elsewhere; without `no_prefix` its ids differ
    # each time.
    return {
        "title": ALT[name],
        "style": _style(peers),
        "width": WIDTH_PX,
        "height": HEIGHT_PX,
        "js": [],
        "no_prefix": True,
        "print_values": True,
        "print_values_position": "top",
        "truncate_legend": -1,
        "truncate_label": -1,
        **more,
    }


def _logarithmic(results: Results) -> dict[str, object]:
    """From half of the least on: a bar begins at the lower edge, and the least has to have one."""
    found = [line.median_cpu_us for line in results.lines if line.held and line.median_cpu_us]
    edges = (min(found) / 2, max(found) * 1.5)
    title = "µs, logarithmic"
    return _config("cpu", results.peers, y_title=title, logarithmic=True, range=edges)


def _drawn(chart: pygal.Graph) -> bytes:
    """As SVG, less the script that holds the configuration: nobody here reads it."""
    chart.add_xml_filter(_without_scripts)
    return bytes(chart.render())


def _without_scripts(root: Element) -> Element:
    for parent in list(root.iter()):
        for part in [part for part in parent if str(part.tag).endswith("script")]:
            parent.remove(part)
    return root


def _bars(
    results: Results, config: dict[str, object], read: Callable[[Line], float | None]
) -> bytes:
    """Groups of bars, one for each shape, one bar for each peer that held it."""
    chart = pygal.Bar(
        **config, x_title="clients / in a room", value_formatter=lambda value: f"{value:.3g}"
    )
    chart.x_labels = [shape.name for shape in results.shapes]
    for peer in results.peers:
        found = [find(results.lines, peer, shape) for shape in results.shapes]
        chart.add(peer, [read(line) if line and line.held else None for line in found])
    return _drawn(chart)


def _ladder(climbs: Sequence[Climb]) -> bytes:
    x_title = "clients, each with 20 moves a second"
    # Drawn from the bottom up.
    turned = list(reversed(climbs))
    config = _config("ladder", [climb.peer for climb in turned], show_legend=False, x_title=x_title)
    chart = pygal.HorizontalBar(**config, value_formatter=lambda clients: f"{clients:.0f}")
    chart.x_labels = [
        f"{climb.peer} (generator)" if climb.is_generators else climb.peer for climb in turned
    ]
    bars = [{"value": climb.held, "color": COLOUR_OF[climb.peer]} for climb in turned]
    chart.add("", bars)
    return _drawn(chart)
