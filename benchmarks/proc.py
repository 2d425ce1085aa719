"""What the kernel says of a process: CPU time and resident memory."""

import os
from pathlib import Path

_UTIME = 11
"""Place of utime among the fields after the command's name (field 14 of proc(5)); stime follows."""


def cpu_seconds(stat: str, ticks_hz: int | None = None) -> float:
    """User and system time of all threads, from one line of /proc/PID/stat.

    The kernel counts in ticks of 1/100 s: over a window of 8 s that is an error of 0.2 %.
    """
    fields = stat[stat.rindex(")") + 1 :].split()
    ticks = int(fields[_UTIME]) + int(fields[_UTIME + 1])
    return ticks / (ticks_hz or os.sysconf("SC_CLK_TCK"))


def busy_seconds(cores: str, ticks_hz: int | None = None) -> float:
    """How long some cores did anything at all, a hypervisor's theft included.

    Args:
        cores: their lines of /proc/stat, joined with semicolons.
    """
    ticks = 0
    for line in filter(None, cores.split(";")):
        user, nice, system, _idle, _waiting, *rest = map(int, line.split()[1:9])
        ticks += user + nice + system + sum(rest)
    return ticks / (ticks_hz or os.sysconf("SC_CLK_TCK"))


def resident_kib(status: str) -> int:
    """VmRSS in KiB, from the text of /proc/PID/status."""
    for line in status.splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise ValueError("there is no VmRSS: a kernel thread or a process that has ended")


def resident_kib_of(pid: int) -> int:
    """The resident memory of a process now, in KiB."""
    return resident_kib(Path(f"/proc/{pid}/status").read_text())


def cpu_model(cpuinfo: str) -> str:
    """The processor's name, from the text of /proc/cpuinfo."""
    for line in cpuinfo.splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return "unknown"
