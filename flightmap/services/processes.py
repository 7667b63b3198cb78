"""Child processes: how they are started, recognised again by a later start, and stopped."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_libc = ctypes.CDLL(None, use_errno=True)


def dies_with_parent(with_signal: signal.Signals) -> Callable[[], None]:
    """A `preexec_fn` that has the kernel send `with_signal` to the child when its parent dies, even of SIGKILL.

    `subprocess` calls it after changing the user, which would reset the request (prctl(2), PR_SET_PDEATHSIG).
    """
    parent = os.getpid()

    def ask() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, int(with_signal), 0, 0, 0)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return ask


def started_at(pid: int) -> int | None:
    """When process `pid` started, in clock ticks since boot, or None when it is gone (or a zombie).

    Together with the pid it names one process for good: pids come round again. Field 22 of /proc/<pid>/stat.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    fields = stat[stat.rindex(")") + 2 :].split()  # the program's name may hold spaces and parentheses
    return None if fields[0] in "ZX" else int(fields[19])


def works_in(pid: int, directory: Path) -> bool:
    """Whether process `pid` lives and has `directory` as its working directory, as both servers do."""
    try:
        return started_at(pid) is not None and Path(f"/proc/{pid}/cwd").readlink() == directory.resolve()
    except OSError:
        return False


def others_in(directory: Path, program: str) -> list[int]:
    """The processes of `program` (as /proc/<pid>/comm has it) that work in `directory`."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                name = (entry / "comm").read_text().strip()
            except OSError:
                continue
            if name == program and works_in(int(entry.name), directory):
                found.append(int(entry.name))
    return found


def pid_in(file: Path) -> int | None:
    """The process id in a pid file's first line, or None."""
    try:
        return int(file.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def wait_until(condition: Callable[[], bool], seconds: float, every: float = 0.05) -> bool:
    """Ask `condition` until it holds or `seconds` have passed; returns whether it holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(every)
    return True


def stop(pid: int, asks: signal.Signals, seconds: float = 20.0, insists: signal.Signals = signal.SIGKILL) -> None:
    """Stop the very process that has `pid` now: ask, wait, insist."""
    start = started_at(pid)
    for number, patience in ((asks, seconds), (insists, 10.0)):
        if start is None or started_at(pid) != start:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        if wait_until(lambda: started_at(pid) != start, patience):
            return


def kill_group(pid: int) -> None:
    """Kill a child's whole process group; it leads one, being started in a session of its own."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def tail(file: Path, lines: int = 8) -> str:
    """The last lines of a log file, or an empty text."""
    try:
        with file.open("rb") as log:
            log.seek(max(0, file.stat().st_size - 16_384))
            text = log.read().decode(errors="replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-lines:])
