"""What a terminal shows of a load test."""

import io

from rich.console import Console

from loadtest.test_outputs import SAMPLES, report
from virtubar.loadtest.screen import ROWS, live_view, print_report


def _console() -> Console:
    return Console(file=io.StringIO(), width=120, color_system=None, highlight=False)


def _written(to: Console) -> list[str]:
    assert isinstance(to.file, io.StringIO)
    return to.file.getvalue().splitlines()


def test_the_newest_seconds_stand_in_a_table_of_their_own_lines() -> None:
    """Under the bar, one line a second; what was not measured is a dash."""
    console = _console()
    console.print(live_view("measuring", 0.5, SAMPLES))
    lines = _written(console)
    assert lines[0].startswith("measuring 50%")
    assert lines[2].split()[:2] == ["second", "in"]
    assert "–" in lines[3]
    assert len(lines) == 3 + len(SAMPLES)


def test_a_long_test_stays_on_the_screen() -> None:
    """Older seconds go."""
    console = _console()
    console.print(live_view("measuring", 0.5, SAMPLES * 20))
    assert len(_written(console)) == 3 + ROWS


def test_the_verdicts_are_the_first_lines() -> None:
    """Then hints, then the figures."""
    console = _console()
    print_report(console, report("held", "breached"))
    lines = _written(console)
    assert lines[0].startswith("held        age_p99<100ms: 9.0 ms")
    assert lines[1].startswith("breached    age_p99<100ms: 9.0 ms")
    assert lines[2].startswith("hint        take more --rooms")


def test_that_there_is_no_verdict_comes_before_everything() -> None:
    """With the reason."""
    console = _console()
    print_report(console, report("no verdict", bottleneck="it was late"))
    lines = _written(console)
    assert lines[0] == "No verdict: the generator was the bottleneck: it was late."
    assert lines[1].startswith("no verdict  ")
