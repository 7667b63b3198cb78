"""Rows of a table as columns, block by block, with the line of every row.

Polars reads a block of lines at the speed of the machine, but neither says on which line a row stood
nor that a row had too few cells, or too many. So the block is counted: where lines, rows and separators
are as many as they must be, and no row lacks the last cell, each line was a row of the right width; where
last cells are empty, the separators are looked at one by one. Any other block (a blank or damaged
line, a head in the middle, ruled lines, broken UTF-8) is put right line by line first, which is slow and
exact, and only what is a row of the table goes to Polars.

Import this module only where a file is being read: Polars takes 36 MiB, and its threads do not survive
the fork that makes a worker.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tracks.formats.contract import ByteStream, Chunk, DropReason, Limits, ParseReport, Place, at_line, gettext_noop
from tracks.formats.many_aircraft import ByAircraft
from tracks.formats.one_ahead import made_ahead, worked_ahead
from tracks.formats.table_lines import Layout, blocks_of_lines, counts_of
from tracks.processing.fixes import Fixes

_NEWLINE = ord("\n")

# Polars unpacks whatever begins like gzip, zlib or Zstandard, without a limit; a block of lines is never packed.
_PACKED = (b"\x1f\x8b", b"x\x01", b"x^", b"x\x9c", b"x\xda", b"\x28\xb5\x2f\xfd")

# Blocks of text that wait, and blocks that Polars has or is done with. Rows are given out in bursts (`ByAircraft`):
# there must be as many as are read meanwhile, or the second core would have nothing to do.
_READ_AHEAD = 1
_PARSED_AHEAD = 3


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
        return at_line(int(self.lines[np.searchsorted(self.records, record)])).of_record(record)

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
        parted: see `blocks_of_lines`.
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
        parted: int = 1,
    ) -> None:
        self._stream = stream
        self._parted = parted
        self._layout = layout
        self._limits = limits
        self._report = report
        self._ragged = ragged
        self._schema: dict[str, pl.DataType | type[pl.DataType]] = {
            _column(position): pl.String() for position in range(layout.width)
        }
        self._schema |= {_column(position): kind for position, kind in columns.values()}
        self._names = {_column(position): name for name, (position, _kind) in columns.items()}
        last = _column(layout.width - 1)
        self._last = self._names.setdefault(last, last)
        self._wanted = [name for name in self._schema if name in self._names]
        self._numeric = [self._names[name] for name in self._wanted if self._schema[name] == pl.Float64]
        self._heads = layout.delimiter.join(layout.heads).encode() if len(layout.heads) > 1 else b""
        self._line = layout.first_line
        self._record = 0

    def blocks(self) -> Iterator[Block]:
        """The rows of the table, those of the wrong width dropped and counted.

        Raises:
            ParseError: a line is longer than a record may be.
        """
        # Quotes left open: told by the number of rows. `catch_warnings` would change the filters of all threads.
        warnings.filterwarnings("ignore", "CSV malformed", UserWarning)
        # Reading and hashing, Polars, and what is made of its rows: three things at once keep two cores busy.
        lines = blocks_of_lines(self._stream, self._limits, self._layout.first_line, parted=self._parted)
        texts = made_ahead(lines, _READ_AHEAD)
        for (text, last), frame in worked_ahead(lambda item: self._quick(item[0]), texts, _PARSED_AHEAD):
            block = self._mended(text, last) if frame is None else self._plain_block(frame, text)
            if block.frame.height:
                yield block

    def _quick(self, text: bytes) -> pl.DataFrame | None:
        """The rows of the block as it is, None where some line is not a row. Called in several threads."""
        layout = self._layout
        if layout.framed or layout.padded:
            return None
        if layout.comments and (b"\n#" in text or text.startswith(b"#")):
            return None
        quotes, ends, separators = counts_of(text, b'"\n' + layout.delimiter.encode())
        if quotes % 2:
            return None
        frame = self._read(text, bool(quotes))
        # Of a line without anything Polars makes a row of nulls; quotes may hide the ends of lines.
        if frame is None or frame.height != ends or not self._is_all_rows(frame, text, bool(quotes), separators):
            return None
        return frame

    def _plain_block(self, frame: pl.DataFrame, text: bytes) -> Block:
        """The block where each line is a row."""
        rows = frame.height
        lines = np.arange(self._line, self._line + rows)
        records = np.arange(self._record, self._record + rows)
        self._line += rows
        self._record += rows
        return Block(frame, lines, records, self._layout, text)

    def _is_all_rows(self, frame: pl.DataFrame, text: bytes, quoted: bool, separators: int) -> bool:
        """Whether each line, there being as many as rows, has the right number of cells."""
        if self._ragged:
            return not (b"\n\n" in text or text.startswith(b"\n"))
        if separators != frame.height * (self._layout.width - 1):
            return False
        # As many separators as there must be: a row has too many only if another lacks its last cell. Quotes hide
        # separators too: such a block is judged by its last cells alone.
        if frame[self._last].null_count() and (quoted or not self._is_regular(text)):
            return False
        # Heads in the middle are no numbers.
        sound = any(frame[name].null_count() == 0 for name in self._numeric)
        return sound or not self._heads or self._heads not in text

    def _is_regular(self, text: bytes) -> bool:
        """Whether every line has as many separators as it must."""
        array = np.frombuffer(text, dtype="u1")
        marks = array[(array == ord(self._layout.delimiter)) | (array == _NEWLINE)]
        ends = marks.reshape(-1, self._layout.width)[:, -1] if marks.size % self._layout.width == 0 else np.zeros(1)
        return bool((ends == _NEWLINE).all())

    def _read(self, text: bytes, quoted: bool) -> pl.DataFrame | None:
        if text.startswith(_PACKED):
            text = b" " + text
        try:
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

    def _mended(self, text: bytes, last: bool) -> Block:
        """The block with only its rows left, each put in its plainest form."""
        layout, width = self._layout, self._layout.width
        rows: list[str] = []
        lines: list[int] = []
        records: list[int] = []
        heads = [head.lower() for head in layout.heads]
        all_lines = text.decode("utf-8", "replace").split("\n")[:-1]
        first, self._line = self._line, self._line + len(all_lines)
        for number, line in enumerate(all_lines, first):
            if layout.is_no_row(line):
                continue
            cells = layout.cells(line)
            if heads and [cell.lower() for cell in cells] == heads:
                continue
            record, self._record = self._record, self._record + 1
            if self._ragged:
                cells = cells[:width] + [""] * (width - len(cells))
            if len(cells) != width:
                self._report.records_read += 1
                self._report.drop(DropReason.UNREADABLE, at_line(number).of_record(record))
                if last and number == self._line - 1 and len(cells) < width:
                    self._report.warn(
                        gettext_noop(
                            "The last row is not complete: the file stops in it, and what followed is missing. "
                            "Fetch the file again if you can."
                        ),
                        at_line(number).of_record(record),
                    )
                continue
            rows.append(layout.delimiter.join(_plain(cell, layout.delimiter) for cell in cells))
            lines.append(number)
            records.append(record)
        mended = ("\n".join(rows) + "\n").encode() if rows else b""
        frame = self._read(mended, b'"' in mended) if rows else None
        if frame is None:
            frame = pl.DataFrame(schema={self._names[p]: self._schema[p] for p in self._wanted})
        assert frame.height == len(rows), "every row was made readable"
        plain = Layout(layout.delimiter, layout.heads, width, layout.first_line)
        return Block(frame, np.array(lines, dtype="i8"), np.array(records, dtype="i8"), plain, mended)


def _column(position: int) -> str:
    """What Polars calls a column without a head."""
    return f"column_{position + 1}"


def _plain(cell: str, delimiter: str) -> str:
    """A cell on one line, in quotes only where a delimiter is part of it. Quotes are part of no value we read."""
    cell = cell.replace("\n", " ").replace('"', " ").replace("\r", " ")
    return f'"{cell}"' if delimiter in cell else cell


class RowsToFixes(Protocol):
    """What makes fixes of the rows of one kind of table."""

    def fixes(self, block: Block) -> tuple[Fixes, NDArray[np.int32]]:
        """The fixes of a block and the number of the aircraft of each."""

    def tell(self) -> None:
        """At the end, tell the curator what was decided for many rows."""


def chunks_of_table(
    reader: TableReader, rows: RowsToFixes, gathered: ByAircraft, report: ParseReport
) -> Iterator[Chunk]:
    """Yield the fixes of a table, by aircraft within some hundred thousand rows."""
    for block in reader.blocks():
        fixes, aircraft = rows.fixes(block)
        yield from gathered.add(fixes, aircraft)
        report.refuse_nonsense()
    yield from gathered.rest()
    rows.tell()
