"""GPX 1.0 and 1.1 tracks: `trk/trkseg/trkpt lat lon`, `ele` in metres, `time` in UTC.

Format: topografix.com/GPX/1/1. Each `trk` is a leg of its own, so each has its own aircraft key (a
file may hold tracks of several aircraft at the same time, and nothing in it tells). A point without
time is no fix. Routes and waypoints are plans, not tracks, and are not read. Speed and course are
read where GPX 1.0 or an extension gives them (m/s, degrees); some extensions mean another unit, which the
positions show.

Loggers write a height of exactly 0 where they know none. Zeros beside heights of 200 m and more, and
tracks of nothing but zeros, are of that kind: unknown, and counted in `ParseReport.blanked`.

Who flew is not stated; the program that wrote the file is, in `creator`, and may be a simulator.

The XML is read by `xml_events.py`: element by element, or many points at once where they look alike. To
read another format in XML, write a sink as `_Points` is: name what comes in long lists (`units`), take it
one by one (`start`, `end`) and at once (`repeated`), and let a test hold both ways against each other
(`read_both_ways` in tests/unit/test_formats_xml.py).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, tzinfo

import numpy as np

from tracks.formats.columns import QUOTED, possible, without_unusable
from tracks.formats.contract import (
    ByteStream,
    Chunk,
    Confidence,
    ParseError,
    ParseReport,
    ParseSettings,
    StatedIdentity,
    at_line,
    gettext_noop,
)
from tracks.formats.movement import implied, speed_unit
from tracks.formats.simulators import SIMULATED, simulator_in
from tracks.formats.times import ZonelessTime, clock_time, epoch_seconds, tell_of_changed_clocks, zone_named
from tracks.formats.units import KNOTS_IN
from tracks.formats.xml_events import XmlEvents
from tracks.formats.xml_places import Places, root_is
from tracks.formats.xml_values import floats, times, uniform_steps
from tracks.processing.fixes import AltitudeKind, Fixes, PositionSource

_BATCH = 16_384
_TEXT_LIMIT = 64

# Our name of a column -> what it is called in a point: an attribute, or an element at any depth.
_COLUMNS = {"lat": "@lat", "lon": "@lon", "ele": "ele", "time": "time", "speed": "speed", "course": "course"}
_INNER = {name for name in _COLUMNS.values() if not name.startswith("@")}

# Metres. A height of exactly zero next to one so far away is taken for a logger's "not known". Across
# a long gap it might be true; then one height is lost, which is better than one made up.
_FILL_STEP = 200.0


class Gpx:
    """The parser of GPX tracks."""

    name = "gpx"
    label = gettext_noop("GPX track")
    version = 5

    def sniff(self, head: bytes) -> Confidence:
        """Certain where the root element is `gpx`."""
        return Confidence.CERTAIN if root_is(b"gpx", head) else Confidence.NO

    def parse(self, stream: ByteStream, report: ParseReport, settings: ParseSettings) -> Iterator[Chunk]:
        """Yield the points of all tracks in file order; see `contract.Parser.parse`."""
        sink = _Points(report, zone_named(settings.time_zone))
        events = XmlEvents(stream, sink, report, settings.limits)
        sink.line = lambda: events.line
        for _ in events.blocks():
            yield from sink.take()
            report.refuse_nonsense()
        sink.flush()
        yield from sink.take()
        tell_of_changed_clocks(report, sink.doubtful)
        if not sink.tracks:
            raise ParseError(
                gettext_noop(
                    "The GPX file holds no track. Routes are plans, and a waypoint is a place that somebody marked, "
                    "even where it has a time. If its waypoints are where the aircraft was, as satellite trackers "
                    "write them, fetch the same as KML or as a table."
                ),
                place=at_line(events.line),
            )


class _Points:
    """Takes the events of a GPX file (`xml_events.Sink`) and makes chunks of its points."""

    units = ("trkpt",)
    barred = ("trk", "trkseg")
    texts: Mapping[str, int] = dict.fromkeys(_INNER, _TEXT_LIMIT)
    line: Callable[[], int]

    def __init__(self, report: ParseReport, zone: tzinfo | None) -> None:
        self._report = report
        self._zone = zone
        self._point: dict[str, bytes] | None = None
        self._point_line = 0
        self._batch: dict[str, list[bytes]] = {name: [] for name in _COLUMNS}
        self._segments: list[tuple[int, int]] = []  # (points, segment) in turn
        self._places = Places()
        self._index = 0  # of the next point
        self._segment = 0
        self._done: list[Chunk] = []
        self._last_kept: tuple[int, int] | None = None  # track and segment of the last fix given out
        self._last_height: tuple[int, float] = (0, np.nan)  # track and last height other than zero
        self._unit: tuple[int, str] | None = None  # track and the unit of its speeds, once positions have shown it
        self._told: set[str] = set()
        self._identity = StatedIdentity()
        self.tracks = 0
        self.doubtful = 0  # times that the clocks of the zone showed twice or never

    # Events.

    def wanted(self, key: str) -> bool:
        """The values of `_COLUMNS`."""
        return key.startswith("trkpt/") and key.rpartition("/")[2] in _COLUMNS.values()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Tracks, segments and points begin."""
        if name == "trkpt":
            self._point = {
                own: attributes[name[1:]].encode()
                for own, name in _COLUMNS.items()
                if name.startswith("@") and name[1:] in attributes
            }
            self._point_line = self.line()
        elif name == "trkseg":
            self._segment += 1
        elif name == "trk":
            self.flush()
            self.tracks += 1
        elif name == "gpx" and (simulator := simulator_in(attributes.get("creator", ""))):
            self._identity = StatedIdentity(simulator=simulator)
            self._report.warn(SIMULATED, at_line(self.line()), name=simulator)

    def end(self, name: str, text: str) -> None:
        """A value of a point, or the point itself, is complete."""
        if self._point is None:
            return
        if name == "trkpt":
            line = self._point_line
            self._add(1, {own: [value] for own, value in self._point.items()}, lambda _: line)
            self._point = None
        elif name in _INNER:
            self._point.setdefault(name, text.strip().encode("utf-8", "surrogatepass"))

    def repeated(
        self, count: int, columns: Mapping[str, list[bytes]], paths: Collection[str], line_of: Callable[[int], int]
    ) -> None:
        """Many points at once."""
        if "trkpt" not in paths:
            return
        given: dict[str, list[bytes]] = {}
        for key, values in columns.items():
            name = key.rpartition("/")[2]
            given.setdefault(name.removeprefix("@"), values)
        self._add(count, given, line_of)

    def _add(self, count: int, columns: Mapping[str, list[bytes]], line_of: Callable[[int], int]) -> None:
        for name, batch in self._batch.items():
            batch += columns.get(name) or [b""] * count
        self._segments.append((count, self._segment))
        self._places.add(self._index, line_of)
        self._index += count
        if len(self._batch["time"]) >= _BATCH:
            self.flush()

    # Chunks.

    def take(self) -> list[Chunk]:
        """The chunks that have become full."""
        done, self._done = self._done, []
        return done

    def flush(self) -> None:
        """Make a chunk of the points at hand; they are of one track."""
        count = len(self._batch["time"])
        if not count:
            return
        texts = {name: [text.strip() for text in batch] for name, batch in self._batch.items()}
        fixes = self._fixes(texts, self._index - count)
        segments = np.repeat([segment for _, segment in self._segments], [n for n, _ in self._segments])
        unreadable = self._unreadable(fixes, texts["time"])
        first = int(fixes.record_index[0])
        fixes = without_unusable(fixes, self._report, self._places.place, unreadable)
        if len(fixes):
            self._mark_breaks(fixes, segments[fixes.record_index - first])
            self._done.append(Chunk(f"trk-{self.tracks}", self._identity, fixes))
        self._batch = {name: [] for name in _COLUMNS}
        self._segments = []
        self._places.clear()

    def _unreadable(self, fixes: Fixes, texts: list[bytes]) -> dict[int, str]:
        """Record index -> the time that stands there, where it is none."""
        first = int(fixes.record_index[0])
        return {
            first + int(at): texts[at].decode("utf-8", "replace")[:QUOTED]
            for at in np.flatnonzero(np.isnan(fixes.time))
            if texts[at]
        }

    def _mark_breaks(self, fixes: Fixes, segments: np.ndarray) -> None:
        """Mark each fix that is the first kept one of a further segment of its track."""
        fixes.break_before[1:] = segments[1:] != segments[:-1]
        last = self._last_kept
        fixes.break_before[0] = last is not None and last[0] == self.tracks and last[1] != segments[0]
        self._last_kept = (self.tracks, int(segments[-1]))

    def _fixes(self, texts: Mapping[str, list[bytes]], first: int) -> Fixes:
        report = self._report
        altitude = self._heights(possible("altitude", floats(texts["ele"]), report), first)
        known = ~np.isnan(altitude)
        seconds, steps = times(texts["time"], lambda at, text: self._time(text, first + at))
        longitude, latitude = floats(texts["lon"]), floats(texts["lat"])
        speeds = floats(texts["speed"])
        unit = "m/s"
        if any(texts["speed"]):
            unit = self._speed_unit(speeds, implied(seconds, longitude, latitude)[0], first)
        with np.errstate(over="ignore"):  # what is absurd becomes infinite, and unknown below
            knots = speeds * KNOTS_IN[unit]
        return Fixes.of(
            seconds,
            longitude,
            latitude,
            altitude=altitude,
            altitude_kind=np.where(known, int(AltitudeKind.UNSTATED), int(AltitudeKind.UNKNOWN)),
            ground_speed=possible("ground_speed", knots, report),
            track_angle=possible("track_angle", floats(texts["course"]), report),
            source=int(PositionSource.UNKNOWN),
            time_resolution=uniform_steps(steps),
            record_index=np.arange(first, first + seconds.size),
        )

    def _speed_unit(self, speeds: np.ndarray, shown: np.ndarray, first: int) -> str:
        """The unit of speeds: m/s as GPX 1.0 and Garmin have it, unless positions show that a writer means another."""
        if self._unit is None or self._unit[0] != self.tracks:
            unit = speed_unit(speeds, shown)
            if unit is None:
                return "m/s"
            if unit != "m/s":
                self._tell(
                    gettext_noop(
                        "Speeds are in %(unit)s, as the positions show, not in metres a second as GPX defines: read so."
                    ),
                    first,
                    unit=unit,
                )
            self._unit = (self.tracks, unit)
        return self._unit[1]

    def _heights(self, altitude: np.ndarray, first: int) -> np.ndarray:
        """Heights with the zeros that loggers write for "not known" as NaN; those are counted.

        A run of exact zeros is no height where a known height next to it, before or after, is
        `_FILL_STEP` or more away, and where the track has had no other height so far. What a run
        touches reaches back over chunks of its track, not forward.
        """
        track = self.tracks
        before = self._last_height[1] if self._last_height[0] == track else np.nan
        at = np.flatnonzero(~np.isnan(altitude))
        heights = altitude[at]
        zero = heights == 0
        others = np.concatenate(([before], np.where(zero, np.nan, heights), [np.nan]))
        number = np.arange(others.size)
        there = ~np.isnan(others)
        earlier = np.maximum.accumulate(np.where(there, number, 0))
        later = np.minimum.accumulate(np.where(there, number, others.size - 1)[::-1])[::-1]
        nearest = np.stack([others[earlier], others[later]])[:, 1:-1]
        fill = zero & ((np.abs(nearest) >= _FILL_STEP).any(axis=0) | np.isnan(nearest).all(axis=0))
        if zero.any() and not there.any():
            self._tell(gettext_noop("Every height is zero, so they were taken as not known."), first)
        self._report.blank("altitude", int(fill.sum()))
        altitude = altitude.copy()
        altitude[at[fill]] = np.nan
        self._last_height = (track, float(others[earlier[-1]]))
        return altitude

    def _time(self, text: str, record: int) -> float:
        try:
            seconds, doubtful = clock_time(text, self._zone)
        except ZonelessTime:
            self._tell(
                gettext_noop("Times are written without a zone; GPX defines them as UTC, so they were read as UTC."),
                record,
            )
            return epoch_seconds(text, UTC)
        self.doubtful += doubtful
        return seconds

    def _tell(self, message: str, record: int, **values: object) -> None:
        """Warn once in a file."""
        if message not in self._told:
            self._told.add(message)
            self._report.warn(message, self._places.place(record), **values)
