"""IGC files of flight recorders: one B record a fix.

Format: FAI/IGC, Technical Specification for GNSS Flight Recorders, Appendix A.

    HFDTE140418 or HFDTEDATE:140418,01     the UTC date of the first valid fix
    I013638FXA                             what follows in each B record, by its bytes, from 1
    BHHMMSS DDMMmmmN DDDMMmmmE A PPPPP GGGGG …   (without the spaces) UTC, position, validity, metres

Read from the extensions: LAD, LOD (further decimals of the minutes), TDS (decimals of the second), GSP (km/h)
and TRT (degrees); of these two the first three digits are whole numbers, as recorders write more of them.

Decisions:
- The date is stated once. A time more than half a day before the one before it is of the next day; a
  smaller step back is the clock's and stays. Fixes that are not valid (V) have the recorder's own clock:
  they take the day nearest to the valid fix before them and move nothing.
- V means a fix in two dimensions or none at all. It has no geometric altitude; where it repeats the
  position before it, it is `estimated`: the recorder writes its last position while it receives none.
  A geometric altitude that it states all the same is counted as blanked.
- A pressure altitude of 00000 in a file that has shown no other is no barometer, a GNSS altitude of 00000
  no altitude. HALP and HALG say where they are something else, or nothing.
- The glider's registration and type are read; the names of those on board are not.
- A recorder that is a simulator says so in its name: that mark is kept.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from tracks.formats.columns import possible, without_unusable
from tracks.formats.contract import (
    PLACES_KEPT,
    ByteStream,
    Chunk,
    Confidence,
    DropReason,
    ParseError,
    ParseReport,
    ParseSettings,
    StatedIdentity,
    at_line,
    gettext_noop,
)
from tracks.formats.igc_headers import Headers
from tracks.formats.igc_records import BRecords, Extensions, days_of
from tracks.formats.one_aircraft import chunks_of_one
from tracks.formats.text import begin_of, clean
from tracks.formats.text_lines import text_lines
from tracks.processing.fixes import AltitudeKind, Fixes, PositionSource

_BATCH = 16_384
_KNOTS_PER_KMH = 1 / 1.852

_FIX = re.compile(rb"(?:^|[\r\n])B\d{13}[NS]\d{8}[EW][AV]")
_DATE_LINE = re.compile(rb"(?:^|[\r\n])H[A-Z]DTE\D{0,12}\d{6}", re.IGNORECASE)
_DATE = re.compile(r"\D*(\d\d)(\d\d)(\d\d)(?!\d)")


class Igc:
    """The parser of IGC files."""

    name = "igc"
    label = gettext_noop("IGC flight recorder file")
    version = 2

    def sniff(self, head: bytes) -> Confidence:
        """Certain where a line is a fix as this format alone writes it, and another states the date."""
        if _FIX.search(head):
            return Confidence.CERTAIN if _DATE_LINE.search(head) else Confidence.LIKELY
        started = begin_of(head).startswith(b"A")
        return Confidence.POSSIBLE if started and _DATE_LINE.search(head) else Confidence.NO

    def parse(self, stream: ByteStream, report: ParseReport, settings: ParseSettings) -> Iterator[Chunk]:
        """Yield the B records in file order; see `contract.Parser.parse`."""
        reader = _Reader(report)
        lines = text_lines(stream, settings.limits)
        yield from chunks_of_one(reader.fixes(lines), lambda: reader.identity, "glider", lambda: None)
        if not reader.dated:
            raise ParseError(
                gettext_noop("The file states no date (no line begins with HFDTE), so the times in it have no day."),
                place=at_line(1),
            )


class _Reader:
    """Turns lines into fixes; keeps what holds for the lines that follow."""

    def __init__(self, report: ParseReport) -> None:
        self._report = report
        self._headers = Headers(report)
        self._extensions = Extensions()
        self._rows: list[str] = []
        self._lines: list[int] = []
        self._index = 0
        self._date: int | None = None  # days since 1970
        self._time: float | None = None  # epoch seconds of the last valid fix
        self._valid_seen = False
        self._position = (np.nan, np.nan)
        self._barometer = self._gnss = False

    @property
    def identity(self) -> StatedIdentity:
        """Who the file has said so far that this is."""
        return self._headers.identity

    @property
    def dated(self) -> bool:
        """Whether a date was stated."""
        return self._date is not None

    def fixes(self, lines: Iterator[str]) -> Iterator[Fixes]:
        """The fixes of all lines, in batches."""
        for number, line in enumerate(lines, start=1):
            kind = line[:1]
            if kind == "B":
                self._rows.append(line)
                self._lines.append(number)
                if len(self._rows) == _BATCH:
                    yield from self._batch()
            elif kind in "HIhi" and kind:
                if kind in "Ii":
                    yield from self._batch()
                    self._extensions = Extensions.of(line)
                else:
                    yield from self._header(line, number)
            elif kind == "A" or line.startswith("LCONFPL"):
                self._headers.recorder(line[1:] if kind == "A" else line, number)
        yield from self._batch()

    def _header(self, line: str, number: int) -> Iterator[Fixes]:
        subject, text = line[2:5].upper(), line[5:]
        if subject == "DTE":
            yield from self._batch()
            self._new_date(text, number)
        else:
            self._headers.take(subject, text, number)

    def _new_date(self, text: str, number: int) -> None:
        found = _DATE.match(text)
        try:
            day, month, year = (int(part) for part in found.groups()) if found else (0, 0, 0)
            date = datetime.date(year + (1900 if year >= 80 else 2000), month, day)
        except ValueError:
            self._headers.tell(gettext_noop("The date “%(text)s” cannot be read."), number, text=clean(text)[:40])
            return
        days = date.toordinal() - datetime.date(1970, 1, 1).toordinal()
        if days != self._date:
            self._date, self._time = days, None

    def _batch(self) -> Iterator[Fixes]:
        if not self._rows:
            return
        rows, self._rows = self._rows, []
        lines, self._lines = np.array(self._lines, dtype="i8"), []
        index = np.arange(self._index, self._index + len(rows), dtype="i8")
        self._index += len(rows)
        records = BRecords(rows, self._extensions)
        if not records.readable.all():
            bad = np.flatnonzero(~records.readable)
            self._report.records_read += bad.size
            places = (at_line(int(lines[at])).of_record(int(index[at])) for at in bad[:PLACES_KEPT])
            self._report.drop(DropReason.UNREADABLE, *places, count=bad.size)
            records, lines, index = records[records.readable], lines[records.readable], index[records.readable]
        self._report.refuse_nonsense()
        if not len(records):
            return
        fixes = self._columns(records, index, lines)
        line_of = dict(zip(index.tolist(), lines.tolist(), strict=True))
        unreadable = {}
        if self._date is not None:
            unreadable = {int(index[at]): records.time_text(at) for at in np.flatnonzero(np.isnan(fixes.time)).tolist()}
        yield without_unusable(fixes, self._report, lambda record: at_line(line_of[record]), unreadable)

    def _columns(self, records: BRecords, index: NDArray[np.int64], lines: NDArray[np.int64]) -> Fixes:
        latitude, longitude = records.latitude, records.longitude
        nowhere = ~records.valid & (latitude == 0) & (longitude == 0)
        same_latitude = latitude == np.concatenate(([self._position[0]], latitude[:-1]))
        same_longitude = longitude == np.concatenate(([self._position[1]], longitude[:-1]))
        repeated = ~records.valid & same_latitude & same_longitude
        self._position = float(latitude[-1]), float(longitude[-1])
        latitude, longitude = np.where(nowhere, np.nan, latitude), np.where(nowhere, np.nan, longitude)

        pressure, gnss = self._altitudes(records)
        kind = np.where(
            ~np.isnan(pressure),
            int(self._headers.pressure_kind),
            np.where(np.isnan(gnss), int(AltitudeKind.UNKNOWN), int(AltitudeKind.GEOMETRIC)),
        )
        return Fixes.of(
            self._times(records, lines),
            longitude,
            latitude,
            altitude=np.where(np.isnan(pressure), gnss, pressure),
            altitude_kind=kind,
            geometric_altitude=np.where(np.isnan(pressure), np.nan, gnss),
            ground_speed=possible("ground_speed", records.ground_speed_kmh * _KNOTS_PER_KMH, self._report),
            track_angle=possible("track_angle", records.track_angle, self._report),
            source=int(PositionSource.GNSS_LOGGER),
            estimated=repeated,
            time_resolution=records.time_resolution,
            record_index=index,
        )

    def _altitudes(self, records: BRecords) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Pressure and GNSS altitude, metres, NaN where there is none."""
        pressure = possible("altitude", records.pressure_altitude, self._report)
        stated = records.gnss_altitude
        gnss = np.where(records.valid, stated, np.nan)
        # A recorder that has lost the satellites repeats its last height: no more than a claim.
        self._report.blank("geometric_altitude", int(np.count_nonzero(~records.valid & (np.nan_to_num(stated) != 0))))
        self._barometer = self._barometer or bool((np.nan_to_num(pressure) != 0).any())
        self._gnss = self._gnss or bool((np.nan_to_num(gnss) != 0).any())
        if not self._barometer or self._headers.no_pressure:
            pressure = np.full_like(pressure, np.nan)
        if not self._gnss or self._headers.no_gnss:
            gnss = np.full_like(gnss, np.nan)
        return pressure, possible("geometric_altitude", gnss, self._report)

    def _times(self, records: BRecords, lines: NDArray[np.int64]) -> NDArray[np.float64]:
        """Epoch seconds, NaN before any date."""
        if self._date is None:
            return np.full(len(records), np.nan)
        told = ~np.isnan(records.time_of_day)
        clock = np.flatnonzero(records.valid & told)
        self._valid_seen = self._valid_seen or bool(clock.size)
        if not self._valid_seen:
            clock = np.flatnonzero(told)
        start = self._date * 86_400.0 if self._time is None else self._time
        times = days_of(records.time_of_day, clock, start, first=self._time is None)
        if clock.size:
            before = np.concatenate(([times[clock[0]] if self._time is None else self._time], times[clock]))
            back = np.flatnonzero(np.diff(before) < 0)
            if back.size:
                self._headers.tell(
                    gettext_noop(
                        "The clock steps back here, by %(seconds)d s; fixes were put in order of their times."
                    ),
                    int(lines[clock[back[0]]]),
                    seconds=round(float(before[back[0]] - before[back[0] + 1])),
                )
            self._time = float(times[clock[-1]])
        return times
