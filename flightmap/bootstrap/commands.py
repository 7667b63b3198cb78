"""Run a program as one step on the console: its output goes to a log, its last line shows as progress."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from flightmap.services.causes import cause_of
from flightmap.services.console import Step


class SetUpFailed(Exception):
    """Why the set-up cannot go on, and what to do, for the person at the terminal."""


def run(
    command: Sequence[str], step: Step, log: Path, *, cwd: Path, environment: Mapping[str, str] | None = None
) -> None:
    """Run `command` to its end, or raise `SetUpFailed` with the cause where it is a known one."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as file:
        file.write(f"\n$ {' '.join(command)}\n".encode())
        began = file.tell()
        try:
            process = subprocess.Popen(
                command,
                cwd=cwd,
                env={**os.environ, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
        except OSError as error:
            raise SetUpFailed(f"{command[0]} cannot be run: {error.strerror}.") from error
        try:
            assert process.stdout is not None
            shown = 0.0
            for line in process.stdout:
                file.write(line)
                if time.monotonic() - shown > 0.1:
                    shown = time.monotonic()
                    step.progress(line.decode(errors="replace").strip())
            process.wait()
        except BaseException:
            process.terminate()
            process.wait()
            raise
    if process.returncode != 0:
        with log.open("rb") as file:
            file.seek(began)
            output = file.read().decode(errors="replace")
        raise SetUpFailed(explain(f"{step.label}: {command[0]} failed.", output, log))


def explain(what: str, output: str, log: Path) -> str:
    """One sentence on the cause where the output tells it, else the output's last lines; and where all of it is."""
    cause = cause_of(output)
    if cause:
        return f"{what} {cause}\nThe whole output: {log}"
    last = "\n".join(f"    {line}" for line in output.strip().splitlines()[-8:])
    return f"{what} Its last words:\n{last}\nThe whole output: {log}"
