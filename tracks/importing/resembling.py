"""Finds flights on whose path a track of an unknown aircraft lies: a logger's file seldom names the aircraft.

Only who the aircraft was makes two tracks one flight by themselves. Where a file does not say it, that two tracks were
at the same places at the same times, for a while and on the move, is said to a curator, who joins them with one click.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from django.contrib.gis.db.models import Extent
from django.db.models import Q
from django.utils.translation import gettext_noop
from numpy.typing import NDArray

from tracks.importing.continuing import fixes_of
from tracks.importing.reports import ImportReport
from tracks.models import FlightTrack, Stretch, Suggestion, Track, TrackFile
from tracks.models.merging import suggest
from tracks.models.vocabulary import FlightStatus
from tracks.processing.clock_offset import compare
from tracks.processing.fixes import AltitudeKind, Fixes

Floats = NDArray[np.float64]

# Two receivers of one aircraft are metres apart once their clocks are allowed for.
NEAR_M = 500.0
# Nor do they differ more in height; of pressure and height above the ellipsoid, the weather makes more than that.
LEVEL_M, LEVEL_OF_OTHER_KIND_M = 300.0, 1_000.0
# Paths whose boxes are farther apart than this many degrees are not one path.
ROUND_DEG = 0.1
# Flights compared with one track, and comparisons of one import: each reads two paths.
MOST, MOST_IN_ALL = 50, 500


@dataclass(frozen=True, slots=True)
class Resemblance:
    """A track, and the link of one of another flight that lies on the same path."""

    track: Track
    other: FlightTrack
    offset_s: float


def suggest_same_paths(tracks: Iterable[Track], track_file: TrackFile, report: ImportReport) -> None:
    """Where one of two files does not name the aircraft, say on which flight's path its track lies."""
    for found in resemblances(tracks, track_file):
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
            offset=f"{seconds:+d}" if (seconds := round(found.offset_s)) else "0",
            track_id=found.track.pk,
        )


def resemblances(tracks: Iterable[Track], track_file: TrackFile) -> Iterator[Resemblance]:
    """Which tracks of a file lie on the path of other flights, where the aircraft of one of the two is unknown."""
    tracks = list(tracks)
    around = _around(tracks, track_file) if tracks else []
    if not around:
        return
    begin = np.array([link.track.started_at.timestamp() for link in around])
    end = np.array([link.track.ended_at.timestamp() for link in around])
    nameless = np.array([link.track.aircraft_id is None for link in around])
    boxes = _boxes([link.track_id for link in around])
    own_boxes = _boxes([track.pk for track in tracks])
    left = MOST_IN_ALL
    for track, box in zip(tracks, own_boxes, strict=True):
        possible = (begin < track.ended_at.timestamp()) & (end > track.started_at.timestamp()) & _touching(boxes, box)
        if track.aircraft_id is not None:
            possible &= nameless
        beside = np.flatnonzero(possible)[: min(MOST, left)]
        left -= beside.size
        own = fixes_of(track) if beside.size else None
        for place in beside:
            assert own is not None
            other = fixes_of(around[place].track)
            found = compare(other, own)
            # Without an offset too little moved: two aircraft that stand side by side are not one.
            if found is None or found.offset_s is None or found.apart_m > NEAR_M:
                continue
            if at_one_level(other, own, found.offset_s):
                yield Resemblance(track, around[place], found.offset_s)


def at_one_level(first: Fixes, other: Fixes, offset_s: float) -> bool:
    """Whether nothing speaks against two paths being at one height: two aircraft follow each other along one airway.

    Args:
        offset_s: by how much the other's clock is ahead of the first's.
    """
    here, there = (fixes.altitude_known & ~fixes.estimated for fixes in (first, other))
    when = other.time[there] - offset_s
    if not here.any() or not when.size:
        return True
    time = first.time[here]
    within = (when >= time[0]) & (when <= time[-1])
    if not within.any():
        return True
    apart = np.interp(when[within], time, first.altitude[here]) - other.altitude[there][within]
    kinds = {*np.unique(first.altitude_kind[here]).tolist(), *np.unique(other.altitude_kind[there]).tolist()}
    alike = len(kinds) == 1 and AltitudeKind.UNSTATED not in kinds
    return float(np.median(np.abs(apart))) <= (LEVEL_M if alike else LEVEL_OF_OTHER_KIND_M)


def _boxes(track_ids: list[int]) -> Floats:
    """West, south, east, north of the paths of tracks, a row each; the whole world where a track has none."""
    extents = Stretch.objects.filter(track__in=track_ids, path__isnull=False).order_by().values("track")
    found = dict(extents.annotate(box=Extent("path")).values_list("track", "box"))
    world = (-180.0, -90.0, 180.0, 90.0)
    return np.array([found.get(pk) or world for pk in track_ids], dtype=float).reshape(-1, 4)


def _touching(boxes: Floats, box: Floats) -> NDArray[np.bool_]:
    """Which boxes touch one. At the date line longitudes say nothing: a path may lie on either side of it."""
    beside = (boxes[:, 0] <= box[2] + ROUND_DEG) & (boxes[:, 2] >= box[0] - ROUND_DEG)
    at_date_line = (np.abs(boxes[:, [0, 2]]).max(axis=1) > 179.0) & (np.abs(box[[0, 2]]).max() > 179.0)
    across = (boxes[:, 1] <= box[3] + ROUND_DEG) & (boxes[:, 3] >= box[1] - ROUND_DEG)
    return (beside | at_date_line) & across


def _around(tracks: list[Track], track_file: TrackFile) -> list[FlightTrack]:
    """What other files show of the same time: of unknown aircraft, or of all where one of these is unknown."""
    unknown = Q() if any(track.aircraft_id is None for track in tracks) else Q(track__aircraft=None)
    found = (
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
    return list(found)
