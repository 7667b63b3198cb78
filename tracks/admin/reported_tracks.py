"""The tracks of an import's report: what the import made of them, and where they are today."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from tracks.admin.spots import track_spot_url
from tracks.admin.words import begins_label, compared_in_words, end_confidence
from tracks.models import Track

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ReportedEnd:
    """An end of a track: the airport's code or "?", how sure that is, and the way to it on the map."""

    code: str
    confidence: str
    url: str


@dataclass(frozen=True, slots=True)
class ReportedTrack:
    """A track the import made. `exists` is false when a later import has replaced it."""

    id: int | None
    exists: bool
    name: str
    start: datetime.datetime | None
    end: datetime.datetime | None
    fixes: int
    estimated: int
    stretches: int
    gaps: int
    origin: ReportedEnd
    destination: ReportedEnd
    begins: str
    flight: str | None
    new_flight: bool
    shown: bool
    compared: str


def reported_tracks(entries: list[Json]) -> list[ReportedTrack]:
    """The tracks that an import told of, in its order, with what became of them since."""
    ids = {entry["id"] for entry in entries if entry.get("id")}
    there = Track.objects.select_related("flight_track").in_bulk(ids)
    placed = [(entry, _in_flight(entry, there.get(entry.get("id") or 0))) for entry in entries]
    return [
        ReportedTrack(
            id=entry.get("id"),
            exists=entry.get("id") in there,
            name=entry.get("callsign") or entry["aircraft_key"],
            start=_moment(entry.get("start")),
            end=_moment(entry.get("end")),
            fixes=entry.get("fixes", 0),
            estimated=entry.get("estimated", 0),
            stretches=entry.get("stretches", 0),
            gaps=entry.get("gaps", 0),
            origin=_end(entry, "origin", there.get(entry.get("id") or 0)),
            destination=_end(entry, "destination", there.get(entry.get("id") or 0)),
            begins=begins_label(entry.get("begins", "")),
            flight=flight,
            new_flight=bool(entry.get("new_flight")) and flight == entry.get("flight"),
            shown=shown,
            compared=compared_in_words(compared),
        )
        for entry, (flight, shown, compared) in placed
    ]


def _in_flight(entry: Json, track: Track | None) -> tuple[str | None, bool, Json]:
    """The flight a track is of now, whether it leads there, and how it compares. Imports of other files and curators
    change that; of a track that is gone, what the import said.
    """
    if track is None:
        return entry.get("flight"), entry.get("shown", True), entry.get("compared") or {}
    link = getattr(track, "flight_track", None)
    return (None, True, {}) if link is None else (link.flight_id, link.shown, link.compared)


def _end(entry: Json, which: str, track: Track | None) -> ReportedEnd:
    if track is None:
        return ReportedEnd(entry.get(which) or "?", "", "")
    ends, at = ("departure", track.started_at) if which == "origin" else ("arrival", track.ended_at)
    found: Json = track.ends.get(ends) or {}
    sure = end_confidence(found["confidence"]) if found.get("airport") and found.get("confidence") else ""
    return ReportedEnd(entry.get(which) or "?", sure, track_spot_url(track.pk, at))


def _moment(text: str | None) -> datetime.datetime | None:
    return datetime.datetime.fromisoformat(text) if text else None
