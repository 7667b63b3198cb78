"""Writes legs as tracks with their stretches and gaps, within the transaction of the import.

A track is known by file, aircraft and interval. Where an import finds one that is there already it keeps the row, and
with it the flight, the claims and what curators tied to it, and replaces stretches and gaps only.
"""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.contrib.gis.geos import Point
from django.db import connection
from numpy.typing import NDArray

from tracks.formats.contract import StatedIdentity
from tracks.importing.airports import AirportTable
from tracks.importing.reports import ImportReport, Json
from tracks.models import Gap, Stretch, Track, TrackFile, Trajectory
from tracks.models.columns import PackedColumn
from tracks.models.track_files import StretchColumns
from tracks.models.vocabulary import GapCause
from tracks.processing import gaps as found
from tracks.processing.endpoints import End
from tracks.processing.fixes import COLUMNS, Fixes
from tracks.processing.pipeline import PROCESSING_VERSION, Leg

# So many fixes, or legs, are gathered before they are written: a file of a thousand aircraft is not a thousand writes.
BATCH_FIXES = 100_000
BATCH_LEGS = 500

PACKED: dict[str, np.dtype[Any]] = {
    column.name: column.dtype
    for column in StretchColumns._meta.local_fields
    if isinstance(column, PackedColumn) and column.name != "lone_fix"
}
_COPIED = ("track_id", "ordinal", "evidence_class", "fix_count", "path", "lone_fix", *PACKED)
_COPIED_TYPES = ("int8", "int4", "text", "int4", *["bytea"] * (2 + len(PACKED)))

KEY_LENGTH = 64

Interval = tuple[datetime.datetime, datetime.datetime]


@dataclass(slots=True)
class StoredTrack:
    """A track as it stands in the database now. `entry` is what the report says of it, if it is listed there."""

    track: Track
    airborne: bool
    new: bool
    entry: Json | None


@dataclass(frozen=True, slots=True)
class FormerTrack:
    """A track of an earlier import that today's parser does not find again, and the flight it belonged to."""

    aircraft_key: str
    interval: Interval
    flight_id: str | None
    shown: bool


@dataclass(slots=True)
class _Waiting:
    """A leg that is not written yet."""

    key: str
    identity: StatedIdentity
    leg: Leg


@dataclass(slots=True)
class TrackStore:
    """Takes legs by `add`, writes them in batches; `finish` removes the tracks that were not found again."""

    track_file: TrackFile
    table: AirportTable
    report: ImportReport
    stored: list[StoredTrack] = field(default_factory=list)
    _former: dict[tuple[str, Interval], Track] = field(default_factory=dict)
    _causes: dict[tuple[str, str, Any, Any], str] = field(default_factory=dict)
    _waiting: list[_Waiting] = field(default_factory=list)

    def __post_init__(self) -> None:
        for track in self.track_file.tracks.select_related("flight_track"):
            self._former[track.aircraft_key, (track.started_at, track.ended_at)] = track
        if self._former:
            gaps = Gap.objects.filter(track__track_file=self.track_file).exclude(cause=GapCause.UNKNOWN)
            for gap in gaps.select_related("track"):
                self._causes[gap.track.aircraft_key, gap.kind, gap.started_at, gap.ended_at] = gap.cause

    def add(self, key: str, identity: StatedIdentity, leg: Leg) -> None:
        """Store a leg, now or with those that follow."""
        self._waiting.append(_Waiting(key, identity, leg))
        if len(self._waiting) >= BATCH_LEGS or sum(len(w.leg.fixes) for w in self._waiting) >= BATCH_FIXES:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        tracks = [self._track(w) for w in waiting]
        kept = [track for track in tracks if track.pk is not None]
        Stretch.objects.filter(track__in=kept).delete()
        Gap.objects.filter(track__in=kept).delete()
        for track in kept:
            track.save()
        new = [track.pk is None for track in tracks]
        Track.objects.bulk_create([track for track in tracks if track.pk is None])
        counts = _copy_stretches([(track.pk, w.leg) for track, w in zip(tracks, waiting, strict=True)])
        Gap.objects.bulk_create(
            self._gap(track, w.leg.fixes, gap) for track, w in zip(tracks, waiting, strict=True) for gap in w.leg.gaps
        )
        for track, w, is_new, stretches in zip(tracks, waiting, new, counts, strict=True):
            entry = self.report.add_track(_entry(track, w.leg, is_new, stretches))
            self.stored.append(StoredTrack(track, w.leg.airborne, is_new, entry))

    def finish(self) -> list[FormerTrack]:
        """Write the rest, remove the tracks of an earlier import that were not found again, and return these."""
        self.flush()
        gone = [
            FormerTrack(key, interval, link.flight_id if link else None, bool(link and link.shown))
            for (key, interval), track in self._former.items()
            for link in [getattr(track, "flight_track", None)]
        ]
        for track in self._former.values():
            track.delete()
        self._former = {}
        self.report.tracks_removed = len(gone)
        return gone

    def _track(self, waiting: _Waiting) -> Track:
        leg = waiting.leg
        start, end = (moment(time) for time in leg.interval)
        track = self._former.pop((waiting.key, (start, end)), None) or Track(
            track_file=self.track_file, aircraft_key=waiting.key, started_at=start, ended_at=end
        )
        track.identity = waiting.identity.as_dict()
        track.callsign = leg.callsigns[0][:16] if leg.callsigns else ""
        track.fix_count = len(leg.fixes)
        track.origin_airport_id = self._airport_id(leg.departure)
        track.destination_airport_id = self._airport_id(leg.arrival)
        track.ends = {
            "departure": self._end(leg.departure),
            "arrival": self._end(leg.arrival),
            "begins": str(leg.begins_because),
            "airborne": leg.airborne,
            "callsigns": list(leg.callsigns[:10]),
            "processing_version": PROCESSING_VERSION,
        }
        return track

    def _airport_id(self, end: End) -> int | None:
        return None if end.airport is None else self.table.ids[end.airport]

    def _end(self, end: End) -> Json:
        told = {name: value for name, value in dataclasses.asdict(end).items() if value is not None}
        if end.airport is not None:
            told["airport"] = self.table.airports.code[end.airport]
        return told

    def _gap(self, track: Track, fixes: Fixes, gap: found.Gap) -> Gap:
        start = None if gap.start is None else moment(gap.start)
        end = None if gap.end is None else moment(gap.end)
        return Gap(
            track=track,
            kind=str(gap.kind),
            started_at=start,
            ended_at=end,
            start_point=_point(fixes, gap.before),
            end_point=_point(fixes, gap.after),
            distance_m=gap.distance_m,
            implied_speed_kt=gap.implied_speed_kt,
            cause=self._causes.get((track.aircraft_key, str(gap.kind), start, end), GapCause.UNKNOWN),
        )


def stored_key(aircraft_key: str) -> str:
    """How a file's key of an aircraft is stored: as it is, or, where it is too long, cut and told apart by a hash."""
    if len(aircraft_key) <= KEY_LENGTH:
        return aircraft_key
    digest = hashlib.sha256(aircraft_key.encode()).hexdigest()[:16]
    return f"{aircraft_key[: KEY_LENGTH - 17]}~{digest}"


def moment(epoch: float) -> datetime.datetime:
    """Epoch seconds as an aware time, to the microsecond."""
    return datetime.datetime.fromtimestamp(epoch, datetime.UTC)


def _point(fixes: Fixes, position: int | None) -> Point | None:
    if position is None:
        return None
    return Point(float(fixes.longitude[position]), float(fixes.latitude[position]), srid=4326)


def _entry(track: Track, leg: Leg, new: bool, stretches: int) -> Json:
    estimated = sum(len(s) for s in leg.stretches if s.evidence is found.Evidence.ESTIMATED)
    return {
        "id": track.pk,
        "aircraft_key": track.aircraft_key,
        "callsign": track.callsign,
        "start": track.started_at.isoformat(),
        "end": track.ended_at.isoformat(),
        "fixes": track.fix_count,
        "estimated": estimated,
        "stretches": stretches,
        "gaps": len(leg.gaps),
        "begins": str(leg.begins_because),
        "origin": track.ends["departure"].get("airport"),
        "destination": track.ends["arrival"].get("airport"),
        "new": new,
    }


def _copy_stretches(legs: list[tuple[int, Leg]]) -> list[int]:
    """Write the stretches of several tracks by one binary COPY; how many each of them has.

    COPY, because INSERT would send every path and column as text, twice as long.
    """
    names = ", ".join(connection.ops.quote_name(name) for name in _COPIED)
    table = connection.ops.quote_name(Stretch._meta.db_table)
    counts = []
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types(_COPIED_TYPES)
        for track_id, leg in legs:
            columns = StoredColumns(leg.fixes)
            pieces = list(_line_pieces(leg))
            for ordinal, (evidence, start, stop) in enumerate(pieces):
                copy.write_row((track_id, ordinal, evidence, stop - start, *columns.values(start, stop)))
            counts.append(len(pieces))
    return counts


def _line_pieces(leg: Leg) -> Iterator[tuple[str, int, int]]:
    """Class, first and one past the last fix of each stretch, cut where it crosses the antimeridian.

    On the plane its line would run round the world instead.
    """
    crossings = np.flatnonzero(np.abs(np.diff(leg.fixes.longitude)) > 180.0) + 1
    for stretch in leg.stretches:
        inside = crossings[(crossings > stretch.start) & (crossings < stretch.stop)].tolist() if crossings.size else []
        for start, stop in itertools.pairwise([stretch.start, *inside, stretch.stop]):
            yield str(stretch.evidence), start, stop


class StoredColumns:
    """Fixes as the database holds them; `values` gives any run of them."""

    def __init__(self, fixes: Fixes) -> None:
        self._line = Trajectory.of(fixes.longitude, fixes.latitude, fixes.altitude, fixes.time).coordinates
        self._columns = [packed_column(name, getattr(fixes, name)) for name in PACKED]

    def values(self, start: int, stop: int) -> list[bytes | None]:
        """The path (EWKB; None for a lone fix), the lone fix, and the packed columns in the order of `PACKED`."""
        line = self._line[start:stop]
        alone = stop - start == 1
        return [
            None if alone else Trajectory(line).ewkb(),
            line.astype("<f8").tobytes() if alone else b"",
            *(
                b"" if known is not None and not known[start:stop].any() else column[start:stop].tobytes()
                for column, known in self._columns
            ),
        ]


def packed_column(name: str, column: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.bool_] | None]:
    """A column in the type it is stored in, and where its values are known; None where that does not matter."""
    stored = np.ascontiguousarray(column, dtype=PACKED[name])
    if name not in COLUMNS:
        return stored, None
    _dtype, unknown = COLUMNS[name]
    known = ~np.isnan(column) if np.isnan(unknown) else column != unknown
    return stored, None if known.all() else known
