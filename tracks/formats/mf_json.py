"""OGC Moving Features JSON: points that move, each position with its time.

Format: OGC 19-045r3, Moving Features Encoding Extension – JSON. Both of its encodings: Prism
(`temporalGeometry` of type MovingPoint) and Trajectory (a LineString with `datetimes` among its
properties), features alone or in a collection, and a bare MovingPoint as MobilityDB writes it
(`asMFJSON`), with its `sequences`. `datetimes` are RFC 3339 or milliseconds since 1970; numbers of
seconds, which some programs write, are told apart by their size.

How features are read stands in `features`, the way through the file in `feature_file`. Interpolation
between positions is what the file suggests, not what was observed: it is not read.
"""

from __future__ import annotations

from collections.abc import Iterator

from tracks.formats.contract import ByteStream, Chunk, Confidence, ParseReport, ParseSettings, gettext_noop
from tracks.formats.feature_file import read_features
from tracks.formats.text import begin_of

_OWN = (b'"temporalGeometry"', b'"MovingPoint"', b'"MovingGeomPoint"')


class MfJson:
    """The parser of Moving Features JSON."""

    name = "mf-json"
    label = gettext_noop("OGC Moving Features JSON")
    version = 2

    def sniff(self, head: bytes) -> Confidence:
        """Certain where a name of the format's own appears."""
        if not begin_of(head).startswith(b"{"):
            return Confidence.NO
        if any(name in head for name in _OWN):
            return Confidence.CERTAIN
        return Confidence.CERTAIN if b'"datetimes"' in head and b'"Feature' in head else Confidence.NO

    def parse(self, stream: ByteStream, report: ParseReport, settings: ParseSettings) -> Iterator[Chunk]:
        """Yield the positions of all features; see `contract.Parser.parse`."""
        yield from read_features(stream, report, settings)
