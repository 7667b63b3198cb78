"""Rows of a table as columns, block by block, with the line of every row.

Polars reads a block of lines at the speed of the machine, but neither says on which line a row stood
nor that a row had too few cells. So the block is counted beforehand: where lines, rows and separators
are as many as they must be, each line was a row of the right width. Any other block (a blank or damaged
line, a head in the middle, ruled lines, broken UTF-8) is put right line by line first, which is slow and
exact, and only what is a row of the table goes to Polars.

Import this module only where a file is being read: Polars takes 36 MiB, and its threads do not survive
the fork that makes a worker.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tracks.formats.contract import ByteStream, DropReason, Limits, ParseReport, Place, at_line, gettext_noop
from tracks.formats.one_ahead import one_ahead
from tracks.formats.table_lines import Layout, Lines, blocks_of_lines, count_of


@dataclass(slots=True)
class Block:
    """Consecutive rows. `frame` has the columns asked for, `lines` and `records` one number a row."""

    frame: pl.DataFrame
    lines: NDArray[np.int64]
    records: NDArray[np.int64]
    layout: Layout
    _text: bytes

    def place_of(self, record: int) -> Place:
        """The line of a record."""
        return at_line(int(self.lines[np.searchsorted(self.records, record)]))

    def cells(self, rows: NDArray[np.int64]) -> Iterator[tuple[int, list[str]]]:
        """Some rows of the block (ascending) with their cells as they are written."""
        lines = self._text.split(b"\n")
        for row in rows.tolist():
            yield row, self.layout.cells(lines[row].decode("utf-8", "replace"))


class TableReader:
    """Iterate `blocks()` once.

    Args:
        columns: by the name it is to have, the position of each wanted column and its type
            (numbers that cannot be read are null). Absent columns are simply not asked for.
        ragged: rows may be shorter than the layout's width (the rest is null) or longer (left out).
    """

    def __init__(
        self,
        stream: ByteStream,
        layout: Layout,
        limits: Limits,
        report: ParseReport,
        columns: Mapping[str, tuple[int, pl.DataType | type[pl.DataType]]],
        *,
        ragged: bool = False,
    ) -> None:
        self._stream = stream
        self._layout = layout
        self._limits = limits
        self._report = report
        self._ragged = ragged
        self._schema: dict[str, pl.DataType | type[pl.DataType]] = {
            _column(position): pl.String() for position in range(layout.width)
        }
        self._schema |= {_column(position): kind for position, kind in columns.values()}
        self._names = {_column(position): name for name, (position, _kind) in columns.items()}
        self._wanted = [name for name in self._schema if name in self._names]
        self._heads = layout.delimiter.join(layout.heads).encode() if len(layout.heads) > 1 else b""
        self._record = 0

    def blocks(self) -> Iterator[Block]:
        """The rows of the table, those of the wrong width dropped and counted.

        Raises:
            ParseError: a line is longer than a record may be.
        """
        yield from one_ahead(self._blocks())

    def _blocks(self) -> Iterator[Block]:
        for lines in blocks_of_lines(self._stream, self._limits, self._layout.first_line):
            block = self._quick(lines) or self._mended(lines)
            if block.frame.height:
                yield block

    def _quick(self, lines: Lines) -> Block | None:
        """The block as it is, None where some line is not a row."""
        layout, text, rows = self._layout, lines.text, lines.count
        if layout.framed or layout.padded or (self._heads and self._heads in text):
            return None
        if self._ragged and (b"\n\n" in text or text.startswith(b"\n")):
            return None
        quoted = b'"' in text
        if not self._ragged and count_of(text, ord(layout.delimiter)) != rows * (layout.width - 1):
            return None
        if quoted and text.count(b'"') % 2:
            return None
        frame = self._read(text, quoted)
        if frame is None or frame.height != rows:
            return None
        block = Block(frame, np.arange(lines.first, lines.first + rows), self._numbered(rows), layout, text)
        self._record += rows
        return block

    def _numbered(self, rows: int) -> NDArray[np.int64]:
        return np.arange(self._record, self._record + rows)

    def _read(self, text: bytes, quoted: bool) -> pl.DataFrame | None:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # quotes left open: told by the number of rows
                frame = pl.read_csv(
                    text,
                    has_header=False,
                    separator=self._layout.delimiter,
                    quote_char='"' if quoted else None,
                    schema=self._schema,
                    columns=self._wanted,
                    ignore_errors=True,
                    truncate_ragged_lines=self._ragged,
                )
        except pl.exceptions.PolarsError:
            return None
        frame.columns = [self._names[name] for name in frame.columns]
        return frame

    def _mended(self, block: Lines) -> Block:
        """The block with only its rows left, each put in its plainest form."""
        layout, width = self._layout, self._layout.width
        rows: list[str] = []
        lines: list[int] = []
        records: list[int] = []
        heads = [head.lower() for head in layout.heads]
        all_lines = block.text.decode("utf-8", "replace").split("\n")[:-1]
        for number, line in enumerate(all_lines, block.first):
            if not line.strip() or layout.is_ruled(line):
                continue
            cells = layout.cells(line)
            if heads and [cell.lower() for cell in cells] == heads:
                continue
            record, self._record = self._record, self._record + 1
            if self._ragged:
                cells = cells[:width] + [""] * (width - len(cells))
            elif len(cells) > width and not any(cells[width:]):
                cells = cells[:width]
            if len(cells) != width:
                self._report.records_read += 1
                self._report.drop(DropReason.UNREADABLE, at_line(number))
                if block.last and number == block.first + block.count - 1 and len(cells) < width:
                    self._report.warn(
                        gettext_noop(
                            "The last row is not complete: the file stops in it, and what followed is missing. "
                            "Fetch the file again if you can."
                        ),
                        at_line(number),
                    )
                continue
            rows.append(layout.delimiter.join(_plain(cell, layout.delimiter) for cell in cells))
            lines.append(number)
            records.append(record)
        mended = ("\n".join(rows) + "\n").encode() if rows else b""
        frame = self._read(mended, False) if rows else None
        if frame is None:
            frame = pl.DataFrame(schema={self._names[p]: self._schema[p] for p in self._wanted})
        assert frame.height == len(rows), "every row was made readable"
        plain = Layout(layout.delimiter, layout.heads, width, layout.first_line)
        return Block(frame, np.array(lines, dtype="i8"), np.array(records, dtype="i8"), plain, mended)


def _column(position: int) -> str:
    """What Polars calls a column without a head."""
    return f"column_{position + 1}"


def _plain(cell: str, delimiter: str) -> str:
    """A cell that needs no quotes. A lone surrogate or a separator in it is no part of any value we read."""
    return cell.replace(delimiter, " ").replace("\n", " ").replace('"', " ").replace("\r", " ")
