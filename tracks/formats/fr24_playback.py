"""Flightradar24 playback JSON: what its web player loads for one flight, and what its map loads for one.

`result.response.data.flight` says who the aircraft is; its `track` is an array of objects:

    {"latitude", "longitude", "altitude": {"feet"}, "speed": {"kts"}, "verticalSpeed": {"fpm"},
     "heading", "squawk", "timestamp", "ems": …}

Times are whole epoch seconds. `heading` is the direction of movement. `ems` (extended Mode S) has a
time of its own and is not read. Origin and destination are claims of the source, kept as such.

What the map loads when somebody clicks an aircraft, and FlightRadarAPI's flight details, has the same fields
without the way down to them, `aircraft.hex` for the address, and the positions in `trail`, the last one first:

    {"lat", "lng", "alt", "spd", "ts", "hd"}                 feet, knots, epoch seconds, degrees
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from tracks.formats.columns import Callsigns, numbers, possible, unreadable_times, without_unusable
from tracks.formats.contract import (
    ByteStream,
    Chunk,
    Confidence,
    ParseError,
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
from tracks.formats.table_lines import HEAD_BYTES, Peeked
from tracks.formats.text import begin_of
from tracks.processing.fixes import Fixes

_FLIGHT = ("result", "response", "data", "flight")
_WHO = ("identification", "aircraft", "airline", "owner", "airport")
_CLICKED = (b'"identification"', b'"aircraft"', b'"airport"')
_TRAIL_AT_MOST = 1 << 20  # fixes: a week of them, one a second
_ENDS_CLICKED = (b'"trail"', b'"flightHistory"', b'"firstTimestamp"')


class Fr24Playback:
    """The parser of Flightradar24 playback JSON."""

    name = "fr24-playback"
    label = gettext_noop("Flightradar24 playback JSON")
    version = 3

    def sniff(self, head: bytes) -> Confidence:
        """Certain where the names on the way down to the flight appear, or those around a trail."""
        if not begin_of(head).startswith(b"{"):
            return Confidence.NO
        clicked = all(key in head for key in _CLICKED) and any(key in head for key in _ENDS_CLICKED)
        return Confidence.CERTAIN if clicked or _is_playback(head) else Confidence.NO

    def parse(self, stream: ByteStream, report: ParseReport, settings: ParseSettings) -> Iterator[Chunk]:
        """Yield the track's fixes in file order; see `contract.Parser.parse`."""
        peeked = Peeked(stream, HEAD_BYTES)
        playback = _is_playback(peeked.head)
        flight, key = (_FLIGHT, "track") if playback else ((), "trail")
        wanted = {(*flight, name) for name in _WHO}
        reader = JsonArrayReader(peeked, (*flight, key), settings.limits, wanted=wanted)
        if playback:
            parts = _read(reader, report, "timestamp", _fixes)
        else:
            parts = _oldest_first(_read(reader, report, "ts", _trail))
        yield from chunks_of_one(parts, lambda: _identity(reader, flight, report), "flight", lambda: None)
        report_damage(reader, report)


def _is_playback(head: bytes) -> bool:
    return all(f'"{key}"'.encode() in head for key in _FLIGHT)


def _read(
    reader: JsonArrayReader,
    report: ParseReport,
    time: str,
    fixes: Callable[[list[dict[str, Any]], list[int], ParseReport], Fixes],
) -> Iterator[Fixes]:
    """The fixes of the track in file order."""
    for rows, index in sound_rows(reader, lambda row: type(row) is dict, report):
        unreadable = unreadable_times([row.get(time) for row in rows], index)
        yield without_unusable(fixes(rows, index, report), report, at_record, unreadable)


def _oldest_first(trail: Iterator[Fixes]) -> Iterator[Fixes]:
    """A trail the other way round, where it begins with the last fix.

    Raises:
        ParseError: it has more fixes than any flight, and they would have to be held.
    """
    parts: list[Fixes] = []
    for part in trail:
        if len(part):
            parts.append(part)
        if sum(map(len, parts)) > _TRAIL_AT_MOST:
            raise ParseError(
                gettext_noop("The trail has more positions than any flight."),
                place=at_record(int(part.record_index[0])),
            )
    if not parts or parts[0].time[0] < parts[-1].time[-1]:
        return iter(parts)
    return (part[::-1] for part in reversed(parts))


def _trail(rows: list[dict[str, Any]], index: list[int], report: ParseReport) -> Fixes:
    def values(key: str) -> np.ndarray:
        return numbers([row.get(key) for row in rows])

    knots = possible("ground_speed", values("spd"), report)
    return Fixes.of(
        values("ts"),
        values("lng"),
        values("lat"),
        **altitude_columns(values("alt"), knots, report),
        ground_speed=knots,
        track_angle=possible("track_angle", values("hd"), report),
        time_resolution=1.0,
        record_index=index,
    )


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


def _identity(reader: JsonArrayReader, flight: tuple[str, ...], report: ParseReport) -> StatedIdentity:
    """What stands around the track. A callsign is stated for the flight as a whole, not for a fix."""
    outside = {path[len(flight) :]: value for path, value in reader.outside.items() if path[: len(flight)] == flight}

    def stated(*path: str) -> str | None:
        value: Any = outside.get((path[0],))
        for key in path[1:]:
            value = value.get(key) if type(value) is dict else None
        return (value.strip() or None) if isinstance(value, str) else None

    callsigns = Callsigns(report)
    callsigns.column([stated("identification", "callsign")])
    address = stated("aircraft", "identification", "modes") or stated("aircraft", "hex")
    return StatedIdentity(
        address=address.lower() if address else None,
        registration=stated("aircraft", "identification", "registration") or stated("aircraft", "registration"),
        type_designator=stated("aircraft", "model", "code"),
        type_name=stated("aircraft", "model", "text"),
        operator=stated("airline", "name") or stated("owner", "name"),
        callsign=callsigns.only,
        flight_number=stated("identification", "number", "default"),
        origin=stated("airport", "origin", "code", "icao"),
        destination=stated("airport", "destination", "code", "icao"),
    )
