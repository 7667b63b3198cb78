"""Writes legs as tracks with their stretches and gaps, within the transaction of the import.

A track is known by file, aircraft and interval. Where an import finds one that is there already it keeps the row, and
with it the flight, the claims and what curators tied to it, and replaces stretches and gaps only.
"""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.conf import settings as site
from django.utils.translation import gettext_noop

from tracks.formats.contract import ParseError, StatedIdentity
from tracks.formats.reading import record_place
from tracks.importing.airports import AirportTable
from tracks.importing.bulk import copy_objects
from tracks.importing.copying import StoredGap, copy_gaps, copy_stretches, moment
from tracks.importing.replaying import split_moments
from tracks.importing.reports import ImportReport, Json
from tracks.models import Claim, FlightTrack, Gap, Stretch, Track, TrackFile
from tracks.models.logged import remove, update
from tracks.models.vocabulary import GapCause
from tracks.processing import gaps as found
from tracks.processing.endpoints import End
from tracks.processing.pipeline import PROCESSING_VERSION, Leg, cut_leg

# So many fixes, or legs, are gathered before they are written: a file of a thousand aircraft is not a thousand writes.
BATCH_FIXES = 100_000
BATCH_LEGS = 500

KEY_LENGTH = 64

Interval = tuple[datetime.datetime, datetime.datetime]
Records = tuple[int, int]


@dataclass(slots=True)
class StoredTrack:
    """A track as it stands in the database now.

    Attributes:
        entry: what the report says of it, if it is listed there.
        records: the first and the last record of its fixes in the file.
    """

    track: Track
    airborne: bool
    new: bool
    entry: Json | None
    records: Records


@dataclass(frozen=True, slots=True)
class FormerTrack:
    """A track of an earlier import that today's parser does not find again, and the flight it belonged to."""

    aircraft_key: str
    interval: Interval
    records: Records
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
    _splits: dict[str, list[float]] = field(default_factory=dict)
    _waiting: list[_Waiting] = field(default_factory=list)
    _waiting_fixes: int = 0
    _simulated: dict[str, bool] = field(default_factory=dict)  # by aircraft, of the earlier import
    _records: dict[int, Records] = field(default_factory=dict)  # by track, where times may mean another piece now
    _displaced: list[Track] = field(default_factory=list)
    _gone: list[FormerTrack] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._splits = split_moments(self.track_file)
        for track in self.track_file.tracks.select_related("flight_track"):
            self._former[track.aircraft_key, (track.started_at, track.ended_at)] = track
            self._simulated[track.aircraft_key] = track.simulator
        if self._former:
            gaps = Gap.objects.filter(track__track_file=self.track_file).exclude(cause=GapCause.UNKNOWN)
            if self.track_file.read_as.get("settings", self.track_file.settings) != self.track_file.settings:
                self._records = _records_of_stored(self._former.values())
            for gap in gaps.select_related("track"):
                self._causes[gap.track.aircraft_key, gap.kind, gap.started_at, gap.ended_at] = gap.cause

    def add(self, key: str, identity: StatedIdentity, leg: Leg) -> None:
        """Store a leg, now or with those that follow; cut where a curator split the flight.

        Raises:
            ParseError: an earlier import read it as flown in a simulator and this one does not, or the reverse.
        """
        self._refuse_other_reality(key, leg, simulator=identity.simulator is not None)
        moments = self._splits.get(key, ())
        for part in cut_leg(leg, moments, site.PROCESSING, self.table.airports) if moments else (leg,):
            self._waiting.append(_Waiting(key, identity, part))
            self._waiting_fixes += len(part.fixes)
        if len(self._waiting) >= BATCH_LEGS or self._waiting_fixes >= BATCH_FIXES:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        waiting, self._waiting, self._waiting_fixes = self._waiting, [], 0
        if not waiting:
            return
        tracks = [self._track(w) for w in waiting]
        kept = [track for track in tracks if track.pk is not None]
        Stretch.objects.filter(track__in=kept).delete()
        Gap.objects.filter(track__in=kept).delete()
        update(kept, _DESCRIBED)
        displaced, self._displaced = self._displaced, []
        self._remove(displaced)  # before another track has their time
        new = [track.pk is None for track in tracks]
        copy_objects([track for track in tracks if track.pk is None])
        counts = copy_stretches([(track.pk, w.leg) for track, w in zip(tracks, waiting, strict=True)])
        copy_gaps(
            StoredGap(track.pk, gap, w.leg.fixes, self._cause(track, gap))
            for track, w in zip(tracks, waiting, strict=True)
            for gap in w.leg.gaps
        )
        for track, w, is_new, stretches in zip(tracks, waiting, new, counts, strict=True):
            entry = self.report.add_track(entry_of(track, w.leg, is_new, stretches))
            self.stored.append(StoredTrack(track, w.leg.airborne, is_new, entry, records_of(w.leg)))

    def finish(self) -> list[FormerTrack]:
        """Write the rest, remove the tracks of an earlier import that were not found again, and return these."""
        self.flush()
        self._remove(list(self._former.values()))
        self._former = {}
        self.report.tracks_removed = len(self._gone)
        return self._gone

    def _remove(self, tracks: list[Track]) -> None:
        """Remove tracks of an earlier import, and remember what they were."""
        records = _records_of_stored(tracks)
        for track in tracks:
            link = getattr(track, "flight_track", None)
            flight_id, shown = (link.flight_id, link.shown) if link else (None, False)
            interval = track.started_at, track.ended_at
            self._gone.append(FormerTrack(track.aircraft_key, interval, records[track.pk], flight_id, shown))
        for start in range(0, len(tracks), BATCH_LEGS):
            _remove([track.pk for track in tracks[start : start + BATCH_LEGS]])

    def _refuse_other_reality(self, key: str, leg: Leg, *, simulator: bool) -> None:
        """What is stored as simulated never becomes real by itself, nor what is stored as real a simulation.

        An aircraft that the earlier import told apart by another key was what all of that import's were.
        """
        all_were = set(self._simulated.values())
        was = self._simulated.get(key, all_were.pop() if len(all_were) == 1 else simulator)
        if was == simulator:
            return
        if simulator:
            message = gettext_noop(
                "“%(aircraft)s” was imported as flown, and is read as written by a simulator now. Nothing was changed: "
                "what is stored still shows it as flown. Withdraw its flights if nobody flew it, remove the file and "
                "bring it again."
            )
        else:
            message = gettext_noop(
                "“%(aircraft)s” was imported as written by a simulator, and is read as flown now. Nothing was changed: "
                "what is stored stays simulated. If it was flown, remove the file and bring it again."
            )
        place = record_place(int(leg.fixes.record_index[0]), self.report.member_names)
        raise ParseError(message, place=place, aircraft=key)

    def _track(self, waiting: _Waiting) -> Track:
        leg = waiting.leg
        start, end = (moment(time) for time in leg.interval)
        track = self._former.pop((waiting.key, (start, end)), None)
        if track is not None and self._records.get(track.pk, records_of(leg)) != records_of(leg):
            # Read in another time zone, this piece of the file has the time that another one had.
            self._displaced.append(track)
            track = None
        if track is None:
            track = Track(track_file=self.track_file, aircraft_key=waiting.key, started_at=start, ended_at=end)
        track.identity = waiting.identity.as_dict()
        track.simulator = waiting.identity.simulator is not None
        describe(track, leg, self.table)
        return track

    def _cause(self, track: Track, gap: found.Gap) -> str:
        """What a curator said of the same gap when the file was imported before."""
        start, end = (None if time is None else moment(time) for time in (gap.start, gap.end))
        return self._causes.get((track.aircraft_key, str(gap.kind), start, end), GapCause.UNKNOWN)


def records_of(leg: Leg) -> Records:
    """The first and the last record of a leg's fixes in its file."""
    return int(leg.fixes.record_index.min()), int(leg.fixes.record_index.max())


def _records_of_stored(tracks: Iterable[Track]) -> dict[int, Records]:
    """The same of stored tracks, by their ids."""
    found: dict[int, Records] = {}
    ids = [track.pk for track in tracks]
    for start in range(0, len(ids), BATCH_LEGS):
        stretches = Stretch.objects.filter(track__in=ids[start : start + BATCH_LEGS])
        for pk, index in stretches.values_list("track_id", "record_index").iterator(chunk_size=100):
            records = np.asarray(index)
            first, last = found.get(pk, (records[0], records[0]))
            found[pk] = min(first, int(records.min())), max(last, int(records.max()))
    return found


def _remove(track_ids: list[int]) -> None:
    """Remove tracks with their claims and places in flights, of which the change log tells."""
    remove(Claim.objects.filter(track__in=track_ids).order_by("pk"))
    remove(FlightTrack.objects.filter(track__in=track_ids).select_related("track").order_by("pk"))
    Track.objects.filter(pk__in=track_ids).delete()


# What `describe` and an identity write onto a track's row.
_DESCRIBED = (
    "identity", "simulator", "callsign", "fix_count", "origin_airport", "destination_airport", "ends"
)  # fmt: skip


def describe(track: Track, leg: Leg, table: AirportTable) -> None:
    """Write what a leg shows onto a track's row, not saved; its interval and identity are left alone."""

    def told(end: End) -> Json:
        values = {name: value for name, value in dataclasses.asdict(end).items() if value is not None}
        return values if end.airport is None else {**values, "airport": table.airports.code[end.airport]}

    def airport_id(end: End) -> int | None:
        return None if end.airport is None else table.ids[end.airport]

    track.callsign = leg.callsigns[0][:16] if leg.callsigns else ""
    track.fix_count = len(leg.fixes)
    track.origin_airport_id = airport_id(leg.departure)
    track.destination_airport_id = airport_id(leg.arrival)
    track.ends = {
        "departure": told(leg.departure),
        "arrival": told(leg.arrival),
        "begins": str(leg.begins_because),
        "airborne": leg.airborne,
        "callsigns": list(leg.callsigns[:10]),
        "processing_version": PROCESSING_VERSION,
    }


def stored_key(aircraft_key: str) -> str:
    """How a file's key of an aircraft is stored: as it is, or, where it is too long, cut and told apart by a hash."""
    if len(aircraft_key) <= KEY_LENGTH:
        return aircraft_key
    digest = hashlib.sha256(aircraft_key.encode()).hexdigest()[:16]
    return f"{aircraft_key[: KEY_LENGTH - 17]}~{digest}"


def entry_of(track: Track, leg: Leg, new: bool, stretches: int) -> Json:
    """What the report tells of a track (`reports`)."""
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
