"""How all plots look: SVG without scripts, the same for the same figures. Pure; needs the extra
`plots`."""

import sys
from collections.abc import Sequence
from xml.etree.ElementTree import Element

import pygal  # type: ignore[import-untyped]  # it has no types
from pygal.style import Style  # type: ignore[import-untyped]  # it has no types

# Python warns of pygal's finder of map plugins wherever a module is not found, and we draw no maps.
sys.meta_path[:] = [one for one in sys.meta_path if not isinstance(one, pygal.PluginImportFixer)]

WIDTH_PX, HEIGHT_PX = 960, 480


def config(title: str, colours: Sequence[str], **more: object) -> dict[str, object]:
    """What a chart is made with.

    Args:
        colours: of its series, in order.
        more: what is different in this one.
    """
    # With its own `js` a plot loads a script from elsewhere; without `no_prefix` its ids differ
    # each time.
    return {
        "title": title,
        "style": _style(colours),
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


def drawn(chart: pygal.Graph) -> bytes:
    """A chart as SVG, less the script that holds the configuration: nobody here reads it."""
    chart.add_xml_filter(_without_scripts)
    return bytes(chart.render())


def _style(colours: Sequence[str]) -> Style:
    return Style(
        background="#ffffff",
        plot_background="#ffffff",
        font_family="sans-serif",
        foreground="#333333",
        foreground_strong="#111111",
        foreground_subtle="#999999",
        opacity="1",
        colors=list(colours),
        label_font_size=13,
        major_label_font_size=13,
        legend_font_size=13,
        title_font_size=16,
        value_font_size=11,
    )


def _without_scripts(root: Element) -> Element:
    for parent in list(root.iter()):
        for part in [part for part in parent if str(part.tag).endswith("script")]:
            parent.remove(part)
    return root
