"""Where records stand in an XML file, and what its root element is."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable

from tracks.formats.contract import Place, at_line, at_record
from tracks.formats.text import BOM


class Places:
    """The lines of records read since the last `clear`, worked out only for those that are asked for."""

    def __init__(self) -> None:
        self._firsts: list[int] = []
        self._lines: list[Callable[[int], int]] = []

    def add(self, first: int, line_of: Callable[[int], int]) -> None:
        """Records from index `first` on; `line_of` gives the line of the n-th of them, from 0."""
        self._firsts.append(first)
        self._lines.append(line_of)

    def place(self, record: int) -> Place:
        """The line of a record; its number where that is no longer known."""
        at = bisect_right(self._firsts, record) - 1
        if at < 0:
            return at_record(record)
        return at_line(self._lines[at](record - self._firsts[at])).of_record(record)

    def copy(self) -> Places:
        """The same, whatever is added or cleared here from now on."""
        other = Places()
        other._firsts, other._lines = list(self._firsts), list(self._lines)
        return other

    def clear(self) -> None:
        """Forget what has been reported."""
        self._firsts, self._lines = [], []


_ROOT = re.compile(rb"(?>\s|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^<>\[]*+(?:\[.*?\])?\s*>)*+<([\w.-]+:)?([\w.-]+)", re.DOTALL)


def root_is(name: bytes, head: bytes) -> bool:
    """Whether a document that begins with `head` has the root element `name`, whatever its prefix and case."""
    root = _ROOT.match(head.removeprefix(BOM))
    return root is not None and root[2].lower() == name
