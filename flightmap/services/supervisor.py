"""One process that starts the others in order, awaits each, brings a crashed one up again and stops them all.

No library does the four together: honcho starts all at once and ends all when one ends, systemd is not everywhere.
Plain loops and a flag set by signals: every wait is in `pause`, which ends the wait when a stop is asked for.
"""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

from flightmap.services.console import Console
from flightmap.services.errors import ServiceError
from flightmap.services.processes import kill_group, started_at, tail
from flightmap.services.programs import Program

MOST_RESTARTS = 5  # of one program …
RESTART_WINDOW = 60.0  # … in so many seconds; then something is wrong that another start does not mend
FIRST_DELAY = 0.5  # seconds before it is brought up again; doubled each time within the window
LOOK_EVERY = 0.1  # seconds


class StopAsked(Exception):
    """Somebody pressed Ctrl-C, or asked by a signal."""


@dataclass
class _Child:
    program: Program
    process: subprocess.Popen[bytes]
    crashes: deque[float] = field(default_factory=deque)
    due: float | None = None  # when to bring it up again


class Supervisor:
    """Looks after the programs it has started, until it is asked to stop."""

    def __init__(self, console: Console, record: Path) -> None:
        self._console = console
        self._record = record
        self._children: list[_Child] = []
        self._asked = 0

    def listen(self) -> None:
        """Take SIGINT, SIGTERM and SIGHUP as the wish to stop."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask)

    def _ask(self, _number: int, _frame: object) -> None:
        self._asked += 1

    def pause(self) -> None:
        """Wait a moment, looking after the children; raises `StopAsked` when it is time to stop."""
        if self._asked:
            raise StopAsked
        for child in self._children:
            self._look_after(child)
        time.sleep(LOOK_EVERY)

    def start(self, program: Program) -> None:
        """Start a program; `await_ready` waits for it."""
        self._children.append(_Child(program, program.spawn()))
        self._write_record()

    def await_ready(self, program: Program) -> None:
        """Wait until the program answers."""
        assert program.is_ready is not None
        deadline = time.monotonic() + program.patience
        while not program.is_ready():
            if time.monotonic() > deadline:
                raise ServiceError(
                    f"{program.label} did not answer within {program.patience:.0f} s. The end of {program.log}:\n"
                    f"{tail(program.log)}"
                )
            self.pause()

    def run_beside(self, process: subprocess.Popen[bytes]) -> int:
        """Wait for a process that ends by itself, looking after the others; returns its status."""
        try:
            while (status := process.poll()) is None:
                self.pause()
        except BaseException:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            raise
        return status

    def run(self) -> None:
        """Look after the children until asked to stop."""
        while True:
            self.pause()

    def _look_after(self, child: _Child) -> None:
        now = time.monotonic()
        if child.due is not None:
            if now >= child.due:
                child.process, child.due = child.program.spawn(), None
                self._write_record()
            return
        status = child.process.poll()
        if status is None:
            return
        kill_group(child.process.pid)  # what a killed program leaves behind
        while child.crashes and now - child.crashes[0] > RESTART_WINDOW:
            child.crashes.popleft()
        child.crashes.append(now)
        program = child.program
        if len(child.crashes) > MOST_RESTARTS:
            raise ServiceError(
                f"{program.label} ended {len(child.crashes)} times within a minute, the last time with {_why(status)}. "
                f"The end of {program.log}:\n{tail(program.log)}"
            )
        child.due = now + FIRST_DELAY * 2 ** (len(child.crashes) - 1)
        self._console.line(f"  ! {program.label} ended with {_why(status)}; it is started again. Log: {program.log}")

    def stop_all(self) -> None:
        """Stop what was started, last first; the servers only after all that uses them. A second Ctrl-C kills."""
        self._asked = 0
        with contextlib.suppress(ValueError):  # not in the main thread
            self.listen()
        servers = [child for child in self._children if child.program.name in ("postgres", "redis")]
        others = [child for child in self._children if child not in servers]
        for group in (others, *([child] for child in reversed(servers))):
            self._stop(group)
        self._children.clear()
        self._record.unlink(missing_ok=True)

    def _stop(self, children: list[_Child]) -> None:
        running = [child for child in children if child.process.poll() is None]
        for child in running:
            child.process.send_signal(child.program.stop_signal)
        began = time.monotonic()
        while running:
            for child in list(running):
                late = time.monotonic() - began > child.program.stop_patience
                if child.process.poll() is None and (late or self._asked):
                    kill_group(child.process.pid)
                    child.process.wait()
                if child.process.poll() is not None:
                    running.remove(child)
            time.sleep(0.02)
        for child in children:
            if child.program.name not in ("postgres", "redis"):
                kill_group(child.process.pid)

    def _write_record(self) -> None:
        """Who runs, for `end_leftovers` of the next start should this process be killed."""
        found = {
            child.program.name: {"pid": child.process.pid, "started": started_at(child.process.pid)}
            for child in self._children
        }
        unfinished = self._record.with_suffix(".new")
        unfinished.write_text(json.dumps(found))
        unfinished.replace(self._record)


def _why(status: int) -> str:
    return signal.Signals(-status).name if status < 0 else f"status {status}"
