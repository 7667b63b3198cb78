"""KML that FlightAware exports for one flight.

    <Document><name>FlightAware ✈ N494SA 01-Jun-2025 (KLAX-KIPL)</name>
      <Placemark><name>KLAX Airport</name>…<Point>…   one for each end that is known
      <Placemark><name>N494SA</name><description>KLAX - KIPL</description><gx:Track>
        <when>…Z</when>…  <gx:coord>lon lat metres</gx:coord>…

Exports in other languages differ in words only. Speed, address and registration are not stated.

Decisions:
- The date in the title is the local one of the place of departure, and translated: only `when` counts.
- The name of the track is FlightAware's ident: the callsign, which is the registration for those who
  fly under it; we cannot tell, so it is taken as the callsign.
- Origin and destination are claims of the source, as its codes (ICAO where it has one), taken from the
  links to the airports before the track, where there are two, and the description of the track, which need
  no translation.
- Altitudes are called absolute, but come in steps of 100 ft as transponders and radar give them; whether
  they are pressure altitudes the file does not say, so their reference is unstated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tracks.formats.contract import (
    ByteStream,
    Chunk,
    Confidence,
    ParseReport,
    ParseSettings,
    StatedIdentity,
    gettext_noop,
)
from tracks.formats.kml_parts import Part
from tracks.formats.kml_reading import KmlReading
from tracks.formats.xml_places import root_is
from tracks.processing.fixes import AltitudeKind

_CODE = r"[A-Z0-9]{3,4}"
_AIRPORT_LINK = re.compile(rf"flightaware\.com/live/airport/({_CODE})\b")
_ENDS = re.compile(rf"(?:{_CODE} / )?({_CODE})\s*-\s*(?:{_CODE} / )?({_CODE})")
_IDENT = re.compile(r"[A-Z0-9]{2,10}")


class FlightAwareKml:
    """The parser of FlightAware's KML."""

    name = "flightaware-kml"
    label = gettext_noop("FlightAware KML")
    version = 2

    def sniff(self, head: bytes) -> Confidence:
        """Certain where KML's first words or links are FlightAware's."""
        if not root_is(b"kml", head):
            return Confidence.NO
        named = re.search(rb"<Document[^>]*>\s*<name>\s*(?:<!\[CDATA\[)?\s*FlightAware", head)
        return Confidence.CERTAIN if named or b"flightaware.com/live/airport/" in head else Confidence.NO

    def parse(self, stream: ByteStream, report: ParseReport, settings: ParseSettings) -> Iterator[Chunk]:
        """Yield the fixes of the flight; see `contract.Parser.parse`."""
        yield from _Reading(report, settings).chunks(stream)


class _Reading(KmlReading):
    """Knows the flight by the placemarks around its track."""

    absolute = AltitudeKind.UNSTATED
    descriptions = True

    def identity(self, part: Part) -> StatedIdentity:
        """Callsign, origin and destination."""
        if part.mark is None:
            return StatedIdentity()
        ident = part.mark.name.strip()
        origin, destination = self._ends(part)
        return StatedIdentity(
            callsign=ident if _IDENT.fullmatch(ident) else None, origin=origin, destination=destination
        )

    def _ends(self, part: Part) -> tuple[str | None, str | None]:
        assert part.mark is not None
        before = [mark for mark in self.document.marks if mark.number < part.mark.number]
        links = [found[1] for mark in before if (found := _AIRPORT_LINK.search(mark.description))]
        if len(links) == 2:
            return links[0], links[1]
        for text in (part.mark.description, *(document.name for document in self.document.documents[:1])):
            if ends := _ENDS.search(text):
                return ends[1], ends[2]
        return None, None
