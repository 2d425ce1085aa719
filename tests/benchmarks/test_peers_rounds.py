"""Real rounds with real servers, small ones."""

import json
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from benchmarks.peers import __main__ as command
from benchmarks.peers.rounds import Chosen, Rounds
from benchmarks.peers.rules import FAILED, Shape, Times
from benchmarks.peers.table import FLOOR, NEAREST, OURS, Peer, named
from benchmarks.servers import OpenServer, ServerFailedError

FEW, MORE = Shape(4, 2), Shape(6, 3)
SHORT = Times(settle_s=0.1, warmup_s=0.1, window_s=0.3, rounds=2)


def broken(_floor: Path) -> OpenServer:
    """It ends as soon as it starts."""
    return OpenServer("broken", [sys.executable, "-c", "raise SystemExit('not today')"])


def absent(_floor: Path) -> OpenServer:
    """Its packages cannot be installed."""
    raise ServerFailedError("npm said no")


BROKEN = Peer(name="broken", start=broken, how="not at all")
ABSENT = Peer(name="absent", start=absent, how="not at all")


def chosen(*peers: Peer, minutes: float = 5.0) -> Chosen:
    """A short benchmark of some peers."""
    return Chosen(
        peers=peers, shapes=(FEW, MORE), times=SHORT, rungs=(50, 100), seconds=60 * minutes
    )


def test_who_does_not_hold_a_shape_is_not_asked_for_the_next(programs: dict[str, Path]) -> None:
    """The others go on; the reason is kept, and so is a peer that could not be set up."""
    said: list[str] = []
    asked = replace(chosen(named(FLOOR), BROKEN, ABSENT), rungs=())
    rounds = Rounds(programs, asked, said.append)
    rounds.measure()
    by_peer = {(line.peer, line.shape): line for line in rounds.lines}
    floor = [by_peer[FLOOR, shape] for shape in (FEW, MORE)]
    assert [line.rounds for line in floor] == [2, 2]
    assert all(line.bytes == pytest.approx(185, rel=0.1) for line in floor)
    assert by_peer["broken", FEW].verdict == FAILED
    assert "did not start" in by_peer["broken", FEW].reason
    assert by_peer["broken", MORE].reason == "did not hold 4/2"
    assert rounds.failures == ["absent: npm said no"]
    assert ("absent", FEW) not in by_peer
    assert [run.server for run in rounds.runs[:4]] == [FLOOR, "broken", "broken", FLOOR]


def test_out_of_time_everybody_still_has_one_round(programs: dict[str, Path]) -> None:
    """What is optional is left out, and the ladder says that it was."""
    said: list[str] = []
    rounds = Rounds(programs, chosen(named(FLOOR), minutes=0.0), said.append)
    rounds.measure()
    assert [line.rounds for line in rounds.lines] == [1, 1]
    assert [(climb.peer, climb.why) for climb in rounds.climbs] == [(FLOOR, "out of time")]
    assert "out of time: 4/2 has had 1 of its rounds" in said


def test_who_breaks_on_the_lowest_rung_holds_nobody(programs: dict[str, Path]) -> None:
    """One try, and the reason."""
    asked = replace(chosen(BROKEN), shapes=())
    rounds = Rounds(programs, asked, lambda _text: None)
    rounds.measure()
    (climb,) = rounds.climbs
    assert (climb.held, climb.broke) == (0, 50)
    assert "did not start" in climb.why
    assert len(rounds.runs) == 1


def test_the_command_writes_what_it_measured(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Colyseus and VirtuBar, really: JSON, Markdown and plots under results/."""
    monkeypatch.setattr(command, "RESULTS", tmp_path)
    arguments = ["--quick", "--shape", "50/50", "--peer", NEAREST, "--peer", OURS]
    assert command.main(arguments) == 0
    (kept,) = tmp_path.glob("peers-*.json")
    results = json.loads(kept.read_text(encoding="utf-8"))["results"]
    assert [line["peer"] for line in results["lines"]] == [NEAREST, OURS]
    assert results["environment"]["npm @colyseus/core"].count(".") == 2
    assert results["environment"]["node"].startswith("24.")
    assert kept.with_suffix(".md").read_text(encoding="utf-8").startswith("Measured on ")
    assert "CPU per update" in capsys.readouterr().out


def test_without_a_compiler_the_command_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No `cc`: exit code 2 and the packages' names."""
    monkeypatch.setenv("PATH", "/nowhere")
    assert command.main(["--quick"]) == 2
    assert "apt-get install gcc" in capsys.readouterr().err
