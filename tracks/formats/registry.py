"""Which parsers there are, and which one reads a given content.

Content decides, never the file name. A file that none of them reads is refused with a sentence that
says what it looks like instead.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tracks.formats.content import Container, Content
from tracks.formats.contract import Confidence, ParseError, Parser, ParseSettings, at_byte, gettext_noop
from tracks.formats.csv_table import CsvTable, is_described_by
from tracks.formats.czml import Czml
from tracks.formats.flightaware_kml import FlightAwareKml
from tracks.formats.fr24_csv import Fr24Csv
from tracks.formats.fr24_kml import Fr24Kml
from tracks.formats.fr24_playback import Fr24Playback
from tracks.formats.geojson import GeoJson
from tracks.formats.gpx import Gpx
from tracks.formats.igc import Igc
from tracks.formats.json_table import JsonTable
from tracks.formats.kml import Kml
from tracks.formats.mf_json import MfJson
from tracks.formats.opensky_csv import OpenSkyCsv
from tracks.formats.opensky_tracks import OpenSkyTracks
from tracks.formats.readsb import ReadsbTrace
from tracks.formats.readsb_heatmap import ReadsbHeatmap
from tracks.formats.sbs import Sbs
from tracks.formats.tar1090_kml import Tar1090Kml
from tracks.formats.text import begin_of
from tracks.formats.traffic_table import TrafficTable

PARSERS: tuple[Parser, ...] = (
    ReadsbTrace(),
    Fr24Playback(),
    Fr24Csv(),
    Gpx(),
    ReadsbHeatmap(),
    Igc(),
    MfJson(),
    GeoJson(),
    Czml(),
    OpenSkyCsv(),
    OpenSkyTracks(),
    Sbs(),
    Fr24Kml(),
    FlightAwareKml(),
    Tar1090Kml(),
    Kml(),
    TrafficTable(),
    JsonTable(),
    CsvTable(),  # knows nothing certain: every other one comes first
)


@dataclass(frozen=True, slots=True)
class Detected:
    """The parser that reads a content, what the content was wrapped in, and how sure that is."""

    parser: Parser
    container: Container
    confidence: Confidence


def parser_named(name: str) -> Parser:
    """The parser with this `name`.

    Raises:
        KeyError: there is none.
    """
    for parser in PARSERS:
        if parser.name == name:
            return parser
    raise KeyError(name)


def detect(content: Content, settings: ParseSettings | None = None) -> Detected:
    """The parser most sure of this content; of equally sure ones the first in `PARSERS`.

    A table whose columns a curator has named is read as he says, whatever it looks like.

    Raises:
        ParseError: none recognises it; the sentence says what it looks like.
    """
    _refuse_wide_encodings(content.head)
    if settings is not None and settings.table is not None and is_described_by(settings.table, content.head):
        return Detected(parser_named(CsvTable.name), content.container, Confidence.CERTAIN)
    sure = [(parser.sniff(content.head), parser) for parser in PARSERS]
    confidence, parser = max(sure, key=lambda pair: pair[0])
    if confidence is Confidence.NO:
        raise ParseError(
            gettext_noop("This is not a track file we can read. %(looks_like)s We read: %(formats)s."),
            place=at_byte(0),
            looks_like=describe(content.head),
            formats=", ".join(p.label for p in PARSERS),
        )
    return Detected(parser, content.container, confidence)


def _refuse_wide_encodings(head: bytes) -> None:
    even, odd = head[0:4:2], head[1:4:2]
    # ASCII text in two bytes a letter has a zero in every other byte.
    wide = (even == b"\0\0" and b"\0" not in odd) or (odd == b"\0\0" and b"\0" not in even)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or wide:
        raise ParseError(
            gettext_noop("The file is text in UTF-16 or UTF-32. Save it as UTF-8 and bring it again."),
            place=at_byte(0),
        )


# First bytes -> what to tell the curator. Checked in this order.
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", gettext_noop("It looks like a PNG image.")),
    (b"\xff\xd8\xff", gettext_noop("It looks like a JPEG image.")),
    (b"GIF8", gettext_noop("It looks like a GIF image.")),
    (b"RIFF", gettext_noop("It looks like an image or sound file.")),
    (b"%PDF", gettext_noop("It looks like a PDF document.")),
    (b"PK\x03\x04", gettext_noop("It looks like a ZIP or KMZ archive: unpack it and bring the files in it.")),
    (b"PK\x05\x06", gettext_noop("It looks like an empty ZIP archive.")),
    (b"\x28\xb5\x2f\xfd", gettext_noop("It looks like Zstandard data: unpack it first.")),
    (b"\xfd7zXZ", gettext_noop("It looks like xz data: unpack it first.")),
    (b"BZh", gettext_noop("It looks like bzip2 data: unpack it first.")),
    (b"7z\xbc\xaf", gettext_noop("It looks like a 7z archive: unpack it and bring the files in it.")),
    (b"SQLite format 3", gettext_noop("It looks like an SQLite database.")),
    (b"\xd0\xcf\x11\xe0", gettext_noop("It looks like a document of an office program: save its table as CSV.")),
    (b"PAR1", gettext_noop("It looks like a Parquet file: save its table as CSV and bring that.")),
    (b"Obj\x01", gettext_noop("It looks like an Avro file: save its table as CSV and bring that.")),
    (b"ARROW1", gettext_noop("It looks like an Arrow or Feather file: save its table as CSV and bring that.")),
    (b"\x89HDF", gettext_noop("It looks like an HDF5 file: save its table as CSV and bring that.")),
    (b"\x80\x04\x95", gettext_noop("It looks like a pickle of Python, which is never opened here: save it as CSV.")),
    (b"\x80\x05\x95", gettext_noop("It looks like a pickle of Python, which is never opened here: save it as CSV.")),
)


# How text begins, in small letters -> what to tell the curator.
_TEXTS: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (
        re.compile(rb"[$!](?:g[pnlabi]|bd)[a-z]{3},"),
        gettext_noop("It looks like NMEA sentences of a satellite receiver: save its track as GPX and bring that."),
    ),
    (
        re.compile(rb"(?:[*%]|@[0-9a-f]{12})[0-9a-f]{14,28};|\d{9,10}(?:\.\d+)?,[0-9a-f]{14}(?:[0-9a-f]{14})?\s"),
        gettext_noop(
            "It looks like raw Mode S messages: let a decoder such as readsb write an SBS-1 log or traces of them, and "
            "bring these."
        ),
    ),
    (
        re.compile(rb"(?:#[^\n]*\n\s*)*[a-z0-9-]{3,9}>[a-z0-9,*-]+:[/!=@]"),
        gettext_noop(
            "It looks like messages of the Open Glider Network (APRS), which have no date: bring the IGC file of the "
            "flight, or a table with dates made of them."
        ),
    ),
    (
        re.compile(rb"metadata,ca_csv"),
        gettext_noop(
            "It looks like a CloudAhoy CSV file, whose times count from the beginning of the flight: export the flight "
            "as GPX or KML and bring that."
        ),
    ),
    (
        re.compile(rb"(?:<\?xml[^>]*>\s*)?<(?:\w+:)?trainingcenterdatabase"),
        gettext_noop("It looks like a Garmin TCX file: export the track as GPX and bring that."),
    ),
)


def describe(head: bytes) -> str:
    """One sentence about what unrecognised content looks like."""
    for signature, sentence in _SIGNATURES:
        if head.startswith(signature):
            return sentence
    text = begin_of(head)
    start = text[:4096].lower()
    if not text:
        return gettext_noop("It holds nothing but white space.")
    if start.startswith((b"<!doctype html", b"<html")) or (start.startswith(b"<") and b"<html" in start):
        return gettext_noop(
            "It looks like a web page, perhaps a login or error page saved instead of the download: "
            "open it in a browser."
        )
    if head[8:12] == b".FIT":
        return gettext_noop("It looks like a Garmin FIT file: export the track as GPX and bring that.")
    if head[:1] == b"\x1a" and head[1:2] in b"1234":
        return gettext_noop(
            "It looks like raw Mode S messages in Beast format: let a decoder such as readsb write an SBS-1 log or "
            "traces of them, and bring these."
        )
    for pattern, sentence in _TEXTS:
        if pattern.match(start):
            return sentence
    if b"\0" in head[:4096]:
        return gettext_noop("It is binary data of a kind we do not know.")
    if b"<kml" in start:
        return gettext_noop("It looks like KML, but does not begin as KML does.")
    if start.startswith(b"<"):
        return gettext_noop("It looks like XML, but of no kind we know.")
    if b'"full_count"' in start and b'"version"' in start:
        return gettext_noop(
            "It looks like what Flightradar24's live map loads: one position of each aircraft, without its track. "
            "Bring the playback or the CSV export of the flight."
        )
    if start.startswith((b"{", b"[")):
        return gettext_noop("It looks like JSON, but without the fields of any track format we know.")
    first_line = start.split(b"\n", 1)[0]
    if first_line.count(b",") >= 2 or first_line.count(b";") >= 2:
        return gettext_noop("It looks like a table of text, but its columns are not those of any track format we know.")
    return gettext_noop("It looks like plain text.")
