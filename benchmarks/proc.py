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


def waited_seconds(schedstat: str) -> float:
    """How long the main thread was ready and another process had its core.

    From one line of /proc/PID/schedstat; 0 where the kernel keeps no such account.
    """
    fields = schedstat.split()
    return int(fields[1]) / 1e9 if len(fields) > 1 else 0.0


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
