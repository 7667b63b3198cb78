"""GeoJSON (RFC 7946) with times: lines with a time for each position, points with a time each.

GeoJSON has no place for times; programs put them into a feature's properties: `coordTimes`,
`coordinateProperties.times` (togeojson), `times`, `linestringTimestamps` (Leaflet.TimeDimension) and others
(`feature_names`), for a MultiLineString as lists of lists, or into a fourth number of each position
(kepler.gl). Its heights are above the WGS 84 ellipsoid by the RFC, and above anything by those who write them:
their kind is unstated. How features are read stands in `features`, the way through the file in `feature_file`.
"""

from __future__ import annotations

from collections.abc import Iterator

from tracks.formats.contract import ByteStream, Chunk, Confidence, ParseReport, ParseSettings, gettext_noop
from tracks.formats.feature_file import read_features
from tracks.formats.text import begin_of

_SHAPES = (b'"FeatureCollection"', b'"Feature"', b'"LineString"', b'"MultiLineString"', b'"Point"')
_TIMES = (b'"coordTimes"', b'"linestringTimestamps"', b'"coordinateProperties"', b'"times"', b'"timestamps"')


class GeoJson:
    """The parser of GeoJSON."""

    name = "geojson"
    label = gettext_noop("GeoJSON with times")
    version = 3

    def sniff(self, head: bytes) -> Confidence:
        """Certain where a name of times is among the names of GeoJSON; times may follow far behind."""
        if not begin_of(head).startswith(b"{"):
            return Confidence.NO
        if b'"type"' not in head or not any(shape in head for shape in _SHAPES):
            return Confidence.NO
        if b'"features"' not in head and b'"coordinates"' not in head and b'"geometry"' not in head:
            return Confidence.NO
        return Confidence.CERTAIN if any(name in head for name in _TIMES) else Confidence.LIKELY

    def parse(self, stream: ByteStream, report: ParseReport, settings: ParseSettings) -> Iterator[Chunk]:
        """Yield the positions of all features that have times; see `contract.Parser.parse`."""
        yield from read_features(stream, report, settings)
