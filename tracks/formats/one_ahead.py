"""Work on one thing while the next is being made, on a second core."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def one_ahead(items: Iterator[T]) -> Iterator[T]:
    """The same items, the next made in a thread of its own while one is worked on.

    Worth it where making them is done outside Python's own code, as reading files, hashing and Polars are. What
    making them raises is raised here. Whoever stops early waits for the one that is being made.
    """
    end = object()
    with ThreadPoolExecutor(1, thread_name_prefix="reading") as reading:
        coming = reading.submit(next, items, end)
        while (item := coming.result()) is not end:
            coming = reading.submit(next, items, end)
            yield item  # type: ignore[misc]
