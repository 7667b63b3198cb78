"""One flight as several trackers saw it: every track is a function of true time, so what is right can be said by hand.

The aircraft flies due west at 43° north, 0.1° of longitude a minute (8,131 m, 263 kt).
"""

from __future__ import annotations

import datetime
import hashlib
import itertools
from collections.abc import Iterable, Iterator

import numpy as np
from django.conf import settings as site
from django.contrib.gis.geos import Point

from tracks.models import Acquisition, Aircraft, Flight, FlightTrack, Gap, Stretch, Track, TrackFile, Trajectory
from tracks.models.resolving import resolve
from tracks.processing.pipeline import PROCESSING_VERSION

START = datetime.datetime(2024, 3, 21, 4, 30, tzinfo=datetime.UTC)
_numbers = itertools.count(1)


def minute(number: float) -> datetime.datetime:
    """A moment of the flight."""
    return START + datetime.timedelta(minutes=number)


def epoch(number: float) -> float:
    """The same in epoch seconds."""
    return minute(number).timestamp()


def longitude(number: float) -> float:
    """Where the aircraft truly is at a minute of the flight."""
    return 132.0 - 0.1 * number


def runs(minutes: Iterable[int]) -> Iterator[list[int]]:
    """Minutes that follow each other."""
    found: list[int] = []
    for one in sorted(minutes):
        if found and one != found[-1] + 1:
            yield found
            found = []
        found.append(one)
    yield found


def seen(
    minutes: Iterable[int],
    *,
    clock_s: float = 0.0,
    north: float = 0.0,
    open_ends: bool = True,
    estimated: Iterable[int] = (),
    aircraft: Aircraft | None = None,
    name: str = "trace.json",
) -> Track:
    """A track with a fix at each of the minutes; where minutes are missing between two, a gap.

    Args:
        clock_s: by how much this tracker's clock is ahead. north: degrees its positions are off.
        estimated: minutes within its gaps at which the tracker estimated a position.
    """
    number = next(_numbers)
    sha256 = hashlib.sha256(f"seen {number}".encode()).hexdigest()
    file = TrackFile.objects.create(
        sha256=sha256,
        content_sha256=sha256,
        size=1,
        file=name,
        format="readsb",
        status="imported",
        read_as={"processing": {"version": PROCESSING_VERSION, "settings": site.PROCESSING.as_dict()}},
    )
    Acquisition.objects.create(track_file=file, original_name=name, licence="CC BY 4.0", credit="A receiver")
    parts = [*runs(minutes)]

    def at(one: int) -> datetime.datetime:
        return minute(one) + datetime.timedelta(seconds=clock_s)

    def point(one: int) -> Point:
        return Point(longitude(one), 43.0 + north, srid=4326)

    first, last = parts[0][0], parts[-1][-1]
    track = Track.objects.create(
        track_file=file,
        aircraft_key=aircraft.key if aircraft else "15406e",
        aircraft=aircraft,
        started_at=at(first),
        ended_at=at(last),
        fix_count=sum(map(len, parts)),
    )
    classes = [(part, "observed") for part in parts] + [(part, "estimated") for part in runs(estimated) if part]
    for ordinal, (part, evidence_class) in enumerate(sorted(classes)):
        line = Trajectory.of(
            [longitude(one) for one in part],
            [43.0 + north] * len(part),
            [9000.0] * len(part),
            [at(one).timestamp() for one in part],
        )
        lone = len(part) == 1
        Stretch.objects.create(
            track=track,
            ordinal=ordinal,
            evidence_class=evidence_class,
            fix_count=len(part),
            path=None if lone else line,
            lone_fix=line.coordinates.ravel() if lone else np.empty(0),
            altitude_known=np.ones(len(part), dtype=bool),
            altitude_kind=np.ones(len(part)),
            record_index=np.array(part),
        )
    if open_ends:
        Gap.objects.create(track=track, kind="leading", ended_at=at(first), end_point=point(first))
    for one, other in itertools.pairwise(parts):
        a, b = one[-1], other[0]
        Gap.objects.create(
            track=track, kind="interior", started_at=at(a), ended_at=at(b), start_point=point(a), end_point=point(b)
        )
    if open_ends:
        Gap.objects.create(track=track, kind="trailing", started_at=at(last), start_point=point(last))
    return track


def flight_of(*tracks: Track, shown: Iterable[bool] = ()) -> Flight:
    """A draft with these tracks; all shown unless `shown` says which."""
    flight = Flight.objects.create()
    for track, is_shown in itertools.zip_longest(tracks, shown, fillvalue=True):
        FlightTrack.objects.create(flight=flight, track=track, shown=is_shown)
    return resolve(flight)
