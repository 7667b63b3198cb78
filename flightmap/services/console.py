"""What the person at the terminal sees: one line for each thing done, with how long it took."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

# Where lines cannot be rewritten (a log, CI), progress is a line of its own at most so often, in seconds.
PROGRESS_LINE_EVERY = 15.0
PROGRESS_LENGTH = 80  # characters


class Step:
    """One thing being done. `progress` says how far it is; `result` says how it ended."""

    def __init__(self, console: Console, label: str) -> None:
        self._console = console
        self._began = time.monotonic()
        self._last_line = self._began
        self.label = label
        self.outcome = ""

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return time.monotonic() - self._began

    def progress(self, text: str) -> None:
        """Show `text` beside the label; on a terminal in the same line."""
        text = " ".join(text.split())
        if self._console.interactive:
            self._console.rewrite(f"  … {self.label} ({self.seconds:.0f} s) {text}")
        elif time.monotonic() - self._last_line > PROGRESS_LINE_EVERY:
            self._last_line = time.monotonic()
            self._console.line(f"  … {self.label} ({self.seconds:.0f} s) {text[:PROGRESS_LENGTH]}")

    def result(self, text: str) -> None:
        """What to write behind the label once the step is done."""
        self.outcome = text


class Console:
    """Writes lines to a stream; several threads may."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._lock = threading.Lock()
        self._rewritten = False
        self.interactive = self._stream.isatty()

    def line(self, text: str = "") -> None:
        """Write one line."""
        with self._lock:
            self._clear()
            self._write(text + "\n")

    def rewrite(self, text: str) -> None:
        """Write a line that the next one takes the place of."""
        width = shutil.get_terminal_size().columns - 1
        with self._lock:
            self._clear()
            self._write(text[:width])
            self._rewritten = True

    @contextmanager
    def step(self, label: str) -> Iterator[Step]:
        """Do one thing under `label`; its line is written when it has ended, well or not."""
        step = Step(self, label)
        if self.interactive:
            self.rewrite(f"  … {label}")
        try:
            yield step
        except BaseException:
            self.line(f"  ✗ {label} ({step.seconds:.1f} s)")
            raise
        outcome = f": {step.outcome}" if step.outcome else ""
        self.line(f"  ✓ {label}{outcome} ({step.seconds:.1f} s)")

    def _clear(self) -> None:
        if self._rewritten:
            self._write("\r\033[K")
            self._rewritten = False

    def _write(self, text: str) -> None:
        encoding = self._stream.encoding or "utf-8"
        try:
            self._stream.write(text.encode(encoding, "replace").decode(encoding))
            self._stream.flush()
        except (BrokenPipeError, OSError):
            pass  # the terminal is gone; what we started must still be stopped in order
