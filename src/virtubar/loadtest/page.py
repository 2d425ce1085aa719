"""A report as one HTML page that needs nothing else, with plots. Pure; needs the extra `plots`."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Final

import pygal  # type: ignore[import-untyped]  # it has no types

from virtubar.loadtest.drawing import config, drawn
from virtubar.loadtest.figures import Sample
from virtubar.loadtest.metrics import METRICS, shown
from virtubar.loadtest.plan import Plan, Report

POINTS_MAX: Final = 400
"""Of a line: a plot is some 900 pixels wide. Of a longer test every n-th second is drawn."""
HEIGHT_PX = 320
_COLOURS: Final = ("#2563eb", "#c2410c")
_STYLE: Final = """
body { font: 15px/1.5 sans-serif; color: #222; max-width: 60em; margin: 2em auto; padding: 0 1em }
table { border-collapse: collapse } td, th { text-align: left; padding: 0.2em 1em 0.2em 0 }
td.value { text-align: right; white-space: nowrap } td.what { color: #666 }
.held { color: #15803d } .breached { color: #b91c1c; font-weight: bold } .none { color: #a16207 }
svg { width: 100%; height: auto }
"""
_CLASSES: Final = {"held": "held", "breached": "breached", "no verdict": "none"}

Line = tuple[str, Callable[[Sample], float | None]]
_PLOTS: Final[Sequence[tuple[str, str, Sequence[Line]]]] = (
    ("Age of transforms", "ms", (("p50", lambda s: s.age_p50), ("p99", lambda s: s.age_p99))),
    ("Updates received by all clients", "a second", (("updates", lambda s: s.updates_hz),)),
    ("Received by each client", "KB/s", (("bytes", lambda s: s.bytes_per_client / 1000.0),)),
    ("Clients that are in", "clients", (("clients", lambda s: s.members),)),
    ("The generator's own lateness", "ms, p99", (("late", lambda s: s.late_p99),)),
    ("The generator's CPU time", "% of a core", (("CPU", lambda s: s.cpu * 100.0),)),
)


def as_html(report: Report) -> bytes:
    """The verdicts first, then figures and plots."""
    parts = [
        "<!doctype html>\n<html lang='en'><head><meta charset='utf-8'>",
        f"<title>{_title(report)}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{_title(report)}</h1>",
        _verdicts(report),
        f"<p>{escape(_story(report))}</p>",
        _figures(report),
        *(_plot(title, unit, lines, report.samples) for title, unit, lines in _PLOTS),
        "</body></html>\n",
    ]
    return "\n".join(parts).encode()


def _title(report: Report) -> str:
    return f"Load test of {escape(report.plan.url)}"


def _story(report: Report) -> str:
    plan = report.plan
    began = datetime.fromtimestamp(report.began_ms / 1000.0, UTC)
    early = ", ended early" if report.interrupted else ""
    return (
        f"{began:%Y-%m-%d %H:%M:%S} UTC: {plan.clients} clients in "
        f"{len(plan.room_ids) or plan.rooms} rooms, {plan.rate_hz:g} moves of each a second, "
        f"{plan.wire}, {_network(plan)}; {report.window_s:.1f} s measured{early}. "
        f"VirtuBar {report.version}."
    )


def _network(plan: Plan) -> str:
    conditions = plan.conditions
    if conditions.is_clean:
        return "on the network as it is"
    width = "" if conditions.bandwidth is None else f", {conditions.bandwidth / 1000.0:g} KB/s"
    return (
        f"each way {conditions.latency_ms:g} ms more, jitter {conditions.jitter_ms:g} ms, "
        f"loss {conditions.loss:.1%}{width}, seed {plan.seed}"
    )


def _verdicts(report: Report) -> str:
    rows = [
        f"<tr class='{_CLASSES[one.outcome]}'><td>{one.outcome}</td>"
        f"<td>{escape(one.expectation)}</td>"
        f"<td class='value'>{shown(one.metric, one.value)}</td></tr>"
        for one in report.verdicts
    ]
    why = f"No verdict: the generator was the bottleneck: {report.bottleneck}."
    notes = [why] if report.bottleneck else []
    notes += [f"Hint: {sentence}." for sentence in report.advice]
    said = "".join(f"<p>{escape(note)}</p>" for note in notes)
    return f"<table>{''.join(rows)}</table>{said}"


def _figures(report: Report) -> str:
    rows = [
        f"<tr><td>{escape(name)}</td><td class='value'>{shown(name, value)}</td>"
        f"<td class='what'>{METRICS[name].what if name in METRICS else 'of this code'}</td></tr>"
        for name, value in report.figures.items()
    ]
    return f"<table>{''.join(rows)}</table>"


def _plot(title: str, unit: str, lines: Sequence[Line], samples: Sequence[Sample]) -> str:
    step = -(-len(samples) // POINTS_MAX) or 1
    shown_as = config(
        title,
        _COLOURS,
        height=HEIGHT_PX,
        x_title="seconds since the first client was to come",
        y_title=unit,
        print_values=False,
        show_dots=False,
        show_legend=len(lines) > 1,
    )
    chart = pygal.XY(**shown_as)
    for name, read in lines:
        chart.add(name, [(sample.at_s, read(sample)) for sample in samples[::step]])
    # Within a page there is no place for a declaration of its own
    return drawn(chart).decode().partition("?>")[2]
