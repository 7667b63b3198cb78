"""Tables in JSON: records with a name for each value (`json_records.py`), read as the same table in CSV would be.

Decisions:
- The names are the columns. Which parser of tables reads them is decided by these, as for CSV: Flightradar24's
  API answers, OpenSky's states, tables of the library traffic; any other is read as a curator says.
- The columns are those of the records at the beginning. Names that come up later only are counted and told.
- An aircraft that a receiver lists without the age of its position has no time there, and is left out.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from tracks.formats.contract import (
    ByteStream,
    Chunk,
    Confidence,
    DropReason,
    Limits,
    ParseError,
    Parser,
    ParseReport,
    ParseSettings,
    Place,
    PlaceKind,
    at_record,
    gettext_noop,
)
from tracks.formats.csv_table import CsvTable, is_described_by
from tracks.formats.flightaware_rows import FlightAwareRows
from tracks.formats.fr24_csv import Fr24Csv
from tracks.formats.json_aircraft import SEEN_HEADS, Record
from tracks.formats.json_records import by_rows, is_by_columns, records_in, records_of
from tracks.formats.opensky_csv import OpenSkyCsv
from tracks.formats.table_lines import HEAD_BYTES, Peeked
from tracks.formats.table_mapping import MOST_COLUMNS
from tracks.formats.traffic_table import TrafficTable

_PARSERS: tuple[Parser, ...] = (Fr24Csv(), OpenSkyCsv(), TrafficTable(), FlightAwareRows(), CsvTable())

# Lists of objects are of anything; those of positions have columns like these.
_PLACES = (("lat", "lon"), ("lat", "lng"), ("latitude", "longitude"), ("position",), ("positionlat", "positionlon"))

# Cells more than there are heads, so that no parser takes a line for a row.
_TOO_MANY = 2

# So many records show what a table is.
_SHOWN = 1_000

# Names that come up later: so many are counted, so many told, so much of each.
_OTHERS = 1_000
_OTHERS_TOLD = 8
_NAME_SHOWN = 40


class JsonTable:
    """The parser of lists of records."""

    name = "json-table"
    label = gettext_noop("Table in JSON: a list of records")
    version = 2

    def sniff(self, head: bytes) -> Confidence:
        """As sure as the parser that would read the same table in CSV."""
        if is_by_columns(head):
            return Confidence.POSSIBLE
        table = as_table(head)
        return Confidence.NO if table is None else max(parser.sniff(table) for parser in _PARSERS)

    def parse(self, stream: ByteStream, report: ParseReport, settings: ParseSettings) -> Iterator[Chunk]:
        """Yield the records' fixes; see `contract.Parser.parse`."""
        peeked = Peeked(stream, HEAD_BYTES)
        if is_by_columns(peeked.head):
            peeked = Peeked(io.BytesIO(by_rows(peeked, settings.limits)), HEAD_BYTES)
        table = as_table(peeked.head)
        if table is None:
            raise ParseError(gettext_noop("The file has no list of records with positions."))
        first = records_in(peeked.head)
        heads = _heads(first)
        lines = _Lines(peeked, peeked.head, heads, report, settings.limits)
        told = _ByRecord(report)
        try:
            for chunk in _parser_of(table, first, settings).parse(lines, told, settings):
                told.pass_on()
                yield chunk
        except ParseError as error:
            place = _as_record(error.place)
            raise ParseError(error.message, place=place, **error.values) from error
        finally:
            told.pass_on()
        lines.tell()


def as_table(head: bytes) -> bytes | None:
    """The beginning of a list of records as CSV; None where it is no list of positions."""
    records = records_in(head)
    heads = _heads(records)
    names = {"".join(filter(str.isalpha, name.lower())) for name in heads}
    if not 2 <= len(heads) <= MOST_COLUMNS or not any(set(place) <= names for place in _PLACES):
        return None
    return _written(heads, [heads]) + _written(heads, records[:_SHOWN])


def _parser_of(table: bytes, records: Sequence[Record], settings: ParseSettings) -> Parser:
    if settings.table is not None and is_described_by(settings.table, table):
        return CsvTable()
    if all(record.keys() == SEEN_HEADS for record in records):
        return TrafficTable(units_stated=True)
    return max(_PARSERS, key=lambda parser: parser.sniff(table))


def _heads(records: Sequence[Record]) -> list[str]:
    """The names in some records, and those that tables of the same program have besides."""
    heads = dict.fromkeys(key for record in records for key in record)
    return list(heads | dict.fromkeys(TrafficTable.usual_heads(heads)))


def _written(heads: Sequence[str], rows: Sequence[Record | Sequence[str] | None]) -> bytes:
    """Records, or the heads themselves, as lines of a table; what is no record, or an empty one, has too many cells."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    quoting = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
    for row in rows:
        cells = [_cell(row.get(head)) for head in heads] if isinstance(row, dict) else list(map(_cell, row or ()))
        if not any(cells):
            writer.writerow(["?,"] * (len(heads) + _TOO_MANY))
            continue
        # In a table such a line would be a remark.
        (quoting if cells[0].lstrip().startswith("#") else writer).writerow(cells)
    return text.getvalue().encode("utf-8", "replace")


def _cell(value: Any) -> str:
    """A value as it stands in a table: numbers in full, never with an exponent; a line is a row."""
    if value is None:
        return ""
    if type(value) is float:
        text = repr(value)
        return np.format_float_positional(value, trim="-") if "e" in text else text
    return str(value).replace("\n", " ").replace("\r", " ")


class _Lines:
    """The records as a stream of CSV, each on one line."""

    def __init__(
        self, stream: ByteStream, head: bytes, heads: Sequence[str], report: ParseReport, limits: Limits
    ) -> None:
        self._heads = heads
        self._known = frozenset(heads)
        self._report = report
        self._records = records_of(stream, head, report, limits)
        self._text = _written(heads, [heads])
        self._others: dict[str, int] = {}

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes, b"" at the end."""
        parts, held = [self._text], len(self._text)
        while size < 0 or held < size:
            records = next(self._records, None)
            if records is None:
                break
            for record in records:
                if record and not record.keys() <= self._known:
                    self._count_others(record)
            parts.append(_written(self._heads, records))
            held += len(parts[-1])
        text = b"".join(parts)
        taken, self._text = (text, b"") if size < 0 else (text[:size], text[size:])
        return taken

    def _count_others(self, record: Record) -> None:
        for name in record.keys() - self._known:
            if name in self._others or len(self._others) < _OTHERS:
                self._others[name] = self._others.get(name, 0) + 1

    def tell(self) -> None:
        """At the end, tell the curator what was not read."""
        if self._others:
            names = sorted(self._others, key=lambda name: -self._others[name])
            self._report.warn(
                gettext_noop(
                    "Some records have values that none at the beginning of the file has; they were not read: "
                    "%(names)s."
                ),
                names=", ".join(f"{name[:_NAME_SHOWN]} ({self._others[name]})" for name in names[:_OTHERS_TOLD]),
            )


class _ByRecord(ParseReport):
    """What becomes of the lines, for the report of the file: there lines are records."""

    def __init__(self, report: ParseReport) -> None:
        super().__init__(dropped=report.dropped, places=report.places, blanked=report.blanked, warnings=report.warnings)
        self._report = report
        self._passed = (0, 0, 0)

    def drop(self, reason: DropReason, *places: Place, count: int | None = None) -> None:
        """See `ParseReport.drop`."""
        super().drop(
            reason, *(_as_record(place) or place for place in places), count=len(places) if count is None else count
        )

    def warn(self, message: str, place: Place | None = None, **values: Any) -> None:
        """See `ParseReport.warn`."""
        super().warn(message, _as_record(place), **values)

    def pass_on(self) -> None:
        """Add what has come to the numbers since to the report of the file; ours go on, as shares are told by them."""
        numbers = (self.records_read, self.fixes_read, self.warnings_not_kept)
        new = [number - before for number, before in zip(numbers, self._passed, strict=True)]
        self._report.records_read += new[0]
        self._report.fixes_read += new[1]
        self._report.warnings_not_kept += new[2]
        self._passed = numbers


def _as_record(place: Place | None) -> Place | None:
    """The record on a line of the table; the heads are on the first."""
    return at_record(max(place.number - 2, 0)) if place is not None and place.kind is PlaceKind.LINE else place
