"""What an import tells the curator: the JSON in `TrackFile.report`, and the sentence of one that failed.

    {
      "format":     {"name", "label", "container": "plain"|"gzip"|"zip", "confidence": 1…3, "parser_version"},
      "members":    [{"number", "name", "format", "label", "parser_version", "records", "fixes", "size", "sha256",
                     "error": sentence, only where it could not be read, and "looks_like": sentence,
                     only where no parser knows it}]  of an archive only
      "members_count",
      "parsers":    [{"first", "last": numbers of files, "format", "parser_version"}]  what read all of them, also those
                     that are not listed: the least that verifying a published flight has to know
      "content":    {"size": bytes after unpacking, "sha256"},
      "processing": {"version", "settings": all thresholds},
      "read":      {"records", "fixes", "kept", "dropped": [Loss], "blanked": {column: values taken as unknown}},
      "aircraft":  [{"key", "identity": {what the file states}, "read", "kept", "out_of_order",
                     "dropped": [Loss], "tracks"}],
      "aircraft_count",
      "tracks":    [{"id", "aircraft_key", "callsign", "start", "end": ISO UTC, "fixes", "estimated",
                     "stretches", "gaps", "begins": why a new leg begins, "origin", "destination": ICAO | null,
                     "new": false where it was there before, "flight": id, "new_flight", "shown"}],
      "tracks_count", "tracks_removed", "edits_to_review",
      "warnings":  [Notice], "warnings_not_kept",
      "durations": {"reading", "cleaning", "storing", "joining", "total": seconds}, "attempt",
      "failed": true, only where it did
    }
    Loss   = {"reason", "label", "count", "places": [Place]}           the first few places only
    Notice = {"text": English, "message", "values", "place": Place | null}
             among the values "track_id" of the track, "flight" and "other_flight" of the flights it speaks of
    Place  = {"kind": "byte"|"line"|"record", "number", "member": name, in an archive only}
                                                                       line from 1, the others from 0
             with the "record" that stands there, as `Fixes.record_index`, where that is known, and of a fix that was
             dropped {"time": epoch s, "lon", "lat": °}, as far as the file stated them

Parts an import did not come to are missing. Lists of aircraft and tracks are cut at `LISTED`; the counts are not.
`message` with `values` is there so that whoever shows it may translate it.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracks.formats.contract import DROP_REASONS, PLACES_KEPT, Notice, ParseReport, Place
from tracks.formats.reading import ARCHIVE_FORMAT, ARCHIVE_LABEL, ARCHIVE_VERSION, Member, Reading, record_place
from tracks.processing.cleaning import DROPPED_LABELS, CleaningReport, Dropped
from tracks.processing.fixes import Fixes

LISTED = 500
# Epoch seconds between which a time is told as a date: the year 1900 to the year 2200, as addresses take them.
FIRST_TIME, LAST_TIME = -2_208_988_800.0, 7_258_118_400.0

Json = dict[str, Any]


@dataclass(slots=True)
class ImportReport:
    """Collects what `TrackFile.report` says; `as_json` may be asked at any moment, also after a failure."""

    parsed: ParseReport = field(default_factory=ParseReport)
    attempt: int = 1
    format: Json | None = None
    content: Json | None = None
    members: list[Json] = field(default_factory=list)
    members_count: int = 0
    parsers: list[Json] = field(default_factory=list)
    member_names: dict[int, str] = field(default_factory=dict)
    kept: int = 0
    dropped: dict[Dropped, list[Json]] = field(default_factory=dict)
    dropped_counts: dict[Dropped, int] = field(default_factory=dict)
    aircraft: list[Json] = field(default_factory=list)
    aircraft_count: int = 0
    tracks: list[Json] = field(default_factory=list)
    tracks_count: int = 0
    tracks_removed: int = 0
    processing: Json | None = None
    edits_to_review: int = 0
    durations: dict[str, float] = field(default_factory=dict)
    about: int | None = None  # the track that warnings speak of at the moment
    _started: float = field(default_factory=time.monotonic)

    def reading(self, reading: Reading) -> None:
        """Which parser reads the file, or those of an archive, as far as it has been read."""
        only = reading.only
        if only is not None and only.detected is not None:
            parser = only.detected.parser
            confidence = int(only.detected.confidence)
            self.format = {"name": parser.name, "label": parser.label, "parser_version": parser.version}
        else:
            confidence = min((int(m.detected.confidence) for m in reading.readable if m.detected), default=0)
            self.format = {"name": ARCHIVE_FORMAT, "label": ARCHIVE_LABEL, "parser_version": ARCHIVE_VERSION}
        self.format.update(container=str(reading.container), confidence=confidence)
        named = [member for member in reading.members if member.name]
        self.members = [_member(member) for member in named[:LISTED]]
        self.members_count = len(named)
        self.parsers = _parsers(named)
        self.member_names = {member.ordinal: member.name for member in named}

    def warn(self, message: str, place: Place | None = None, **values: Any) -> None:
        """Tell the curator something; `message` is marked `gettext_noop` where it is written."""
        if self.about is not None:
            values.setdefault("track_id", self.about)
        self.parsed.warn(message, place, **values)

    def add_aircraft(self, entry: Json, cleaning: CleaningReport, fixes: Fixes, *, goes_on: bool = False) -> None:
        """What cleaning did to the fixes of one aircraft, here as they were parsed.

        Args:
            goes_on: they are a further part of the fixes of the aircraft before.
        """
        self.aircraft_count += not goes_on
        self.kept += cleaning.kept
        first = {reason: _first(records) for reason, records in cleaning.dropped.items()}
        places = self._places(fixes, {record for records in first.values() for record in records})
        for reason, records in cleaning.dropped.items():
            self.dropped_counts[reason] = self.dropped_counts.get(reason, 0) + int(records.size)
            known = self.dropped.setdefault(reason, [])
            known.extend(places[record] for record in first[reason][: PLACES_KEPT - len(known)])
        if len(self.aircraft) < LISTED or (goes_on and self.aircraft[-1]["key"] == entry["key"]):
            losses = [
                _loss(str(reason), DROPPED_LABELS[reason], int(records.size), [places[one] for one in first[reason]])
                for reason, records in cleaning.dropped.items()
            ]
            told = {
                **entry,
                "read": cleaning.read,
                "kept": cleaning.kept,
                "out_of_order": int(cleaning.out_of_order.size),
                "dropped": losses,
            }
            if goes_on:
                _extend(self.aircraft[-1], told)
            else:
                self.aircraft.append(told)

    def add_track(self, entry: Json) -> Json | None:
        """A track that was made; the entry as it will be told, to be completed by later steps, or None."""
        self.tracks_count += 1
        if len(self.tracks) >= LISTED:
            return None
        self.tracks.append(entry)
        return entry

    def spend(self, step: str, seconds: float) -> None:
        """Count time as spent on a step."""
        self.durations[step] = self.durations.get(step, 0.0) + seconds

    def losses(self) -> list[Json]:
        """Why records and fixes did not get into a track: those of the parser, then those of cleaning."""
        parsed = self.parsed
        return [
            _loss(str(reason), DROP_REASONS[reason], count, map(place_as_json, parsed.places.get(reason, [])))
            for reason, count in parsed.dropped.most_common()
        ] + [
            _loss(str(reason), DROPPED_LABELS[reason], count, self.dropped[reason])
            for reason, count in self.dropped_counts.items()
        ]

    def _places(self, fixes: Fixes, records: set[int]) -> dict[int, Json]:
        """The places of records in the file, and where and when their fixes claimed to be."""
        places: dict[int, Json] = {}
        for record in records:
            places[record] = place_as_json(record_place(record, self.member_names)) or {}
        for at in np.flatnonzero(np.isin(fixes.record_index, list(records))).tolist() if records else ():
            longitude, latitude, time = float(fixes.longitude[at]), float(fixes.latitude[at]), float(fixes.time[at])
            place = places[int(fixes.record_index[at])]
            if abs(longitude) <= 360 and abs(latitude) <= 90:  # NaN is neither
                place.update(lon=round(longitude, 6), lat=round(latitude, 6))
            if FIRST_TIME <= time <= LAST_TIME:
                place["time"] = time
        return places

    def as_json(self) -> Json:
        """The report as far as the import has come."""
        parsed = self.parsed
        told: Json = {
            "read": {
                "records": parsed.records_read,
                "fixes": parsed.fixes_read,
                "kept": self.kept,
                "dropped": self.losses(),
                "blanked": dict(parsed.blanked),
            },
            "aircraft": self.aircraft,
            "aircraft_count": self.aircraft_count,
            "tracks": self.tracks,
            "tracks_count": self.tracks_count,
            "tracks_removed": self.tracks_removed,
            "edits_to_review": self.edits_to_review,
            "warnings": [notice_as_json(notice) for notice in parsed.warnings],
            "warnings_not_kept": parsed.warnings_not_kept,
            "durations": {
                name: round(seconds, 3)
                for name, seconds in {**self.durations, "total": time.monotonic() - self._started}.items()
            },
            "attempt": self.attempt,
        }
        if self.format is not None:
            told["format"] = self.format
        if self.content is not None:
            told["content"] = self.content
        if self.members:
            told["members"] = self.members
            told["members_count"] = self.members_count
            told["parsers"] = self.parsers
        if self.processing is not None:
            told["processing"] = self.processing
        return told


def notice_as_json(notice: Notice) -> Json:
    """A sentence with what it needs to be translated."""
    values = dict(notice.values)
    return {
        "text": notice.message % values if values else notice.message,
        "message": notice.message,
        "values": {
            name: value if isinstance(value, int | float | str) else str(value) for name, value in values.items()
        },
        "place": place_as_json(notice.place),
    }


def place_as_json(place: Place | None) -> Json | None:
    """A place in the file."""
    if place is None:
        return None
    told: Json = {"kind": str(place.kind), "number": place.number}
    if place.member:
        told["member"] = place.member
    return told if place.record is None else {**told, "record": place.record}


def error_place(place: Place | None) -> Json | None:
    """As `TrackFile.error_place` holds it: `{"byte": 123}`, and the "member" of an archive that is meant."""
    if place is None:
        return None
    return {str(place.kind): place.number, **({"member": place.member} if place.member else {})}


def _member(member: Member) -> Json:
    told: Json = {"number": member.ordinal, "name": member.name}
    if member.detected is not None:
        parser = member.detected.parser
        told.update(format=parser.name, label=parser.label, parser_version=parser.version)
    if member.error is not None:
        looks_like = member.error.values.get("looks_like")
        return {**told, "error": str(member.error), **({"looks_like": looks_like} if looks_like else {})}
    read = {"records": member.report.records_read, "fixes": member.report.fixes_read}
    return {**told, **read, "size": member.content_bytes, "sha256": member.content_sha256}


def _parsers(members: list[Member]) -> list[Json]:
    """Which parser read which files of an archive; files in a row that one parser read are one entry."""
    runs: list[Json] = []
    for member in members:
        if member.detected is None or member.error is not None:
            continue
        parser, last = member.detected.parser, runs[-1] if runs else None
        if last and (last["format"], last["last"]) == (parser.name, member.ordinal - 1):
            last["last"] = member.ordinal
        else:
            runs.append(
                {
                    "first": member.ordinal,
                    "last": member.ordinal,
                    "format": parser.name,
                    "parser_version": parser.version,
                }
            )
    return runs


def _first(records: NDArray[np.int64], count: int = PLACES_KEPT) -> list[int]:
    return np.sort(records)[: max(count, 0)].tolist()


def _extend(told: Json, further: Json) -> None:
    """Add what is told of a further part of an aircraft's fixes."""
    for name in ("tracks", "read", "kept", "out_of_order"):
        told[name] += further[name]
    known = {loss["reason"]: loss for loss in told["dropped"]}
    for loss in further["dropped"]:
        if (same := known.get(loss["reason"])) is None:
            told["dropped"].append(loss)
        else:
            same["count"] += loss["count"]
            same["places"] = [*same["places"], *loss["places"]][:PLACES_KEPT]


def _loss(reason: str, label: str, count: int, places: Iterable[Json | None]) -> Json:
    return {"reason": reason, "label": label, "count": count, "places": list(places)}
