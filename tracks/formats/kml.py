"""KML of any writer that states times: gx:Track (Track in KML 2.3) and points with a TimeStamp.

Formats: OGC 07-147r2 (KML 2.2), OGC 12-007r2 (KML 2.3), "gx:Track" in Google's KML reference. Known
writers: ForeFlight, SkyDemon, Google Earth, My Tracks, Geo Tracker, Traccar, OGR, fastkml; tar1090,
FlightAware and Flightradar24 have modules of their own.

Decisions:
- The n-th `when` of a track belongs to its n-th `coord`, whatever their order in the file. An empty
  `coord` means that the position is not known (KML reference): no fix, counted. A track whose numbers
  of times and positions differ is left out, since nobody knows which belong together.
- Altitudes: see `kml_values.altitudes`. Heights above ground are no altitudes; they are left out and
  counted. `gx:angles` turn a model, they are no direction of movement.
- A further track of a gx:MultiTrack is a new stretch (`break_before`), also where the file asks viewers to
  draw a line across (`gx:interpolate`): nothing was recorded there.
- A point with a TimeSpan was there when the span begins. A LineString has no times for its points, a
  TimeSpan beside it says when all of it is shown: it is no track.
- A few timed points beside tracks are marks (start, end, photographs), not another aircraft.
- A point at the same time and place as a fix of a track before it repeats that (GPSBabel writes both): it is counted
  as repeated, and no second aircraft.
- Which placemarks are one aircraft: see `kml_aircraft.py`. Who it is, KML does not state.
- Times without a zone are refused unless the curator states it: KML does not define one.
"""

from __future__ import annotations

from collections.abc import Iterator

from tracks.formats.contract import ByteStream, Chunk, Confidence, ParseReport, ParseSettings, gettext_noop
from tracks.formats.kml_reading import KmlReading
from tracks.formats.xml_places import root_is


class Kml:
    """The parser of KML whose writer has no parser of its own."""

    name = "kml"
    label = gettext_noop("KML with times (gx:Track or timed points)")
    version = 3

    def sniff(self, head: bytes) -> Confidence:
        """Likely where the root element is `kml`: who knows its writer is surer."""
        return Confidence.LIKELY if root_is(b"kml", head) else Confidence.NO

    def parse(self, stream: ByteStream, report: ParseReport, settings: ParseSettings) -> Iterator[Chunk]:
        """Yield the fixes placemark by placemark, in file order; see `contract.Parser.parse`."""
        yield from KmlReading(report, settings).chunks(stream)
