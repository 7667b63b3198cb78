"""Python's search for reference cycles, held back while a file is imported."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator

# Of new objects, before the young ones are searched; Python's own is 700. An import makes rows by the ten thousand,
# all of them in use until they are stored: searching them over and over took a fifth of its time and found nothing.
NEW_OBJECTS = 100_000


@contextlib.contextmanager
def rare_collections() -> Iterator[None]:
    """Search rarely while entered, for all threads of the process. Memory without cycles is freed at once, as ever."""
    before = gc.get_threshold()
    gc.set_threshold(NEW_OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
