"""`virtubar loadtest` against a real server: what it measures, and its three exit codes."""

import asyncio
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from support.process import ServerProcess, server_process
from virtubar.loadtest.expectations import all_expectations
from virtubar.loadtest.network import Conditions
from virtubar.loadtest.plan import Plan, Report, Wire
from virtubar.loadtest.runner import run_load_test

HELD, BREACHED, NO_VERDICT = 0, 1, 2
NEVER_LATE = ("--late-limit", "100000")
"""For tests that are about something else than the speed of this machine."""


@pytest.fixture(scope="module")
def server() -> Iterator[ServerProcess]:
    with server_process() as running:
        yield running


def _command(server: ServerProcess, *options: str) -> list[str]:
    few = ("--clients", "6", "--ramp", "0.3", "--duration", "1", "--url", server.http_url)
    return [sys.executable, "-m", "virtubar.cli", "loadtest", *few, *options]


def _run(server: ServerProcess, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        _command(server, *options), capture_output=True, text=True, check=False, timeout=60
    )


async def _report(server: ServerProcess, wire: Wire = "json", **conditions: float) -> Report:
    plan = Plan(
        url=server.http_url,
        clients=4,
        rooms=2,
        rate_hz=15.0,
        duration_s=1.0,
        ramp_s=0.2,
        wire=wire,
        conditions=Conditions(**conditions),
        seed=1,
        late_max_ms=100_000.0,
    )
    return await run_load_test(plan, all_expectations([]), lambda *_: None)


def test_what_holds_ends_with_0(server: ServerProcess, tmp_path: Path) -> None:
    """Verdicts first, each with its value, and the same in JSON and JUnit."""
    files = ("--json", str(tmp_path / "out.json"), "--junit", str(tmp_path / "out.xml"))
    done = _run(server, "--expect", "delivered>=50%", "--expect", "lost==0", *NEVER_LATE, *files)
    assert done.returncode == HELD, done.stdout + done.stderr
    assert done.stdout.splitlines()[0].startswith("held        delivered>=50%: ")
    report = json.loads((tmp_path / "out.json").read_text())
    assert report["exitCode"] == HELD
    assert report["figures"]["joined"] == 1.0
    assert [one["outcome"] for one in report["verdicts"]] == ["held"] * 4
    suite = ElementTree.parse(tmp_path / "out.xml").getroot()  # noqa: S314 - our own
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("4", "0", "0")


def test_what_does_not_hold_ends_with_1(server: ServerProcess) -> None:
    """Nobody is told of a move before it was due."""
    done = _run(server, "--expect", "age_p50<0ms", *NEVER_LATE)
    assert done.returncode == BREACHED, done.stdout + done.stderr
    assert done.stdout.startswith("breached    age_p50<0ms: ")


def test_a_late_generator_ends_with_2(server: ServerProcess) -> None:
    """Any timer is later than nothing; then neither what held nor what did not is said."""
    done = _run(server, "--expect", "age_p99<10s", "--late-limit", "0")
    assert done.returncode == NO_VERDICT, done.stdout + done.stderr
    assert done.stdout.startswith("No verdict: the generator was the bottleneck: ")
    assert "no verdict  age_p99<10s: " in done.stdout


def test_an_unknown_metric_is_refused_before_anything_runs(server: ServerProcess) -> None:
    """With the names that there are."""
    done = _run(server, "--expect", "age_p98<1ms")
    assert done.returncode == 2
    assert "age_p99" in done.stderr


def test_ctrl_c_ends_early_with_a_report(server: ServerProcess, tmp_path: Path) -> None:
    """Of what was measured so far."""
    path = tmp_path / "out.json"
    options = ("--duration", "60", "--json", str(path), *NEVER_LATE)
    process = subprocess.Popen(_command(server, *options), stdout=subprocess.PIPE, text=True)
    time.sleep(5)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=30)
    assert process.returncode == HELD, out
    assert "ended early" in out
    report = json.loads(path.read_text())
    assert report["interrupted"]
    assert 0 < report["windowS"] < 30
    assert report["figures"]["age_p50"] is not None


def test_a_server_that_lets_nobody_in_is_told_with_what_to_do(server: ServerProcess) -> None:
    """One line."""
    done = _run(server, "--room", "nowhere", "--clients", "1")
    assert done.returncode == BREACHED
    assert done.stderr.count("\n") == 1
    assert "room_not_found" in done.stderr
    assert "leave --room out" in done.stderr


def test_limits_per_address_are_named_where_they_keep_clients_out() -> None:
    """The test goes on with those who are in, and says which settings an operator raises."""
    with server_process(address_limits="on", joins_burst=3, joins_per_second=0.01) as strict:
        done = _run(strict, *NEVER_LATE, "--clients", "4", "--patience", "2")
        assert done.returncode == BREACHED, done.stdout + done.stderr
        assert "breached    joined==100%: 75.00%" in done.stdout
        assert "VIRTUBAR_ADDRESS_LIMITS=off" in done.stdout


@pytest.mark.parametrize("wire", ["json", "compact", "socketio"])
async def test_every_wire_is_judged_alike(server: ServerProcess, wire: Wire) -> None:
    """Everybody is in, and nothing that comes is a fault."""
    report = await _report(server, wire)
    assert report.exit_code == HELD, report.verdicts
    values = report.figures
    assert values["lost"] == 0
    assert (values["delivered"] or 0.0) > 0.9
    assert (values["bytes_per_client"] or 0.0) > 0


async def test_a_slow_network_is_in_the_ages(server: ServerProcess) -> None:
    """There and back, for each client by itself; nothing is lost or out of order by it."""
    report = await _report(server, latency_ms=60.0, jitter_ms=40.0, loss=0.02)
    assert report.exit_code == HELD, report.verdicts
    assert (report.figures["age_p50"] or 0.0) >= 120.0
    assert (report.figures["join_p50"] or 0.0) >= 120.0


async def test_a_line_that_is_too_narrow_is_felt_by_the_server(server: ServerProcess) -> None:
    """The socket is not read while a window's worth is on its way; everybody stays in."""
    report = await asyncio.wait_for(_report(server, bandwidth=4_000.0), 60)
    assert report.figures["joined"] == 1.0
    assert (report.figures["bytes_per_client"] or 0.0) < 4_500.0
