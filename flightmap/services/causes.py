"""What programs say when a machine is not as it should be, in words for the person at the terminal."""

from __future__ import annotations

import errno
from pathlib import Path

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


def cause_of(output: str) -> str | None:
    """What a program's words mean for the person at the terminal, where they tell of a known cause."""
    return next((cause for sign, cause in _KNOWN_CAUSES if sign in output), None)


def explain_error(error: OSError, directory: Path) -> str:
    """What the operating system refused, in one sentence; `directory` is where we were at work."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk of {directory} is full. Make room and start again."
    return f"{error.filename or directory}: {error.strerror}."
