"""The tables and the JSON."""

import io

import msgspec
from rich.console import Console
from samples import outcome, run

from benchmarks.figures import Run, figures_of
from benchmarks.load import Plan
from benchmarks.report import Report, environment, show, to_json, why_not


def report(*runs: Run) -> Report:
    """A report of those runs."""
    return Report(
        started_at="2026-01-01T00:00:00+00:00",
        environment={"cpu": "one"},
        runs=list(runs),
        memory=[],
        decode_us=1.4,
    )


def shown(result: Report) -> str:
    """What is printed of a report."""
    out = io.StringIO()
    show(result, Console(file=out, width=140))
    return out.getvalue()


def behind(server: str) -> Run:
    """A run in which the server fell behind."""
    figures = figures_of(outcome(delivered=400_000, received=500_000))
    return Run(server=server, plan=Plan(clients=200), figures=figures)


def test_a_rival_that_cannot_hold_a_load_gets_no_cost() -> None:
    """The table says `cannot` and the evidence; the run is no fault of this project."""
    result = report(behind("starlette"))
    text = shown(result)
    assert "cannot" in text
    assert "40.0%" in text
    assert "500.00" in text
    assert result.faults == []


def test_this_server_falling_behind_is_a_fault() -> None:
    """What the project promises to hold and does not hold fails the benchmark."""
    result = report(behind("virtubar"))
    assert result.faults == [
        "virtubar, 200 clients: 40% delivered in time, 500.0 ‰ never",
    ]
    assert "not held" in shown(result)


def test_a_server_that_did_not_start_says_why() -> None:
    """The failure's own words are the reason."""
    failed = Run(server="virtubar", plan=Plan(clients=50), failure="port taken")
    assert why_not(failed) == "port taken"
    assert report(failed).faults == ["virtubar, 50 clients: port taken"]


def test_ratios_against_the_floor_stand_in_the_table() -> None:
    """Cost in multiples of the floor's under the same load."""
    assert "2.00" in shown(report(run("floor", 1000, 25), run("virtubar", 1000, 50)))


def test_the_json_holds_goals_with_verdicts_and_reads_back() -> None:
    """Whoever compares two runs needs the raw counts and the verdicts."""
    source = report(run("floor", 1000, 25), run("virtubar", 1000, 50))
    text = to_json(source)
    goals = msgspec.json.decode(text)["goals"]
    assert goals[0]["verdict"] == "met"
    assert goals[0]["value"] == 2.0
    assert msgspec.json.decode(text, type=Report) == source


def test_the_environment_names_machine_and_versions() -> None:
    """Figures without their machine are no figures."""
    facts = environment()
    assert {"cpu", "cores", "kernel", "python", "load before", "uvicorn"} <= facts.keys()
    assert facts["virtubar"] != "absent"
