"""One set-up at a time, one running site at a time: locks that end with the process that holds them."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

RUN_LOCK_VARIABLE = "FLIGHTMAP_RUN_LOCK"  # the descriptor of the lock, handed on when we become another program


def acquire(file: Path, *, wait: bool) -> int | None:
    """Lock `file` and return its descriptor, or None when another process holds it and we do not wait."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        os.close(descriptor)
        return None
    os.ftruncate(descriptor, 0)
    os.write(descriptor, f"{os.getpid()}\n".encode())
    return descriptor


def hand_on(descriptor: int) -> None:
    """Let the program that this process becomes keep the lock."""
    os.set_inheritable(descriptor, True)
    os.environ[RUN_LOCK_VARIABLE] = str(descriptor)


def take_over() -> int | None:
    """The lock that was handed on to us, no longer inherited by what we start."""
    value = os.environ.pop(RUN_LOCK_VARIABLE, "")
    if not value.isdigit():
        return None
    os.set_inheritable(int(value), False)
    return int(value)


def holder(file: Path) -> str:
    """The process id that the holder of a lock wrote into it."""
    try:
        return file.read_text().strip() or "?"
    except OSError:
        return "?"
