"""Flightradar24 tables: the CSV export of one flight, the API's tracks, and the archive's positions.

    Timestamp,UTC,Callsign,Position,Altitude,Speed,Direction      (export; UTC may be missing)
    timestamp,lat,lon,alt,gspeed,vspeed,track,squawk,callsign,source            (API)
    snapshot_id,altitude,heading,latitude,longitude,radar_id,speed,squawk       (archive)

Timestamp and snapshot_id are epoch seconds (the API may write ISO 8601), Position is `"lat,lon"` in
quotes, altitudes are feet, speeds knots. Spreadsheets change such files: they split Position in two,
separate by semicolons, quote, add byte order marks, round timestamps. What can still be read exactly
is read; a timestamp rounded to 1.7E+09 is none.

The export states neither address nor registration: the aircraft stays unknown. Answers of the API on all
flights of an area do (`fr24_id`, `hex`, `reg`, `type`): then each is an aircraft of its own.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from datetime import UTC, tzinfo

import numpy as np

from tracks.formats.columns import QUOTED, Callsigns, possible, without_unusable
from tracks.formats.contract import (
    PLACES_KEPT,
    ByteStream,
    Chunk,
    Confidence,
    DropReason,
    ParseError,
    ParseReport,
    ParseSettings,
    Place,
    StatedIdentity,
    at_line,
    gettext_noop,
)
from tracks.formats.flightradar24 import SOURCES, altitude_columns, squawks
from tracks.formats.fr24_columns import Columns, batches_of_rows, columns_of
from tracks.formats.one_aircraft import chunks_of_one
from tracks.formats.text import begin_of
from tracks.formats.text_lines import text_lines
from tracks.formats.times import (
    ZonelessTime,
    clock_time,
    epoch_seconds,
    tell_of_changed_clocks,
    written_resolution,
    written_resolutions,
    zone_named,
)
from tracks.processing.fixes import Fixes, PositionSource

_ROUNDED = re.compile(r"\s*\d[\d.,]*E\+?\d+\s*", re.IGNORECASE)
_WHOLE_NUMBER = re.compile(r"\s*\d{1,13}(\.\d{1,6})?\s*")


class Fr24Csv:
    """The parser of Flightradar24 tables."""

    name = "fr24-csv"
    label = gettext_noop("Flightradar24 CSV")
    version = 3

    def sniff(self, head: bytes) -> Confidence:
        """Certain where the first line names the columns of one of the variants."""
        line = begin_of(head).split(b"\n", 1)[0].split(b"\r", 1)[0]
        columns = columns_of(line[:500].decode("utf-8", "replace"))
        if columns is None:
            return Confidence.NO
        names = set(columns.where)
        if {"callsign", "position", "altitude", "speed", "direction"} <= names:
            return Confidence.CERTAIN
        split = {"callsign", "latitude", "altitude", "speed"} <= names and b"direction" in line.lower()
        if split and {"epoch", "utc"} & names:
            return Confidence.LIKELY  # the export after somebody gave both halves of Position a head
        if b"snapshot_id" in line or {"epoch", "speed", "vertical_rate", "source"} <= names:
            return Confidence.CERTAIN
        return Confidence.LIKELY if {"position", "altitude", "speed"} <= names else Confidence.NO

    def parse(self, stream: ByteStream, report: ParseReport, settings: ParseSettings) -> Iterator[Chunk]:
        """Yield the table's rows in file order; see `contract.Parser.parse`."""
        lines = text_lines(stream, settings.limits)
        number = 0
        columns = None
        for line in lines:
            number += 1
            if line.strip():
                columns = columns_of(line)
                break
        if columns is None:
            raise ParseError(gettext_noop("The first line does not name the columns."), place=at_line(number))
        table = _Table(columns, zone_named(settings.time_zone), report)
        batches = batches_of_rows(lines, number, columns)
        if {"address", "registration", "flight"} & set(columns.where):
            for rows, at in batches:
                yield from table.chunks(rows, at)
        else:
            parts = (table.fixes(rows, at) for rows, at in batches)
            yield from chunks_of_one(parts, StatedIdentity, "flight", lambda: table.only_callsign)
        tell_of_changed_clocks(report, table.doubtful)


class _Table:
    """Turns rows into chunks."""

    def __init__(self, columns: Columns, zone: tzinfo | None, report: ParseReport) -> None:
        self._where = columns.where
        self._count = columns.count
        self._zone = zone
        self._report = report
        self._callsigns = Callsigns(report)
        self._index = 0
        self._told: set[str] = set()
        self.doubtful = 0  # times that the clocks of the zone showed twice or never
        if not {"epoch", "utc", "zoneless"} & set(columns.where):
            raise ParseError(gettext_noop("The table has no column with times, so it is no track."), place=at_line(1))

    @property
    def only_callsign(self) -> str | None:
        """The callsign of the rows so far, where it is one."""
        return self._callsigns.only

    def chunks(self, rows: list[list[str]], lines: list[int]) -> Iterator[Chunk]:
        """The fixes of a batch of rows by the aircraft, or else the flight, that each row names."""
        first, self._index = self._index, self._index + len(rows)
        named = zip(*(self._cells(rows, name) for name in ("address", "registration", "flight")), strict=True)
        groups: dict[str, list[int]] = {}
        for position, names in enumerate(named):
            groups.setdefault(next((name.strip() for name in names if name.strip()), ""), []).append(position)
        for key, positions in groups.items():
            own = [rows[position] for position in positions]
            at = [lines[position] for position in positions]
            if not key:
                self._report.records_read += len(own)
                places = (at_line(lines[position]).of_record(first + position) for position in positions[:PLACES_KEPT])
                self._report.drop(DropReason.NO_AIRCRAFT, *places, count=len(own))
                continue
            address, registration, kind = (self._cells(own, n)[0].strip() for n in ("address", "registration", "type"))
            identity = StatedIdentity(address.lower() or None, registration or None, kind or None)
            fixes = self.fixes(own, at, [first + position for position in positions])
            if len(fixes):
                yield Chunk(key.lower() if address else key, identity, fixes)

    def fixes(self, rows: list[list[str]], lines: list[int], records: list[int] | None = None) -> Fixes:
        """The fixes of a batch of rows; `lines` are their line numbers, `records` their own where not consecutive."""
        if records is None:
            records = list(range(self._index, self._index + len(rows)))
            self._index += len(rows)
        report = self._report
        report.refuse_nonsense()
        kept: list[list[str]] = []
        index: list[int] = []
        for offset, row in enumerate(rows):
            whole = self._whole(row)
            if whole is None:
                report.records_read += 1
                report.drop(DropReason.UNREADABLE, at_line(lines[offset]).of_record(records[offset]))
                continue
            kept.append(whole)
            index.append(records[offset])
        if not kept:
            return Fixes.empty()
        line_of = dict(zip(records, lines, strict=True))

        def place_of(record: int) -> Place:
            return at_line(line_of[record]).of_record(record)

        time, written = self._times(kept, lambda row: place_of(index[row]))
        latitude, longitude = self._positions(kept)
        knots = possible("ground_speed", self._floats(kept, "speed"), report)
        source, estimated = self._sources(kept)
        callsign, callsigns = self._callsigns.column(self._cells(kept, "callsign"))
        fixes = Fixes.of(
            time,
            longitude,
            latitude,
            **altitude_columns(self._floats(kept, "altitude"), knots, report),
            ground_speed=knots,
            track_angle=possible("track_angle", self._floats(kept, "direction"), report),
            vertical_rate=possible("vertical_rate", self._floats(kept, "vertical_rate"), report),
            source=source,
            estimated=estimated,
            time_resolution=written_resolutions(written),
            record_index=index,
            squawk=squawks(self._cells(kept, "squawk")),
            callsign=callsign,
            callsigns=callsigns,
        )
        unreadable = {record: text for record, text in zip(index, written, strict=True) if text}
        return without_unusable(fixes, report, place_of, unreadable)

    def _whole(self, row: list[str]) -> list[str] | None:
        """A row with as many cells as there are heads; Position split in two is put together again."""
        extra = len(row) - self._count
        at = self._where.get("position")
        if at is not None and at + 1 < len(row) and "," not in row[at] and extra >= 0:
            pair = f"{row[at]},{row[at + 1]}"
            if extra == 0:
                return [*row[:at], pair, *row[at + 1 :]]  # the second half has a head of its own
            return [*row[:at], pair, *row[at + 2 :]]
        if extra > 0 and not any(cell.strip() for cell in row[self._count :]):
            return row[: self._count]
        return row if extra <= 0 else None

    def _cells(self, rows: list[list[str]], name: str) -> list[str]:
        at = self._where.get(name)
        if at is None:
            return [""] * len(rows)
        return [row[at] if at < len(row) else "" for row in rows]

    def _floats(self, rows: list[list[str]], name: str) -> np.ndarray:
        return np.array([_float(cell) for cell in self._cells(rows, name)], dtype="f8")

    def _positions(self, rows: list[list[str]]) -> tuple[np.ndarray, np.ndarray]:
        if "position" not in self._where:
            return self._floats(rows, "latitude"), self._floats(rows, "longitude")
        pairs = [cell.split(",") for cell in self._cells(rows, "position")]
        values = [(_float(pair[0]), _float(pair[1])) if len(pair) == 2 else (math.nan, math.nan) for pair in pairs]
        table = np.array(values, dtype="f8")
        return table[:, 0], table[:, 1]

    def _times(self, rows: list[list[str]], place_of: Callable[[int], Place]) -> tuple[np.ndarray, list[str]]:
        """Epoch seconds of each row, and the text each was read from, "" for a number or nothing."""
        stated, utc = self._cells(rows, "epoch"), self._cells(rows, "utc")
        zoneless = self._cells(rows, "zoneless")
        written = [""] * len(rows)
        times = np.full(len(rows), np.nan)
        for i, cell in enumerate(stated):
            if _WHOLE_NUMBER.fullmatch(cell):
                times[i] = float(cell)
                continue
            # Of those stated, the first that can be read; a column headed UTC states its zone.
            for text, zone in ((cell, self._zone), (utc[i], UTC), (zoneless[i], self._zone)):
                if not text.strip():
                    continue
                written[i] = text.strip()[:QUOTED]
                if _ROUNDED.fullmatch(text):
                    self._tell(
                        gettext_noop("A spreadsheet has rounded the timestamps; they cannot be used."),
                        place_of(i),
                    )
                    continue
                try:
                    times[i], doubtful = clock_time(text, zone)
                except ZonelessTime as error:
                    raise _zoneless(text, place_of(i)) from error
                self.doubtful += doubtful
                if not np.isnan(times[i]):
                    break
        self._compare(times, utc, place_of)
        return times, written

    def _compare(self, times: np.ndarray, utc: list[str], place_of: Callable[[int], Place]) -> None:
        for i, cell in enumerate(utc):
            if not cell.strip():
                continue
            written = epoch_seconds(cell, UTC)
            if not math.isnan(written) and abs(written - times[i]) > written_resolution(cell):
                self._tell(
                    gettext_noop("Timestamp and UTC differ (by %(seconds)d s at first); Timestamp was taken."),
                    place_of(i),
                    seconds=int(written - times[i]),
                )
                return

    def _sources(self, rows: list[list[str]]) -> tuple[np.ndarray, np.ndarray]:
        stated = [SOURCES.get(cell.strip().upper(), PositionSource.UNKNOWN) for cell in self._cells(rows, "source")]
        source = np.array([int(s) for s in stated], dtype="u1")
        return source, source == PositionSource.TRACKER_ESTIMATE

    def _tell(self, message: str, place: Place, **values: object) -> None:
        """Warn once in a file, not once a batch."""
        if message not in self._told:
            self._told.add(message)
            self._report.warn(message, place, **values)


def _zoneless(text: str, place: Place) -> ParseError:
    return ParseError(
        gettext_noop(
            "The times (“%(text)s”) do not say in which zone they are, and there is no Timestamp column. "
            "State the zone of this file, or export it again."
        ),
        place=place,
        text=text.strip()[:40],
    )


def _float(text: str) -> float:
    """A plain decimal number, NaN for anything else: no words, no underscores, no exponent."""
    text = text.strip()
    return float(text) if _DECIMAL.fullmatch(text) else math.nan


_DECIMAL = re.compile(r"[+-]?\d{1,12}(?:\.\d{0,15})?", re.ASCII)
