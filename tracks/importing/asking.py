"""The original as an import reads it: with every piece it takes, the import can tell how far it is, or stop.

A parser may read for long before its first chunk: a KML track lists all its times before any position.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import BinaryIO


class AskingFile:
    """A file opened in binary mode that calls `before_read` before each piece is taken from it.

    Only in the thread that made it: parsers that read ahead in another thread give chunks all the time,
    and what is called may speak to people. Whatever it raises ends the reading.
    """

    def __init__(self, file: BinaryIO, before_read: Callable[[], None]) -> None:
        self._file = file
        self._thread = threading.get_ident()
        self.before_read = before_read

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes, b"" at the end."""
        if threading.get_ident() == self._thread:
            self.before_read()
        return self._file.read(size)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go to a place in the file."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """The place in the file."""
        return self._file.tell()

    def seekable(self) -> bool:
        """Whether `seek` works."""
        return self._file.seekable()
