"""Rows of a table as fixes, by a curator's statements; what was decided stands in `csv_table.py`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tracks.formats.cell_points import points
from tracks.formats.cell_values import (
    angles,
    bare_directions,
    bare_times,
    lettered_pairs,
    numbers,
    pairs,
    plain_numbers,
)
from tracks.formats.column_times import DateOrder, WrittenTimes, written_times
from tracks.formats.column_words import NOTHING, ON_GROUND, Words, words_of
from tracks.formats.columns import QUOTED, Directions, possible, squawks_of, without_unusable
from tracks.formats.contract import (
    PLACES_KEPT,
    ByteStream,
    Chunk,
    DropReason,
    ParseError,
    ParseReport,
    ParseSettings,
    at_line,
    at_record,
    gettext_noop,
)
from tracks.formats.decimal_commas import tell_of_commas
from tracks.formats.interleaved import Interleaved
from tracks.formats.longitudes import Longitudes
from tracks.formats.many_aircraft import ByAircraft, CallsignNames
from tracks.formats.source_words import source_named
from tracks.formats.table_aircraft import NAMING, RowAircraft
from tracks.formats.table_lines import Layout
from tracks.formats.table_mapping import TableMapping
from tracks.formats.tables import Block, TableReader, chunks_of_table
from tracks.formats.times import tell_of_changed_clocks, zone_named
from tracks.formats.units import FEET, FOOT_A_MINUTE, KNOTS_IN
from tracks.processing.fixes import AltitudeKind, Fixes, OnGround, PositionSource

# What one of a unit is in ours: metres, knots, feet a minute, seconds.
_FACTORS = {
    "altitude": {"ft": FEET, "m": 1.0, "fl": 100.0 * FEET, "hft": 100.0 * FEET},
    "geometric": {"ft": FEET, "m": 1.0},
    "ground_speed": KNOTS_IN,
    "vertical_rate": {"ft/min": 1.0, "m/s": 1 / FOOT_A_MINUTE},
    "track_angle": {"": 1.0},
    "squawk": {"": 1.0},
    "time": {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9},
}
_KINDS = {"pressure": AltitudeKind.PRESSURE, "unstated": AltitudeKind.UNSTATED}
_WORDS = (*NAMING, "callsign", "on_ground", "source")

# Stands for a word that was not understood, where a column of words has only a few meanings.
_STRANGE = -2


def fixes_of_rows(
    stream: ByteStream, mapping: TableMapping, report: ParseReport, settings: ParseSettings
) -> Iterator[Chunk]:
    """Yield the fixes of a table, by aircraft within some hundred thousand rows."""
    table = _Table(mapping, report, settings)
    layout = Layout(mapping.delimiter, mapping.heads, len(mapping.columns), mapping.first_line, comments=True)
    gathered = ByAircraft(table.aircraft.identities, table.callsigns.names, table.aircraft.keys)
    reader = TableReader(stream, layout, settings.limits, report, table.columns)
    yield from chunks_of_table(reader, table, gathered, report)


class _Table:
    """Turns blocks of rows into fixes; keeps what holds for the whole file."""

    def __init__(self, mapping: TableMapping, report: ParseReport, settings: ParseSettings) -> None:
        self._mapping = mapping
        self._where = mapping.where()
        self._report = report
        self._zone = zone_named(settings.time_zone)
        self.aircraft = RowAircraft(self._where, report)
        self.callsigns = CallsignNames(report)
        meanings = {
            **self.aircraft.meanings,
            "callsign": self.callsigns.number,
            "on_ground": lambda word: int(ON_GROUND.get(word.strip().lower(), _STRANGE)),
            "source": source_named,
        }
        self._words = {
            name: Words(meanings[name], 0 if name == "source" else -1) for name in _WORDS if name in self._where
        }
        self.columns: dict[str, tuple[int, pl.DataType | type[pl.DataType]]] = {
            slot: (position, self._words[slot].type if slot in self._words else pl.String)
            for slot, (position, _role) in self._where.items()
        }
        self._directions = Directions(report)
        self._longitudes = Longitudes(report)
        self._interleaved = Interleaved()
        self._ambiguous = 0
        self._commas_told = False

    def fixes(self, block: Block) -> tuple[Fixes, NDArray[np.int32]]:
        """The fixes of a block and the numbers of their aircraft."""
        report, said = self._report, words_of(block.frame, self._words)
        self._look_at_commas(block)
        aircraft = self.aircraft.of(said, block.frame.height)
        time, resolution, unreadable = self._times(block)
        latitude, longitude = self._positions(block.frame)
        altitude = possible("altitude", self._number(block, "altitude"), report)
        geometric = possible("geometric_altitude", self._number(block, "geometric"), report)
        stated, alone = ~np.isnan(altitude), np.isnan(altitude) & ~np.isnan(geometric)
        kind = _KINDS[self._where["altitude"][1].kind] if "altitude" in self._where else AltitudeKind.UNKNOWN
        source = said.get("source", np.int32(PositionSource.UNKNOWN))
        fixes = Fixes.of(
            time,
            longitude,
            latitude,
            altitude=np.where(alone, geometric, altitude),
            altitude_kind=np.select([stated, alone], [int(kind), int(AltitudeKind.GEOMETRIC)], AltitudeKind.UNKNOWN),
            geometric_altitude=np.where(alone, np.nan, geometric),
            ground_speed=possible("ground_speed", self._number(block, "ground_speed"), report),
            track_angle=self._directions.of(self._number(block, "track_angle")),
            vertical_rate=possible("vertical_rate", self._number(block, "vertical_rate"), report),
            on_ground=self._on_ground(said),
            source=source,
            estimated=source == PositionSource.TRACKER_ESTIMATE,
            time_resolution=resolution,
            record_index=block.records,
            callsign=said.get("callsign", -1),
            squawk=self._squawks(block),
        )
        nobody = aircraft < 0
        if nobody.any():
            lost = block.records[nobody]
            report.records_read += int(lost.size)
            places = [block.place_of(int(record)) for record in lost[:PLACES_KEPT]]
            report.drop(DropReason.NO_AIRCRAFT, *places, count=int(lost.size))
            fixes, aircraft = fixes[~nobody], aircraft[~nobody]
        kept = without_unusable(fixes, report, block.place_of, unreadable)
        if len(kept) < len(fixes):
            aircraft = aircraft[np.isin(fixes.record_index, kept.record_index, assume_unique=True)]
        if not self.aircraft.named:
            self._interleaved.add(kept)
        return kept, aircraft

    def _on_ground(self, said: Mapping[str, NDArray[np.int32]]) -> NDArray[np.int32] | int:
        """What a column says of being on the ground; words that are not understood are counted."""
        if "on_ground" not in said:
            return int(OnGround.UNKNOWN)
        strange = said["on_ground"] == _STRANGE
        self._report.blank("on_ground", int(np.count_nonzero(strange)))
        return np.where(strange, np.int32(OnGround.UNKNOWN), said["on_ground"])

    def _number(self, block: Block, slot: str) -> NDArray[np.float64]:
        """A column of numbers in our unit; what is stated but no number is counted."""
        if slot not in self._where:
            return np.full(block.frame.height, np.nan)
        how = self._where[slot][1].how
        texts = block.frame[slot]
        if how == "fl":
            texts = texts.str.replace(r"^\s*[Ff][Ll]\s*", "")
        if slot == "track_angle":
            texts = bare_directions(texts)
        values = numbers(plain_numbers(texts, self._mapping.decimal_comma))
        unread = np.flatnonzero(np.isnan(values))
        if unread.size:
            stated = texts.gather(unread).str.strip_chars().str.to_lowercase()
            count = int((~stated.is_in(list(NOTHING)) & stated.is_not_null()).sum())
            self._report.blank("geometric_altitude" if slot == "geometric" else slot, count)
        return values * _FACTORS[slot][how]

    def _squawks(self, block: Block) -> NDArray[np.int16]:
        """A column of squawks. A lone 0 is what programs write where none was received; 0000 is a code."""
        codes = squawks_of(self._number(block, "squawk"))
        if (zero := np.flatnonzero(codes == 0)).size:
            lone = block.frame["squawk"].gather(zero).str.strip_chars().is_in(["0", "0.0"])
            codes[zero[lone.to_numpy()]] = -1
        return codes

    def _look_at_commas(self, block: Block) -> None:
        """Tell, at the first rows, where what was said of decimal commas is evidently wrong."""
        if self._commas_told:
            return
        self._commas_told = True
        written = {s for s, (_at, role) in self._where.items() if role.how not in ("ymd", "dmy", "mdy", "named")}
        plain = [block.frame[slot] for slot in _FACTORS if slot in written]
        angular = [block.frame[slot] for slot in ("latitude", "longitude") if slot in written]
        comma, place = self._mapping.decimal_comma, at_line(int(block.lines[0]))
        tell_of_commas(plain, angular, comma, self._report, place)

    def _positions(self, frame: pl.DataFrame) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        comma = self._mapping.decimal_comma
        if "position" in self._where:
            if self._where["position"][1].how == "geometry":
                latitudes, longitudes = points(frame["position"])
                return latitudes, self._longitudes.of(longitudes)
            how = [self._where["position"][1].how] * 2
            latitude, longitude = (lettered_pairs if how[0] == "minutes" else pairs)(frame["position"], comma)
        else:
            latitude, longitude = frame["latitude"], frame["longitude"]
            how = [self._where[slot][1].how for slot in ("latitude", "longitude")]
        return (
            angles(plain_numbers(latitude, comma), how[0], latitude=True),
            self._longitudes.of(angles(plain_numbers(longitude, comma), how[1], latitude=False)),
        )

    def _times(self, block: Block) -> tuple[NDArray[np.float64], NDArray[np.float64] | float, dict[int, str]]:
        """Times of the rows, their resolution, and what was stated but could not be read, by record."""
        frame = block.frame
        whole = "time" in self._where
        how = self._where["time" if whole else "date"][1].how
        parts: list[pl.Expr] = [pl.col("time")] if whole else [pl.col("date"), bare_times("clock")]
        if "offset" in self._where:
            parts.append(pl.col("offset").str.strip_chars().replace("", None))
        # A row that lacks one of them states no time.
        texts = frame.select(pl.concat_str(parts, separator=" ").alias("time"))["time"]
        if how in _FACTORS["time"]:
            seconds = np.round(numbers(plain_numbers(texts, self._mapping.decimal_comma)) * _FACTORS["time"][how], 6)
            resolution: NDArray[np.float64] | float = 0.001 if how != "s" or _fractions(seconds) else 1.0
        else:
            written = written_times(texts, self._zone, cast(DateOrder, how))
            self._refuse_zoneless(written, texts, block)
            seconds, resolution = written.seconds, written.resolution
        unread = np.flatnonzero(np.isnan(seconds))
        stated = {}
        for row, text in zip(unread.tolist(), texts.gather(unread).to_list(), strict=True):
            if text is not None and text.strip().lower() not in NOTHING:
                stated[int(block.records[row])] = text.strip()[:QUOTED]
        return seconds, resolution, stated

    def _refuse_zoneless(self, written: WrittenTimes, texts: pl.Series, block: Block) -> None:
        self._ambiguous += int(np.count_nonzero(written.ambiguous))
        if self._zone is None and written.zoneless.any():
            row = int(np.argmax(written.zoneless))
            raise ParseError(
                gettext_noop(
                    "The times (“%(text)s”) do not say in which zone they are. State it as the zone of times without "
                    "one, and read the file again."
                ),
                place=at_line(int(block.lines[row])),
                text=str(texts[row]).strip()[:QUOTED],
            )

    def tell(self) -> None:
        """At the end of the file, tell the curator what was decided for many rows."""
        self.aircraft.tell()
        self._longitudes.tell()
        if self._interleaved.evident:
            assert self._interleaved.example is not None
            raise ParseError(
                gettext_noop(
                    "No column was said to tell aircraft apart, but the rows cannot be of one aircraft: taken by their "
                    "times they jump to and fro faster than anything flies. Say which column is the address, the "
                    "registration, or the number that tells aircraft apart in this file."
                ),
                place=at_record(self._interleaved.example),
            )
        if not self.aircraft.named and len(self.callsigns.names) > 1:
            self._report.warn(
                gettext_noop(
                    "No column tells aircraft apart, so the table was read as one aircraft, but it has %(count)d "
                    "callsigns. If these are several aircraft, name a column of addresses or registrations."
                ),
                count=len(self.callsigns.names),
            )
        tell_of_changed_clocks(self._report, self._ambiguous)


def _fractions(seconds: NDArray[np.float64]) -> bool:
    stated = seconds[~np.isnan(seconds)]
    return not np.array_equal(stated, np.floor(stated))
