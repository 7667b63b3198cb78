"""What GeoJSON and MF-JSON have in common: features that are lines of positions with times beside them.

A feature's positions and times stand in two arrays, in either order; each may hold millions. They are
read in blocks and kept as numbers (`number_spool`) until the feature ends, then joined place by place.

Decisions:
- As many times as positions, or none of them count: where the numbers differ nobody can say which time
  belongs to which position. Only of a file that stops early the first of both are joined.
- A position is a record; they are counted through the whole file, those without time included.
- Positions are longitude first, whatever a stated reference system says of its own order: so RFC 7946 (§3.1.1, §4)
  and the GeoJSON of 2008 (“easting, northing”) have it, and so GDAL, GeoServer and MobilityDB write it, also beside
  `urn:ogc:def:crs:EPSG::4326`. Beside such a name the curator is told.
- The third number of a position is metres above the WGS 84 ellipsoid by RFC 7946 (§3.1.1, §4). Programs write there
  whatever their source had, above sea level as GPX has it or pressure altitude: the kind is unstated. Where all of
  them are zero in a line, or in all points so far, they are unknown and counted as blanked.
- Features of one address or registration are one aircraft; a line that names none is one of its own, as
  nothing says that two are the same. All points that name none are together one aircraft; where they jump to and fro
  as those of several do (`interleaved`), the file is refused.
- Parts of one feature (MultiLineString, sequences) have silence between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracks.formats.columns import EARLIEST, LATEST, numbers, possible, without_unusable
from tracks.formats.contract import (
    Chunk,
    DropReason,
    ParseError,
    ParseReport,
    ParseSettings,
    at_byte,
    at_record,
    gettext_noop,
)
from tracks.formats.feature_names import identity_of
from tracks.formats.json_events import Path
from tracks.formats.json_times import TimeReader
from tracks.formats.longitudes import Longitudes
from tracks.formats.number_spool import NumberSpool
from tracks.formats.times import zone_named
from tracks.processing.fixes import AltitudeKind, Fixes, PositionSource

LINES = frozenset({"LineString", "MultiLineString", "MultiPoint", "MovingPoint", "MovingGeomPoint"})

_BATCH = 32_768

# Longitude, latitude, metres, and a fourth number that some programs (kepler.gl) use for the time.
_WIDTH = 4

# Names of reference systems on WGS 84: CRS84, EPSG:4326, urn:ogc:def:crs:EPSG:8.5:4326, …/def/crs/EPSG/0/4326.
_WGS84 = re.compile(r"(?:.*[:/#])?(?:crs84h?|wgs ?-?84|(?:epsg(?:\.xml)?[:/#](?:[\d.]*[:/])?)(?:4326|4979))")
# Those of them that promise latitude first.
_LATITUDE_FIRST = re.compile(r"(?:urn:|https?:).*epsg.*")


class FeatureReader:
    """Joins what is read of each feature and turns it into fixes."""

    def __init__(self, report: ParseReport, settings: ParseSettings) -> None:
        self.report = report
        self.times = TimeReader(report, zone_named(settings.time_zone))
        self.features = 0
        self.with_times = 0
        self.other_shapes = 0
        self.records = 0
        self._longitudes = Longitudes(report)
        self._heights_told = False
        self._order_told = False

    def check_crs(self, crs: Any, byte: int) -> None:
        """Raise where coordinates are stated to be other than longitude and latitude on WGS 84.

        Raises:
            ParseError: they are.
        """
        if crs is None:
            return
        inner = crs.get("properties") if isinstance(crs, dict) else None
        if isinstance(inner, dict):
            name = inner.get("name", inner.get("href", f"EPSG:{inner.get('code')}"))
        else:
            name = crs
        text = str(name).lower().strip().removesuffix("/")
        if not _WGS84.fullmatch(text):
            raise ParseError(
                gettext_noop(
                    "The coordinates are stated in the reference system “%(name)s”. Convert the file to longitude and "
                    "latitude (WGS 84) and bring it again."
                ),
                place=at_byte(byte),
                name=str(name)[:80],
            )
        if _LATITUDE_FIRST.fullmatch(text) and not self._order_told:
            self._order_told = True
            self.report.warn(
                gettext_noop(
                    "The reference system “%(name)s” has latitude first by its definition, but positions in GeoJSON "
                    "have longitude first, and so they were read. If they lie in a wrong place on the map, the program "
                    "that wrote the file has them the other way round."
                ),
                at_byte(byte),
                name=str(name)[:80],
            )

    def fixes(
        self,
        records: NDArray[np.int64],
        positions: NDArray[np.float64],
        seconds: NDArray[np.float64],
        step: NDArray[np.float64],
        *,
        heights: bool,
        **columns: Any,
    ) -> Fixes:
        """n records as fixes, those without possible time or place dropped and counted.

        Args:
            positions: n × 4. seconds, step: of their times, n each. heights: whether they have any.
        """
        altitude = positions[:, 2] if heights else np.full(len(positions), np.nan)
        altitude = possible("altitude", altitude, self.report)
        fixes = Fixes.of(
            seconds,
            self._longitudes.of(positions[:, 0]),
            positions[:, 1],
            altitude=altitude,
            altitude_kind=np.where(np.isnan(altitude), int(AltitudeKind.UNKNOWN), int(AltitudeKind.UNSTATED)),
            source=int(PositionSource.UNKNOWN),
            time_resolution=step,
            record_index=records,
            **columns,
        )
        unreadable = dict.fromkeys(records[np.isneginf(seconds)].tolist(), self.times.unreadable or "")
        fixes.time[np.isneginf(seconds)] = np.nan
        return without_unusable(fixes, self.report, at_record, unreadable)

    def drop_timeless(self, count: int) -> None:
        """Count positions of which no time is known."""
        self.report.records_read += count
        places = [at_record(index) for index in range(self.records, self.records + min(count, 5))]
        self.report.drop(DropReason.NO_TIME, *places, count=count)
        self.records += count

    def tell_of_zero_heights(self, count: int, first: int) -> None:
        """Of heights that stand together and are all zero none is known: those of a line, or of a file's points."""
        self.report.blank("altitude", count)
        if not self._heights_told:
            self._heights_told = True
            self.report.warn(
                gettext_noop("Heights that stand together are all zero, so they were taken as not known."),
                at_record(first),
            )

    def end(self) -> None:
        """Refuse a file of which nothing has times.

        Raises:
            ParseError: nothing has.
        """
        if not self.with_times:
            if self.features:
                raise ParseError(
                    gettext_noop(
                        "None of its features (%(count)d) has a time for each of its positions, so this is no track: a "
                        "line without times cannot be shown."
                    ),
                    count=self.features,
                )
            raise ParseError(gettext_noop("The file holds no line or point, so there is no track in it."))
        self.times.tell()
        self._longitudes.tell()
        if self.other_shapes:
            self.report.warn(
                gettext_noop("%(count)d features of other shapes (areas, collections) were not read."),
                count=self.other_shapes,
            )


class Line:
    """One feature that is a line, while it is read.

    Args:
        ordinal: the number of the feature in the file, from 1.
    """

    def __init__(self, reader: FeatureReader, ordinal: int) -> None:
        self._reader = reader
        self._ordinal = ordinal
        self._positions = NumberSpool(_WIDTH)
        self._times: dict[Path, NumberSpool] = {}  # seconds and step, by where they stand
        self._all_zero = True
        self._fourth = True  # whether every position has a fourth number
        self.stated: dict[str, Any] = {}

    def add_positions(self, rows: list[Any], part: int) -> None:
        """Further positions; what is no position is kept as one without place, so that times keep theirs."""
        array = positions_of(rows)
        self._all_zero = self._all_zero and not np.nan_to_num(array[:, 2]).any()
        self._fourth = self._fourth and not np.isnan(array[:, 3]).any()
        self._positions.append(array, part)

    def add_times(self, path: Path, stated: list[Any], part: int, byte: int) -> None:
        """Further times of those that stand at a path of the feature."""
        seconds, step = self._reader.times.seconds(stated, at_byte(byte))
        spool = self._times.setdefault(path, NumberSpool(2))
        spool.append(np.column_stack((seconds, step)), part)

    @property
    def has_positions(self) -> bool:
        """Whether there are any."""
        return self._positions.count > 0

    def close(self) -> None:
        """Forget everything."""
        for spool in (self._positions, *self._times.values()):
            spool.close()

    def chunks(self, *, cut: bool) -> Iterator[Chunk]:
        """The fixes of the feature, now that all of it is there; `cut` where the file stopped within it."""
        try:
            yield from self._joined(cut)
        finally:
            self.close()

    def _joined(self, cut: bool) -> Iterator[Chunk]:
        reader, count = self._reader, self._positions.count
        if not count:
            return
        reader.features += 1
        times = self._matching(cut)
        if times is None and not self._timed_by_fourth():
            if self._times:
                reader.report.warn(
                    gettext_noop("A feature has %(positions)d positions but %(times)d times; it was left out."),
                    at_record(reader.records),
                    positions=count,
                    times=max(spool.count for spool in self._times.values()),
                )
            reader.drop_timeless(count)
            return
        reader.with_times += 1
        identity = identity_of(self.stated)
        key = identity.address or identity.registration or f"feature-{self._ordinal}"
        usable = count if times is None else min(count, times.count)
        if self._all_zero and not np.isnan(self._positions.read(0, 1)[0, 2]):
            reader.tell_of_zero_heights(usable, reader.records)
        starts = np.cumsum([0, *self._positions.parts])[1:-1]
        for start in range(0, usable, _BATCH):
            stop = min(start + _BATCH, usable)
            positions = self._positions.read(start, stop)
            if times is None:
                seconds, step = reader.times.seconds(positions[:, 3].tolist(), at_record(reader.records))
            else:
                seconds, step = times.read(start, stop).T
            breaks = np.isin(np.arange(start, stop), starts)
            records = np.arange(reader.records, reader.records + stop - start)
            reader.records += stop - start
            fixes = reader.fixes(records, positions, seconds, step, heights=not self._all_zero, break_before=breaks)
            reader.report.refuse_nonsense()
            if len(fixes):
                yield Chunk(key, identity, fixes)
        if usable < count:
            reader.drop_timeless(count - usable)

    def _timed_by_fourth(self) -> bool:
        """Whether the fourth numbers of the positions are times: there are no others, and the first could be one."""
        if self._times or not self._fourth:
            return False
        first, _ = self._reader.times.seconds(
            [float(self._positions.read(0, 1)[0, 3])], at_record(self._reader.records)
        )
        return bool(EARLIEST <= first[0] < LATEST)

    def _matching(self, cut: bool) -> NumberSpool | None:
        """The first list of times that has one for each position."""
        for spool in self._times.values():
            if spool.count == self._positions.count or (cut and spool.count):
                return spool
        return None


def positions_of(rows: list[Any]) -> NDArray[np.float64]:
    """Positions as numbers (n × 4), NaN where there is none."""
    lists = [row if type(row) is list else [] for row in rows]
    lengths = set(map(len, lists))
    if lengths <= {2} or lengths <= {3} or lengths <= {4}:
        columns = [numbers(column) for column in zip(*lists, strict=True)]
    else:
        padded = [(row + [None] * _WIDTH)[:_WIDTH] for row in lists]
        columns = [numbers(column) for column in zip(*padded, strict=True)]
    missing = [np.full(len(lists), np.nan)] * (_WIDTH - len(columns))
    return np.column_stack((*columns, *missing)) if lists else np.empty((0, _WIDTH))
