"""Work on one thing while the next are being made, on a second core."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
U = TypeVar("U")


def made_ahead(items: Iterator[T], ahead: int) -> Iterator[T]:
    """The same items, the next `ahead` of them made in a thread of its own while one is worked on.

    Worth it where making them is done outside Python's own code, as reading files, hashing and Polars are. What
    making them raises is raised here, after the items before. Whoever stops early waits for the one being made.
    """
    end = object()
    with ThreadPoolExecutor(1, thread_name_prefix="reading") as reading:
        coming = deque(reading.submit(next, items, end) for _ in range(ahead))
        try:
            while (item := coming.popleft().result()) is not end:
                coming.append(reading.submit(next, items, end))
                yield item  # type: ignore[misc]
        finally:
            reading.shutdown(cancel_futures=True)


def worked_ahead(work: Callable[[T], U], items: Iterator[T], ahead: int, threads: int = 2) -> Iterator[tuple[T, U]]:
    """Each item and what `work` makes of it, in their order; the next `ahead` are worked on in threads meanwhile.

    `items` are taken in the thread of the caller, so they should be there already (`made_ahead`). What is raised by
    `items` or `work` is raised here, after what came before.
    """
    coming: deque[tuple[T, Future[U]] | Exception] = deque()
    ended = False
    with ThreadPoolExecutor(threads, thread_name_prefix="working") as working:
        try:
            while True:
                while not ended and len(coming) < ahead:
                    try:
                        item = next(items)
                        coming.append((item, working.submit(work, item)))
                    except StopIteration:
                        ended = True
                    except Exception as error:
                        ended = True
                        coming.append(error)
                if not coming:
                    return
                first = coming.popleft()
                if isinstance(first, Exception):
                    raise first
                item, made = first
                yield item, made.result()
        finally:
            working.shutdown(cancel_futures=True)
