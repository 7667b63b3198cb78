"""Flightradar24 playback JSON: what its web player loads for one flight.

`result.response.data.flight` says who the aircraft is; its `track` is an array of objects:

    {"latitude", "longitude", "altitude": {"feet"}, "speed": {"kts"}, "verticalSpeed": {"fpm"},
     "heading", "squawk", "timestamp", "ems": …}

Times are whole epoch seconds. `heading` is the direction of movement. `ems` (extended Mode S) has a
time of its own and is not read. Origin and destination are claims of the source, kept as such.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from tracks.formats.columns import Callsigns, numbers, possible, unreadable_times, without_unusable
from tracks.formats.contract import (
    ByteStream,
    Chunk,
    Confidence,
    ParseReport,
    ParseSettings,
    StatedIdentity,
    at_record,
    gettext_noop,
)
from tracks.formats.flightradar24 import altitude_columns, squawks
from tracks.formats.json_damage import report_damage, sound_rows
from tracks.formats.json_rows import JsonArrayReader
from tracks.formats.one_aircraft import chunks_of_one
from tracks.processing.fixes import Fixes

_FLIGHT = ("result", "response", "data", "flight")
_WANTED = {(*_FLIGHT, key) for key in ("identification", "aircraft", "airline", "owner", "airport")}


class Fr24Playback:
    """The parser of Flightradar24 playback JSON."""

    name = "fr24-playback"
    label = gettext_noop("Flightradar24 playback JSON")
    version = 2

    def sniff(self, head: bytes) -> Confidence:
        """Certain where the names on the way down to the flight appear."""
        if not head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
            return Confidence.NO
        return Confidence.CERTAIN if all(f'"{key}"'.encode() in head for key in _FLIGHT) else Confidence.NO

    def parse(self, stream: ByteStream, report: ParseReport, settings: ParseSettings) -> Iterator[Chunk]:
        """Yield the track's fixes in file order; see `contract.Parser.parse`."""
        reader = JsonArrayReader(stream, (*_FLIGHT, "track"), settings.limits, wanted=_WANTED)
        yield from chunks_of_one(_read(reader, report), lambda: _identity(reader, report), "flight", lambda: None)
        report_damage(reader, report)


def _read(reader: JsonArrayReader, report: ParseReport) -> Iterator[Fixes]:
    """The fixes of the track in file order."""
    for rows, index in sound_rows(reader, lambda row: type(row) is dict, report):
        unreadable = unreadable_times([row.get("timestamp") for row in rows], index)
        yield without_unusable(_fixes(rows, index, report), report, at_record, unreadable)


def _fixes(rows: list[dict[str, Any]], index: list[int], report: ParseReport) -> Fixes:
    def values(key: str) -> Sequence[Any]:
        return [row.get(key) for row in rows]

    def inner(key: str, unit: str) -> np.ndarray:
        return numbers([cell.get(unit) if type(cell := row.get(key)) is dict else None for row in rows])

    knots = possible("ground_speed", inner("speed", "kts"), report)
    return Fixes.of(
        numbers(values("timestamp")),
        numbers(values("longitude")),
        numbers(values("latitude")),
        **altitude_columns(inner("altitude", "feet"), knots, report),
        ground_speed=knots,
        track_angle=possible("track_angle", numbers(values("heading")), report),
        vertical_rate=possible("vertical_rate", inner("verticalSpeed", "fpm"), report),
        squawk=squawks(values("squawk")),
        time_resolution=1.0,
        record_index=index,
    )


def _identity(reader: JsonArrayReader, report: ParseReport) -> StatedIdentity:
    """What stands around the track. A callsign is stated for the flight as a whole, not for a fix."""
    outside = {path[len(_FLIGHT) :]: value for path, value in reader.outside.items() if path[: len(_FLIGHT)] == _FLIGHT}

    def stated(*path: str) -> str | None:
        value: Any = outside.get((path[0],))
        for key in path[1:]:
            value = value.get(key) if type(value) is dict else None
        return (value.strip() or None) if isinstance(value, str) else None

    callsigns = Callsigns(report)
    callsigns.column([stated("identification", "callsign")])
    address = stated("aircraft", "identification", "modes")
    return StatedIdentity(
        address=address.lower() if address else None,
        registration=stated("aircraft", "identification", "registration"),
        type_designator=stated("aircraft", "model", "code"),
        type_name=stated("aircraft", "model", "text"),
        operator=stated("airline", "name") or stated("owner", "name"),
        callsign=callsigns.only,
        flight_number=stated("identification", "number", "default"),
        origin=stated("airport", "origin", "code", "icao"),
        destination=stated("airport", "destination", "code", "icao"),
    )
