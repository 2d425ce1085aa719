"""The results as plots: SVG without scripts, the same for the same figures."""

from collections.abc import Callable, Sequence

import pygal  # type: ignore[import-untyped]  # it has no types

from benchmarks.crowd.markdown import IMAGES
from benchmarks.crowd.rules import READERS, Line
from virtubar.loadtest.drawing import config, drawn

COLOURS = dict(
    zip((reader.name for reader in READERS), ("#f59e0b", "#c2410c", "#7c2d12"), strict=True)
)


def plots(lines: Sequence[Line]) -> dict[str, bytes]:
    """Every plot as SVG, by name; none where there are no figures."""
    measured = [line for line in lines if not line.why]
    if not measured:
        return {}
    return {
        "cpu": _line_plot(measured, "cpu", "µs a second for each", _cpu_us),
        "bytes": _line_plot(measured, "bytes", "KB/s to each", lambda one: one.bytes_per_s / 1000),
    }


def _cpu_us(line: Line) -> float:
    return 1e6 * line.cpu_share / line.people


def _line_plot(
    lines: Sequence[Line], name: str, y_title: str, read: Callable[[Line], float]
) -> bytes:
    readers = list(dict.fromkeys(line.reader for line in lines))
    shown = config(IMAGES[name], [COLOURS[reader] for reader in readers], y_title=y_title)
    chart = pygal.XY(
        **shown,
        x_title="people in the room",
        include_x_axis=True,
        value_formatter=lambda value: f"{value:.0f}",
        x_value_formatter=lambda value: f"{value:.0f}",
    )
    for reader in readers:
        points = sorted((line.people, read(line)) for line in lines if line.reader == reader)
        chart.add(reader, points)
    return drawn(chart)
