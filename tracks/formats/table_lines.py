"""Tables of text: where the rows begin, what separates their cells, and the lines in blocks.

A line is a row, also where quotes around a cell are left open: a stray quote then spoils one row and not
the rest of the file. No tracker writes cells of several lines.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from tracks.formats.contract import ByteStream, Limits, ParseError, at_byte, gettext_noop
from tracks.formats.text import BOM

# Text is worked on so many bytes at a time.
BLOCK_BYTES = 6 << 20

# What is taken from the stream at once; `Content` hands out small pieces at the least cost.
_READ_BYTES = 1 << 20

# So much of a file shows how its table is written.
HEAD_BYTES = 1 << 16

_COUNTED = 1 << 17  # bytes: small enough for the processor's cache
DELIMITERS = ",;\t|"

# Heads are looked for in so many lines; SQL shells print a few lines before a table.
_HEAD_LINES = 60
_LONGEST_HEAD = 4096


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table is written.

    Attributes:
        delimiter: between two cells.
        heads: the cells of the line that names the columns, as written; or empty.
        width: cells a row.
        first_line: the number of the line, from 1, on which the rows begin.
        framed: rows are `| a | b |` with ruled lines between, as SQL shells draw them.
        padded: cells have white space around them.
        comments: lines that begin with # are no rows.
    """

    delimiter: str
    heads: tuple[str, ...]
    width: int
    first_line: int
    framed: bool = False
    padded: bool = False
    comments: bool = False

    def cells(self, line: str) -> list[str]:
        """The cells of a row, white space around them and quotes removed; any number of them."""
        line = line.strip() if self.framed or self.delimiter != "\t" else line.strip("\r\n ")
        if self.framed:
            line = line.removeprefix("|").removesuffix("|")
        if '"' not in line:
            return [cell.strip() for cell in line.split(self.delimiter)]
        try:
            row = next(csv.reader([line], delimiter=self.delimiter, skipinitialspace=True), [])
        except csv.Error:
            return []
        return [cell.strip() for cell in row]

    def is_no_row(self, line: str) -> bool:
        """Whether the line is empty, a comment, or one of those that a shell draws around a table."""
        text = line.strip()
        return not text or (self.framed and not text.strip("+-|= ")) or (self.comments and text.startswith("#"))


def head_lines(head: bytes) -> list[str]:
    """The lines of the beginning of a file, without their ends; the last one only where it is the only one.

    (The beginning may have been cut anywhere.)
    """
    text = head.removeprefix(BOM).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    lines = text.split(b"\n")
    whole = lines[:-1] or lines
    return [line.decode("utf-8", "replace") for line in whole]


def layout_of(head: bytes, names_columns: Callable[[Sequence[str]], bool]) -> Layout | None:
    """The layout of a table whose heads `names_columns` accepts, None where no line of the first few has such.

    Args:
        head: the beginning of the content.
        names_columns: called with the cells of a line.
    """
    if b"\0" in head:
        return None
    for number, line in enumerate(head_lines(head)[:_HEAD_LINES], 1):
        if len(line) > _LONGEST_HEAD:
            continue
        for delimiter in sorted(DELIMITERS, key=line.count, reverse=True):
            if delimiter not in line:
                break
            framed = delimiter == "|" and line.strip().startswith("|")
            padded = framed or f"{delimiter} " in line or (delimiter != "\t" and line != line.strip())
            bare = Layout(delimiter, (), 0, number + 1, framed, padded)
            cells = bare.cells(line)
            if names_columns(cells):
                return Layout(delimiter, tuple(cells), len(cells), number + 1, framed, padded)
    return None


def blocks_of_lines(
    stream: ByteStream, limits: Limits, first_line: int = 1, *, parted: int = 1
) -> Iterator[tuple[bytes, bool]]:
    r"""The text in blocks of whole lines, each ending in \n, a byte order mark removed.

    Args:
        first_line: lines before it (counted from 1) are left out.
        parted: of short lines blocks hold many; into so many parts the usual block is parted.

    Yields:
        Some lines, and whether they are the last.

    Raises:
        ParseError: a line is longer than `limits.record_bytes`.
    """
    rest = b""
    number, read = 1, 0
    started = ended = False
    while not ended:
        parts, ended = _taken(stream, BLOCK_BYTES // parted)
        read += sum(map(len, parts))
        if not started:
            parts[:1], started = [b"".join(parts[:1]).removeprefix(BOM)], True
        last = parts.pop() if parts else b""
        if ended or b"\n" not in last or any(b"\r" in part for part in (*parts, last)):
            parts, last, rest = [], _with_plain_ends(b"".join([rest, *parts, last]), ended), b""
        cut = last.rfind(b"\n") + 1
        text, rest = b"".join([rest, *parts, last[:cut]]), last[cut:]
        while number < first_line and text:
            after = text.find(b"\n") + 1
            text, number = text[after:], number + 1
        if len(rest) > limits.record_bytes:
            raise ParseError(
                gettext_noop("A line before this place is longer than %(limit)d KiB, which no track file has."),
                place=at_byte(read),
                limit=limits.record_bytes >> 10,
            )
        if text:
            yield text, ended


def _with_plain_ends(text: bytes, ended: bool) -> bytes:
    r"""The text with \n for \r\n and \r, the last line ended where the text is."""
    if b"\r" in text:
        # A \r at the end may be half of \r\n: it waits for what follows.
        held = b"\r" if not ended and text.endswith(b"\r") else b""
        text = text[: len(text) - len(held)].replace(b"\r\n", b"\n").replace(b"\r", b"\n") + held
    return text + b"\n" if ended and text and not text.endswith(b"\n") else text


def _taken(stream: ByteStream, most: int) -> tuple[list[bytes], bool]:
    """The next bytes in pieces, about as many as asked for, and whether the stream has ended."""
    parts: list[bytes] = []
    size = 0
    while size < most:
        data = stream.read(min(_READ_BYTES, most))
        if not data:
            return parts, True
        parts.append(data)
        size += len(data)
    return parts, False


def counts_of(text: bytes, marks: bytes) -> list[int]:
    """How often each of some bytes stands in the text; faster than `bytes.count` where that is often."""
    array = np.frombuffer(text, dtype="u1")
    counts = [0] * len(marks)
    for start in range(0, array.size, _COUNTED):
        part = array[start : start + _COUNTED]
        for position, mark in enumerate(marks):
            counts[position] += int(np.count_nonzero(part == mark))
    return counts


class Peeked:
    """A stream whose beginning was looked at: `head` comes again from `read`."""

    def __init__(self, stream: ByteStream, size: int = HEAD_BYTES) -> None:
        parts: list[bytes] = []
        while size > 0 and (data := stream.read(size)):
            parts.append(data)
            size -= len(data)
        self.head = b"".join(parts)
        self._first = self.head
        self._stream = stream

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes, b"" at the end."""
        first = self._first
        if not first:
            return self._stream.read(size)
        if size < 0:
            self._first = b""
            return first + self._stream.read(size)
        self._first = first[size:]
        return first[:size]
