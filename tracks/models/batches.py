"""Parts work on many tracks so that the fixes of each part fit into memory together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")

# So many fixes are in memory together, or those of one thing that has more: some 200 bytes each while they are read.
MOST_FIXES = 100_000


def in_batches(things: Iterable[T], fixes: Callable[[T], int]) -> Iterator[list[T]]:
    """The things in runs, in their order. `fixes`: how many fixes have to be read for one of them."""
    together: list[T] = []
    held = 0
    for thing in things:
        count = fixes(thing)
        if together and held + count > MOST_FIXES:
            yield together
            together, held = [], 0
        together.append(thing)
        held += count
    if together:
        yield together
