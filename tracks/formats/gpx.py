"""GPX 1.0 and 1.1 tracks: `trk/trkseg/trkpt lat lon`, `ele` in metres, `time` in UTC.

Format: topografix.com/GPX/1/1. Each `trk` is a leg of its own, so each has its own aircraft key (a
file may hold tracks of several aircraft at the same time, and nothing in it tells). A point without
time is no fix. Routes and waypoints are plans, not tracks, and are not read. Speed and course are
read where GPX 1.0 or an extension gives them (m/s, degrees).

Loggers write a height of exactly 0 where they know none. Zeros beside heights of 200 m and more, and
tracks of nothing but zeros, are of that kind: unknown, and counted in `ParseReport.blanked`.

The XML is pushed through expat, which holds one element at a time. Document type declarations are
refused: a track needs none, and their entities are how small files grow to gigabytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, tzinfo
from typing import Any
from xml.parsers import expat

import numpy as np

from tracks.formats.columns import QUOTED, numbers, possible, without_unusable
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
from tracks.formats.times import ZonelessTime, epoch_seconds, written_resolutions, zone_named
from tracks.processing.fixes import AltitudeKind, Fixes, PositionSource

KNOTS_PER_MS = 3600 / 1852

_READ_BYTES = 1 << 16
_BATCH = 16_384
_WANTED = {"ele", "time", "speed", "course"}
_TEXT_LIMIT = 64

# Metres. A height of exactly zero next to one so far away is taken for a logger's "not known". Across
# a long gap it might be true; then one height is lost, which is better than one made up.
_FILL_STEP = 200.0


class Gpx:
    """The parser of GPX tracks."""

    name = "gpx"
    label = gettext_noop("GPX track")
    version = 2

    def sniff(self, head: bytes) -> Confidence:
        """Certain where the root element is `gpx`."""
        start = head[:4096].lower()
        if not start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
            return Confidence.NO
        return Confidence.CERTAIN if b"<gpx" in start or b":gpx" in start else Confidence.NO

    def parse(self, stream: ByteStream, report: ParseReport, settings: ParseSettings) -> Iterator[Chunk]:
        """Yield the points of all tracks in file order; see `contract.Parser.parse`."""
        reader = _Reader(report, zone_named(settings.time_zone))
        fed = 0
        while True:
            data = stream.read(_READ_BYTES)
            fed += len(data)
            ended = reader.feed(data)
            yield from reader.chunks(everything=not data)
            report.refuse_nonsense()
            if not data:
                break
            if not ended and fed - reader.byte > settings.limits.record_bytes:
                raise ParseError(
                    gettext_noop("A single element here is larger than %(limit)d KiB, which no track file has."),
                    place=at_line(reader.line),
                    limit=settings.limits.record_bytes >> 10,
                )
        if not reader.tracks:
            raise ParseError(
                gettext_noop("The GPX file holds no track. Routes and waypoints have no times and cannot be shown."),
                place=at_line(reader.line),
            )


class _Reader:
    """Collects points from expat's events."""

    def __init__(self, report: ParseReport, zone: tzinfo | None) -> None:
        self._report = report
        self._zone = zone
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._path: list[str] = []
        self._point: dict[str, Any] | None = None
        self._text: list[str] | None = None
        self._points: list[dict[str, Any]] = []
        self._index = 0
        self._segment = 0
        self._last_kept: tuple[int, int] | None = None  # track and segment of the last fix given out
        self._last_height: tuple[int, float] = (0, np.nan)  # track and last height other than zero
        self._told: set[str] = set()
        self._truncated = False
        self.tracks = 0

    @property
    def line(self) -> int:
        """The line expat has come to, from 1."""
        return self._parser.CurrentLineNumber

    @property
    def byte(self) -> int:
        """The byte expat has come to."""
        return self._parser.CurrentByteIndex

    def feed(self, data: bytes) -> bool:
        """Take some more of the file, b"" at its end; whether the document stopped early."""
        if self._truncated:
            return True
        try:
            self._parser.Parse(data, not data)
        except expat.ExpatError as error:
            if not data:
                self._truncated = True
                self._report.warn(
                    gettext_noop(
                        "The file stops before its end: the %(records)d complete points before that place were read, "
                        "whatever followed is missing. Fetch the file again if you can."
                    ),
                    at_line(error.lineno),
                    records=self._index,
                )
                return True
            raise ParseError(
                gettext_noop("The XML is broken here (%(detail)s). Fetch or export the file again."),
                place=at_line(error.lineno),
                detail=expat.ErrorString(error.code),
            ) from error
        return False

    def _refuse(self, *_: object) -> None:
        raise ParseError(
            gettext_noop(
                "The file declares a document type (<!DOCTYPE …>), which no GPX track needs. It was not read."
            ),
            place=at_line(self.line),
        )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        self._path.append(tag)
        if tag == "trk":
            self.tracks += 1
        elif tag == "trkseg":
            self._segment += 1
        elif tag == "trkpt":
            self._point = {
                "lat": attributes.get("lat"),
                "lon": attributes.get("lon"),
                "track": self.tracks,
                "segment": self._segment,
                "index": self._index,
                "line": self.line,
            }
            self._index += 1
        elif self._point is not None and tag in _WANTED:
            self._text = []
            self._parser.CharacterDataHandler = self._characters

    def _characters(self, text: str) -> None:
        if self._text is not None and sum(map(len, self._text)) < _TEXT_LIMIT:
            self._text.append(text[:_TEXT_LIMIT])

    def _end(self, name: str) -> None:
        tag = name.rpartition(" ")[2]
        self._path.pop()
        if tag == "trkpt" and self._point is not None:
            self._points.append(self._point)
            self._point = None
        elif self._text is not None and tag in _WANTED:
            if self._point is not None:
                self._point.setdefault(tag, "".join(self._text).strip())
            self._text = None
            self._parser.CharacterDataHandler = None

    def chunks(self, *, everything: bool) -> Iterator[Chunk]:
        """Chunks of the points read so far: full ones, or all at the end."""
        while self._points and (everything or len(self._points) >= _BATCH):
            track = self._points[0]["track"]
            count = next((i for i, p in enumerate(self._points[:_BATCH]) if p["track"] != track), None)
            part = self._points[: count or _BATCH]
            self._points = self._points[len(part) :]
            fixes = self._fixes(part)
            places = {p["index"]: at_line(p["line"]) for p in part}
            unreadable = {p["index"]: p["time"][:QUOTED] for p in part if p.get("time")}
            fixes = without_unusable(fixes, self._report, places.__getitem__, unreadable)
            if len(fixes):
                self._mark_breaks(fixes, track, {p["index"]: p["segment"] for p in part})
                yield Chunk(f"trk-{track}", StatedIdentity(), fixes)

    def _mark_breaks(self, fixes: Fixes, track: int, segment_of: dict[int, int]) -> None:
        """Mark each fix that is the first kept one of a further segment of its track."""
        segments = np.array([segment_of[int(record)] for record in fixes.record_index])
        fixes.break_before[1:] = segments[1:] != segments[:-1]
        last = self._last_kept
        fixes.break_before[0] = last is not None and last[0] == track and last[1] != segments[0]
        self._last_kept = (track, int(segments[-1]))

    def _fixes(self, points: list[dict[str, Any]]) -> Fixes:
        report = self._report

        def column(name: str) -> np.ndarray:
            return numbers([_float(point.get(name)) for point in points])

        altitude = self._heights(possible("altitude", column("ele"), report), points)
        known = ~np.isnan(altitude)
        times = [self._time(point) for point in points]
        with np.errstate(over="ignore"):  # what is absurd becomes infinite, and unknown below
            knots = column("speed") * KNOTS_PER_MS
        return Fixes.of(
            times,
            column("lon"),
            column("lat"),
            altitude=altitude,
            altitude_kind=np.where(known, int(AltitudeKind.UNSTATED), int(AltitudeKind.UNKNOWN)),
            ground_speed=possible("ground_speed", knots, report),
            track_angle=possible("track_angle", column("course"), report),
            source=int(PositionSource.UNKNOWN),
            time_resolution=written_resolutions([point.get("time", "") for point in points]),
            record_index=[point["index"] for point in points],
        )

    def _heights(self, altitude: np.ndarray, points: list[dict[str, Any]]) -> np.ndarray:
        """Heights with the zeros that loggers write for "not known" as NaN; those are counted.

        A run of exact zeros is no height where a known height next to it, before or after, is
        `_FILL_STEP` or more away, and where the track has had no other height so far. What a run
        touches reaches back over chunks of its track, not forward.
        """
        track = points[0]["track"]
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
            self._tell(gettext_noop("Every height is zero, so they were taken as not known."), points[0]["line"])
        self._report.blank("altitude", int(fill.sum()))
        altitude = altitude.copy()
        altitude[at[fill]] = np.nan
        self._last_height = (track, float(others[earlier[-1]]))
        return altitude

    def _time(self, point: dict[str, Any]) -> float:
        text = point.get("time")
        if not text:
            return float("nan")
        try:
            return epoch_seconds(text, self._zone)
        except ZonelessTime:
            self._tell(
                gettext_noop("Times are written without a zone; GPX defines them as UTC, so they were read as UTC."),
                point["line"],
            )
            return epoch_seconds(text, UTC)

    def _tell(self, message: str, line: int) -> None:
        """Warn once in a file."""
        if message not in self._told:
            self._told.add(message)
            self._report.warn(message, at_line(line))


def _float(text: object) -> float | None:
    try:
        return float(text) if isinstance(text, str) and "_" not in text else None
    except ValueError:
        return None
