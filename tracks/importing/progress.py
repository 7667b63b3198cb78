"""How far an import is: set by the import as it works, read by the heartbeat and by a progress bar."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tracks.models import TrackFile


@dataclass(slots=True)
class Progress:
    """Plain numbers that one thread writes and others read; nothing here touches the database.

    Attributes:
        file_bytes: bytes read of the original as it lies in the archive, against `size`.
        fixes: fixes read.
        listener: called on every change, in the thread of the import; it must be quick.
    """

    size: int = 0
    step: TrackFile.Step = TrackFile.Step.NONE
    file_bytes: int = 0
    fixes: int = 0
    listener: Callable[[Progress], None] | None = field(default=None, repr=False)

    def enter(self, step: TrackFile.Step) -> None:
        """Begin a step."""
        self.step = step
        self._tell()

    def read(self, file_bytes: int, fixes: int) -> None:
        """Say how much has been read so far."""
        self.file_bytes, self.fixes = file_bytes, fixes
        self._tell()

    def seen(self) -> tuple[str, int, int]:
        """All of it at once: step, bytes, fixes."""
        return (str(self.step), self.file_bytes, self.fixes)

    def _tell(self) -> None:
        if self.listener is not None:
            self.listener(self)
