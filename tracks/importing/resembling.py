"""Finds flights on whose path a track of an unknown aircraft lies: a logger's file seldom names the aircraft.

Only who the aircraft was makes two tracks one flight by themselves. Where a file does not say it, that two tracks were
at the same places at the same times, for a while and on the move, is said to a curator, who joins them with one click.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_noop

from tracks.importing.reports import ImportReport
from tracks.importing.scenes import overlap
from tracks.importing.witnesses import Comparer
from tracks.models import FlightTrack, Suggestion, Track, TrackFile
from tracks.models.merging import suggest
from tracks.models.vocabulary import FlightStatus

# Two receivers of one aircraft are metres apart once their clocks are allowed for.
NEAR_M = 500.0
# Flights compared with one track, and comparisons of one import: each reads two paths.
MOST, MOST_IN_ALL = 50, 500


@dataclass(frozen=True, slots=True)
class Resemblance:
    """A track, and the link of one of another flight that lies on the same path."""

    track: Track
    other: FlightTrack
    offset_s: float


def suggest_same_paths(
    tracks: Iterable[Track], track_file: TrackFile, comparer: Comparer, report: ImportReport
) -> None:
    """Where one of two files does not name the aircraft, say on which flight's path its track lies."""
    for found in resemblances(tracks, track_file, comparer):
        own = FlightTrack.objects.select_related("flight").get(track=found.track).flight
        other = found.other.flight
        if own.pk == other.pk:
            continue
        suggest(own, other, Suggestion.Kind.SAME_PATH)
        report.warn(
            gettext_noop(
                "%(track)s lies on the path of flight %(flight)s, its clock %(offset)s s from the other's, but one of "
                "the two files does not name the aircraft. Nothing was joined; join the flights if you agree."
            ),
            track=str(found.track),
            flight=other.pk,
            other_flight=own.pk,
            offset=f"{found.offset_s:+.0f}",
            track_id=found.track.pk,
        )


def resemblances(tracks: Iterable[Track], track_file: TrackFile, comparer: Comparer) -> Iterator[Resemblance]:
    """Which tracks of a file lie on the path of other flights, where the aircraft of one of the two is unknown."""
    tracks = list(tracks)
    around = list(_around(tracks, track_file)) if tracks else []
    left = MOST_IN_ALL
    for track in tracks:
        beside = (
            link
            for link in around
            if (track.aircraft_id is None or link.track.aircraft_id is None)
            and overlap((track.started_at, track.ended_at), link.track)
        )
        for link in itertools.islice(beside, min(MOST, left)):
            left -= 1
            found = comparer.compare(link.track, track)
            # Without an offset too little moved: two aircraft that stand side by side are not one.
            if found is None or found.offset_s is None or found.apart_m > NEAR_M:
                continue
            yield Resemblance(track, link, found.offset_s)


def _around(tracks: list[Track], track_file: TrackFile) -> QuerySet[FlightTrack]:
    """What other files show of the same time: of unknown aircraft, or of all where one of these is unknown."""
    unknown = Q() if any(track.aircraft_id is None for track in tracks) else Q(track__aircraft=None)
    return (
        FlightTrack.objects.filter(
            unknown,
            shown=True,
            flight__status__in=[FlightStatus.DRAFT, FlightStatus.PUBLISHED],
            track__track_file__demonstration=track_file.demonstration,
            track__started_at__lt=max(track.ended_at for track in tracks),
            track__ended_at__gt=min(track.started_at for track in tracks),
        )
        .exclude(track__track_file=track_file)
        .select_related("track", "flight")
        .order_by("track__started_at", "pk")
    )
