"""What a terminal shows of a load test: the verdicts, the figures, and how it goes. A shell."""

from collections.abc import Sequence

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from virtubar.loadtest.figures import Sample
from virtubar.loadtest.metrics import METRICS, shown
from virtubar.loadtest.plan import Report

ROWS = 12
"""Of the live table: the newest seconds."""
_STYLES = {"held": "green", "breached": "bold red", "no verdict": "yellow"}


class LiveTable:
    """The last seconds while they go on, and a bar for what is done of the phase."""

    def __init__(self, live: Live) -> None:
        self._live = live

    def show(self, phase: str, done: float, samples: Sequence[Sample]) -> None:
        """See runner.Show."""
        self._live.update(live_view(phase, done, samples))


def live_view(phase: str, done: float, samples: Sequence[Sample]) -> Group:
    """The table and the bar."""
    columns = ("second", "in", "age p50", "age p99", "updates/s", "KB/s each", "late p99", "CPU")
    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, justify="right")
    for sample in samples[-ROWS:]:
        table.add_row(
            f"{sample.at_s:.0f}",
            str(sample.members),
            _ms(sample.age_p50),
            _ms(sample.age_p99),
            f"{sample.updates_hz:,.0f}",
            f"{sample.bytes_per_client / 1000:.1f}",
            _ms(sample.late_p99),
            f"{sample.cpu:.0%}",
        )
    head = Text(f"{phase} {done:.0%}  (Ctrl-C ends early, with a report)", style="bold")
    bar = Table.grid()  # by itself a bar does not end its line
    bar.add_row(ProgressBar(total=1.0, completed=done, width=60))
    return Group(head, bar, table)


def _ms(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f} ms"


def print_report(console: Console, report: Report) -> None:
    """The verdicts first, each with its value, then every figure."""
    if report.bottleneck:
        console.print(
            f"No verdict: the generator was the bottleneck: {report.bottleneck}.", style="yellow"
        )
    for verdict in report.verdicts:
        console.print(f"{verdict.outcome:10}  {verdict.sentence}", style=_STYLES[verdict.outcome])
    for sentence in report.advice:
        console.print(f"hint        {sentence}")
    early = ", ended early" if report.interrupted else ""
    plan = report.plan
    console.print(
        f"\n{plan.clients} clients at {plan.rate_hz:g} Hz, {plan.wire}; "
        f"{report.window_s:.1f} s measured{early}"
    )
    table = Table(box=None, pad_edge=False)
    table.add_column("metric")
    table.add_column("value", justify="right")
    table.add_column("what it is", style="dim")
    for name, value in report.figures.items():
        metric = METRICS.get(name)
        what = "of this code" if metric is None else metric.what
        table.add_row(name, shown(name, value), what)
    console.print(table)
