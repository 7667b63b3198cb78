"""Rows of OpenSky state vectors as fixes; the format and what was decided stand in `opensky_csv.py`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import tzinfo

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tracks.formats.column_times import written_times
from tracks.formats.column_words import NOTHING, ON_GROUND, Words, words_of
from tracks.formats.columns import LATEST, QUOTED, Directions, possible, squawks_of, without_unusable
from tracks.formats.contract import (
    ByteStream,
    Chunk,
    DropReason,
    ParseError,
    ParseReport,
    ParseSettings,
    Place,
    at_line,
    gettext_noop,
)
from tracks.formats.many_aircraft import Addresses, ByAircraft, CallsignNames
from tracks.formats.table_lines import Layout, head_lines
from tracks.formats.tables import Block, TableReader, chunks_of_table
from tracks.formats.times import tell_of_changed_clocks, zone_named
from tracks.formats.units import FOOT_A_MINUTE, KNOT
from tracks.processing.fixes import AltitudeKind, Fixes, OnGround, PositionSource

# OpenSky calls a position old that was received so many seconds before.
STALE_AFTER = 15.0
# Seconds a position may seem to be received after its row: the clocks of receivers differ. Beyond that it is not so.
AHEAD_AT_MOST = 60.0

_NUMBERS = (
    "latitude",
    "longitude",
    "velocity",
    "heading",
    "vertical_rate",
    "pressure_altitude",
    "geometric_altitude",
    "squawk",
)
_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?")
# `position_source` of the API.
_SOURCES = {
    "0": PositionSource.ADSB,
    "1": PositionSource.RADAR,  # ASTERIX
    "2": PositionSource.MLAT,
    "3": PositionSource.FLARM,
}


def fixes_of_table(
    stream: ByteStream,
    head: bytes,
    layout: Layout,
    where: Mapping[str, int],
    report: ParseReport,
    settings: ParseSettings,
) -> Iterator[Chunk]:
    """Yield the fixes of a table, by aircraft within some hundred thousand rows.

    Args:
        head: the beginning of the stream, which comes again from it.
        where: the position of each known column.
    """
    rows = _Rows(head, layout, where, report, zone_named(settings.time_zone))
    gathered = ByAircraft(rows.addresses.identities, rows.callsigns.names)
    reader = TableReader(stream, layout, settings.limits, report, rows.columns)
    yield from chunks_of_table(reader, rows, gathered, report)


class _Rows:
    """Turns blocks of rows into fixes; keeps what holds for the whole file."""

    def __init__(
        self, head: bytes, layout: Layout, where: Mapping[str, int], report: ParseReport, zone: tzinfo | None
    ) -> None:
        self._report = report
        self._zone = zone
        self.addresses = Addresses()
        self.callsigns = CallsignNames(report)
        words = {
            "icao24": Words(self.addresses.number),
            "callsign": Words(self.callsigns.number),
            "on_ground": Words(_ground),
            "position_source": Words(_source, int(PositionSource.UNKNOWN)),
        }
        self._words = {name: word for name, word in words.items() if name in where}
        self.columns: dict[str, tuple[int, pl.DataType | type[pl.DataType]]] = {}
        sample = _first_cells(head, layout, where)
        for name, position in where.items():
            cell = sample.get(name, "").lower()
            if name == "on_ground" and cell in ("true", "false"):
                self.columns[name] = position, pl.Boolean
            elif name in self._words:
                self.columns[name] = position, self._words[name].type
            elif name in _NUMBERS or not cell or _NUMBER.fullmatch(cell):
                self.columns[name] = position, pl.Float64
            else:
                self.columns[name] = position, pl.String
        self._words = {name: word for name, word in self._words.items() if self.columns[name][1] is word.type}
        self._directions = Directions(report)
        self._resolution = 1.0
        self._stale = 0
        self._undated = 0
        self._first_undated: Place | None = None
        self._ambiguous = 0

    def fixes(self, block: Block) -> tuple[Fixes, NDArray[np.int32]]:
        """The fixes of a block and the numbers of their aircraft."""
        report = self._report
        said = words_of(block.frame, self._words)
        aircraft = said["icao24"]
        time, stale, unreadable = self._times(block)
        number = {name: self._number(block, name) for name in _NUMBERS}
        for name in _NUMBERS[2:7]:
            number[name][stale] = np.nan
        pressure = possible("altitude", number["pressure_altitude"], report)
        geometric = possible("geometric_altitude", number["geometric_altitude"], report)
        no_pressure = np.isnan(pressure)
        no_geometric = np.isnan(geometric)
        ground = self._on_ground(block, said)
        ground[stale] = int(OnGround.UNKNOWN)
        fixes = Fixes.of(
            time,
            number["longitude"],
            number["latitude"],
            altitude=np.where(no_pressure, geometric, pressure),
            altitude_kind=np.where(
                ~no_pressure,
                int(AltitudeKind.PRESSURE),
                np.where(~no_geometric, int(AltitudeKind.GEOMETRIC), int(AltitudeKind.UNKNOWN)),
            ),
            geometric_altitude=np.where(no_pressure, np.nan, geometric),
            ground_speed=possible("ground_speed", number["velocity"] / KNOT, report),
            track_angle=self._directions.of(number["heading"]),
            vertical_rate=possible("vertical_rate", number["vertical_rate"] / FOOT_A_MINUTE, report),
            source=said.get("position_source", int(PositionSource.UNKNOWN)),
            on_ground=ground,
            time_resolution=self._resolution,
            record_index=block.records,
            callsign=said.get("callsign", -1),
            squawk=squawks_of(number["squawk"]),
        )
        return self._usable(fixes, aircraft, stale, block, unreadable)

    def _usable(
        self,
        fixes: Fixes,
        aircraft: NDArray[np.int32],
        stale: NDArray[np.bool_],
        block: Block,
        unreadable: Mapping[int, str],
    ) -> tuple[Fixes, NDArray[np.int32]]:
        """Fixes that have a time, a place and an aircraft, fresh ones first."""
        nobody = aircraft < 0
        if nobody.any():
            lost = block.records[nobody]
            self._report.records_read += int(lost.size)
            self._report.drop(DropReason.NO_AIRCRAFT, *(block.place_of(int(r)) for r in lost[:5]), count=int(lost.size))
            fixes, aircraft, stale = fixes[~nobody], aircraft[~nobody], stale[~nobody]
        read = fixes.record_index
        fixes = without_unusable(fixes, self._report, block.place_of, unreadable)
        if len(fixes) < read.size:
            kept = np.isin(read, fixes.record_index, assume_unique=True)
            aircraft, stale = aircraft[kept], stale[kept]
        if stale.any():
            self._stale += int(np.count_nonzero(stale))
            order = np.argsort(stale, kind="stable")
            fixes, aircraft = fixes[order], aircraft[order]
        return fixes, aircraft

    def _times(self, block: Block) -> tuple[NDArray[np.float64], NDArray[np.bool_], dict[int, str]]:
        """Times of the rows' positions; which rows are of a moment much later; what was stated but not read."""
        valid, received = self._seconds(block, "time"), self._seconds(block, "position_time")
        with np.errstate(invalid="ignore"):
            received[(received > valid + AHEAD_AT_MOST) | ((received <= 0) & (valid > 0))] = np.nan
        time = np.where(np.isnan(received), valid, received)
        if "position_time" in self.columns:
            undated = np.flatnonzero(np.isnan(received) & ~np.isnan(valid))
            if undated.size and not self._undated:
                self._first_undated = block.place_of(int(block.records[undated[0]]))
            self._undated += int(undated.size)
        with np.errstate(invalid="ignore"):
            stale = valid - received > STALE_AFTER
        self._resolution = min(self._resolution, _step(time))
        unreadable = {}
        if (none := np.flatnonzero(np.isnan(time))).size:
            at = [self.columns[name][0] for name in ("position_time", "time") if name in self.columns]
            for row, cells in block.cells(none):
                stated = [cell for cell in (cells[i] for i in at) if cell.lower() not in NOTHING]
                if stated:
                    unreadable[int(block.records[row])] = stated[0][:QUOTED]
        return time, stale, unreadable

    def _seconds(self, block: Block, name: str) -> NDArray[np.float64]:
        """A column of times as epoch seconds."""
        if name not in self.columns or self.columns[name][1] == pl.Float64:
            return self._number(block, name)
        written = written_times(block.frame[name], self._zone)
        if written.zoneless.any() and self._zone is None:
            row = int(np.argmax(written.zoneless))
            raise ParseError(
                gettext_noop(
                    "The times (“%(text)s”) do not say in which zone they are. State the zone of this file, "
                    "or export it again with times in seconds since 1970."
                ),
                place=at_line(int(block.lines[row])),
                text=str(block.frame[name][row]).strip()[:QUOTED],
            )
        self._ambiguous += int(np.count_nonzero(written.ambiguous))
        return written.seconds

    def _on_ground(self, block: Block, said: Mapping[str, NDArray[np.int32]]) -> NDArray[np.int32]:
        """Whether each row says that it is of the ground."""
        if "on_ground" not in self.columns:
            return np.full(block.frame.height, int(OnGround.UNKNOWN), dtype="i4")
        if "on_ground" in said:
            return said["on_ground"]
        return block.frame["on_ground"].cast(pl.Int32).fill_null(int(OnGround.UNKNOWN)).to_numpy(writable=True)

    def _number(self, block: Block, name: str) -> NDArray[np.float64]:
        """A column of numbers, NaN where there is none."""
        if name not in self.columns:
            return np.full(block.frame.height, np.nan)
        values = block.frame[name].to_numpy(writable=True)
        values[np.isinf(values)] = np.nan
        return values

    def tell(self) -> None:
        """At the end of the file, tell the curator what was decided for many rows."""
        warn = self._report.warn
        if "position_time" not in self.columns:
            warn(
                gettext_noop(
                    "The table does not say when a position was received (“lastposupdate”): the time of the row was "
                    "taken. OpenSky repeats the last position for up to 300 s, so positions may be older than shown."
                )
            )
        if self._undated:
            warn(
                gettext_noop(
                    "In %(rows)d rows “lastposupdate” is empty or cannot be; there the time of the row was taken, and "
                    "the position may be older."
                ),
                self._first_undated,
                rows=self._undated,
            )
        if self._stale:
            warn(
                gettext_noop(
                    "In %(rows)d rows the position is more than %(seconds)d s older than the rest of the row: the fix "
                    "has the time of its position, and height, speed and direction were left unknown."
                ),
                rows=self._stale,
                seconds=int(STALE_AFTER),
            )
        self.addresses.tell(self._report)
        tell_of_changed_clocks(self._report, self._ambiguous)


def _ground(word: str) -> int:
    return int(ON_GROUND.get(word.strip().lower(), OnGround.UNKNOWN))


def _source(word: str) -> int:
    return int(_SOURCES.get(word.strip().removesuffix(".0"), PositionSource.UNKNOWN))


def _first_cells(head: bytes, layout: Layout, where: Mapping[str, int]) -> dict[str, str]:
    """Of each column the first cell that says something, in the beginning of the file."""
    found: dict[str, str] = {}
    for line in head_lines(head)[layout.first_line - 1 :]:
        cells = layout.cells(line)
        if len(cells) != layout.width:
            continue
        for name, position in where.items():
            if name not in found and cells[position].lower() not in NOTHING:
                found[name] = cells[position]
        if len(found) == len(where):
            break
    return found


def _step(times: NDArray[np.float64]) -> float:
    """The finest step of some times: 1, 0.1, 0.01 or 0.001 s."""
    first = times[:200]
    first = first[np.abs(first) < LATEST]
    for step, digits in ((1.0, 0), (0.1, 1), (0.01, 2)):
        if np.array_equal(np.round(first, digits), first):
            return step
    return 0.001
