"""Rows of a table as fixes, by a curator's statements; what was decided stands in `csv_table.py`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tracks.formats.cell_values import angles, numbers, pairs, plain_numbers
from tracks.formats.column_times import DateOrder, WrittenTimes, written_times
from tracks.formats.column_words import NOTHING, ON_GROUND, Words, words_of
from tracks.formats.columns import FEET, QUOTED, possible, squawks_of, without_unusable
from tracks.formats.contract import (
    PLACES_KEPT,
    ByteStream,
    Chunk,
    DropReason,
    ParseError,
    ParseReport,
    ParseSettings,
    StatedIdentity,
    at_line,
    gettext_noop,
)
from tracks.formats.many_aircraft import Addresses, ByAircraft, CallsignNames
from tracks.formats.table_lines import Layout
from tracks.formats.table_mapping import TableMapping
from tracks.formats.tables import Block, TableReader, chunks_of_table
from tracks.formats.text import clean
from tracks.formats.times import zone_named
from tracks.processing.fixes import AltitudeKind, Fixes, OnGround

KNOT = 1852.0 / 3600.0  # metres a second, exactly

# What one of a unit is in ours: metres, knots, feet a minute, seconds.
_FACTORS = {
    "altitude": {"ft": FEET, "m": 1.0, "fl": 100.0 * FEET},
    "geometric": {"ft": FEET, "m": 1.0},
    "ground_speed": {"kt": 1.0, "km/h": 1 / 1.852, "m/s": 1 / KNOT, "mph": 1.609344 / 1.852},
    "vertical_rate": {"ft/min": 1.0, "m/s": 60.0 / FEET},
    "track_angle": {"": 1.0},
    "squawk": {"": 1.0},
    "time": {"s": 1.0, "ms": 0.001},
}
_KINDS = {"pressure": AltitudeKind.PRESSURE, "unstated": AltitudeKind.UNSTATED}
_WORDS = ("icao24", "registration", "callsign", "on_ground")
_REGISTRATION = re.compile(r"[A-Z0-9][A-Z0-9+.-]{1,15}")


def fixes_of_rows(
    stream: ByteStream, mapping: TableMapping, report: ParseReport, settings: ParseSettings
) -> Iterator[Chunk]:
    """Yield the fixes of a table, by aircraft within some hundred thousand rows."""
    table = _Table(mapping, report, settings)
    layout = Layout(mapping.delimiter, mapping.heads, len(mapping.columns), mapping.first_line)
    gathered = ByAircraft(table.identities, table.callsigns.names)
    reader = TableReader(stream, layout, settings.limits, report, table.columns)
    yield from chunks_of_table(reader, table, gathered, report)


class _Table:
    """Turns blocks of rows into fixes; keeps what holds for the whole file."""

    def __init__(self, mapping: TableMapping, report: ParseReport, settings: ParseSettings) -> None:
        self._mapping = mapping
        self._where = mapping.where()
        self._report = report
        self._zone = zone_named(settings.time_zone)
        self._addresses = Addresses()
        self._registrations: list[str] = []
        self.callsigns = CallsignNames(report)
        meanings = {
            "icao24": self._addresses.number,
            "registration": self._registration,
            "callsign": self.callsigns.number,
            "on_ground": lambda word: int(ON_GROUND.get(word.strip().lower(), OnGround.UNKNOWN)),
        }
        self._words = {name: Words(meanings[name]) for name in _WORDS if name in self._where}
        self.columns: dict[str, tuple[int, pl.DataType | type[pl.DataType]]] = {
            slot: (position, self._words[slot].type if slot in self._words else pl.String)
            for slot, (position, _role) in self._where.items()
        }
        self._named = {"icao24", "registration"} & set(self._where)
        self.identities: list[StatedIdentity] = [] if self._named else [StatedIdentity()]
        self._pairs: dict[tuple[int, int], int] = {}
        self._ambiguous = 0
        self._resolution = 1.0

    def fixes(self, block: Block) -> tuple[Fixes, NDArray[np.int32]]:
        """The fixes of a block and the numbers of their aircraft."""
        report, said = self._report, words_of(block.frame, self._words)
        aircraft = self._aircraft(said, block.frame.height)
        time, resolution, unreadable = self._times(block)
        latitude, longitude = self._positions(block.frame)
        altitude = possible("altitude", self._number(block, "altitude"), report)
        geometric = possible("geometric_altitude", self._number(block, "geometric"), report)
        stated, alone = ~np.isnan(altitude), np.isnan(altitude) & ~np.isnan(geometric)
        kind = _KINDS[self._where["altitude"][1].kind] if "altitude" in self._where else AltitudeKind.UNKNOWN
        fixes = Fixes.of(
            time,
            longitude,
            latitude,
            altitude=np.where(alone, geometric, altitude),
            altitude_kind=np.select([stated, alone], [int(kind), int(AltitudeKind.GEOMETRIC)], AltitudeKind.UNKNOWN),
            geometric_altitude=np.where(alone, np.nan, geometric),
            ground_speed=possible("ground_speed", self._number(block, "ground_speed"), report),
            track_angle=possible("track_angle", self._number(block, "track_angle"), report),
            vertical_rate=possible("vertical_rate", self._number(block, "vertical_rate"), report),
            on_ground=said.get("on_ground", int(OnGround.UNKNOWN)),
            time_resolution=resolution,
            record_index=block.records,
            callsign=said.get("callsign", -1),
            squawk=squawks_of(self._number(block, "squawk")),
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
        return kept, aircraft

    def _number(self, block: Block, slot: str) -> NDArray[np.float64]:
        """A column of numbers in our unit; what is stated but no number is counted."""
        if slot not in self._where:
            return np.full(block.frame.height, np.nan)
        how = self._where[slot][1].how
        texts = block.frame[slot]
        if how == "fl":
            texts = texts.str.replace(r"^\s*[Ff][Ll]\s*", "")
        values = numbers(plain_numbers(texts, self._mapping.decimal_comma))
        unread = np.flatnonzero(np.isnan(values))
        if unread.size:
            stated = texts.gather(unread).str.strip_chars().str.to_lowercase()
            count = int((~stated.is_in(list(NOTHING)) & stated.is_not_null()).sum())
            self._report.blank("geometric_altitude" if slot == "geometric" else slot, count)
        return values * _FACTORS[slot][how]

    def _positions(self, frame: pl.DataFrame) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        comma = self._mapping.decimal_comma
        if "position" in self._where:
            latitude, longitude = pairs(frame["position"], comma)
            how = [self._where["position"][1].how] * 2
        else:
            latitude, longitude = frame["latitude"], frame["longitude"]
            how = [self._where[slot][1].how for slot in ("latitude", "longitude")]
        return (
            angles(plain_numbers(latitude, comma), how[0], latitude=True),
            angles(plain_numbers(longitude, comma), how[1], latitude=False),
        )

    def _times(self, block: Block) -> tuple[NDArray[np.float64], NDArray[np.float64] | float, dict[int, str]]:
        """Times of the rows, their resolution, and what was stated but could not be read, by record."""
        frame = block.frame
        if "time" in self._where:
            texts, how = frame["time"], self._where["time"][1].how
        else:
            texts = frame.select(pl.concat_str("date", pl.lit(" "), "clock").alias("time"))["time"]
            how = self._where["date"][1].how
        if how in ("s", "ms"):
            seconds = np.round(numbers(plain_numbers(texts, self._mapping.decimal_comma)) * _FACTORS["time"][how], 6)
            resolution: NDArray[np.float64] | float = 0.001 if how == "ms" or _fractions(seconds) else 1.0
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

    def _aircraft(self, said: dict[str, NDArray[np.int32]], rows: int) -> NDArray[np.int32]:
        """The number of each row's aircraft, −1 where the row names none though others do."""
        if not self._named:
            return np.zeros(rows, dtype="i4")
        none = np.full(rows, -1, dtype="i8")
        address = said["icao24"].astype("i8") if "icao24" in said else none
        registration = said["registration"].astype("i8") if "registration" in said else none
        both, inverse = np.unique((address << 32) + registration, return_inverse=True)
        numbered = [self._pair(int(key + 1 >> 32), int((key + 1) % (1 << 32)) - 1) for key in both.tolist()]
        return np.array(numbered, dtype="i4")[inverse]

    def _pair(self, address: int, registration: int) -> int:
        """The number of the aircraft with this address and registration (each by its number, −1 for none)."""
        if address < 0 and registration < 0:
            return -1
        number = self._pairs.setdefault((address, registration), len(self.identities))
        if number == len(self.identities):
            stated = self._addresses.identities[address].address if address >= 0 else None
            name = self._registrations[registration] if registration >= 0 else None
            self.identities.append(StatedIdentity(address=stated, registration=name))
        return number

    def _registration(self, word: str) -> int:
        name = clean(word).upper()
        if not _REGISTRATION.fullmatch(name):
            return -1
        self._registrations.append(name)
        return len(self._registrations) - 1

    def tell(self) -> None:
        """At the end of the file, tell the curator what was decided for many rows."""
        self._addresses.tell(self._report)
        if not self._named and len(self.callsigns.names) > 1:
            self._report.warn(
                gettext_noop(
                    "No column tells aircraft apart, so the table was read as one aircraft, but it has %(count)d "
                    "callsigns. If these are several aircraft, name a column of addresses or registrations."
                ),
                count=len(self.callsigns.names),
            )
        if self._ambiguous:
            self._report.warn(
                gettext_noop(
                    "%(rows)d times lie in an hour that the clocks of the zone showed twice or not at all; "
                    "the earlier was taken."
                ),
                rows=self._ambiguous,
            )


def _fractions(seconds: NDArray[np.float64]) -> bool:
    stated = seconds[~np.isnan(seconds)]
    return not np.array_equal(stated, np.floor(stated))
