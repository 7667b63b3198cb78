"""The events of `json_walk` for a value that is already in memory: one way of reading for both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tracks.formats.json_events import Elements, Enter, Event, Leave, Path, Value, Want


def replayed(value: Any, path: Path, want: Callable[[Path], Want], byte: int) -> Iterator[Event]:
    """What walking through a value yields; all of it at the place `byte`."""
    wanted = want(path)
    if wanted is Want.SKIP:
        return
    if type(value) is dict:
        if wanted is Want.VALUE:
            yield Value(path, value, byte)
        elif wanted in (Want.WALK, Want.OBJECTS):
            yield Enter(path, byte)
            for key, inner in value.items():
                yield from replayed(inner, (*path, key), want, byte)
            yield Leave(path)
    elif type(value) is list:
        if wanted is Want.VALUE:
            yield Value(path, value, byte)
        elif wanted is Want.OBJECTS:
            yield Elements(path, 0, value, byte)
        elif wanted in (Want.ROWS, Want.SCALARS):
            for part, elements in enumerate(_innermost(value, wanted)):
                yield Elements(path, part, elements, byte)
    else:
        yield Value(path, value, byte)


def _innermost(value: list[Any], wanted: Want, depth: int = 0) -> Iterator[list[Any]]:
    """The innermost arrays of rows or scalars."""
    first = value[0] if value else None
    nested = type(first) is list and (wanted is Want.SCALARS or (bool(first) and type(first[0]) is list))
    if nested and depth < 8:
        for inner in value:
            if type(inner) is list:
                yield from _innermost(inner, wanted, depth + 1)
    elif value and type(first) is not dict:
        yield value
