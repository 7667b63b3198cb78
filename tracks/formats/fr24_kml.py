"""KML that Flightradar24 exports for one flight.

    <Document><name>WN276/SWA276</name><description>HTML: operator, airports, type, registration</description>
      <Folder><name>Route</name>
        <Placemark><description>HTML: Altitude ft, Speed kt, Heading °</description>
          <TimeStamp><when>2025-12-12T18:57:52+00:00</when></TimeStamp>
          <Point><altitudeMode>absolute</altitudeMode><coordinates>lon,lat,metres</coordinates></Point>…
      <Folder><name>Trail</name>   the same once more as lines, without times; not read

Decisions:
- Altitudes are pressure altitudes, although called absolute; feet come from the description, where they
  are whole, else from the metres. For 0, and what it says of the ground, see `flightradar24.py`.
- Heading is the direction of movement, as in its other exports.
- Airport codes are the IATA codes of the links; they are claims of the source.
- The address is not stated.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracks.formats.columns import possible
from tracks.formats.contract import (
    ByteStream,
    Chunk,
    Confidence,
    ParseReport,
    ParseSettings,
    StatedIdentity,
    gettext_noop,
)
from tracks.formats.flightradar24 import altitude_columns
from tracks.formats.kml_parts import Part
from tracks.formats.kml_reading import KmlReading
from tracks.formats.units import FEET
from tracks.formats.xml_places import root_is
from tracks.formats.xml_values import floats

# Whole numbers; what sets off their thousands depends on the language: 38,000 38.000 38 000 38’000.
_TAGS = rb":\s*(?:<[^<>]*>\s*)*+"
_SPACE = "(?:\\s|\N{NO-BREAK SPACE}|\N{NARROW NO-BREAK SPACE}|\N{THIN SPACE}|&nbsp;)".encode()
_WHOLE = rb"(-?(?:\d{1,3}(?:(?:[.,']|" + "’|".encode() + _SPACE + rb")\d{3})+|\d+))" + _SPACE + b"*"
_ALTITUDE = re.compile(b"Altitude" + _TAGS + _WHOLE + b"ft")
_SPEED = re.compile(b"Speed" + _TAGS + _WHOLE + b"k(?:no)?ts?")
_HEADING = re.compile(b"Heading" + _TAGS + rb"(-?\d+(?:\.\d+)?)\s*" + "(?:&deg;|°|<)".encode())
_NO_DIGIT = re.compile(rb"[^\d-]")

_REGISTRATION = re.compile(r"/reg/[^\"'<>]*[\"'][^<>]*>\s*([^<]+?)\s*<")
_TYPE = re.compile(
    r"Aircraft\s*<span[^<>]*>\s*\(([A-Z0-9]{2,4})\)\s*</span>(?:\s*<br\s*/?>)?\s*(?:<span[^<>]*>([^<]*)<)?"
)
_OPERATOR = re.compile(r"</a>\s*</span>\s*(?:/\s*[^<]*)?<br\s*/?>\s*([^<]+?)\s*</div>")
_ORIGIN = re.compile(r"/airport/([a-z0-9]{3,4})/departures", re.IGNORECASE)
_DESTINATION = re.compile(r"/airport/([a-z0-9]{3,4})/arrivals", re.IGNORECASE)
_CALLSIGN = re.compile(r"[A-Z]{3}\d[A-Z0-9]*|[A-Z0-9]{5,8}")


class Fr24Kml:
    """The parser of Flightradar24's KML."""

    name = "fr24-kml"
    label = gettext_noop("Flightradar24 KML")
    version = 2

    def sniff(self, head: bytes) -> Confidence:
        """Certain where KML with timed points links to Flightradar24 or describes them as it does."""
        if not root_is(b"kml", head) or not re.search(rb"<Folder>\s*<name>\s*(?:Route|Trail)\s*</name>", head):
            return Confidence.NO
        ours = b"flightradar24.com" in head or b"<b>Heading:</b>" in head
        return Confidence.CERTAIN if ours else Confidence.NO

    def parse(self, stream: ByteStream, report: ParseReport, settings: ParseSettings) -> Iterator[Chunk]:
        """Yield the fixes of the flight; see `contract.Parser.parse`."""
        yield from _Reading(report, settings).chunks(stream)


class _Reading(KmlReading):
    """Knows the flight by the description of the document, the values by those of the points."""

    descriptions = True
    lines_repeat = True  # the folder Trail

    def is_track(self, part: Part) -> bool:
        """The points of the folder Route; a file without that name has its points elsewhere."""
        return bool(part.names) and part.folder.name.casefold() != "trail"

    def key(self, part: Part) -> str | list[str]:
        """One flight a file."""
        return "flight"

    def columns(self, part: Part) -> dict[str, Any]:
        """Altitude, speed and direction as the descriptions have them."""
        feet = _whole(_ALTITUDE, part.descriptions)
        feet = np.where(np.isnan(feet), part.fixes.position[:, 2] / FEET, feet)
        knots = possible("ground_speed", _whole(_SPEED, part.descriptions), self.report)
        heading = possible("track_angle", floats(_found(_HEADING, part.descriptions)), self.report)
        return {**altitude_columns(feet, knots, self.report), "ground_speed": knots, "track_angle": heading}

    def identity(self, part: Part) -> StatedIdentity:
        """What the document says of the flight."""
        document = self.document.documents[0] if self.document.documents else part.folder
        text = document.description
        number, callsign = _names(document.name)
        kind = _TYPE.search(text)
        origin, destination = _ORIGIN.search(text), _DESTINATION.search(text)
        return StatedIdentity(
            registration=_stated(_REGISTRATION.search(text)),
            type_designator=_stated(kind),
            type_name=_stated(kind, 2),
            operator=_stated(_OPERATOR.search(text)),
            flight_number=number,
            callsign=callsign,
            origin=origin[1].upper() if origin else None,
            destination=destination[1].upper() if destination else None,
        )


def _found(pattern: re.Pattern[bytes], texts: list[bytes]) -> list[bytes]:
    return [found[1] if (found := pattern.search(text)) else b"" for text in texts]


def _whole(pattern: re.Pattern[bytes], texts: list[bytes]) -> NDArray[np.float64]:
    return floats([_NO_DIGIT.sub(b"", text) for text in _found(pattern, texts)])


def _stated(found: re.Match[str] | None, group: int = 1) -> str | None:
    text = html.unescape(found[group]).strip() if found and found[group] else ""
    return None if text in ("", "-", "N/A") else text


def _names(title: str) -> tuple[str | None, str | None]:
    """Flight number and callsign from “WN276/SWA276”; a name alone is a callsign only if it looks like one."""
    number, slash, callsign = (part.strip() for part in title.partition("/"))
    if not slash and _CALLSIGN.fullmatch(number):
        number, callsign = "", number
    return (_name(number), _name(callsign))


def _name(text: str) -> str | None:
    return None if text in ("", "-", "N/A") else text[:16]
