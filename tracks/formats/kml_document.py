"""What every KML file with times is made of: folders, placemarks, points with a time, gx:Tracks.

Formats: OGC 07-147r2 (KML 2.2), OGC 12-007r2 (KML 2.3, where Track lost its prefix), and "gx:Track" in
Google's KML reference. The writers' own modules say what they make of it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import tzinfo

from tracks.formats.columns import QUOTED
from tracks.formats.contract import DropReason, ParseError, ParseReport, at_line, gettext_noop
from tracks.formats.kml_parts import LONGEST, POINT_KEYS, Folder, Mark, Part, TimedPoints, marks_of
from tracks.formats.kml_track import HOLD, Positions, TrackColumns
from tracks.formats.times import ZonelessTime, clock_time
from tracks.formats.xml_events import XmlEvents

_MARKS_KEPT = 50
_WAITING_PARTS = 1_024


class KmlDocument:
    """Takes the events of a KML file (`xml_events.Sink`); `take` what has been read after each block.

    Args:
        arrays: names of the `SimpleArrayData` that are wanted, in lower case.
        descriptions: whether the descriptions of points are wanted.
    """

    units: Collection[str] = ("when", "coord", "angles", "value", "Placemark")
    barred: Collection[str] = ("Track", "MultiTrack", "Folder", "Document", "SimpleArrayData")
    texts: Mapping[str, int] = {
        "name": 200,
        "description": 1 << 16,
        "when": 64,
        "begin": 64,
        "coord": 1 << 12,  # with the space around it; see `xml_values.LONGEST_PLACE`
        "coordinates": 1 << 12,
        "altitudeMode": 40,
        "displayName": 100,
        "value": 64,
    }

    def __init__(
        self,
        report: ParseReport,
        zone: tzinfo | None,
        *,
        arrays: Collection[str] = (),
        descriptions: bool = False,
    ) -> None:
        self._wanted = {"when", "coord", *(k for k in POINT_KEYS if descriptions or k != "Placemark/description")}
        self._report = report
        self._zone = zone
        self._arrays = arrays
        self._folders = [Folder(0)]
        self._folder_count = 0
        self._mark: Mark | None = None
        self._mark_line = 0
        self._marks = 0
        self._point: dict[str, str] = {}
        self._track: TrackColumns | None = None
        self._tracks_in_mark = 0
        self._multi_mode = ""
        self._array = ""
        self._field = ""
        self._has_line = False
        self._waiting: list[Part] = []
        self._done: list[Part] = []
        self._points = TimedPoints(self._read_time)
        self.record = 0  # of the next position
        self.fields: dict[str, str] = {}  # SimpleArrayField name -> displayName
        self.documents: list[Folder] = []
        self.marks: list[Mark] = []  # the first points without time
        self.untimed = 0
        self.spans = 0  # points timed by a TimeSpan
        self.lines = 0
        self.tracks = 0
        self.links = 0
        self.creator = ""
        self.doubtful = 0  # times that the clocks of the zone showed twice or never
        self.path: list[str] = []
        self.line: Callable[[], int] = lambda: 0

    def attach(self, events: XmlEvents) -> None:
        """Know where in the file the events come from."""
        self.path = events.path
        self.line = lambda: events.line

    def take(self) -> list[Part]:
        """What has become complete."""
        done, self._done = self._done, []
        return done

    def finish(self) -> None:
        """The document ended, perhaps early."""
        if self._track is not None:
            self._end_track(early=True)
        self._end_mark()
        self._done += self._points.flush()

    # Events.

    def wanted(self, key: str) -> bool:
        """Times, positions and what else `POINT_KEYS` names."""
        return key in self._wanted or (key == "value" and self._array in self._arrays)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if name == "Placemark":
            self._marks += 1
            self._mark = Mark(self._marks, self._folders[-1])
            self._mark_line = self.line()
            self._point, self._has_line, self._tracks_in_mark = {}, False, 0
        elif name in ("Folder", "Document"):
            self._folder_count += 1
            self._folders.append(Folder(self._folder_count))
            if name == "Document" and len(self.documents) < _MARKS_KEPT:
                self.documents.append(self._folders[-1])
        elif name == "Track":
            self._track = TrackColumns(self.record, self._read_time)
            self.tracks += 1
        elif name == "MultiTrack":
            self._multi_mode = ""
        elif name == "SimpleArrayData":
            self._array = attributes.get("name", "").lower()[:40]
        elif name == "SimpleArrayField":
            self._field = attributes.get("name", "").lower()[:40]
        elif name == "LineString":
            self._has_line = True
        elif name == "kml":
            self.creator = attributes.get("creator", "")
        elif name == "NetworkLink":
            self.links += 1

    def end(self, name: str, text: str) -> None:
        """An element is complete."""
        parent = self.path[-1] if self.path else ""
        if parent == "Track" and self._track is not None:
            if name == "when":
                self._track.add_times([_bytes(text)])
            elif name == "coord":
                line = self.line()
                self._add_positions([_bytes(text)], lambda _: line)
            elif name == "altitudeMode":
                self._track.mode = text.strip()
        elif name == "Track":
            self._end_track()
        elif name == "Placemark":
            self._end_placemark()
        elif name in ("Folder", "Document"):
            self._done += self._points.flush()
            if len(self._folders) > 1:
                self._folders.pop()
        elif name == "value":
            if parent == "SimpleArrayData" and self._track is not None and self._array in self._arrays:
                self._track.add_values(self._array, [_bytes(text)])
        elif name == "displayName":
            if parent == "SimpleArrayField" and len(self.fields) < _MARKS_KEPT:
                self.fields = {**self.fields, self._field: text.strip()}
        elif parent == "MultiTrack" and name == "altitudeMode":
            self._multi_mode = text.strip()
        elif name in ("name", "description") and parent in ("Folder", "Document"):
            setattr(self._folders[-1], name, text.strip())
        elif self._mark is not None and "Placemark" in self.path[-2:]:
            key = f"Placemark/{name}" if parent == "Placemark" else f"Placemark/{parent}/{name}"
            if key in POINT_KEYS:
                self._point.setdefault(POINT_KEYS[key], text.strip()[:LONGEST])
            if parent == "Placemark" and name in ("name", "description"):
                setattr(self._mark, name, text.strip()[:LONGEST])

    def repeated(
        self, count: int, columns: Mapping[str, list[bytes]], paths: Collection[str], line_of: Callable[[int], int]
    ) -> None:
        """Many times, positions, values or placemarks at once."""
        parent = self.path[-1] if self.path else ""
        if parent == "Track" and self._track is not None:
            if "when" in columns:
                self._track.add_times(columns["when"])
            if "coord" in columns:
                self._add_positions(columns["coord"], line_of)
        elif parent == "SimpleArrayData" and self._track is not None and "value" in columns:
            self._track.add_values(self._array, columns["value"])
        elif "Placemark" in paths:
            self._marks += count
            self.lines += count if any(path.rpartition("/")[2] == "LineString" for path in paths) else 0
            own = {POINT_KEYS[key]: values for key, values in columns.items() if key in POINT_KEYS}
            if "coordinates" in own:
                self._add_points(count, own, line_of)

    # Tracks.

    def _read_time(self, text: str) -> float:
        try:
            seconds, doubtful = clock_time(text, self._zone)
        except ZonelessTime as error:
            raise ParseError(
                gettext_noop(
                    "The times (“%(text)s”) do not say in which zone they are. State the zone of this file, "
                    "or export it again."
                ),
                place=at_line(self.line()),
                text=text[:QUOTED],
            ) from error
        self.doubtful += doubtful
        return seconds

    def _add_positions(self, texts: list[bytes], line_of: Callable[[int], int]) -> None:
        assert self._track is not None
        self._track.add_positions(texts, line_of)
        self.record += len(texts)
        if self._track.held > HOLD:
            self._give(self._track.give_out(), self._track)
            self._release()

    def _give(self, positions: Positions | None, track: TrackColumns) -> None:
        if positions is not None:
            further = self._tracks_in_mark > 0 and int(positions.record[0]) == track.first_record
            modes = [track.mode or self._multi_mode]
            self._waiting.append(Part(self._folders[-1], self._mark, positions, modes, further, fields=self.fields))

    def _end_track(self, *, early: bool = False) -> None:
        track, self._track = self._track, None
        if track is None:
            return
        if track.times != track.positions and not early:
            if track.given:
                raise ParseError(
                    gettext_noop(
                        "A track here has %(times)d times but %(positions)d positions, so it is not known "
                        "which belong together."
                    ),
                    place=at_line(self.line()),
                    times=track.times,
                    positions=track.positions,
                )
            self._report.warn(
                gettext_noop(
                    "A track that ends here has %(times)d times but %(positions)d positions, so it is not known "
                    "which belong together; it was left out."
                ),
                at_line(self.line()),
                times=track.times,
                positions=track.positions,
            )
            lost = max(track.times, track.positions)
            self._report.records_read += lost
            self._report.drop(DropReason.UNREADABLE, at_line(self.line()), count=lost)
            return
        if track.mismatched_values:
            self._report.warn(
                gettext_noop("The speeds or directions beside a track do not match its positions; they were not read."),
                at_line(self.line()),
            )
        self._give(track.finish(), track)
        self._tracks_in_mark += 1
        held = sum(len(part.fixes) for part in self._waiting)
        if self._mark is None or held > HOLD or len(self._waiting) > _WAITING_PARTS:
            self._release()

    def _release(self) -> None:
        self._done += self._waiting
        self._waiting = []

    # Placemarks.

    def _end_mark(self) -> None:
        self._release()
        self._mark = None

    def _end_placemark(self) -> None:
        mark, point = self._mark, self._point
        self.lines += self._has_line
        self._end_mark()
        if mark is None or "coordinates" not in point:
            return
        line = self._mark_line
        self._add_points(1, {name: [_bytes(text)] for name, text in point.items()}, lambda _: line)

    def _add_points(self, count: int, columns: Mapping[str, list[bytes]], line_of: Callable[[int], int]) -> None:
        """Take the last `count` placemarks, which are points."""
        if "when" not in columns and "begin" not in columns:
            self.untimed += count
            room = _MARKS_KEPT - len(self.marks)
            self.marks += marks_of(columns, min(count, room), self._marks - count + 1, self._folders[-1])
            return
        self.spans += count if "when" not in columns else 0
        self._done += self._points.add(count, columns, self._folders[-1], self.record, line_of)
        self.record += count


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
