"""Finds flights on whose path a track of an unknown aircraft lies: a logger's file seldom names the aircraft.

Only who the aircraft was makes two tracks one flight by themselves. Where a file does not say it, that two tracks were
at the same places at the same times, for a while and on the move, is said to a curator, who joins them with one click.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from django.contrib.gis.db.models import Extent
from django.db.models import Q
from django.utils.translation import gettext_noop
from numpy.typing import NDArray

from tracks.importing.continuing import fixes_of_each, paths_of
from tracks.importing.reports import ImportReport
from tracks.models import Flight, FlightTrack, Stretch, Suggestion, Track, TrackFile
from tracks.models.batches import in_batches
from tracks.models.merging import suggest
from tracks.models.vocabulary import FlightStatus
from tracks.processing.clock_offset import comes_near, compare
from tracks.processing.fixes import AltitudeKind, Fixes

Floats = NDArray[np.float64]

# Two receivers of one aircraft are metres apart once their clocks are allowed for.
NEAR_M = 500.0
# Nor do they differ more in height; of pressure and height above the ellipsoid, the weather makes more than that.
LEVEL_M, LEVEL_OF_OTHER_KIND_M = 300.0, 1_000.0
# Paths whose boxes are farther apart than this many degrees are not one path.
ROUND_DEG = 0.1
# Paths looked at beside that of one track, and in one import: whether they come near is told as soon as they are read.
MOST, MOST_IN_ALL = 500, 5_000
# Those that do, in one import: they are compared fix by fix.
MOST_COMPARED = 1_000


class _Other(NamedTuple):
    """A track of another file: what has to be known of it to tell whether it may lie on the path of one."""

    track: int
    flight: str
    start: datetime.datetime
    end: datetime.datetime
    aircraft: int | None
    fixes: int


@dataclass(frozen=True, slots=True)
class Resemblance:
    """A track with its flight, and another flight on whose path it lies."""

    link: FlightTrack
    flight: str
    offset_s: float


def suggest_same_paths(links: Iterable[FlightTrack], track_file: TrackFile, report: ImportReport) -> None:
    """Where one of two files does not name the aircraft, say on which flight's path its track lies.

    Args:
        links: the tracks that came to their flights by this import.
    """
    cut_short: set[int] = set()
    pairs = _pairs(list(links), track_file, cut_short)
    found = [one for one in _resemblances(pairs, cut_short) if one.flight != one.link.flight_id]
    flights = Flight.objects.in_bulk({one.flight for one in found})
    for one in found:
        track, own, other = one.link.track, one.link.flight, flights.get(one.flight)
        if other is None:  # removed while this was found out
            continue
        if not suggest(own, other, Suggestion.Kind.SAME_PATH):
            continue
        report.warn(
            gettext_noop(
                "%(track)s lies on the path of flight %(flight)s, its clock %(offset)s s from the other's, but one of "
                "the two files does not name the aircraft. Nothing was joined; join the flights if you agree."
            ),
            track=str(track),
            flight=other.pk,
            other_flight=own.pk,
            offset=f"{one.offset_s:+.0f}",
            track_id=track.pk,
        )
    if cut_short:
        report.warn(
            gettext_noop(
                "%(count)d tracks have so many others of their time around them that not all were looked at for "
                "whether they are of the same flight."
            ),
            count=len(cut_short),
        )


def _resemblances(pairs: Iterable[tuple[FlightTrack, _Other]], cut_short: set[int]) -> Iterator[Resemblance]:
    """Which of the pairs lie on one path; `cut_short` gets the tracks that are not compared with all others."""
    left = MOST_COMPARED
    for together in in_batches(pairs, lambda pair: pair[0].track.fix_count + pair[1].fixes):
        paths = paths_of({link.track_id for link, _other in together} | {other.track for _link, other in together})
        alike: list[tuple[FlightTrack, _Other, float]] = []
        for link, other in together:
            own, beside = paths[link.track_id], paths[other.track]
            if not comes_near(beside, own):
                continue
            if not left:
                cut_short.add(link.track_id)
                continue
            left -= 1
            found = compare(beside, own)
            # Without an offset too little moved: two aircraft that stand side by side are not one.
            if found is not None and found.offset_s is not None and found.apart_m <= NEAR_M:
                alike.append((link, other, found.offset_s))
        tracks = {track.pk: track for link, other, _offset in alike for track in (link.track, Track(pk=other.track))}
        fixes = fixes_of_each(tracks.values())
        for link, other, offset_s in alike:
            if at_one_level(fixes[other.track], fixes[link.track_id], offset_s):
                yield Resemblance(link, other.flight, offset_s)


def _pairs(
    links: list[FlightTrack], track_file: TrackFile, cut_short: set[int]
) -> Iterator[tuple[FlightTrack, _Other]]:
    """The tracks of a file with those of others whose paths are to be looked at: of one time, in boxes that touch,
    and one of the two of an unknown aircraft. `cut_short` gets the tracks that have too many others.
    """
    around = _around([link.track for link in links], track_file) if links else []
    if not around:
        return
    begin = np.array([other.start.timestamp() for other in around])
    end = np.array([other.end.timestamp() for other in around])
    nameless = np.array([other.aircraft is None for other in around])
    boxes = _boxes([other.track for other in around])
    own_boxes = _boxes([link.track_id for link in links])
    left = MOST_IN_ALL
    for link, box in zip(links, own_boxes, strict=True):
        track = link.track
        possible = (begin < track.ended_at.timestamp()) & (end > track.started_at.timestamp()) & _touching(boxes, box)
        if track.aircraft_id is not None:
            possible &= nameless
        places = np.flatnonzero(possible)
        beside = places[: min(MOST, left)]
        left -= beside.size
        if places.size > beside.size:
            cut_short.add(link.track_id)
        yield from ((link, around[place]) for place in beside)


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


def _around(tracks: list[Track], track_file: TrackFile) -> list[_Other]:
    """What other files show of the same time: of unknown aircraft, or of all where one of these is unknown."""
    unknown = Q() if any(track.aircraft_id is None for track in tracks) else Q(track__aircraft=None)
    found = FlightTrack.objects.filter(
        unknown,
        shown=True,
        flight__status__in=[FlightStatus.DRAFT, FlightStatus.PUBLISHED],
        track__track_file__demonstration=track_file.demonstration,
        track__started_at__lt=max(track.ended_at for track in tracks),
        track__ended_at__gt=min(track.started_at for track in tracks),
    ).exclude(track__track_file=track_file)
    columns = ("track", "flight", "track__started_at", "track__ended_at", "track__aircraft", "track__fix_count")
    return [_Other(*row) for row in found.order_by("track__started_at", "pk").values_list(*columns)]
