"""Shows how far an import is: a bar that redraws itself on a terminal, now and then a line elsewhere."""

from __future__ import annotations

import shutil
import time
from typing import TextIO

from django.utils.translation import gettext as _

from tracks.models import TrackFile

REDRAW_SECONDS = 0.1
LINE_SECONDS = 5.0
BAR = 24


class ProgressBar:
    """Progress of one file on a stream (standard error, so that results can be piped). `show` as often as you like."""

    def __init__(self, stream: TextIO, name: str, size: int) -> None:
        self._stream = stream
        self._name = name
        self._size = size
        self._terminal = stream.isatty()
        self._drawn = time.monotonic() if not self._terminal else 0.0

    def show(self, step: str, file_bytes: int, fixes: int) -> None:
        """Step of `TrackFile.Step`, bytes read of the file, fixes read."""
        now = time.monotonic()
        if now - self._drawn < (REDRAW_SECONDS if self._terminal else LINE_SECONDS):
            return
        self._drawn = now
        share = min(file_bytes / self._size, 1.0) if self._size else 1.0
        words = _("%(share)s, %(fixes)s fixes, %(step)s") % {
            "share": f"{share:4.0%}",
            "fixes": f"{fixes:,}",
            "step": TrackFile.Step(step).label,
        }
        if self._terminal:
            filled = round(share * BAR)
            line = f"{self._name}  {'█' * filled}{'░' * (BAR - filled)} {words}"
            self._stream.write("\r\x1b[K" + line[: shutil.get_terminal_size().columns - 1])
        else:
            self._stream.write(f"{self._name}: {words}\n")
        self._stream.flush()

    def clear(self) -> None:
        """Make room for the result."""
        if self._terminal:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
