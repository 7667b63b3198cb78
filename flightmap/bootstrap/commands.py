"""Run a program as one step on the console: its output goes to a log, its last line shows as progress."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from flightmap.services.console import Step

# What to tell for what programs say when a machine is not as it should be.
_KNOWN_CAUSES = (
    ("No space left on device", "The disk is full."),
    ("Disk quota exceeded", "The disk quota is used up."),
    ("ENOSPC", "The disk is full."),
    ("You don't have enough free space", "The disk is full."),
    ("Temporary failure resolving", "There is no network, or no name server answers."),
    ("Could not resolve", "There is no network, or no name server answers."),
    ("Temporary failure in name resolution", "There is no network, or no name server answers."),
    ("ENOTFOUND", "There is no network, or no name server answers."),
    ("EAI_AGAIN", "There is no network, or no name server answers."),
    ("Could not get lock", "Another program is installing packages right now. Start again when it has finished."),
    ("Unable to locate package", "This distribution does not have the package: Debian 12+ or Ubuntu 24.04+ is needed."),
)


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


def cause_of(output: str) -> str | None:
    """What a program's words mean for the person at the terminal, where they tell of a known cause."""
    return next((cause for sign, cause in _KNOWN_CAUSES if sign in output), None)


def explain(what: str, output: str, log: Path) -> str:
    """One sentence on the cause where the output tells it, else the output's last lines; and where all of it is."""
    cause = cause_of(output)
    if cause:
        return f"{what} {cause}\nThe whole output: {log}"
    last = "\n".join(f"    {line}" for line in output.strip().splitlines()[-8:])
    return f"{what} Its last words:\n{last}\nThe whole output: {log}"
