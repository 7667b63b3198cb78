"""Rows of numbers kept until what belongs to them has been read: in memory while few, in a file when many.

Formats that put all positions before all times cannot be read in one pass without keeping one of them.
The file has no name, goes where temporary files go (the environment's TMPDIR) and vanishes with the process.
"""

from __future__ import annotations

import tempfile
from types import TracebackType
from typing import IO, Self

import numpy as np
from numpy.typing import NDArray

# So many numbers stay in memory.
IN_MEMORY = 1 << 20


class NumberSpool:
    """n rows of `width` float64 each, appended once and read in any order.

    Attributes:
        count: rows so far.
        parts: rows of each part, where what is appended comes in parts.
    """

    def __init__(self, width: int) -> None:
        self._width = width
        self._rows: list[NDArray[np.float64]] = []
        self._held = 0
        self._file: IO[bytes] | None = None
        self._in_file = 0
        self.count = 0
        self.parts: list[int] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Forget everything."""
        self._rows = []
        if self._file is not None:
            self._file.close()
            self._file = None

    @property
    def on_disk(self) -> bool:
        """Whether the file was needed."""
        return self._file is not None

    def append(self, rows: NDArray[np.float64], part: int = 0) -> None:
        """Add rows (n × width); parts are counted from 0 and never go back.

        Raises:
            OSError: no room for the file.
        """
        while len(self.parts) <= part:
            self.parts.append(0)
        self.parts[part] += len(rows)
        self.count += len(rows)
        self._rows.append(np.ascontiguousarray(rows, dtype="f8").reshape(-1, self._width))
        self._held += rows.size
        if self._held > IN_MEMORY:
            if self._file is None:
                self._file = tempfile.TemporaryFile(prefix="flightmap-")  # noqa: SIM115 closed by `close`
            self._file.seek(0, 2)
            for each in self._rows:
                self._file.write(each.data)
                self._in_file += len(each)
            self._rows, self._held = [], 0

    def read(self, start: int, stop: int) -> NDArray[np.float64]:
        """Rows from `start` up to `stop` (n × width)."""
        if len(self._rows) > 1:
            self._rows = [np.concatenate(self._rows)]
        parts = []
        if start < self._in_file:
            assert self._file is not None
            rows = np.empty((min(stop, self._in_file) - start, self._width))
            self._file.seek(start * self._width * 8)
            read = self._file.readinto(rows.data.cast("B"))  # type: ignore[attr-defined]
            assert read == rows.nbytes, "the file holds what was written"
            parts.append(rows)
        if stop > self._in_file and self._rows:
            parts.append(self._rows[0][max(start - self._in_file, 0) : stop - self._in_file])
        return np.concatenate(parts) if parts else np.empty((0, self._width))
