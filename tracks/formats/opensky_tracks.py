"""OpenSky Network tracks: the answer of its API's `/tracks/all` for one aircraft.

    {"icao24", "callsign", "startTime", "endTime", "path": [[time, lat, lon, baro_altitude, true_track, on_ground], …]}

Format: "Track by Aircraft" in the documentation of OpenSky's REST API. Epoch seconds, degrees, metres of
pressure altitude; any value may be null. Some versions write `calllsign`, as that page does.

The path is thinned out by OpenSky: a point where something changed, one every 15 minutes at least. All of
them were received. Neither speed nor source is stated.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

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
from tracks.formats.json_damage import report_damage, sound_rows
from tracks.formats.json_rows import JsonArrayReader
from tracks.formats.one_aircraft import chunks_of_one
from tracks.formats.text import begin_of
from tracks.processing.fixes import AltitudeKind, Fixes, OnGround

_WIDTH = 6
_GROUND = {True: int(OnGround.YES), False: int(OnGround.NO)}


class OpenSkyTracks:
    """The parser of answers of `/tracks/all`."""

    name = "opensky-tracks"
    label = gettext_noop("OpenSky track JSON")
    version = 1

    def sniff(self, head: bytes) -> Confidence:
        """Certain where the names of the answer's fields appear."""
        if not begin_of(head).startswith(b"{"):
            return Confidence.NO
        named = [key in head for key in (b'"icao24"', b'"path"', b'"startTime"', b'"endTime"')]
        return (
            Confidence.CERTAIN if all(named) else Confidence.LIKELY if sum(named) == 3 and named[1] else Confidence.NO
        )

    def parse(self, stream: ByteStream, report: ParseReport, settings: ParseSettings) -> Iterator[Chunk]:
        """Yield the path's fixes in file order; see `contract.Parser.parse`."""
        wanted = {("icao24",), ("callsign",), ("calllsign",)}
        reader = JsonArrayReader(stream, ("path",), settings.limits, wanted=wanted)
        yield from chunks_of_one(_read(reader, report), lambda: _identity(reader, report), "flight", lambda: None)
        report_damage(reader, report)


def _read(reader: JsonArrayReader, report: ParseReport) -> Iterator[Fixes]:
    """The fixes of the path in file order."""
    for rows, index in sound_rows(reader, lambda row: type(row) is list and len(row) >= 3, report):
        unreadable = unreadable_times([row[0] for row in rows], index)
        yield without_unusable(_fixes(rows, index, report), report, at_record, unreadable)


def _fixes(rows: list[list[Any]], index: list[int], report: ParseReport) -> Fixes:
    time, latitude, longitude, metres, track, ground = zip(
        *(row[:_WIDTH] + [None] * (_WIDTH - len(row)) for row in rows), strict=True
    )
    altitude = possible("altitude", numbers(metres), report)
    kind = np.where(np.isnan(altitude), int(AltitudeKind.UNKNOWN), int(AltitudeKind.PRESSURE))
    seconds = numbers(time)
    return Fixes.of(
        seconds,
        numbers(longitude),
        numbers(latitude),
        altitude=altitude,
        altitude_kind=kind,
        track_angle=possible("track_angle", numbers(track), report),
        on_ground=[_GROUND[value] if type(value) is bool else int(OnGround.UNKNOWN) for value in ground],
        time_resolution=_step(seconds),
        record_index=index,
    )


def _step(seconds: NDArray[np.float64]) -> float:
    """Whole seconds, unless some time has a fraction."""
    stated = seconds[~np.isnan(seconds)]
    return 1.0 if np.array_equal(stated, np.floor(stated)) else 0.001


def _identity(reader: JsonArrayReader, report: ParseReport) -> StatedIdentity:
    """Address and callsign beside the path: the callsign is that of the whole."""

    def stated(key: str) -> str | None:
        value = reader.outside.get((key,))
        return (value.strip() or None) if isinstance(value, str) else None

    callsigns = Callsigns(report)
    callsigns.column([stated("callsign") or stated("calllsign")])
    address = stated("icao24")
    return StatedIdentity(address=address.lower() if address else None, callsign=callsigns.only)
