"""readsb and tar1090 trace files: `trace_full_<hex>.json`, `trace_recent_<hex>.json`, plain or gzip.

One object: who the aircraft is by the tracker's own database, `timestamp` (epoch seconds), and
`trace`, an array of arrays. Format: "trace jsons" in README-json.md of wiedehopf/readsb, and
`sprintTracePoint` in its json_out.c for what the README leaves out.

What we read from a row, by position (a row may be shorter, any value may be null):

    0 seconds after `timestamp`   5 track, degrees (on the ground: true heading, not read as track)
    1 latitude   2 longitude      6 flags: 1 silence before, 2 new leg, 4 rate and 8 altitude are geometric
    3 altitude ft or "ground"     7 vertical rate ft/min      8 detail object or null
    4 ground speed kt             9 source type (since 2022)  10 geometric altitude ft (since 2022)

Decisions:
- Detail objects come with every fourth row or so. Their callsign and squawk are known at that row
  only; between two of them nothing is stated, so it stays unknown here.
- Older rows state the source only in `detail.type`; the rows between stay of unknown source.
- Flag 1, which the README calls stale, is not about the row's own position. In readsb's track.c it is
  worked out when a newly received position is about to be added, from the time of the position
  before it (15 s or more ago); what is then stored under the flag is the new position. So the fix
  was received and the flag is `break_before`: silence before it. Nothing here is `estimated`.
- An altitude in feet is the file's way of saying airborne; null says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracks.formats.columns import (
    LATEST,
    Callsigns,
    floats,
    possible,
    squawk_code,
    unreadable_times,
    without_unusable,
)
from tracks.formats.contract import (
    CHUNK_FIXES,
    ByteStream,
    Chunk,
    Confidence,
    ParseError,
    ParseReport,
    ParseSettings,
    StatedIdentity,
    at_byte,
    at_record,
    gettext_noop,
)
from tracks.formats.json_damage import drop_unsound, report_damage
from tracks.formats.json_rows import Block, JsonArrayReader
from tracks.formats.one_aircraft import chunks_of_one
from tracks.formats.readsb_rows import Row, as_row, decode, stated_times
from tracks.formats.text import begin_of
from tracks.formats.units import FEET
from tracks.processing.fixes import AltitudeKind, Fixes, OnGround, PositionSource

SILENCE_BEFORE, NEW_LEG, GEOMETRIC_ALTITUDE = 1, 2, 8

# readsb's source types (README-json.md, "type").
SOURCES: Mapping[str, PositionSource] = {
    "adsb_icao": PositionSource.ADSB,
    "adsb_icao_nt": PositionSource.ADSB_NON_TRANSPONDER,
    "adsb_other": PositionSource.ADSB,
    "adsr_icao": PositionSource.ADSR,
    "adsr_other": PositionSource.ADSR,
    "tisb_icao": PositionSource.TISB,
    "tisb_other": PositionSource.TISB,
    "tisb_trackfile": PositionSource.TISB,
    "adsc": PositionSource.ADSC,
    "mlat": PositionSource.MLAT,
    "mode_s": PositionSource.MODE_S,
    "other": PositionSource.OTHER,
    "unknown": PositionSource.UNKNOWN,
}

_SOURCE_CODES: Mapping[str | None, int] = {None: int(PositionSource.UNKNOWN), **{k: int(v) for k, v in SOURCES.items()}}

# A file whose time base follows its rows is read all the same, but only up to this many fixes.
_UNTIMED_LIMIT = 1_000_000

# What we read of the object around the trace.
_WANTED = {(key,) for key in ("icao", "r", "t", "desc", "ownOp", "timestamp")}

# Fixes whose times are still offsets, and the offsets that could not be read, by record.
_Part = tuple[Fixes, Mapping[int, str]]


class ReadsbTrace:
    """The parser of readsb and tar1090 trace files."""

    name = "readsb-trace"
    label = gettext_noop("readsb / tar1090 trace JSON")
    version = 2

    def sniff(self, head: bytes) -> Confidence:
        """Certain where both names of the format's own appear at the start of a JSON object."""
        if not begin_of(head).startswith(b"{"):
            return Confidence.NO
        if b'"trace"' not in head:
            return Confidence.NO
        return Confidence.CERTAIN if b'"icao"' in head and b'"timestamp"' in head else Confidence.POSSIBLE

    def parse(self, stream: ByteStream, report: ParseReport, settings: ParseSettings) -> Iterator[Chunk]:
        """Yield the trace's fixes in file order; see `contract.Parser.parse`."""
        reader = JsonArrayReader(stream, ("trace",), settings.limits, wanted=_WANTED, decode=decode)
        callsigns = Callsigns(report)
        parts = _timed(reader, callsigns, report)
        yield from chunks_of_one(parts, lambda: _identity(reader), "aircraft", lambda: callsigns.only)
        report_damage(reader, report)


def _timed(reader: JsonArrayReader, callsigns: Callsigns, report: ParseReport) -> Iterator[Fixes]:
    """The fixes of a trace in file order, with their times, as soon as the time base is known."""
    waiting: list[_Part] = []
    held = 0
    base: float | None = None
    resolution = 1.0
    for block in reader.blocks():
        report.refuse_nonsense()
        if base is None:
            base = _time_base(reader)
        rows, indices, unreadable = _rows(block, report)
        resolution = min(resolution, _time_resolution(rows))
        for start in range(0, len(rows), CHUNK_FIXES):
            own = slice(start, start + CHUNK_FIXES)
            part: _Part = _columns(rows[own], indices[own], callsigns, resolution, report), unreadable
            if base is None:
                waiting.append(part)
                held += len(part[0])
                if held > _UNTIMED_LIMIT:
                    raise ParseError(
                        gettext_noop("No “timestamp” precedes the trace, and the trace is too long to wait for it."),
                        place=at_byte(block.byte_offset),
                    )
            else:
                yield _with_times(part, base, report)
    if base is None:
        base = _time_base(reader)
        if base is None:
            raise ParseError(
                gettext_noop("The file states no “timestamp”, so the times of its fixes are unknown."),
                place=reader.truncated,
            )
        for part in waiting:
            yield _with_times(part, base, report)


def _time_base(reader: JsonArrayReader) -> float | None:
    if ("timestamp",) not in reader.outside:
        return None
    value = reader.outside["timestamp",]
    if type(value) not in (int, float) or not 0 < value < 1e11:
        raise ParseError(
            gettext_noop("The “timestamp” of the file is %(value)s, not a time in seconds since 1970."),
            value=repr(value)[:60],
        )
    for path, place in reader.repeated:
        if path in (("timestamp",), ("icao",)):
            raise ParseError(
                gettext_noop("The file states “%(key)s” twice with different values, so it cannot be trusted."),
                place=place,
                key=path[0],
            )
    return float(value)


def _rows(block: Block, report: ParseReport) -> tuple[list[Row], NDArray[np.int64], dict[int, str]]:
    """A block's rows, their records, and the times among them that could not be read, by record."""
    elements = block.elements
    indices = np.arange(block.first_index, block.first_index + len(elements), dtype="i8")
    if set(map(type, elements)) == {Row}:
        return elements, indices, {}
    rows, good = [], []
    for position, element in enumerate(elements):
        if (row := as_row(element)) is not None:
            rows.append(row)
            good.append(position)
            continue
        drop_unsound(element, int(indices[position]), report)
    indices = indices[good]
    return rows, indices, unreadable_times(stated_times([elements[position] for position in good]), indices)


def _time_resolution(rows: list[Row]) -> float:
    """The finest step of the offsets in some rows: 1, 0.1, 0.01 or 0.001 s (older files write 0.1)."""
    offsets = [row.time for row in rows[:200] if row.time is not None]
    for step, digits in ((1.0, 0), (0.1, 1), (0.01, 2)):
        if all(round(offset, digits) == offset for offset in offsets):
            return step
    return 0.001


def _columns(
    rows: list[Row],
    indices: NDArray[np.int64],
    callsigns: Callsigns,
    resolution: float,
    report: ParseReport,
) -> Fixes:
    """Rows as fixes whose times are still offsets from the file's time base."""
    stated_altitude: list[Any] = [row.altitude for row in rows]
    ground = np.zeros(len(rows), dtype="?")
    if str in set(map(type, stated_altitude)):
        ground = np.array([value == "ground" for value in stated_altitude], dtype="?")
        stated_altitude = [None if type(value) is str else value for value in stated_altitude]
    altitude = possible("altitude", floats(stated_altitude) * FEET, report)
    known = ~np.isnan(altitude)
    stated_flags = floats([row.flags for row in rows])
    flags = np.where((stated_flags >= 0) & (stated_flags < 256), stated_flags, 0).astype("u1")  # NaN too becomes 0
    kind = np.where(flags & GEOMETRIC_ALTITUDE, AltitudeKind.GEOMETRIC, AltitudeKind.PRESSURE)
    track = possible("track_angle", floats([row.track_angle for row in rows]), report)
    track[ground] = np.nan  # there it is the heading of the nose

    source, callsign, names, squawk = _details(rows, callsigns)
    return Fixes.of(
        floats([row.time for row in rows]),
        floats([row.longitude for row in rows]),
        floats([row.latitude for row in rows]),
        altitude=altitude,
        altitude_kind=np.where(known, kind, AltitudeKind.UNKNOWN),
        geometric_altitude=possible(
            "geometric_altitude", floats([row.geometric_altitude for row in rows]) * FEET, report
        ),
        ground_speed=possible("ground_speed", floats([row.ground_speed for row in rows]), report),
        track_angle=track,
        vertical_rate=possible("vertical_rate", floats([row.vertical_rate for row in rows]), report),
        source=source,
        on_ground=np.where(ground, OnGround.YES, np.where(known, OnGround.NO, OnGround.UNKNOWN)),
        break_before=(flags & SILENCE_BEFORE) != 0,
        leg_start=(flags & NEW_LEG) != 0,
        time_resolution=resolution,
        record_index=indices,
        callsign=callsign,
        squawk=squawk,
        callsigns=names,
    )


def _details(
    rows: list[Row], callsigns: Callsigns
) -> tuple[NDArray[np.uint8], NDArray[np.int32], tuple[str, ...], NDArray[np.int16]]:
    """Source, callsign (with its names) and squawk of each row: what the row itself or its detail object states."""
    types = [row.source for row in rows]
    source = _sources(types)
    callsign = np.full(len(rows), -1, dtype="i4")
    squawk = np.full(len(rows), -1, dtype="i2")
    stated = [(position, row.detail) for position, row in enumerate(rows) if row.detail is not None]
    at = [position for position, _ in stated]
    callsign[at], names = callsigns.column([detail.flight for _, detail in stated])
    squawk[at] = [squawk_code(detail.squawk) for _, detail in stated]
    if None in types:
        for position, detail in stated:
            if types[position] is None:
                source[position] = _SOURCE_CODES.get(detail.type, 0)
    return source, callsign, names, squawk


def _sources(stated: list[str | None]) -> NDArray[np.uint8]:
    if len(kinds := set(stated)) == 1:
        return np.full(len(stated), _SOURCE_CODES.get(kinds.pop(), 0), dtype="u1")
    return np.array([_SOURCE_CODES.get(value, 0) for value in stated], dtype="u1")


def _with_times(part: _Part, base: float, report: ParseReport) -> Fixes:
    fixes, unreadable = part
    time = base + fixes.time
    # To the millisecond: the sum of two decimal fractions is not one, and the file has no finer step.
    # Only what can be a time: rounding an absurd one overflows.
    near = np.abs(time) < 2 * LATEST
    time[near] = np.round(time[near], 3)
    fixes.time = time
    return without_unusable(fixes, report, at_record, unreadable)


def _identity(reader: JsonArrayReader) -> StatedIdentity:
    def stated(key: str) -> str | None:
        value = reader.outside.get((key,))
        return (value.strip() or None) if isinstance(value, str) else None

    address = stated("icao")
    return StatedIdentity(
        address=address.lower() if address else None,
        registration=stated("r"),
        type_designator=stated("t"),
        type_name=stated("desc"),
        operator=stated("ownOp"),
    )
