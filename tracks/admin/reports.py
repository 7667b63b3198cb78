"""An import's report for people: `TrackFile.report` (its shape stands in `tracks.importing.reports`) put in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import DurationField, ExpressionWrapper, F, QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tracks.admin.base import link
from tracks.admin.report_notes import notes_on
from tracks.admin.reported_tracks import ReportedTrack, reported_tracks
from tracks.admin.spots import Spot, spot_of, track_spot_url
from tracks.admin.words import (
    column_label,
    confidence_label,
    format_label,
    identity_in_words,
    place_in_words,
)
from tracks.models import Aircraft, Flight, Gap, Track, TrackFile
from tracks.models.vocabulary import GapKind

Json = dict[str, Any]
GAPS_LISTED = 20


@dataclass(frozen=True, slots=True)
class Loss:
    """Fixes or records that did not get into a track, and why."""

    label: str
    count: int
    places: list[Spot]


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning, the place in the file it speaks of, and links to the tracks and flights it names."""

    sentence: str
    place: Spot | None
    links: list[SafeString]


@dataclass(frozen=True, slots=True)
class ReportedGap:
    """A gap of one of the file's tracks, and the way to it on the map."""

    gap: Gap
    url: str


@dataclass(frozen=True, slots=True)
class ReportedAircraft:
    """An aircraft of the file: what the file states of it, and which of ours it is."""

    key: str
    stated: str
    aircraft: Aircraft | None
    read: int
    kept: int
    out_of_order: int
    losses: list[Loss]


@dataclass(frozen=True, slots=True)
class ReportedMember:
    """A file of an archive: what it was read as, or why it was not."""

    name: str
    format: str
    fixes: int | None
    error: str


@dataclass(slots=True)
class Report:
    """What the page of a track file shows of its import."""

    format: str = ""
    format_why: str = ""
    recognised: str = ""
    error: str = ""
    error_place: str = ""
    read: int | None = None
    kept: int | None = None
    records: int | None = None
    losses: list[Loss] = field(default_factory=list)
    blanked: list[tuple[str, int]] = field(default_factory=list)
    aircraft: list[ReportedAircraft] = field(default_factory=list)
    aircraft_count: int = 0
    tracks: list[ReportedTrack] = field(default_factory=list)
    tracks_count: int = 0
    members: list[ReportedMember] = field(default_factory=list)
    gaps: list[ReportedGap] = field(default_factory=list)
    gaps_count: int = 0
    notes: list[str | SafeString] = field(default_factory=list)
    warnings: list[Warned] = field(default_factory=list)
    warnings_not_kept: int = 0
    seconds: float | None = None
    of_before: bool = False  # of an earlier import than the one that goes on, was stopped or waits

    @property
    def off_the_map(self) -> bool:
        """Whether a place named here has no spot on a map though there are tracks."""
        spots = [place for loss in self.losses for place in loss.places]
        spots += [warning.place for warning in self.warnings if warning.place is not None]
        return bool(self.tracks_count) and any(not spot.url for spot in spots)

    @property
    def lost(self) -> int:
        """Everything that was dropped."""
        return sum(loss.count for loss in self.losses)


def _error_place(place: Json) -> str:
    member = place.get("member", "")
    return ", ".join(place_in_words(kind, number, member) for kind, number in place.items() if kind != "member")


def report_of(file: TrackFile) -> Report:
    """The file's report in words of the language now active. Parts an import did not come to stay empty."""
    told: Json = file.report or {}
    read: Json = told.get("read", {})
    report = Report(
        format=format_label(file.format),
        format_why=file.format_reason,
        recognised=_recognised(told.get("format", {})),
        error=file.error,
        error_place=_error_place(file.error_place or {}),
        read=read.get("fixes"),
        kept=read.get("kept"),
        records=read.get("records"),
        losses=[_loss(file, loss) for loss in read.get("dropped", [])],
        blanked=sorted((column_label(name), count) for name, count in read.get("blanked", {}).items()),
        aircraft=_aircraft(file, told.get("aircraft", [])),
        aircraft_count=told.get("aircraft_count", 0),
        tracks=reported_tracks(told.get("tracks", [])),
        tracks_count=told.get("tracks_count", 0),
        members=[_member(each) for each in told.get("members", [])],
        warnings=[_warned(file, notice) for notice in told.get("warnings", [])],
        warnings_not_kept=told.get("warnings_not_kept", 0),
        seconds=told.get("durations", {}).get("total"),
        of_before=_of_before(file, told),
    )
    report.notes = notes_on(told)
    gaps = Gap.objects.filter(track__track_file=file, kind=GapKind.INTERIOR)
    report.gaps_count = gaps.count()
    report.gaps = _gaps(gaps)
    return report


def _of_before(file: TrackFile, told: Json) -> bool:
    ended = file.status == TrackFile.Status.IMPORTED or (file.status == TrackFile.Status.FAILED and "failed" in told)
    return file.imported_at is not None and not ended


def _member(told: Json) -> ReportedMember:
    """A file of an archive. Of one that nobody recognises it is said what it looks like; the warnings say the rest."""
    looks_like = told.get("looks_like")
    error = _(looks_like) if looks_like else told.get("error", "")
    return ReportedMember(told["name"], _(told["label"]) if told.get("label") else "", told.get("fixes"), error)


def _recognised(told: Json) -> str:
    """How sure the format is, and that its name did not count."""
    return confidence_label(told.get("confidence", 0)) if told else ""


def _loss(file: TrackFile, loss: Json) -> Loss:
    return Loss(_(loss["label"]), loss["count"], [spot_of(file, place) for place in loss.get("places", [])])


def _gaps(gaps: QuerySet[Gap]) -> list[ReportedGap]:
    """The longest ones between fixes, in order of time; what is missing at the ends, the ends tell."""
    lasting = ExpressionWrapper(F("ended_at") - F("started_at"), DurationField())
    longest = gaps.select_related("track").annotate(lasting=lasting).order_by("-lasting")[:GAPS_LISTED]
    in_order = sorted(longest, key=lambda gap: (gap.started_at, gap.pk))
    return [ReportedGap(gap, track_spot_url(gap.track_id, gap.started_at)) for gap in in_order]


def _warned(file: TrackFile, notice: Json) -> Warned:
    values, place = notice.get("values") or {}, notice.get("place")
    flights = Flight.objects.in_bulk([str(values[name]) for name in ("flight", "other_flight") if name in values])
    track = Track.objects.filter(pk=values["track_id"]).first() if "track_id" in values else None
    found = [link(flight, _("flight %(id)s") % {"id": flight.pk}) for flight in flights.values()]
    if track is not None:
        found.insert(0, link(track, _("on the map")))
    return Warned(_sentence(notice), spot_of(file, place) if place else None, [one for one in found if one])


def _sentence(notice: Json) -> str:
    """A warning, translated where its message is in a catalogue."""
    try:
        return _(notice["message"]) % notice["values"] if notice["values"] else _(notice["message"])
    except (KeyError, TypeError, ValueError):  # a report of an older version: English is better than nothing
        return str(notice.get("text", ""))


def _aircraft(file: TrackFile, entries: list[Json]) -> list[ReportedAircraft]:
    """With the aircraft of ours that its tracks have today."""
    keys = {entry["key"] for entry in entries}
    tracks = Track.objects.filter(track_file=file, aircraft_key__in=keys).exclude(aircraft=None)
    ours = {track.aircraft_key: track.aircraft for track in tracks.select_related("aircraft")}
    return [
        ReportedAircraft(
            key=entry["key"],
            stated=identity_in_words(entry.get("identity") or {}),
            aircraft=ours.get(entry["key"]),
            read=entry.get("read", 0),
            kept=entry.get("kept", 0),
            out_of_order=entry.get("out_of_order", 0),
            losses=[_loss(file, loss) for loss in entry.get("dropped", [])],
        )
        for entry in entries
    ]
