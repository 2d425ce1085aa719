"""What is read from /proc."""

import os
from pathlib import Path

import pytest

from benchmarks.proc import busy_seconds, cpu_model, cpu_seconds, resident_kib, resident_kib_of

STAT = "7017 (floor) S 6944 6944 3533 0 -1 4194304 2328 0 1 0 22 187 0 0 20 0 1 0 179537 34648064"


def test_cpu_seconds_are_user_and_system_ticks() -> None:
    """Fields 14 and 15 of proc(5), divided by the clock's ticks."""
    assert cpu_seconds(STAT, ticks_hz=100) == pytest.approx(2.09)


def test_a_command_name_with_spaces_and_brackets_moves_no_field() -> None:
    """The name is whatever the program says; fields are counted from its last bracket."""
    odd = STAT.replace("(floor)", "(a) b (c d)")
    assert cpu_seconds(odd, ticks_hz=100) == pytest.approx(2.09)


def test_the_own_process_has_used_time_and_memory() -> None:
    """The kernel's real files have the form that the parsers expect."""
    stat = Path(f"/proc/{os.getpid()}/stat").read_text()
    assert cpu_seconds(stat) > 0
    assert resident_kib_of(os.getpid()) > 1000


def test_resident_memory_is_vmrss() -> None:
    """VmRSS, not VmSize or VmHWM beside it."""
    assert resident_kib("VmHWM:\t   99 kB\nVmRSS:\t   42 kB\n") == 42


def test_busy_is_everything_but_idle_and_waiting_for_disks() -> None:
    """User, nice, system, interrupts and theft of all cores given; guest time is in user's."""
    cores = "cpu0 10 1 20 500 7 2 3 4 9 9;cpu1 1 0 0 500 0 0 0 0 0 0;"
    assert busy_seconds(cores, ticks_hz=100) == pytest.approx(0.41)
    assert busy_seconds("") == 0


def test_a_process_without_memory_is_an_error() -> None:
    """A zombie has no VmRSS; zero would be a figure."""
    with pytest.raises(ValueError, match="VmRSS"):
        resident_kib("Name:\tgone\n")


def test_the_cpu_model_is_the_first_named() -> None:
    """All cores are of one kind; where none is named it says so."""
    assert cpu_model("processor\t: 0\nmodel name\t: Fast One\n") == "Fast One"
    assert cpu_model("") == "unknown"
