"""The way through a file of features: which parts of it are read, and what each of them is.

    {"type": "FeatureCollection", "crs": …, "features": [Feature, …]}
    {"type": "Feature", "geometry": {"type", "coordinates"}, "properties": {"coordTimes": […], …}}
    {"type": "Feature", "geometry": {"type": "GeometryCollection", "geometries": [LineString, …]}, "properties": …}
    {"type": "Feature", "temporalGeometry": {"type", "coordinates", "datetimes"}, "properties": …}
    {"type": "MovingPoint", "coordinates", "datetimes"} or {…, "sequences": [{"coordinates", "datetimes"}, …]}

The order of the fields is anybody's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tracks.formats.contract import ByteStream, Chunk, ParseReport, ParseSettings, gettext_noop
from tracks.formats.feature_names import LINE_TIMES, POINT_TIMES, is_identity, plain_name
from tracks.formats.feature_points import Points, point_time
from tracks.formats.features import LINES, FeatureReader, Line
from tracks.formats.json_events import Elements, Enter, Event, Leave, Path, Value, Want
from tracks.formats.json_replay import replayed
from tracks.formats.json_walk import JsonWalker

_ELEMENT: Path = ("features", "*")

_WANTED: dict[Path, Want] = {
    (): Want.WALK,
    ("type",): Want.VALUE,
    ("crs",): Want.VALUE,
    ("geometry",): Want.WALK,
    ("geometry", "type"): Want.VALUE,
    ("geometry", "crs"): Want.VALUE,
    ("geometry", "coordinates"): Want.ROWS,
    ("geometry", "geometries"): Want.OBJECTS,
    ("geometry", "geometries", "*"): Want.WALK,
    ("geometry", "geometries", "*", "type"): Want.VALUE,
    ("geometry", "geometries", "*", "coordinates"): Want.ROWS,
    ("properties",): Want.WALK,
}
# Where a moving point may stand: in a feature, or alone; its sequences and prisms are moving points again.
for _place in ((), ("temporalGeometry",)):
    _WANTED |= {
        (*_place, "coordinates"): Want.ROWS,
        (*_place, "datetimes"): Want.SCALARS,
        (*_place, "crs"): Want.VALUE,
        (*_place, "type"): Want.VALUE,
    }
    for _list in ("sequences", "prisms"):
        _WANTED |= {
            (*_place, _list): Want.OBJECTS,
            (*_place, _list, "*"): Want.WALK,
            (*_place, _list, "*", "type"): Want.VALUE,
            (*_place, _list, "*", "coordinates"): Want.ROWS,
            (*_place, _list, "*", "datetimes"): Want.SCALARS,
        }
_WANTED["temporalGeometry",] = Want.WALK

_LISTS = frozenset({"sequences", "prisms", "geometries"})
# What a whole feature or file is called; movingpandas has its own word for it.
_NOT_SHAPES = frozenset({"Feature", "FeatureCollection", "MovingFeature", "MovingFeatureCollection"})
_TIMES = frozenset((*LINE_TIMES, *POINT_TIMES))


def _within(path: Path) -> Path:
    """A path as seen from its feature."""
    return path[2:] if path[:2] == _ELEMENT else path


def _want(path: Path) -> Want:
    if path == ("features",):
        return Want.OBJECTS
    inner = _within(path)
    if len(inner) == 2 and inner[0] == "properties":
        name = plain_name(inner[1])
        if name in _TIMES:
            return Want.SCALARS
        if name == "coordinateproperties":
            return Want.WALK
        return Want.VALUE if is_identity(name) else Want.SKIP
    if len(inner) == 3 and plain_name(inner[1]) == "coordinateproperties" and inner[0] == "properties":
        return Want.SCALARS if plain_name(inner[2]) in LINE_TIMES else Want.SKIP
    return _WANTED.get(inner, Want.SKIP)


def read_features(stream: ByteStream, report: ParseReport, settings: ParseSettings) -> Iterator[Chunk]:
    """The fixes of all features, in file order but for points, which come aircraft by aircraft.

    Raises:
        ParseError: it is no JSON, has no times, or is not in longitude and latitude on WGS 84.
    """
    walker = JsonWalker(stream, _want, settings.limits)
    reader = FeatureReader(report, settings)
    points = Points(reader)
    file = _File(reader, points)
    byte = 0
    for event in walker.events():
        if not isinstance(event, Leave):
            byte = event.byte
        if isinstance(event, Elements) and event.path == ("features",):
            for element in event.elements:
                yield from file.whole(element, event.byte)
        else:
            yield from file.take(event)
    if walker.truncated is not None:
        yield from file.cut()
        report.warn(
            gettext_noop(
                "The file stops before its end: the %(records)d positions before that place were read, as far as they "
                "have times; whatever followed is missing. Fetch the file again if you can."
            ),
            walker.truncated,
            records=reader.records,
        )
    yield from points.rest(byte)
    if walker.trailing is not None:
        report.warn(gettext_noop("Something follows the end of the JSON; it was not read."), walker.trailing)
    reader.end()


class _File:
    """Hands events to the feature they belong to: the file itself may be one."""

    def __init__(self, reader: FeatureReader, points: Points) -> None:
        self._reader = reader
        self._points = points
        self._count = 0
        self._open: dict[Path, _Feature] = {}

    def take(self, event: Event) -> Iterator[Chunk]:
        """One event."""
        root = _ELEMENT if event.path[:2] == _ELEMENT else ()
        if isinstance(event, Enter) and event.path == root:
            self._count += root == _ELEMENT
            self._open[root] = _Feature(self._reader, self._points, max(self._count, 1))
        feature = self._open.get(root)
        if feature is None:
            return
        if isinstance(event, Leave) and event.path == root:
            del self._open[root]
            yield from feature.chunks(cut=False)
        else:
            yield from feature.take(event, event.path[len(root) :])

    def whole(self, element: Any, byte: int) -> Iterator[Chunk]:
        """A feature of the collection that is all there."""
        if _is_point(element):
            self._count += 1
            yield from self._points.add_whole(element, byte)
        else:
            for event in replayed(element, _ELEMENT, _want, byte):
                yield from self.take(event)

    def cut(self) -> Iterator[Chunk]:
        """What there is of a feature within which the file stops."""
        for feature in list(self._open.values())[::-1]:
            yield from feature.chunks(cut=True)


class _Feature:
    """One feature while it is read."""

    def __init__(self, reader: FeatureReader, points: Points, ordinal: int) -> None:
        self._reader = reader
        self._points = points
        self._ordinal = ordinal
        self._shapes: dict[str, str] = {}  # of "moving" and of "still", what the file calls them
        self._lines: dict[str, Line] = {}
        self._point: list[Any] | None = None
        self._point_times: dict[str, Any] = {}
        self._stated: dict[str, Any] = {}
        self._part = -1  # of sequences, prisms and collections of geometries
        self._only_lines = True  # whether all geometries of a collection are lines
        self._byte = 0

    def take(self, event: Event, path: Path) -> Iterator[Chunk]:
        """One event, its path as seen from the feature."""
        if isinstance(event, Value):
            self._value(path, event.value, event.byte)
        elif isinstance(event, Elements):
            if path[-1] in _LISTS:
                for element in event.elements:
                    for inner in replayed(element, (*path, "*"), _want, event.byte):
                        yield from self.take(inner, inner.path)
            else:
                self._elements(path, event)
        elif isinstance(event, Enter) and path[-2:-1] and path[-2] in _LISTS:
            self._part += 1

    def _value(self, path: Path, value: Any, byte: int) -> None:
        if path[-1] == "crs":
            self._reader.check_crs(value, byte)
        elif path == ("geometry", "type"):
            self._shapes["still"] = str(value)
        elif "geometries" in path:
            self._only_lines = self._only_lines and value == "LineString"
        elif path[-1] == "type":
            if path[0] != "type" or str(value) not in _NOT_SHAPES:
                self._shapes.setdefault("moving", str(value))
        elif path[-1] == "datetimes":  # of a single moment, as MobilityDB writes it
            self._point_times["time"] = value
        elif path[0] == "properties":
            name = plain_name(path[-1])
            (self._point_times if name in POINT_TIMES and len(path) == 2 else self._stated)[name] = value

    def _elements(self, path: Path, event: Elements) -> None:
        self._byte = event.byte
        part = self._part if "*" in path else event.part
        if path[-1] == "coordinates":
            moving = path[0] != "geometry"
            if event.elements and type(event.elements[0]) in (int, float):
                self._point = event.elements if path == ("geometry", "coordinates") or moving else self._point
            else:
                self._line("moving" if moving else "still").add_positions(event.elements, part)
        elif path[0] == "properties":
            self._line("still").add_times(path, event.elements, part, event.byte)
        else:
            times = (path[0],) if path[0] == "temporalGeometry" else ()
            self._line("moving").add_times(times, event.elements, part, event.byte)

    def _line(self, kind: str) -> Line:
        if kind not in self._lines:
            self._lines[kind] = Line(self._reader, self._ordinal)
        return self._lines[kind]

    def chunks(self, *, cut: bool) -> Iterator[Chunk]:
        """The fixes of the feature: of its moving point where it has one, else of its geometry."""
        kind = "moving" if "moving" in self._lines else "still"
        for other in self._lines.keys() - {kind}:
            self._lines[other].close()
        shape, line = self._shapes.get(kind, ""), self._lines.get(kind)
        if line is not None and line.has_positions:
            several = shape == "GeometryCollection" and self._only_lines
            if several or shape in LINES or (kind == "moving" and shape in ("", "Feature", "MovingGeometryCollection")):
                line.stated = self._stated
                yield from line.chunks(cut=cut)
            else:
                line.close()
                self._reader.features += 1
                self._reader.other_shapes += 1
        elif self._point is not None:
            yield from self._points.add(self._point, point_time(self._point_times), self._stated, self._byte)


def _is_point(feature: Any) -> bool:
    """Whether a feature is a plain point: files may hold millions of them, so they have a way of their own."""
    if type(feature) is not dict or "temporalGeometry" in feature or "crs" in feature:
        return False
    geometry, properties = feature.get("geometry"), feature.get("properties")
    if type(geometry) is not dict or geometry.get("type") != "Point" or "crs" in geometry:
        return False
    place = geometry.get("coordinates")
    return type(place) is list and (not place or type(place[0]) is not list) and type(properties) in (dict, type(None))
